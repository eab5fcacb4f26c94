"""Between documents of the program and those of MongoDB. Pure.

What is only carried is text: in a process, what clients write may stand as a name, and an object
with ``$ref`` and ``$id`` would come back as a ``DBRef``. In bodies no name begins so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

import orjson

from api.store.document import Body, Document, Lease, LogEntry, NewEvent

__all__ = ["OPTIONAL", "Raw", "changed", "complete", "document", "entry", "pending", "stored"]

Raw: TypeAlias = dict[str, Any]

OPTIONAL: Final = ("process", "due", "lease", "history")
"""The fields of an envelope that a document may lack."""


def stored(document: Document) -> Raw:
    """The envelope; what is None is absent, for the sake of the sparse indexes."""
    lease, process = document.lease, document.process
    raw: Raw = {
        "_id": document.id,
        "created": document.created,
        "rev": document.rev,
        "body": document.body.data,
        "process": None if process is None else orjson.dumps(process).decode(),
        "due": document.due,
        "lease": lease and {"owner": lease.owner, "until": lease.until},
        "history": document.history or None,
    }
    return {name: value for name, value in raw.items() if value is not None}


def changed(document: Document) -> Raw:
    """The update that brings a stored envelope to this one; pending events stay."""
    values = stored(document)
    del values["_id"]
    update: Raw = {"$set": values}
    absent = [name for name in OPTIONAL if name not in values]
    if absent:
        update["$unset"] = dict.fromkeys(absent, "")
    return update


def document(raw: Mapping[str, Any]) -> Document:
    """The document of an envelope."""
    lease, process = raw.get("lease"), raw.get("process")
    return Document(
        raw["_id"],
        Body(data=raw["body"]),
        int(raw["created"]),
        int(raw["rev"]),
        orjson.loads(process) if isinstance(process, str) else process,  # 0.1.0 had an object
        raw.get("due"),
        Lease(lease["owner"], lease["until"]) if lease else None,
        raw.get("history", ""),
    )


def pending(events: Sequence[NewEvent], rev: int, body: Body) -> list[Raw]:
    """Events as they travel in the document. The snapshot is text, so that its order is kept.

    The first one has it for all: a document has 16 MB, and a change of a large one many events.
    """
    return [
        {
            "eventId": event.id,
            "type": event.type,
            "api": event.api,
            "resource": event.resource,
            "resourceId": event.resource_id,
            "time": event.time,
            "envelope": orjson.dumps(event.envelope).decode(),
            "rev": rev,
            "number": number,
            **({} if number else {"snapshot": body.raw.decode()}),
        }
        for number, event in enumerate(events)
    ]


def complete(events: Iterable[Raw]) -> Iterator[Raw]:
    """Pending events as the log has them: each with its snapshot."""
    snapshot = ""
    for event in events:
        snapshot = event.get("snapshot", snapshot)
        yield {**event, "snapshot": snapshot}


def entry(raw: Mapping[str, Any]) -> LogEntry:
    """The log entry of a logged event."""
    event = NewEvent(
        raw["eventId"],
        raw["type"],
        raw["api"],
        raw["resource"],
        raw["resourceId"],
        raw["time"],
        orjson.loads(raw["envelope"]),
    )
    body, number = Body(raw=raw["snapshot"].encode()), int(raw.get("number", 0))
    return LogEntry(int(raw["_id"]), int(raw["rev"]), event, body, number)
