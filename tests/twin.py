"""The store's twin in memory: the tests of the stores run on it, too, and others stand on it."""

import asyncio
import bisect
import itertools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from api.errors import DuplicateId, Stale
from api.query.evaluate import evaluate
from api.query.order import extreme
from api.query.tree import EVERYTHING, Node, Sort
from api.store.document import ROOM, Body, Document, LogEntry, NewEvent, Page
from api.store.protocol import Collection

__all__ = ["MemoryStore"]


@dataclass
class MemoryStore:
    """Implements `api.store.protocol.Store`.

    Attributes:
        writes: how many there were.
        limit: after so many writes `on_limit` is called: a process is killed by its last write.
        between: what somebody else does before the write behind the first `writes_before`.
    """

    documents: dict[str, dict[str, Document]] = field(default_factory=dict)
    log: list[LogEntry] = field(default_factory=list)
    writes: int = 0
    limit: int | None = None
    on_limit: Callable[[], None] = lambda: None
    between: Callable[[], Awaitable[None]] | None = None
    writes_before: int = 0
    _told: list[Callable[[], None]] = field(default_factory=list)

    def of(self, collection: str) -> dict[str, Document]:
        return self.documents.setdefault(collection, {})

    async def open(self, collections: Sequence[Collection]) -> None:
        del collections

    async def close(self) -> None: ...

    async def ping(self) -> None: ...

    async def insert(
        self, collection: str, document: Document, events: Sequence[NewEvent] = ()
    ) -> None:
        await self._others()
        if document.id in self.of(collection):
            raise DuplicateId(f"{collection} {document.id}")
        self._write(collection, document, events)

    async def get(self, collection: str, id_: str) -> Document | None:
        await asyncio.sleep(0)
        return self.of(collection).get(id_)

    async def replace(
        self, collection: str, document: Document, events: Sequence[NewEvent] = ()
    ) -> None:
        await self._others()
        present = self.of(collection).get(document.id)
        if present is None or present.rev != document.rev - 1:
            raise Stale(f"{collection} {document.id}")
        self._write(collection, document, events)

    async def delete(
        self, collection: str, document: Document, events: Sequence[NewEvent] = ()
    ) -> None:
        await asyncio.sleep(0)
        present = self.of(collection).get(document.id)
        if present is None or present.rev != document.rev:
            raise Stale(f"{collection} {document.id}")
        del self.of(collection)[document.id]
        self._append(document.body, document.rev + 1, events)

    async def _others(self) -> None:
        await asyncio.sleep(0)
        if self.between is not None and self.writes >= self.writes_before:
            between, self.between = self.between, None
            await between()

    def _write(self, collection: str, document: Document, events: Sequence[NewEvent]) -> None:
        # through JSON, so that nothing is shared with what the caller still holds
        self.of(collection)[document.id] = replace(document, body=Body(raw=document.body.raw))
        self.writes += 1
        self._append(document.body, document.rev, events)
        if self.writes == self.limit:
            self.on_limit()

    def _append(self, body: Body, rev: int, events: Sequence[NewEvent]) -> None:
        for number, event in enumerate(events):
            self.log.append(LogEntry(self._end() + 1, rev, event, Body(raw=body.raw), number))
        for callback in self._told if events else ():
            callback()

    def _end(self) -> int:
        return self.log[-1].position if self.log else 0

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
        found = self._matching(collection, query, sort)
        part = found[offset : offset + limit]
        sizes = itertools.accumulate((len(each.body.raw) for each in part), initial=0)
        return Page(
            [each for each, size in zip(part, sizes, strict=False) if size < room], len(found)
        )

    async def find(
        self,
        collection: str,
        query: Node = EVERYTHING,
        *,
        sort: Sequence[Sort] = (),
        offset: int = 0,
        limit: int = 100,
    ) -> list[Document]:
        return self._matching(collection, query, sort)[offset : offset + limit]

    def _matching(self, collection: str, query: Node, sort: Sequence[Sort]) -> list[Document]:
        """Those that match, in the order of lists."""
        down = bool(sort) and sort[0].descending
        found = [d for d in self.of(collection).values() if evaluate(query, d.body.data)]
        found.sort(key=lambda each: (each.created, each.id), reverse=down)
        for key in reversed(sort):
            found.sort(key=lambda each: extreme(each.body.data, key), reverse=key.descending)
        return found

    async def due(self, collection: str, until: float, limit: int) -> list[Document]:
        found = [d for d in self.of(collection).values() if d.due is not None and d.due <= until]
        return sorted(found, key=lambda each: each.due or 0.0)[:limit]

    async def next_due(self, collection: str) -> float | None:
        return min((d.due for d in self.of(collection).values() if d.due is not None), default=None)

    async def release(self, collection: str, owner: str, now: float) -> int:
        held = [d for d in self.of(collection).values() if d.lease and d.lease.owner == owner]
        for each in held:
            free = replace(each, rev=each.rev + 1, lease=None, due=now)
            self.of(collection)[each.id] = free
        return len(held)

    async def read_log(self, after: int, limit: int) -> list[LogEntry]:
        start = bisect.bisect_right(self.log, after, key=lambda entry: entry.position)
        return self.log[start : start + limit]

    async def logged(self, event_id: str) -> LogEntry | None:
        return next((entry for entry in self.log if entry.event.id == event_id), None)

    async def prune_log(self, up_to: int, limit: int) -> int:
        last = min(up_to, self._end() - 1)
        gone = sum(entry.position <= last for entry in self.log[:limit])
        del self.log[:gone]
        return gone

    async def log_end(self) -> int:
        return self._end()

    def on_append(self, callback: Callable[[], None]) -> None:
        self._told.append(callback)
