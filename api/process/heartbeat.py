"""Keeps the leases of documents that this process works on, also while a look takes long."""

import asyncio
from dataclasses import replace

import structlog

from api.clock import Clock
from api.errors import Stale
from api.process.leases import Leases, earliest
from api.process.work import Hold
from api.store.protocol import Store

__all__ = ["Heartbeat"]

_log = structlog.get_logger(__name__)

_BATCH = 64
"""Leases renewed side by side: a store commits such writes together."""


class Heartbeat:
    """Renews leases of which less than half is left.

    Args:
        collection: of the documents.
        store: where they are.
        clock: time.
        leases: of this process.
        holds: the documents that this process works on; those that it lost are taken out.
    """

    def __init__(
        self,
        collection: str,
        store: Store,
        clock: Clock,
        leases: Leases,
        holds: dict[str, Hold],
    ) -> None:
        self._collection = collection
        self._store = store
        self._clock = clock
        self._leases = leases
        self._holds = holds

    async def step(self) -> None:
        """Waits a quarter of a lease and renews what is worn."""
        await self._clock.sleep(self._leases.seconds / 4)
        half = self._clock.now() + self._leases.seconds / 2
        worn = [id_ for id_, hold in self._holds.items() if hold.until < half]
        for start in range(0, len(worn), _BATCH):
            await asyncio.gather(*map(self._renew, worn[start : start + _BATCH]))

    async def _renew(self, id_: str) -> None:
        document = await self._store.get(self._collection, id_)
        hold = self._holds.get(id_)
        if hold is None:
            return
        if document is None:
            self._holds.pop(id_, None)
            return
        lease = document.lease
        if lease is None:
            return  # just let go of: whoever did so takes the hold away
        if not self._leases.mine(lease):
            _log.warning("lease lost", collection=self._collection, document=id_)
            self._holds.pop(id_, None)
            return
        fresh = self._leases.fresh()
        asked = hold.asked if document.due == lease.until else document.due
        after = replace(
            document, rev=document.rev + 1, lease=fresh, due=earliest(asked, fresh.until)
        )
        try:
            await self._store.replace(self._collection, after)
        except Stale:
            return  # it was just written: the lease with it, or the next beat renews it
        if id_ in self._holds:
            self._holds[id_].until = fresh.until
