"""The processes that deliver, as one of them sees the others, and what it tells of itself.

A process holds its subscriptions as long as it renews its own document (`api.events.member`). Who
finds one that was not renewed in time first marks it as lapsed, by compare-and-set: from then on
the process that it is of can renew it no more, and notices at its next word. Only then what it held
is freed, in one write, which gives each of these subscriptions another revision. A process that has
lapsed goes on under another name, with nothing in its hands.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import structlog

from api.clock import Clock
from api.errors import ApiError, DuplicateId, Stale
from api.events.member import MEMBERS, Member, MemberState, read_members
from api.events.subscription import SUBSCRIPTIONS
from api.process.owner import dead_owner, new_owner
from api.store.document import Document, Lease
from api.store.protocol import Store
from api.tasks import Background

__all__ = ["Members"]

_log = structlog.get_logger(__name__)

_KEPT = 60.0
"""Seconds for which the dead are remembered: how far they came, and what may come of them late."""

_TICKS = 16
"""Looks per length of a lease at whether it runs out."""


class Members:
    """The processes that deliver.

    Args:
        store: where all tell of themselves.
        clock: time.
        seconds: for how long one counts as alive without a further word.
        apis: whose subscriptions this one delivers; it shares with those that deliver the same.
        tasks: of the hub.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        seconds: float,
        apis: frozenset[str],
        tasks: Background,
    ) -> None:
        self._store = store
        self._clock = clock
        self._apis = sorted(apis)
        self.seconds = seconds
        self.tick = seconds / _TICKS
        """Seconds between looks at whether this process still counts as alive."""
        self._me = self._new()
        self._others: set[str] = set()
        self._former: set[str] = set()
        self._told = asyncio.Event()
        self._told.set()
        self._tasks = tasks

    # -- this process

    @property
    def owner(self) -> str:
        """The name under which this process holds subscriptions now."""
        return self._me.owner

    def holds(self, owner: str, time: float) -> bool:
        """Whether this process goes by that name, and nobody takes it for dead before that time."""
        return owner == self.owner and self._me.until > time

    @property
    def alive(self) -> bool:
        """Whether this process may deliver."""
        return self._me.until > self._clock.now()

    @property
    def fading(self) -> bool:
        """Whether this process soon counts as dead: it could not tell of itself for too long."""
        return self._me.stored is not None and self._me.until <= self._clock.now() + 2 * self.tick

    def lease(self) -> Lease:
        """Of a subscription that this process takes: good for itself until it is settled."""
        return Lease(self.owner, self._clock.now() + self.seconds)

    async def tell(self, count: int, position: Callable[[], int] = lambda: 0) -> None:
        """Tells the others that this process is there; waits but a moment, however slow the store.

        Args:
            count: how many subscriptions it has.
            position: gives how far every one has come that follows it.
        """
        if self._told.is_set():
            if not self._worn and self._me.count == count:
                return
            self._told.clear()
            self._tasks.start(self._tell(count, position), "telling of this process")
        await self._clock.wait(self._told, self.tick)

    def begin_anew(self) -> None:
        """Takes another name: what was held under this one is another's from now on."""
        self._former.add(self.owner)
        self._me = self._new()
        self._told = asyncio.Event()  # what is still on its way is of the former one
        self._told.set()

    async def leave(self) -> None:
        """Tells the others that this process delivers nothing any more."""
        me, self._me = self._me, self._new()
        if me.stored is None:
            return
        # what could not be let go of singly is free all the same
        await self._store.release(SUBSCRIPTIONS.name, me.owner, self._clock.now())
        document = await self._store.get(MEMBERS.name, me.owner)
        if document is not None:
            await self._remove(document)

    @property
    def _worn(self) -> bool:
        """Whether it is time to renew; also where the clock was set back since the last time."""
        return not self.seconds / 2 < self._me.until - self._clock.now() <= self.seconds

    def _new(self) -> Member:
        owner = new_owner(self._clock)
        return Member(owner, self._apis, 0, 0, MemberState.ALIVE, 0.0)

    async def _tell(self, count: int, position: Callable[[], int]) -> None:
        before, told = self._me, self._told
        try:
            now = self._clock.now()
            after = replace(before, count=count, position=position(), until=now + self.seconds)
            after = await self._written(after, now)
            if self._me is before:  # not under another name meanwhile
                self._me = after
        except ApiError as error:
            _log.warning("could not tell of this process", error=repr(error))
        finally:
            told.set()

    async def _written(self, member: Member, now: float) -> Member:
        try:
            return await member.write(self._store, now)
        except (Stale, DuplicateId):  # taken for dead; or a write of ours landed unheard of
            document = await self._store.get(MEMBERS.name, member.owner)
            stored = Member.of(document) if document else None
            if stored is None or stored.state is not MemberState.ALIVE:
                return replace(member, until=0.0)
            return stored

    # -- the others

    def mine(self, document: Document) -> bool:
        """Whether this process holds a subscription, be it under a former name."""
        lease = document.lease
        return lease is not None and lease.owner in (self.owner, *self._former)

    def taken(self, document: Document) -> bool:
        """Whether another process holds a subscription."""
        lease = document.lease
        if lease is None or self.mine(document):
            return False
        valid = lease.until > self._clock.now() and not dead_owner(lease.owner)
        return valid or lease.owner in self._others

    async def look(self) -> tuple[list[int], dict[str, int]]:
        """Frees what the dead held.

        Tells how many subscriptions each of the living others has, and how far those have come
        that followed the dead.
        """
        now = self._clock.now()
        counts: list[int] = []
        dead: dict[str, int] = {}
        others: set[str] = set()
        for member in await read_members(self._store):
            if member.owner == self.owner:
                continue
            if await self._gone(member, now):
                dead[member.owner] = member.position
                continue
            others.add(member.owner)
            if list(member.apis) == self._apis:
                counts.append(member.count)
        self._others = others
        return counts, dead

    async def _gone(self, member: Member, now: float) -> bool:
        """Sees to another process that is dead; False: it is not."""
        former = member.owner in self._former
        if former or member.over(now):
            member = replace(member, state=MemberState.LAPSED, until=now + _KEPT)
            try:
                member = await member.write(self._store, now)
            except Stale:
                return False  # it is alive after all, or somebody else sees to it
            self._former.discard(member.owner)
        if member.state is MemberState.ALIVE:
            return False
        forgotten = member.until <= now
        if member.state is MemberState.LAPSED or forgotten:
            # once more at the end: what it had on its way may have come to the store since
            await self._store.release(SUBSCRIPTIONS.name, member.owner, now)
        if forgotten and member.stored:
            await self._remove(member.stored)
        elif member.state is MemberState.LAPSED:
            with suppress(Stale):  # another has done the same
                await replace(member, state=MemberState.CLEARED).write(self._store, now)
        return True

    async def _remove(self, document: Document) -> None:
        with suppress(Stale):  # another has done the same
            await self._store.delete(MEMBERS.name, document)
