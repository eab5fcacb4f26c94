"""Moves events from the documents in which they were written to the log.

One relay at a time, by lease. Should two run all the same (one of them stalled and came back
late), the log stays right, because each of its entries is a bet on what the log was:

- positions are given from the log's end on and inserted in order, stopping at the first failure:
  a position exists only after the one before it, so there is no gap, and a reader that saw one
  position never finds a lower one later;
- whoever was late bets on a position that is taken, or on an event that is in: both are unique, so
  it fails, and starts again from what the log is now;
- an event leaves its document only after it is in the log; one that is found in both places is in
  the log already and only leaves.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from itertools import count

import structlog
from pymongo import DESCENDING, DeleteOne, UpdateOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError, PyMongoError
from pymongo.read_concern import ReadConcern

from api.clock import Clock
from api.store.mongo.envelope import Raw, complete
from api.store.mongo.lease import Held, LeaseBook

__all__ = ["Relay"]

_LOG = structlog.get_logger(__name__)
_BATCH = 100  # documents per round
_SOONEST, _LATEST = 0.1, 1.0  # seconds between looks at other processes' events
_TAKEN = 0.05  # seconds until asking again for a lease that another relay has
_DUPLICATE = 11000
_FIRST, _NONE = "pending.0", {"$exists": False}
# what a majority has cannot be undone by a change of the primary: only that may get a position
_SURE = ReadConcern("majority")

_Found = tuple["AsyncCollection[Raw]", Raw]


class Relay:
    """Moves events, as a task between `start` and `stop`.

    Args:
        documents: the collections whose documents carry events.
        log: the collection of logged events.
        leases: where its lease is.
        clock: for waiting.
        appended: called after events got into the log.
    """

    def __init__(
        self,
        documents: "Iterable[AsyncCollection[Raw]]",
        log: "AsyncCollection[Raw]",
        leases: LeaseBook,
        clock: Clock,
        appended: Callable[[], None],
    ) -> None:
        self._documents = [one.with_options(read_concern=_SURE) for one in documents]
        self._log = log.with_options(read_concern=_SURE)
        self._leases = leases
        self._clock = clock
        self._appended = appended
        self._wake = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to move events."""
        self._task = asyncio.create_task(self._run(), name="event-relay")

    def wake(self) -> None:
        """Says that there is something to move."""
        self._wake.set()

    async def stop(self) -> None:
        """Ends after the round under way. What is still pending is moved by any relay, later."""
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        pause = _SOONEST
        while not self._stopping:
            self._wake.clear()
            try:
                found = await self.drain()
            except PyMongoError as error:
                _LOG.warning("relay_failed", error=str(error)[:500], kind=type(error).__name__)
                found = 0
            except Exception:  # noqa: BLE001 - without a relay no event would go out any more
                _LOG.exception("relay_failed")
                found = 0
            if found is None:
                await self._clock.wait(self._wake, _TAKEN)
                continue
            pause = _SOONEST if found else min(2 * pause, _LATEST)
            await self._clock.wait(self._wake, pause)

    async def drain(self) -> int | None:
        """Moves all there is; says of how many documents, None: another relay is at it."""
        batch = await self._pending()
        if not batch:
            return 0
        held = await self._leases.take()
        if held is None:
            return None
        try:
            return await self._drain(held)
        finally:
            await self._leases.give_back(held)

    async def _drain(self, held: Held) -> int | None:
        moved = 0
        while batch := await self._pending():
            if not await self._leases.keep(held):
                return None
            if await self.move(batch):
                moved += len(batch)
            if self._stopping:
                break
        return moved

    async def _pending(self) -> list[_Found]:
        """Documents with pending events, those that wait longest first."""
        found: list[_Found] = []
        for collection in self._documents:
            cursor = collection.find(
                {"waiting": {"$exists": True}},
                {"pending": 1, "waiting": 1, "deleted": 1},
                sort=[("waiting", 1)],
                limit=_BATCH,
            )
            found += [(collection, raw) for raw in await cursor.to_list()]
        found.sort(key=lambda one: one[1]["waiting"])
        return found[:_BATCH]

    async def move(self, batch: Sequence[_Found]) -> bool:
        """Logs the events of these documents, then takes them out; False: somebody else did."""
        events = [event for _, raw in batch for event in complete(raw.get("pending", ()))]
        known = await self._known(events)
        last = await self._log.find_one({}, {"_id": 1}, sort=[("_id", DESCENDING)])
        positions = count(int(last["_id"]) + 1 if last else 1)
        entries = [
            {"_id": next(positions), **event} for event in events if event["eventId"] not in known
        ]
        if entries and not await self._append(entries):
            return False
        for collection in {id(one): one for one, _ in batch}.values():
            changes = _removals([raw for one, raw in batch if one is collection])
            await collection.bulk_write(changes, ordered=True)
        return True

    async def _known(self, events: Sequence[Raw]) -> set[str]:
        """The ids of those that are in the log."""
        ids = [event["eventId"] for event in events]
        if not ids:
            return set()
        cursor = self._log.find({"eventId": {"$in": ids}}, {"eventId": 1})
        return {raw["eventId"] for raw in await cursor.to_list()}

    async def carried(self, ids: Sequence[str]) -> set[str]:
        """Those of these events that are still in their documents."""
        if not ids:
            return set()
        found: set[str] = set()
        for collection in self._documents:
            cursor = collection.find(
                {"waiting": {"$exists": True}, "pending.eventId": {"$in": list(ids)}},
                {"pending.eventId": 1},
            )
            found.update(
                event["eventId"] for raw in await cursor.to_list() for event in raw["pending"]
            )
        return found & set(ids)

    async def _append(self, entries: list[Raw]) -> bool:
        try:
            await self._log.insert_many(entries, ordered=True)
        except BulkWriteError as error:
            if any(one["code"] != _DUPLICATE for one in error.details["writeErrors"]):
                raise
            return False
        finally:
            self._appended()  # of a part at least, perhaps
        return True


def _removals(documents: Sequence[Raw]) -> list[UpdateOne | DeleteOne]:
    """What takes the logged events out of these documents, in this order.

    Each step asks for the document as it then is, not as it was read: it may have been changed,
    deleted or created anew meanwhile.
    """
    pulls = [
        UpdateOne({"_id": raw["_id"]}, {"$pull": {"pending": {"eventId": {"$in": ids}}}})
        for raw in documents
        if (ids := [event["eventId"] for event in raw.get("pending", ())])
    ]
    done = [
        UpdateOne(
            {"_id": raw["_id"], _FIRST: _NONE, "deleted": {"$exists": False}},
            {"$unset": {"pending": "", "waiting": ""}},
        )
        for raw in documents
    ]
    gone = [
        DeleteOne({"_id": raw["_id"], _FIRST: _NONE, "deleted": True})
        for raw in documents
        if raw.get("deleted")
    ]
    return [*pulls, *done, *gone]
