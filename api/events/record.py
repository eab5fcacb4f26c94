"""What is kept of a resource whose delivery to a subscription failed."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum

from api.clock import Clock, derived_id
from api.errors import Stale
from api.query.tree import Compare, Kind, Op
from api.store.document import Body, Document
from api.store.protocol import Collection, Store

__all__ = ["DELIVERIES", "Record", "RecordState", "Records"]

DELIVERIES = Collection("delivery", ["subscription", "state"])

_PAGE = 500


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
        stored: the document as it is in the store; None: not yet.
    """

    lane: str
    position: int
    attempts: int = 0
    state: RecordState = RecordState.WAITING
    due: float | None = None
    detail: str = ""
    stored: Document | None = None


class Records:
    """The records of one subscription.

    Args:
        store: where they are kept.
        clock: time.
        subscription: its id.
        since: when it was created: records of an earlier registration of the same pair are not its.
    """

    def __init__(self, store: Store, clock: Clock, subscription: str, since: int) -> None:
        self._store = store
        self._clock = clock
        self.subscription = subscription
        self._since = since

    async def load(self) -> list[Record]:
        """All of them; what an earlier registration left over is removed."""
        records = []
        async for document in self._documents():
            if document.body.data["since"] != self._since:
                await self._delete(document)
                continue
            records.append(_record(document))
        return records

    async def read(self) -> list[Record]:
        """All of them, with nothing removed: for whoever only looks."""
        found = [each async for each in self._documents()]
        return [_record(each) for each in found if each.body.data["since"] == self._since]

    async def save(self, record: Record) -> None:
        """Writes it. Raises Stale or DuplicateId when another process has written it meanwhile."""
        before = record.stored
        document = Document(
            id=derived_id(self.subscription, record.lane) if before is None else before.id,
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
        """Removes all of them."""
        async for document in self._documents():
            await self._delete(document)

    def _body(self, record: Record) -> dict[str, str | int]:
        return {
            "id": derived_id(self.subscription, record.lane),
            "subscription": self.subscription,
            "since": self._since,
            "lane": record.lane,
            "position": record.position,
            "attempts": record.attempts,
            "state": record.state.value,
            "detail": record.detail,
        }

    async def _documents(self) -> AsyncIterator[Document]:
        mine = Compare(("subscription",), Op.EQ, self.subscription, Kind.STRING)
        found: list[Document] = []
        while not found or len(found) % _PAGE == 0:
            page = await self._store.find(DELIVERIES.name, mine, offset=len(found), limit=_PAGE)
            if not page:
                break
            found += page
        for document in found:
            yield document

    async def _delete(self, document: Document) -> None:
        try:
            await self._store.delete(DELIVERIES.name, document)
        except Stale:
            return  # another process has just done it


def _record(document: Document) -> Record:
    body = document.body.data
    return Record(
        lane=body["lane"],
        position=body["position"],
        attempts=body["attempts"],
        state=RecordState(body["state"]),
        due=document.due,
        detail=body["detail"],
        stored=document,
    )
