"""The documents and indexes, declared with Beanie: `init_beanie` makes what is missing.

Beanie declares and migrates; the store reads and writes the collections themselves, which costs
a third.
"""

from typing import ClassVar

from beanie import Document
from pymongo import ASCENDING, IndexModel
from pymongo.asynchronous.collection import AsyncCollection

from api.jsontypes import JsonObject
from api.store.protocol import Collection

__all__ = ["LoggedEvent", "RelayLease", "StoredDocument", "declare", "drop_partial"]

_SPARSE = ("due", "waiting", "lease.owner")
_PARTIAL = "partialFilterExpression"


class StoredDocument(Document):
    """A document in its envelope; the base of one class per collection.

    Attributes:
        id: the resource's id.
        created: microseconds since 1970.
        rev: the revision.
        body: the resource as it goes on the wire.
        process: what a process remembers, as JSON text.
        due: when to look again.
        lease: ``{owner, until}``.
        history: the younger entries of its history, as lines.
        pending: events of this document that are not in the log yet, oldest first, each as the log
            will have it but for its position, and the snapshot where another of its change has it.
        waiting: since when (microseconds) there are pending ones; absent: there are none.
        deleted: the document is gone; what is left are its pending events.
    """

    id: str  # type: ignore[assignment]
    created: int | None = None
    rev: int
    body: JsonObject | None = None
    process: str | None = None
    due: float | None = None
    lease: JsonObject | None = None
    history: str | None = None
    pending: list[JsonObject] | None = None
    waiting: int | None = None
    deleted: bool | None = None


class LoggedEvent(Document):
    """An event in the log. Its id is its position, so that no two have the same.

    Attributes:
        id: the position.
        eventId: unique, which makes it harmless to move an event twice.
        type: and the following: see `api.store.document.NewEvent`.
        envelope: JSON text.
        snapshot: JSON text.
        number: its place among the events of its change.
    """

    id: int  # type: ignore[assignment]
    eventId: str  # noqa: N815 - the name in the database
    type: str
    api: str
    resource: str
    resourceId: str  # noqa: N815
    time: str
    envelope: str
    rev: int
    snapshot: str
    number: int = 0

    class Settings:
        """Where it is kept."""

        name = "event_log"
        indexes: ClassVar = [IndexModel([("eventId", ASCENDING)], unique=True)]


class RelayLease(Document):
    """Who moves events to the log now; there is one such document.

    Attributes:
        owner: unique per taking; empty: nobody.
        until: when it ends by itself (seconds since 1970).
        token: one more with every taking.
    """

    id: str  # type: ignore[assignment]
    owner: str
    until: float
    token: int

    class Settings:
        """Where it is kept."""

        name = "relay_lease"


def declare(collection: Collection) -> type[StoredDocument]:
    """The class of a collection's documents, with the indexes that it declares."""
    wanted = [
        # the default order of lists; also counts them
        IndexModel([("created", ASCENDING), ("_id", ASCENDING)]),
        *map(_sparse, _SPARSE),
        *(
            # those of one value come in the default order
            IndexModel([(f"body.{path}", ASCENDING), ("created", ASCENDING), ("_id", ASCENDING)])
            for path in collection.indexes
            if path != "id"  # which is the key itself
        ),
    ]

    class Declared(StoredDocument):
        """A document of this collection."""

        class Settings:
            """Where it is kept."""

            name = collection.name
            indexes = wanted

    Declared.__name__ = f"Stored_{collection.name}"
    return Declared


async def drop_partial(collection: AsyncCollection[JsonObject]) -> None:
    """Drops the partial indexes that were declared before, so that sparse ones take their names."""
    for name, index in (await collection.index_information()).items():
        if _PARTIAL in index and index["key"] in [[(field, ASCENDING)] for field in _SPARSE]:
            await collection.drop_index(name)


def _sparse(name: str) -> IndexModel:
    """Of a field that few documents have, and that is always asked for by itself."""
    return IndexModel([(name, ASCENDING)], sparse=True)
