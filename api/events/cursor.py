"""How far a subscription has been delivered, kept in its document under a lease."""

from dataclasses import replace

from api.clock import Clock
from api.errors import Stale
from api.events.subscriptions import SUBSCRIPTIONS
from api.process.leases import Leases, LostLease
from api.store.document import Document, Lease
from api.store.protocol import Store

__all__ = ["Cursor"]

_TRIES = 10


class Cursor:
    """A durable position, and the right to deliver.

    Only the holder of the lease delivers. The position is written by compare-and-set together
    with the lease, so who has lost it cannot move the position any more.

    Args:
        store: where subscriptions are kept.
        clock: time.
        leases: of this process.
        document: the subscription as just read.
    """

    def __init__(self, store: Store, clock: Clock, leases: Leases, document: Document) -> None:
        self._store = store
        self._clock = clock
        self._leases = leases
        self._document = document

    @property
    def id(self) -> str:
        """The subscription's id."""
        return self._document.id

    @property
    def position(self) -> int:
        """As stored: every event up to there is delivered, recorded, or not wanted."""
        return int((self._document.process or {})["position"])

    @property
    def leased(self) -> bool:
        """Whether this process may deliver now."""
        lease = self._document.lease
        return lease is not None and self._leases.mine(lease) and lease.until > self._clock.now()

    @property
    def worn(self) -> bool:
        """Whether it is time to write, if only to renew the lease."""
        lease = self._document.lease
        return lease is None or self._leases.worn(lease)

    async def claim(self) -> bool:
        """Takes the lease; tells whether it was to be had."""
        if self._leases.taken(self._document) is not None:
            return False
        try:
            await self._write(self._document, self.position, self._leases.fresh())
        except Stale:
            return False
        return True

    async def save(self, position: int) -> None:
        """Writes the position, and renews the lease when it is worn.

        Raises LostLease when another process has taken over; its ``until`` is None when the
        subscription is gone.
        """
        await self._update(position, self._leases.kept(self._document.lease))

    async def release(self, position: int) -> None:
        """Writes the position and lets go of the subscription, so that others go on at once."""
        await self._update(position, None)

    async def _update(self, position: int, lease: Lease | None) -> None:
        before = self._document
        for _ in range(_TRIES):
            try:
                await self._write(before, position, lease)
            except Stale:
                before = await self._read_again()
            else:
                return
        raise Stale(f"subscription {self.id}")

    async def _write(self, before: Document, position: int, lease: Lease | None) -> None:
        process = {**(before.process or {}), "position": position}
        due = self._clock.now() if lease is None else lease.until
        if (process, lease) == (before.process, before.lease):
            return
        after = replace(before, rev=before.rev + 1, process=process, lease=lease, due=due)
        await self._store.replace(SUBSCRIPTIONS.name, after)
        self._document = after

    async def _read_again(self) -> Document:
        document = await self._store.get(SUBSCRIPTIONS.name, self.id)
        if document is None or document.created != self._document.created:
            raise LostLease(f"subscription {self.id}")
        if not self._leases.mine(document.lease):
            until = document.lease.until if document.lease else self._clock.now()
            raise LostLease(f"subscription {self.id}", until)
        return document
