"""The subscriptions that this process delivers: kept while their leases are, and let go of."""

import asyncio

import structlog

from api.clock import Clock
from api.errors import ApiError
from api.events.audience import Audience
from api.events.delivery import Delivery
from api.events.limits import Limits
from api.events.message import Message
from api.process.leases import Leases, LostLease
from api.store.document import Document
from api.tasks import Background

__all__ = ["Holdings"]

_log = structlog.get_logger(__name__)

_FENCES = 8
"""Looks per length of a lease at whether it runs out."""

_BATCH = 64


class Holdings:
    """The deliveries of this process, from their claim until they are let go of.

    Args:
        clock: time.
        leases: of this process.
        limits: ``flush`` and ``whole``.
        tasks: of the hub.
        freed: set when a subscription may be claimed again.
    """

    def __init__(
        self,
        clock: Clock,
        leases: Leases,
        limits: Limits,
        tasks: Background,
        freed: asyncio.Event,
    ) -> None:
        self._clock = clock
        self._leases = leases
        self._limits = limits
        self._tasks = tasks
        self._freed = freed
        self.changed = asyncio.Event()
        """Set when a position may have moved on."""
        self._active: dict[str, Delivery] = {}
        self._audience: Audience[Delivery] = Audience()
        self._leaving: set[str] = set()
        self.broken_off: set[str] = set()
        """Ids of those that were broken off, until somebody is seen to have them."""

    def __len__(self) -> int:
        return len(self._active)

    @property
    def active(self) -> list[Delivery]:
        """Those that are delivered."""
        return list(self._active.values())

    @property
    def known(self) -> set[str]:
        """The ids of those that are delivered or on the way to be let go of."""
        return self._leaving.union(self._active)

    def tell(self, message: Message) -> None:
        """Offers an event to whoever wants it."""
        for delivery in self._audience.of(message):
            delivery.offer(message)

    def begin(self, delivery: Delivery) -> None:
        """Delivers a subscription that was just claimed."""
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
            self._give_if_wanted(delivery)

    # -- keeping

    async def keep(self) -> None:
        """Writes positions that have moved on and leases that are worn, many at once."""
        if await self._clock.wait(self.changed, self._leases.seconds / 4):
            await self._clock.sleep(self._limits.flush)
        self.changed.clear()
        some = [each for each in self._active.values() if each.changed or each.worn]
        for start in range(0, len(some), _BATCH):
            await asyncio.gather(*map(self._save, some[start : start + _BATCH]))

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
        """Breaks off what is under way where a lease runs out: another process goes on soon."""
        await self._clock.sleep(self._leases.seconds / _FENCES)
        until = self._clock.now() + self._leases.seconds / _FENCES
        for delivery in [each for each in self._active.values() if not each.leased(until)]:
            _log.warning("lease not renewed in time", subscription=delivery.id)
            await self._drop(delivery)
            # a renewal that was on its way may still have come to the store: then nobody else
            # takes it, and it is not due either
            self.broken_off.add(delivery.id)
            self._freed.set()

    # -- letting go

    def give(self, delivery: Delivery) -> None:
        """Leaves it to whoever claims it, once the requests under way have ended."""
        if self._forget(delivery):
            self._leaving.add(delivery.id)
            work = self._let_go(delivery, self._limits.whole)
            self._tasks.start(work, f"letting go of subscription {delivery.id}")

    async def give_all(self, grace: float) -> None:
        """Leaves all of them to others, within so many seconds."""
        active = self.active
        for delivery in active:
            self._forget(delivery)
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
        self._leaving.add(delivery.id)
        try:
            await delivery.stop(grace)
        except (ApiError, LostLease) as error:
            _log.warning("position not saved", subscription=delivery.id, error=repr(error))
        finally:
            self._leaving.discard(delivery.id)
            self._freed.set()

    async def _drop(self, delivery: Delivery) -> None:
        """Ends what is under way and writes nothing more."""
        self._leaving.add(delivery.id)
        self._forget(delivery)
        await delivery.abandon()
        self._leaving.discard(delivery.id)

    def _forget(self, delivery: Delivery) -> bool:
        """Offers it nothing more; tells whether it was still among those that are delivered."""
        delivery.detach()
        if self._active.get(delivery.id) is not delivery:
            return False  # the id may be that of its successor here: leave that alone
        self._audience.remove(delivery.id, delivery.api, delivery.filter)
        del self._active[delivery.id]
        return True
