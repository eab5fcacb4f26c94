"""The hub: everybody who registered is told of the events that he wants."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

import httpx
import structlog

from api.clock import Clock
from api.errors import ApiError, Stale
from api.events.callback import CallbackPolicy
from api.events.delivery import Delivery
from api.events.endpoints import Endpoints
from api.events.guard import GuardedTransport
from api.events.journal import ATTEMPTS, clear_journal
from api.events.limits import Limits, Schedule
from api.events.limits import limits as limits_of
from api.events.limits import schedule as schedule_of
from api.events.manager import Manager
from api.events.means import Means
from api.events.members import MEMBERS, Members, Share
from api.events.message import Message
from api.events.outcome import Outcome
from api.events.parcel import Packer
from api.events.quota import Quota
from api.events.record import DELIVERIES, Records
from api.events.sender import Sender
from api.events.subscription import ACTIVE, SUBSCRIPTIONS, Subscription
from api.events.subscriptions import Subscriptions
from api.events.tail import Tail
from api.process.leases import Leases, LostLease
from api.settings import Settings
from api.store.document import Document, LogEntry
from api.store.protocol import Collection, Store
from api.tasks import Background

__all__ = ["Hub"]

_log = structlog.get_logger(__name__)

_GRACE = 2.0
"""Seconds that deliveries under way get when the server stops."""

_PATIENCE = 3.0
"""Seconds after which a process takes more than its share: of what nobody else takes."""

_FENCES = 8
"""Looks per length of a lease at whether it runs out."""

_PAGE = 200
_BATCH = 64


class Hub:
    """Delivers the events of the log to the subscriptions that this process holds.

    Every event is read once for all that keep up, and only subscriptions to its API and type look
    at it. Which process delivers a subscription is settled by a lease in its document.

    Args:
        store: with the log and the subscriptions.
        clock: time.
        settings: ``lease``, ``host``, ``callback_…``, ``max_…`` and ``delivery_…``.
        href: gives the href of a resource, by API, resource name and id.
        apis: whose subscriptions are delivered.
        own: URLs of this server itself, to which nothing is called back.
        transport: makes the connections, instead of real ones that the callback policy guards.
        schedule: of further tries; by default as the settings have it.
        limits: of deliveries; by default as the settings have it.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        settings: Settings,
        href: Callable[[str, str, str], str],
        apis: Sequence[str],
        *,
        own: Sequence[str] = (),
        transport: httpx.AsyncBaseTransport | None = None,
        schedule: Schedule | None = None,
        limits: Limits | None = None,
    ) -> None:
        limits = limits or limits_of(settings)
        schedule = schedule or schedule_of(settings)
        policy = CallbackPolicy(settings, limits=limits, own=own)
        self.subscriptions = Subscriptions(store, clock, policy, limits, Quota.of(settings))
        self.subscriptions.on_register = self._registered
        self.subscriptions.on_delete = self._deleted
        self.subscriptions.on_change = self._wanted
        self._apis = frozenset(apis)
        self._policy = policy
        self._transport = transport
        self._largest = settings.max_event
        self._wired = (store, clock, href, schedule, limits)
        # what a dead process held is found by the next look behind the lease's end
        seconds = max(settings.lease / 2, settings.lease - 2 * limits.claim)
        self._leases = Leases(clock, seconds)
        self._members = Members(store, clock, self._leases.owner, seconds / 2, frozenset(apis))
        self._limits = limits
        self._clock = clock
        self._store = store
        self._means: Means | None = None
        self._sender: Sender | None = None
        self._packer = Packer(clock, self._largest)
        self.manager = Manager(
            store, clock, self.subscriptions, href, self._post, self._wanted, limits
        )
        self._active: dict[str, Delivery] = {}
        self._index: dict[tuple[str, str | None], dict[str, Delivery]] = {}
        self._unusable: set[str] = set()
        self._leaving: set[str] = set()
        self._settled = 0.0
        self._ahead = 2 * settings.lease
        self._claim_now = asyncio.Event()
        self._changed = asyncio.Event()
        self._tasks = Background(clock)

    @staticmethod
    def collections() -> list[Collection]:
        """What it keeps in the store."""
        return [SUBSCRIPTIONS, DELIVERIES, ATTEMPTS, MEMBERS]

    async def start(self) -> None:
        """Begins to deliver."""
        store, clock, href, schedule, limits = self._wired
        self._means = Means(
            store=store,
            clock=clock,
            leases=self._leases,
            tail=Tail(store, clock),
            packer=self._packer,
            sender=self._sending(),
            endpoints=Endpoints(clock, limits),
            changed=self._changed,
            href=href,
            schedule=schedule,
            limits=limits,
        )
        self._means.tail.listen(self._tell)
        await self._means.tail.start()
        self._tasks.start(self._means.endpoints.run(), "times of endpoints")
        self._tasks.repeat(self._claim, "claiming subscriptions")
        self._tasks.repeat(self._keep, "keeping subscriptions")
        self._tasks.repeat(self._fence, "fencing subscriptions")

    async def stop(self) -> None:
        """Ends within three seconds; what is undelivered is delivered by whoever goes on."""
        means, self._means = self._means, None
        if means is None:
            return
        await means.tail.stop()
        await self._tasks.stop()
        active = list(self._active.values())
        for delivery in active:
            self._forget(delivery)
        await asyncio.gather(*(self._let_go(delivery, _GRACE) for delivery in active))
        with suppress(ApiError):
            await self._members.leave()
        await self.close()

    async def close(self) -> None:
        """Closes all connections; for whoever did not start it."""
        sender, self._sender = self._sender, None
        if sender is not None:
            await sender.close()

    def _sending(self) -> Sender:
        if self._sender is None:
            transport = self._transport or GuardedTransport(self._policy)
            self._sender = Sender(transport, self._limits, self._clock)
        return self._sender

    async def _post(self, message: Message, subscription: Subscription) -> Outcome:
        parcel = self._packer.pack(message, subscription)
        return await self._sending().send(subscription.callback, parcel)

    # -- new events

    def _tell(self, entries: Sequence[LogEntry]) -> None:
        means = self._means
        if means is None:
            return
        for entry in entries:
            event = entry.event
            message = Message(entry, means.href)
            for key in ((event.api, event.type), (event.api, None)):
                for delivery in self._index.get(key, {}).values():
                    if delivery.live:
                        delivery.offer(message)

    # -- claiming

    async def _claim(self) -> None:
        """Takes its share of the subscriptions that nobody delivers; waits for the next look."""
        self._claim_now.clear()
        await self._members.tell(len(self._active))
        others = await self._members.others()
        until = self._clock.now() + self._ahead
        known: set[str] = set()
        while True:
            known |= self._unusable.union(self._active, self._leaving)
            limit = _PAGE + len(known)
            documents = await self._store.due(SUBSCRIPTIONS.name, until, limit)
            for document in documents:
                await self._look(document)
            fresh = [each for each in documents if each.id not in known]
            await self._take(fresh, others)
            known.update(each.id for each in fresh)
            if len(documents) < limit or not fresh:
                break
        self._ahead = 0.0
        await self._members.tell(len(self._active))
        self._even_out(others)
        await self._clock.wait(self._claim_now, self._limits.claim)

    async def _take(self, documents: Sequence[Document], others: Sequence[int]) -> None:
        """Takes over what of these falls to this process, and what nobody else takes either."""
        free = [each for each in documents if self._leases.taken(each) is None]
        room = Share(len(self._active), others, len(free)).room
        left = self._clock.now() - _PATIENCE
        for document in free:
            if room > 0 or (document.due or 0.0) < left:
                room -= 1
                await self._begin(document)

    def _even_out(self, others: Sequence[int]) -> None:
        """Gives away what is more than the share of this process, if others have less."""
        excess = Share(len(self._active), others, 0).excess
        if not excess or self._clock.now() < self._settled:
            return
        # before the others have told what they took of it, nobody knows what is even
        self._settled = self._clock.now() + _PATIENCE
        for delivery in list(self._active.values())[:excess]:
            self._give(delivery)

    async def _begin(self, document: Document) -> None:
        means = self._means
        if means is None:
            return
        if (document.process or {}).get("state", ACTIVE) != ACTIVE:
            await self._lay_aside(document)
            return
        try:
            delivery = Delivery(means, document, self._lose)
        except (ApiError, KeyError) as error:
            _log.error(
                "subscription cannot be delivered: delete and register it again",
                subscription=document.id,
                error=repr(error),
            )
            self._unusable.add(document.id)
            return
        if delivery.api not in self._apis:
            self._unusable.add(document.id)
        elif await delivery.claim():
            self._active[delivery.id] = delivery
            for key in _keys(delivery):
                self._index.setdefault(key, {})[delivery.id] = delivery
            delivery.start()
            return
        await delivery.abandon()

    async def _look(self, document: Document) -> None:
        """Sees to what somebody wants of a subscription that this process delivers."""
        delivery = self._active.get(document.id)
        if delivery is None or delivery.rev >= document.rev:
            return
        try:
            await delivery.look()
        except LostLease:
            await self._drop(delivery)
        else:
            self._let_go_if_wanted(delivery)

    async def _lay_aside(self, document: Document) -> None:
        """Nobody delivers it, and nobody is to: it need not be looked at again."""
        idle = replace(document, rev=document.rev + 1, lease=None, due=None)
        with suppress(Stale):
            await self._store.replace(SUBSCRIPTIONS.name, idle)

    # -- keeping

    async def _keep(self) -> None:
        """Writes positions that have moved on and leases that are worn, many at once."""
        if await self._clock.wait(self._changed, self._leases.seconds / 4):
            await self._clock.sleep(self._limits.flush)
        self._changed.clear()
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
                self._let_go_if_wanted(delivery)

    async def _fence(self) -> None:
        """Breaks off what is under way where a lease runs out: another process goes on soon."""
        await self._clock.sleep(self._leases.seconds / _FENCES)
        until = self._clock.now() + self._leases.seconds / _FENCES
        for delivery in [each for each in self._active.values() if not each.leased(until)]:
            _log.warning("lease not renewed in time", subscription=delivery.id)
            await self._drop(delivery)

    # -- letting go

    def _let_go_if_wanted(self, delivery: Delivery) -> None:
        if delivery.called_off:
            self._give(delivery)

    def _give(self, delivery: Delivery) -> None:
        if self._forget(delivery):
            self._leaving.add(delivery.id)
            work = self._let_go(delivery, self._limits.whole)
            self._tasks.start(work, f"letting go of subscription {delivery.id}")

    async def _let_go(self, delivery: Delivery, grace: float) -> None:
        """Ends what is under way and leaves the rest to whoever claims it, perhaps this process."""
        self._leaving.add(delivery.id)
        try:
            await delivery.stop(grace)
        except (ApiError, LostLease) as error:
            _log.warning("position not saved", subscription=delivery.id, error=repr(error))
        finally:
            self._leaving.discard(delivery.id)
            self._claim_now.set()

    def _lose(self, delivery: Delivery) -> None:
        self._tasks.start(self._drop(delivery), f"dropping subscription {delivery.id}")

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
        for key in _keys(delivery):
            self._index.get(key, {}).pop(delivery.id, None)
        del self._active[delivery.id]
        return True

    # -- what happens in this process

    async def _registered(self, id_: str) -> None:
        self._unusable.discard(id_)
        self._claim_now.set()

    async def _wanted(self, id_: str) -> None:
        """Sees at once to what is wanted of a subscription, where it is delivered here."""
        document = await self._store.get(SUBSCRIPTIONS.name, id_)
        if document is not None:
            await self._look(document)
        self._claim_now.set()

    async def _deleted(self, document: Document) -> None:
        delivery = self._active.get(document.id)
        if delivery is not None:
            await self._drop(delivery)
        await Records(self._store, self._clock, document.id, document.created).clear()
        await clear_journal(self._store, document.id)


def _keys(delivery: Delivery) -> list[tuple[str, str | None]]:
    """What the events are of that are offered to it."""
    return [(delivery.api, type_) for type_ in delivery.filter.types or (None,)]
