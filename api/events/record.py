"""What is kept of a resource whose delivery to a subscription failed.

Each record tells in which term it was written: a term is one holder's time with a subscription. Who
takes a subscription over first writes every record anew, in its own term. What an earlier holder
still has on its way has no effect then: its changes and removals meet another revision, and what it
adds is of a term that is over. A key is used once, so that no revision comes again.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from api.clock import Clock
from api.errors import Stale
from api.query.tree import Compare, Kind, Op
from api.store.document import Body, Document
from api.store.protocol import Collection, Store
from api.store.walk import walk

__all__ = ["DELIVERIES", "Record", "RecordState", "Records"]

DELIVERIES = Collection("delivery", ["subscription", "state"])

_PAGE = 500
_BATCH = 64
"""Records written at once, so that they share the store's commits."""


class RecordState(StrEnum):
    """Whether it is still tried."""

    WAITING = "waiting"
    PARKED = "parked"


@dataclass(slots=True)
class Record:
    """A resource that a subscription is behind on. Its events from ``position`` on are not sent.

    Attributes:
        lane: the resource: ``api/resource/id``.
        position: of its first event that is not delivered.
        attempts: how often that event was tried.
        state: waiting for another try, or parked until somebody unparks it.
        due: when it is tried again.
        detail: what came of the last try.
        id: its document's key; empty: it has none yet.
        stored: the document as it is in the store; None: not yet.
    """

    lane: str
    position: int
    attempts: int = 0
    state: RecordState = RecordState.WAITING
    due: float | None = None
    detail: str = ""
    id: str = ""
    stored: Document | None = None


class Records:
    """The records of one subscription.

    Args:
        store: where they are kept.
        clock: time and keys.
        subscription: its id.
        since: when it was created: records of an earlier registration of the same pair are not its.
        oldest: the last term that began with `settle`: records of earlier ones are not its either.
    """

    def __init__(
        self, store: Store, clock: Clock, subscription: str, since: int, oldest: int = 0
    ) -> None:
        self._store = store
        self._clock = clock
        self.subscription = subscription
        self._since = since
        self._oldest = self._term = oldest

    async def settle(self, term: int) -> list[Record]:
        """Begins a term: writes all of them anew, and removes what counts no more.

        Raises Stale where somebody else's write came in between: then do it again.
        """
        self._term = term
        settled: dict[str, Record] = {}
        while True:
            # nobody else can remove what is settled: so going on behind it leaves nothing out
            page = await self._page(len(settled))
            for start in range(0, len(page), _BATCH):
                batch = [each for each in page[start : start + _BATCH] if each.id not in settled]
                settled |= {each.id: each for each in await self._renew(batch)}
            if len(page) < _PAGE:
                self._oldest = term
                return list(settled.values())

    async def _renew(self, documents: Sequence[Document]) -> list[Record]:
        if any(each.body.data["since"] > self._since for each in documents):
            raise Stale(f"subscription {self.subscription}")  # it was registered anew
        valid = [_record(each) for each in documents if self._valid(each)]
        writes = await asyncio.gather(*map(self.save, valid), return_exceptions=True)
        for error in writes:
            if error is not None:
                raise error
        await self._discard([each for each in documents if not self._valid(each)])
        return valid

    async def read(self) -> list[Record]:
        """All of them, with nothing written: for whoever only looks."""
        found = walk(self._store, DELIVERIES.name, self._mine())
        return [_record(each) async for each in found if self._valid(each)]

    async def save(self, record: Record) -> None:
        """Writes it. Raises Stale or DuplicateId when another process has written it meanwhile."""
        record.id = record.id or self._clock.new_id()
        before = record.stored
        document = Document(
            id=record.id,
            body=Body(data=self._body(record)),
            created=int(self._clock.now() * 1_000_000) if before is None else before.created,
            rev=1 if before is None else before.rev + 1,
            due=record.due,
        )
        if before is None:
            await self._store.insert(DELIVERIES.name, document)
        else:
            await self._store.replace(DELIVERIES.name, document)
        record.stored = document

    async def drop(self, record: Record) -> None:
        """Removes it. Raises Stale as above."""
        if record.stored is not None:
            await self._store.delete(DELIVERIES.name, record.stored)

    async def clear(self) -> None:
        """Removes all of them, but not those of a later registration."""
        kept = 0
        while page := await self._page(kept):
            mine = [each for each in page if each.body.data["since"] <= self._since]
            await self._discard(mine)
            kept += len(page) - len(mine)

    def _body(self, record: Record) -> dict[str, str | int]:
        return {
            "id": record.id,
            "subscription": self.subscription,
            "since": self._since,
            "term": self._term,
            "lane": record.lane,
            "position": record.position,
            "attempts": record.attempts,
            "state": record.state.value,
            "detail": record.detail,
        }

    def _valid(self, document: Document) -> bool:
        body = document.body.data
        return bool(body["since"] == self._since and body.get("term", 0) >= self._oldest)

    async def _page(self, offset: int) -> list[Document]:
        return await self._store.find(DELIVERIES.name, self._mine(), offset=offset, limit=_PAGE)

    def _mine(self) -> Compare:
        return Compare(("subscription",), Op.EQ, self.subscription, Kind.STRING)

    async def _discard(self, documents: Sequence[Document]) -> None:
        for document in documents:
            with suppress(Stale):  # another process has just done it
                await self._store.delete(DELIVERIES.name, document)


def _record(document: Document) -> Record:
    body = document.body.data
    return Record(
        lane=body["lane"],
        position=body["position"],
        attempts=body["attempts"],
        state=RecordState(body["state"]),
        due=document.due,
        detail=body["detail"],
        id=document.id,
        stored=document,
    )
