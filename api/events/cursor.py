"""How far a subscription has been delivered, kept in its document under a lease."""

from collections.abc import Sequence
from dataclasses import replace

from api.clock import Clock
from api.errors import Stale
from api.events.command import Command
from api.events.subscription import ACTIVE, ENDED, SUBSCRIPTIONS
from api.jsontypes import JsonObject
from api.process.leases import Leases, LostLease
from api.store.document import Document, Lease
from api.store.protocol import Store

__all__ = ["Cursor"]

_TRIES = 10


class Cursor:
    """A durable position, and the right to deliver.

    Only the holder of the lease delivers. The position is written by compare-and-set together
    with the lease, so who has lost it cannot move the position any more. Each claim begins a new
    term, so that this holds within one process too, where one holder follows another.

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
        self._options = (document.process or {}).get("options")
        self.term = 0
        """Ours, once it is claimed: higher than all before."""

    @property
    def id(self) -> str:
        """The subscription's id."""
        return self._document.id

    @property
    def position(self) -> int:
        """As stored: every event up to there is delivered, recorded, or not wanted."""
        return int((self._document.process or {})["position"])

    @property
    def settled(self) -> int:
        """The last term whose holder has made the subscription's records its own."""
        return int((self._document.process or {}).get("settled", 0))

    @property
    def rev(self) -> int:
        """Of the document, as last seen."""
        return self._document.rev

    @property
    def commands(self) -> Sequence[Command]:
        """What was asked for and is still to be done."""
        return [Command.of(each) for each in (self._document.process or {}).get("commands", ())]

    @property
    def called_off(self) -> bool:
        """Whether somebody wants it otherwise than it was when it was claimed."""
        process = self._document.process or {}
        return (
            bool(process.get("commands"))
            or process.get("state", ACTIVE) != ACTIVE
            or process.get("options") != self._options
        )

    def leased_until(self, time: float) -> bool:
        """Whether no other process may deliver before that time."""
        lease = self._document.lease
        return lease is not None and self._leases.mine(lease) and lease.until > time

    @property
    def worn(self) -> bool:
        """Whether it is time to write, if only to renew the lease."""
        lease = self._document.lease
        return lease is None or self._leases.worn(lease)

    async def claim(self) -> bool:
        """Takes the lease; tells whether it was to be had."""
        if self._leases.taken(self._document) is not None:
            return False
        term = self._document.rev + 1
        try:
            await self._write(self._document, self.position, self._leases.fresh(), {"term": term})
        except Stale:
            return False
        self.term = term
        return True

    async def settle(self) -> None:
        """Writes that the records are ours now. Raises as `save`."""
        lease = self._leases.kept(self._document.lease)
        await self._update(self.position, lease, {"settled": self.term})

    async def save(self, position: int, health: JsonObject) -> None:
        """Writes position and health, and renews the lease when it is worn.

        Raises LostLease when another process has taken over; its ``until`` is None when the
        subscription is gone.
        """
        lease = self._leases.kept(self._document.lease)
        await self._update(position, lease, {"health": health})

    async def look(self) -> None:
        """Reads the document again, for what was asked for meanwhile. Raises LostLease."""
        self._document = await self._read_again()

    async def obeyed(self, position: int, done: Sequence[Command]) -> None:
        """Sets the position, and takes away the commands that led to it. Raises as `save`."""
        await self._update(position, self._leases.kept(self._document.lease), {}, done)

    async def release(self, position: int, health: JsonObject) -> None:
        """Writes as `save` and lets go of the subscription, so that others go on at once."""
        await self._update(position, None, {"health": health})

    async def end(self, position: int, health: JsonObject, why: str) -> None:
        """Ends the subscription for good: it is kept to be read, but nobody delivers it."""
        ended = {"time": self._clock.now(), "detail": why}
        await self._update(position, None, {"health": health, "state": ENDED, "ended": ended})

    async def _update(
        self,
        position: int,
        lease: Lease | None,
        more: JsonObject,
        done: Sequence[Command] = (),
    ) -> None:
        before = self._document
        for _ in range(_TRIES):
            try:
                await self._write(before, position, lease, more, len(done))
            except Stale:
                before = await self._read_again()
            else:
                return
        raise Stale(f"subscription {self.id}")

    async def _write(
        self,
        before: Document,
        position: int,
        lease: Lease | None,
        more: JsonObject,
        done: int = 0,
    ) -> None:
        process = {**(before.process or {}), **more, "position": position}
        if done:  # further ones may have come behind them
            process["commands"] = process["commands"][done:]
        due = self._due(process, lease)
        if (process, lease) == (before.process, before.lease):
            return
        after = replace(before, rev=before.rev + 1, process=process, lease=lease, due=due)
        await self._store.replace(SUBSCRIPTIONS.name, after)
        self._document = after

    def _due(self, process: JsonObject, lease: Lease | None) -> float | None:
        if lease is not None:
            return lease.until
        return self._clock.now() if process.get("state", ACTIVE) == ACTIVE else None

    async def _read_again(self) -> Document:
        document = await self._store.get(SUBSCRIPTIONS.name, self.id)
        if document is None or document.created != self._document.created:
            raise LostLease(f"subscription {self.id}")
        ours = (document.process or {}).get("term") == self.term
        if not (ours and self._leases.mine(document.lease)):
            until = document.lease.until if document.lease else self._clock.now()
            raise LostLease(f"subscription {self.id}", until)
        return document
