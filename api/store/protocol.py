"""The store: the only place where anything is kept.

One change is one document write: compare-and-set on ``{id, rev}`` that carries the new body and
the events of that change. Nothing here needs a transaction over two documents. A write that has
returned survives kill -9 and power loss.
"""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from api.query.tree import EVERYTHING, Node, Sort
from api.store.document import ROOM, Document, LogEntry, NewEvent, Page

__all__ = ["PATIENCE", "Collection", "Store"]

PATIENCE: Final = 5.0
"""Seconds that a list may take which no index serves; then it is given up: TooCostly."""


class Collection:
    """A named set of documents and the attributes by which they are looked up.

    Args:
        name: letters, digits and ``_`` only.
        indexes: dotted paths of indexed attributes, e.g. ``state`` or ``relatedParty.id``.
    """

    __slots__ = ("indexes", "name")

    def __init__(self, name: str, indexes: Sequence[str] = ()) -> None:
        self.name = name
        self.indexes = tuple(indexes)


class Store(Protocol):
    """What the rest of the program may ask of a store. All methods may raise Unavailable."""

    async def open(self, collections: Sequence[Collection]) -> None:
        """Connects and makes collections and indexes that are missing."""
        ...

    async def close(self) -> None:
        """Finishes the writes under way and lets go of everything."""
        ...

    async def ping(self) -> None:
        """Raises Unavailable when the store cannot be used now."""
        ...

    async def insert(
        self, collection: str, document: Document, events: Sequence[NewEvent] = ()
    ) -> None:
        """Adds a document with its events. Raises DuplicateId when the id is taken."""
        ...

    async def get(self, collection: str, id_: str) -> Document | None:
        """The document, or None."""
        ...

    async def replace(
        self, collection: str, document: Document, events: Sequence[NewEvent] = ()
    ) -> None:
        """Writes a changed document with its events.

        ``document.rev`` is the revision that was read plus one. Raises Stale when the stored one
        is not exactly one behind (changed meanwhile, or gone).
        """
        ...

    async def delete(
        self, collection: str, document: Document, events: Sequence[NewEvent] = ()
    ) -> None:
        """Removes a document (``rev`` as it was read) with its events. Raises Stale as above."""
        ...

    async def page(
        self,
        collection: str,
        query: Node = EVERYTHING,
        *,
        sort: Sequence[Sort] = (),
        offset: int = 0,
        limit: int = 100,
        room: int = ROOM,
    ) -> Page:
        """A part of those that match, in order, with the exact number of all.

        It ends with the document by which the bodies come to ``room`` bytes, if not before.

        Without sort keys the order is that of creation: what comes is appended. Documents with
        equal keys are in the order of creation, too, backwards where the first key descends.

        Raises TooCostly where that needs a search through more than the store has patience for.
        """
        ...

    async def find(
        self,
        collection: str,
        query: Node = EVERYTHING,
        *,
        sort: Sequence[Sort] = (),
        offset: int = 0,
        limit: int = 100,
    ) -> list[Document]:
        """As `page`, without counting, and with all that there are up to the limit."""
        ...

    async def due(self, collection: str, until: float, limit: int) -> list[Document]:
        """Documents whose ``due`` is not after that time, earliest first."""
        ...

    async def next_due(self, collection: str) -> float | None:
        """The earliest ``due`` in the collection."""
        ...

    async def release(self, collection: str, owner: str, now: float) -> int:
        """Ends all leases of that owner and makes their documents due now; says how many."""
        ...

    async def read_log(self, after: int, limit: int) -> list[LogEntry]:
        """Events with a position greater than that, in order."""
        ...

    async def logged(self, event_id: str) -> LogEntry | None:
        """The event of that id; None: it is not in the log (yet, or any more)."""
        ...

    async def prune_log(self, up_to: int, limit: int) -> int:
        """Removes the oldest events, at most so many and none beyond that position; how many.

        A store may keep the events of one change together, and remove some less or more for it.
        What is left has no gap: `read_log` gives events from the first one that is kept on. The
        last event always stays, so that positions go on from it.
        """
        ...

    async def log_end(self) -> int:
        """The position of the last event; 0 when there is none yet."""
        ...

    def on_append(self, callback: Callable[[], None]) -> None:
        """Has the callback called, in the event loop, after this process committed events.

        Only a hint to read the log now instead of at the next look: it may be missed, and other
        processes' events do not cause it.
        """
        ...
