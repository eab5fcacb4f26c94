"""A document being changed: what hooks and controllers edit before it is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson

from api.history.changes import PROCESS, Cause
from api.jsontypes import JsonObject
from api.store.document import Document

__all__ = ["Draft", "Notice"]


@dataclass(frozen=True, slots=True)
class Notice:
    """An event that a change causes beside those that follow from the difference.

    Attributes:
        what: the event's name less the type, e.g. ``InformationRequired``.
        envelope: further attributes of the event, e.g. ``fieldPath``.
    """

    what: str
    envelope: JsonObject = field(default_factory=dict)


@dataclass(slots=True)
class Draft:
    """A document that may be edited in place until it is written.

    Attributes:
        id: of the document.
        body: a copy of the resource, to edit. ``id`` stays.
        process: a copy of what the process remembers; {} where there is nothing yet.
        due: when somebody must look at it again (seconds since 1970); None: when an event says so.
        working: whether whoever writes this goes on working on it and keeps the lease.
        notices: events to send beside those that follow from the difference.
        cause: who or what changes it, for its history.
        known: other resources that the edit decides by, read before it, by id.
    """

    id: str
    body: JsonObject
    process: JsonObject = field(default_factory=dict)
    due: float | None = None
    working: bool = False
    notices: list[Notice] = field(default_factory=list)
    cause: Cause = PROCESS
    known: Mapping[str, JsonObject] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Document) -> "Draft":
        """An editable copy of a stored document."""
        process: JsonObject = orjson.loads(orjson.dumps(document.process or {}))
        return cls(
            id=document.id,
            body=orjson.loads(document.body.raw),
            process=process,
            due=document.due,
            working=document.lease is not None,
        )

    @property
    def state(self) -> str:
        """The resource's state; empty where it has none."""
        return str(self.body.get("state", ""))

    def notify(self, what: str, **envelope: str) -> None:
        """Adds an event, e.g. ``notify("InformationRequired", fieldPath="productOrderItem")``."""
        self.notices.append(Notice(what, dict(envelope)))
