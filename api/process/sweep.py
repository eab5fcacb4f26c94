"""Finds the documents of a collection that are due, however many there are."""

from collections.abc import Collection as Known

from api.clock import Clock
from api.process.leases import Leases
from api.process.queue import WorkQueue
from api.process.ranking import priority_of, rank
from api.store.document import Document
from api.store.protocol import Store

__all__ = ["Sweep"]

_PAGE = 200
"""Documents read at once, beyond those that are known to be in work."""


class Sweep:
    """Looks for due documents: at start, when the next one is due, and every half lease.

    The first sweep also finds what a dead process on this host held, though its leases still run.

    Args:
        collection: to look through.
        store: where it is.
        clock: time.
        leases: of this process.
        queue: takes the documents that are found; the sweep goes on as it empties.
        failing: documents that have a timer of their own.
    """

    def __init__(
        self,
        collection: str,
        store: Store,
        clock: Clock,
        leases: Leases,
        *,
        queue: WorkQueue,
        failing: Known[str],
    ) -> None:
        self._collection = collection
        self._store = store
        self._clock = clock
        self._leases = leases
        self._queue = queue
        self._failing = failing
        self._ahead = 2 * leases.seconds

    async def step(self) -> None:
        """Sweeps once and waits for the next time."""
        began = self._clock.now()
        await self._pass(began + self._ahead)
        self._ahead = 0.0
        next_ = await self._store.next_due(self._collection)
        now, wait = self._clock.now(), self._leases.seconds / 2
        # what was due when it began was found; what has come due since is as far away as what will
        if next_ is not None and began < next_ < now + wait:
            wait = max(0.0, next_ - now)
        await self._clock.sleep(wait)

    async def _pass(self, until: float) -> None:
        """Asks for the first due documents again and again: those that were done are gone then."""
        others: set[str] = set()
        while True:
            known = self._queue.keys.union(others, self._failing)
            limit = _PAGE + len(known)
            documents = await self._store.due(self._collection, until, limit)
            for document in documents:
                if document.id in known:
                    continue
                if self._ready(document):
                    priority = priority_of(document.body.data)
                    self._queue.add(document.id, rank(document.due or 0.0, priority))
                else:
                    others.add(document.id)
            if len(documents) < limit:
                return
            await self._queue.room(_PAGE // 4)

    def _ready(self, document: Document) -> bool:
        if self._leases.taken(document) is not None:
            return False
        orphaned = document.lease is not None and not self._leases.mine(document.lease)
        return orphaned or (document.due or 0.0) <= self._clock.now()
