"""Carries the documents of one controller: when each is looked at, and what if a look fails."""

from collections import OrderedDict

import structlog

from api.clock import Clock
from api.errors import ApiError, Stale
from api.jsontypes import JsonObject
from api.process.controller import Controller
from api.process.heartbeat import Heartbeat
from api.process.leases import Leases, LostLease
from api.process.postpone import postpone
from api.process.progress import Progress
from api.process.queue import WorkQueue
from api.process.ranking import LOWEST, priority_of, rank
from api.process.sweep import Sweep
from api.process.timers import Timers
from api.process.work import Hold, LeasedWork
from api.retry import RetryPolicy
from api.store.document import Document, LogEntry
from api.store.protocol import Store
from api.tasks import Background

__all__ = ["Carrier"]

_log = structlog.get_logger(__name__)

_REMEMBERED = 10_000
"""Documents of which it is remembered at which revision they were looked at last."""


class Carrier:
    """One controller at work.

    Args:
        controller: what carries the documents on.
        store: where they are.
        clock: time.
        leases: of this process.
        retry: when to look again after an error.
    """

    def __init__(
        self,
        controller: Controller,
        store: Store,
        clock: Clock,
        leases: Leases,
        retry: RetryPolicy,
    ) -> None:
        self.collection = controller.commands.resource.collection
        self.progress = Progress()
        self._start = 0
        self._controller = controller
        self._store = store
        self._clock = clock
        self._leases = leases
        self._retry = retry
        self._holds: dict[str, Hold] = {}
        self._failed: dict[str, int] = {}
        self._seen: OrderedDict[str, int] = OrderedDict()
        self._queue = WorkQueue(self._look, controller.concurrency)
        self._priorities: dict[str, int] = {}
        self._timers: Timers[str] = Timers(clock, self._add)
        self._sweep = Sweep(
            self.collection, store, clock, leases, queue=self._queue, failing=self._failed
        )
        self._heartbeat = Heartbeat(self.collection, store, clock, leases, self._holds)
        self._tasks = Background(clock)

    def start(self, position: int) -> None:
        """Begins to work; events up to that position have been followed up before."""
        self.progress = Progress(position)
        self._start = position
        self._controller.commands.on_due = self._add
        self._tasks.start(self._timers.run(), f"timers of {self.collection}")
        self._tasks.repeat(self._sweep.step, f"sweep of {self.collection}")
        self._tasks.repeat(self._heartbeat.step, f"heartbeat of {self.collection}")

    async def stop(self, grace: float) -> None:
        """Ends the work within so many seconds and lets go of the documents."""
        self._controller.commands.on_due = lambda _: None
        await self._queue.stop(grace)
        await self._tasks.stop()
        await self._store.release(self.collection, self._leases.owner, self._clock.now())

    def see(self, entry: LogEntry) -> None:
        """Has the documents looked at that an event says to."""
        if 0 < entry.position <= self._start:
            return
        for id_ in self._controller.concerns(entry):
            if self._old_news(id_, entry):
                continue
            if entry.position:
                self.progress.asked(id_, entry.position)
            if self._own(id_, entry):
                self._prefer(id_, entry.snapshot.data)
            self._add(id_)

    def _add(self, id_: str) -> None:
        """Queues a look by the priority of the document, where that is known."""
        self._queue.add(id_, rank(self._clock.now(), self._priorities.get(id_, LOWEST)))

    def _own(self, id_: str, entry: LogEntry) -> bool:
        """Whether it tells of a change of the document itself."""
        resource, event = self._controller.commands.resource, entry.event
        return (event.api, event.resource, event.resource_id) == (resource.api, resource.name, id_)

    def _old_news(self, id_: str, entry: LogEntry) -> bool:
        """Whether it tells of a change of the document itself that was seen in the last look."""
        return self._own(id_, entry) and 0 < entry.rev <= self._seen.get(id_, 0)

    async def _look(self, id_: str) -> None:
        """Reconciles one document. Never raises."""
        started = self._clock.now()
        self.progress.began(id_)
        self._timers.set(id_, None)
        done = False
        try:
            document = await self._store.get(self.collection, id_)
            if document is not None:
                await self._reconcile(document, started)
            self._failed.pop(id_, None)
            done = True
        except LostLease as lost:
            self._failed.pop(id_, None)
            self._timers.set(id_, lost.until)
            # of what was asked for here the other may know nothing that outlives it
            done = lost.until is None
        except Exception as error:  # noqa: BLE001 - whatever it is, the document is tried again
            done = await self._fail(id_, error)
        finally:
            self.progress.ended(id_, done=done)

    async def _reconcile(self, document: Document, started: float) -> None:
        until = self._leases.taken(document)
        if until is not None:
            raise LostLease(document.id, until)
        commands = self._controller.commands
        work = LeasedWork(commands, self._leases, self._holds, document, started)
        await self._controller.reconcile(work)
        try:
            await work.settle()
        except Stale:
            self._add(document.id)  # changed meanwhile: that needs a look
        else:
            self._saw(document)
        self._timers.set(document.id, work.due)

    def _saw(self, document: Document) -> None:
        self._seen[document.id] = document.rev
        self._seen.move_to_end(document.id)
        self._prefer(document.id, document.body.data)
        if len(self._seen) > _REMEMBERED:
            oldest, _ = self._seen.popitem(last=False)
            self._priorities.pop(oldest, None)

    def _prefer(self, id_: str, body: JsonObject) -> None:
        """Remembers a document that is to be looked at before others; the lowest goes unsaid."""
        priority = priority_of(body)
        if priority < LOWEST:
            self._priorities[id_] = priority
        else:
            self._priorities.pop(id_, None)

    async def _fail(self, id_: str, error: Exception) -> bool:
        """Sets a new try; tells whether that is kept in the store too."""
        tried = self._failed[id_] = self._failed.get(id_, 0) + 1
        wait = self._retry.wait(tried, self._clock.chance()) or self._retry.most
        _log.warning(
            "look at a document failed",
            collection=self.collection,
            document=id_,
            tried=tried,
            again_in=round(wait, 3),
            error=repr(error),
            exc_info=None if isinstance(error, ApiError) else error,
        )
        again = self._clock.now() + wait
        self._timers.set(id_, again)
        if id_ in self._holds:
            return True  # due when the lease ends, should this process die
        return await postpone(self._store, self.collection, id_, again)
