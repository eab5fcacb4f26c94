"""How far a subscription has been delivered, kept in its document, and whose it is.

Whose it is stands in the document's lease; for how long, that process's own document tells (see
`api.events.members`). So a subscription of which there is nothing to tell is not written. While it
keeps up with its holder it `follows` it: then it has come at least as far as the holder tells.
"""

from collections.abc import Sequence
from dataclasses import replace

from api.clock import Clock
from api.errors import Stale
from api.events.command import Command
from api.events.members import Members
from api.events.subscription import ACTIVE, ENDED, SUBSCRIPTIONS
from api.jsontypes import JsonObject
from api.process.leases import LostLease
from api.store.document import Document, Lease
from api.store.protocol import Store

__all__ = ["Cursor"]

_TRIES = 10


class Cursor:
    """A durable position, and the right to deliver.

    Only the holder delivers. The position is written by compare-and-set together with the lease,
    so who has lost it cannot move the position any more. Each claim begins a new term, so that
    this holds within one process too, where one holder follows another.

    Args:
        store: where subscriptions are kept.
        clock: time.
        members: the processes that deliver, this one among them.
        document: the subscription as just read.
    """

    def __init__(self, store: Store, clock: Clock, members: Members, document: Document) -> None:
        self._store = store
        self._clock = clock
        self._members = members
        self._owner = members.owner
        self._document = document
        self._options = (document.process or {}).get("options")
        self.term = 0
        """Ours, once it is claimed: higher than all before."""
        self.follows = False
        """Whether it may stand in the store that it follows this process."""

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

    @property
    def held(self) -> bool:
        """Whether no other process may deliver now."""
        return self._members.holds(self._owner, self._clock.now())

    async def claim(self) -> bool:
        """Takes it for this process; tells whether it was to be had."""
        if self._members.taken(self._document) or not self._members.alive:
            return False
        self._owner, term = self._members.owner, self._document.rev + 1
        more = {"term": term, "follows": None}
        try:
            await self._write(self._document, self.position, self._members.lease(), more)
        except Stale:
            return False
        self.term = term
        return True

    async def settle(self) -> None:
        """Writes that the records are ours now. Raises as `save`."""
        if not self.held:
            # the claim may have come to the store after what this process held was freed: then
            # nobody would look at it again, were it not due when its own lease ends
            raise self._lost()
        await self._update(self.position, {"settled": self.term})

    async def save(self, position: int, health: JsonObject, *, follows: bool) -> None:
        """Writes position and health, and whether it keeps up with this process.

        Raises LostLease when another process has taken over; its ``until`` is None when the
        subscription is gone.
        """
        self.follows |= follows  # before it is written: from then on it may count
        owner = self._owner if follows else None
        await self._update(position, {"health": health, "follows": owner})
        self.follows = follows

    async def look(self) -> None:
        """Reads the document again, for what was asked for meanwhile. Raises LostLease."""
        self._document = await self._read_again()

    async def obeyed(self, position: int, done: Sequence[Command]) -> None:
        """Sets the position, and takes away the commands that led to it. Raises as `save`."""
        await self._update(position, {}, done=done)

    async def release(self, position: int, health: JsonObject) -> None:
        """Writes as `save` and lets go of the subscription, so that others go on at once."""
        await self._update(position, {"health": health, "follows": None}, kept=False)

    async def end(self, position: int, health: JsonObject, why: str) -> None:
        """Ends the subscription for good: it is kept to be read, but nobody delivers it."""
        ended = {"time": self._clock.now(), "detail": why}
        more = {"health": health, "follows": None, "state": ENDED, "ended": ended}
        await self._update(position, more, kept=False)

    async def _update(
        self,
        position: int,
        more: JsonObject,
        *,
        done: Sequence[Command] = (),
        kept: bool = True,
    ) -> None:
        before = self._document
        for _ in range(_TRIES):
            try:
                lease = before.lease if kept else None
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
        if process.get("follows") is None:
            process.pop("follows", None)
        if done:  # further ones may have come behind them
            process["commands"] = process["commands"][done:]
        due = self._due(process, lease)
        if (process, lease, due) == (before.process, before.lease, before.due):
            return
        after = replace(before, rev=before.rev + 1, process=process, lease=lease, due=due)
        await self._store.replace(SUBSCRIPTIONS.name, after)
        self._document = after

    def _due(self, process: JsonObject, lease: Lease | None) -> float | None:
        if lease is not None:  # until it is settled it comes up by itself
            return None if process.get("settled") == process.get("term") else lease.until
        return self._clock.now() if process.get("state", ACTIVE) == ACTIVE else None

    async def _read_again(self) -> Document:
        document = await self._store.get(SUBSCRIPTIONS.name, self.id)
        if document is None or document.created != self._document.created:
            raise LostLease(f"subscription {self.id}")
        ours = (document.process or {}).get("term") == self.term
        if not (ours and document.lease is not None and document.lease.owner == self._owner):
            raise self._lost()
        return document

    def _lost(self) -> LostLease:
        return LostLease(f"subscription {self.id}", self._clock.now())
