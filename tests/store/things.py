"""Documents, events and conditions for the tests of the stores."""

import asyncio
import itertools
from collections.abc import Sequence
from typing import Any

from api.query.tree import Compare, Kind, Op
from api.store.document import Body, Document, LogEntry, NewEvent
from api.store.protocol import Collection, Store
from tests.patience import PATIENCE

__all__ = ["COLLECTIONS", "doc", "event", "ids", "is_", "logged"]

COLLECTIONS = (
    Collection("thing", ("state", "size", "live", "party.id", "item.part.name")),
    Collection("other"),
)
_NUMBER = itertools.count(1)


def doc(id_: str, created: int = 1, **rest: Any) -> Document:
    """A document; what is not of the envelope goes into its body."""
    own = {name: rest.pop(name) for name in ("rev", "process", "due", "lease") if name in rest}
    return Document(id_, Body(data={"id": id_, **rest}), created, **own)


def event(of: str, name: str = "") -> NewEvent:
    """An event of a document."""
    id_ = name or f"event-{next(_NUMBER)}"
    return NewEvent(id_, "ThingEvent", "tmf000", "thing", of, "2026-01-01T00:00:00.000Z", {"n": 1})


def is_(path: str, value: str | float | bool, op: Op = Op.EQ, kind: Kind | None = None) -> Compare:
    """A condition, of the kind that the value is."""
    kinds = {str: Kind.STRING, bool: Kind.BOOLEAN, int: Kind.NUMBER, float: Kind.NUMBER}
    return Compare(tuple(path.split(".")), op, value, kind or kinds[type(value)])


def ids(documents: Sequence[Document]) -> list[str]:
    return [one.id for one in documents]


async def logged(store: Store, count: int) -> list[LogEntry]:
    """The log, once it has so many entries: MongoDB's relay needs a moment."""
    async with asyncio.timeout(PATIENCE):
        while await store.log_end() < count:  # noqa: ASYNC110 - another process may have to act
            await asyncio.sleep(0.02)
    return await store.read_log(0, count + 100)
