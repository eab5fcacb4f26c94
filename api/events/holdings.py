"""The subscriptions that this process delivers: from their claim until they are let go of."""

import asyncio

import structlog

from api.clock import Clock
from api.errors import ApiError
from api.events.audience import Audience
from api.events.delivery import Delivery
from api.events.limits import Limits
from api.events.members import Members
from api.events.message import Message
from api.process.leases import LostLease
from api.store.document import Document
from api.tasks import Background

__all__ = ["Holdings"]

_log = structlog.get_logger(__name__)

_BATCH = 64


class Holdings:
    """The deliveries of this process, from their claim until they are let go of.

    Args:
        clock: time.
        members: the processes that deliver, this one among them.
        limits: ``flush`` and ``whole``.
        tasks: of the hub.
        freed: set when a subscription may be claimed again.
    """

    def __init__(
        self,
        clock: Clock,
        members: Members,
        limits: Limits,
        tasks: Background,
        freed: asyncio.Event,
    ) -> None:
        self._clock = clock
        self._members = members
        self._limits = limits
        self._tasks = tasks
        self._freed = freed
        self._changed = asyncio.Event()
        self._unwritten: dict[Delivery, None] = {}
        self._active: dict[str, Delivery] = {}
        self._audience: Audience[Delivery] = Audience()
        self._leaving: dict[str, Delivery] = {}
        self.broken_off: dict[str, Delivery] = {}
        """By id those that were broken off, until somebody is seen to have them."""

    def __len__(self) -> int:
        return len(self._active)

    @property
    def active(self) -> list[Delivery]:
        """Those that are delivered."""
        return list(self._active.values())

    @property
    def known(self) -> set[str]:
        """The ids of those that are delivered or on the way to be let go of."""
        return set(self._leaving).union(self._active)

    def position(self, tail: int) -> int:
        """How far every subscription has come of which it is written that it keeps up.

        Args:
            tail: how far all have come that keep up indeed.
        """
        position = tail
        for held in (self._active, self._leaving, self.broken_off):
            for delivery in held.values():
                bound = delivery.bound
                if bound is not None and bound < tail:
                    position = min(position, bound)
                    delivery.unfollow()
        return position

    def tell(self, message: Message) -> None:
        """Offers an event to whoever wants it."""
        for delivery in self._audience.of(message):
            delivery.offer(message)

    def begin(self, delivery: Delivery) -> None:
        """Delivers a subscription that was just claimed."""
        self.broken_off.pop(delivery.id, None)
        self._active[delivery.id] = delivery
        self._audience.add(delivery.id, delivery.api, delivery.filter, delivery)
        delivery.start()

    async def look(self, document: Document) -> None:
        """Sees to what somebody wants of a subscription, if it is delivered here."""
        delivery = self._active.get(document.id)
        if delivery is None or delivery.rev >= document.rev:
            return
        try:
            await delivery.look()
        except LostLease:
            await self._drop(delivery)
        else:
            self.note(delivery)  # it is due no longer
            delivery.changed = True
            self._give_if_wanted(delivery)

    # -- keeping

    def note(self, delivery: Delivery) -> None:
        """There may be something to write of it."""
        self._unwritten[delivery] = None
        self._changed.set()

    async def keep(self) -> None:
        """Writes positions that have moved on and delivery logs, many at once."""
        if await self._clock.wait(self._changed, self._limits.journal if self._unwritten else None):
            await self._clock.sleep(self._limits.flush)
        self._changed.clear()
        some = [each for each in self._unwritten if self._active.get(each.id) is each]
        self._unwritten = {each: None for each in some if each.pending}
        due = [each for each in self._unwritten if each.due]
        for start in range(0, len(due), _BATCH):
            await asyncio.gather(*map(self._save, due[start : start + _BATCH]))

    async def _save(self, delivery: Delivery) -> None:
        try:
            await delivery.save()
        except LostLease as lost:
            await self._drop(delivery)
            if lost.until is None:
                await delivery.clear()
        except ApiError as error:
            _log.warning("position not saved", subscription=delivery.id, error=repr(error))
        else:
            if delivery.ended:
                await self._drop(delivery)
            else:
                self._give_if_wanted(delivery)

    async def fence(self) -> None:
        """Breaks off all that is under way when this process is about to be taken for dead."""
        await self._clock.sleep(self._members.tick)
        if not self._members.fading:
            return
        _log.warning("lease not renewed in time", subscriptions=len(self))
        self._members.begin_anew()
        some = [each for each in self.active if self._part(each)]
        await asyncio.gather(*map(self._abandon, some))
        self._freed.set()

    # -- letting go

    def give(self, delivery: Delivery) -> None:
        """Leaves it to whoever claims it, once the requests under way have ended."""
        if self._part(delivery):
            work = self._let_go(delivery, self._limits.whole)
            self._tasks.start(work, f"letting go of subscription {delivery.id}")

    async def give_all(self, grace: float) -> None:
        """Leaves all of them to others, within so many seconds."""
        active = self.active
        for delivery in active:
            self._part(delivery)
        await asyncio.gather(*(self._let_go(delivery, grace) for delivery in active))

    def lose(self, delivery: Delivery) -> None:
        """It has turned out to be another's."""
        self._tasks.start(self._drop(delivery), f"dropping subscription {delivery.id}")

    async def end(self, id_: str) -> None:
        """Its registration is gone."""
        delivery = self._active.get(id_)
        if delivery is not None:
            await self._drop(delivery)

    def _give_if_wanted(self, delivery: Delivery) -> None:
        if delivery.called_off:
            self.give(delivery)

    async def _let_go(self, delivery: Delivery, grace: float) -> None:
        """Ends what is under way and leaves the rest to whoever claims it, perhaps this process."""
        free = False
        try:
            free = await delivery.stop(grace)
        except (ApiError, LostLease) as error:
            _log.warning("position not saved", subscription=delivery.id, error=repr(error))
        finally:
            self._gone(delivery, free=free)
            self._freed.set()

    async def _drop(self, delivery: Delivery) -> None:
        """Ends what is under way and writes nothing more."""
        if self._part(delivery):
            await self._abandon(delivery)

    async def _abandon(self, delivery: Delivery) -> None:
        try:
            await delivery.abandon()
        finally:
            self._gone(delivery, free=False)

    def _part(self, delivery: Delivery) -> bool:
        """Offers it nothing more; tells whether it was still among those that are delivered."""
        delivery.detach()
        if self._active.get(delivery.id) is not delivery:
            return False  # the id may be that of its successor here: leave that alone
        self._audience.remove(delivery.id, delivery.api, delivery.filter)
        del self._active[delivery.id]
        self._leaving[delivery.id] = delivery
        return True

    def _gone(self, delivery: Delivery, *, free: bool) -> None:
        """Nothing of it is under way any more."""
        del self._leaving[delivery.id]
        if not free:
            # it may still be ours in the store: then nobody else takes it
            self.broken_off[delivery.id] = delivery
