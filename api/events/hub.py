"""The hub: everybody who registered is told of the events that he wants."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

import httpx

from api.clock import Clock
from api.errors import ApiError
from api.events.callback import CallbackPolicy
from api.events.claims import Claims
from api.events.endpoints import Endpoints
from api.events.guard import GuardedTransport
from api.events.holdings import Holdings
from api.events.journal import ATTEMPTS, clear_journal
from api.events.kinds import EventKinds
from api.events.limits import Limits, Schedule
from api.events.limits import limits as limits_of
from api.events.limits import schedule as schedule_of
from api.events.manager import Manager
from api.events.means import Means
from api.events.member import MEMBERS
from api.events.members import Members
from api.events.message import Message
from api.events.outcome import Outcome
from api.events.parcel import Packer
from api.events.quota import Quota
from api.events.record import DELIVERIES, Records
from api.events.sender import Sender
from api.events.subscription import SUBSCRIPTIONS, Subscription
from api.events.subscriptions import Subscriptions
from api.events.tail import Tail
from api.settings import Settings
from api.store.document import Document, LogEntry
from api.store.protocol import Collection, Store
from api.tasks import Background

__all__ = ["Hub"]

_GRACE = 2.0
"""Seconds that deliveries under way get when the server stops."""


class Hub:
    """Delivers the events of the log to the subscriptions that this process holds.

    Every event is read once for all that keep up, and offered to those that want it. Which process
    delivers a subscription stands in its document; for how long, in that of the process.

    Args:
        store: with the log and the subscriptions.
        clock: time.
        settings: ``lease``, ``host``, ``callback_…``, ``max_…`` and ``delivery_…``.
        href: gives the href of a resource, by API, resource name and id.
        apis: whose subscriptions are delivered.
        kinds: of the attributes of events, by which queries are read.
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
        kinds: EventKinds,
        *,
        own: Sequence[str] = (),
        transport: httpx.AsyncBaseTransport | None = None,
        schedule: Schedule | None = None,
        limits: Limits | None = None,
    ) -> None:
        limits = limits or limits_of(settings)
        schedule = schedule or schedule_of(settings)
        policy = CallbackPolicy(settings, limits=limits, own=own)
        self.subscriptions = Subscriptions(store, clock, policy, kinds, limits, Quota.of(settings))
        self.subscriptions.on_register = self._registered
        self.subscriptions.on_delete = self._deleted
        self.subscriptions.on_change = self._wanted
        self._apis = frozenset(apis)
        self._policy = policy
        self._transport = transport
        self._kinds = kinds
        self._wired = (store, clock, href, schedule, limits)
        self._packer = Packer(clock, settings.max_event)
        self.manager = Manager(
            store, clock, self.subscriptions, href, self._post, self._wanted, limits
        )
        self._claim_now = asyncio.Event()
        self._tasks = Background(clock)
        # what a dead process held is found by the next look behind the lease's end
        seconds = max(settings.lease / 2, settings.lease - 2 * limits.claim)
        self._members = Members(store, clock, seconds, self._apis, self._tasks)
        self._holdings = Holdings(clock, self._members, limits, self._tasks, self._claim_now)
        self._claims: Claims | None = None
        self._tail: Tail | None = None
        self._sender: Sender | None = None

    @staticmethod
    def collections() -> list[Collection]:
        """What it keeps in the store."""
        return [SUBSCRIPTIONS, DELIVERIES, ATTEMPTS, MEMBERS]

    async def start(self) -> None:
        """Begins to deliver."""
        store, clock, href, schedule, limits = self._wired
        self._tail = Tail(store, clock)
        means = Means(
            store=store,
            clock=clock,
            members=self._members,
            tail=self._tail,
            kinds=self._kinds,
            packer=self._packer,
            sender=self._sending(),
            endpoints=Endpoints(clock, limits),
            href=href,
            schedule=schedule,
            limits=limits,
        )
        claims = Claims(means, self._members, self._holdings, self._apis)
        self._claims = claims
        self._tail.listen(self._tell)
        await self._tail.start()
        self._tasks.start(means.endpoints.run(), "times of endpoints")
        self._tasks.repeat(lambda: claims.step(self._claim_now), "claiming subscriptions")
        self._tasks.repeat(self._holdings.keep, "keeping subscriptions")
        self._tasks.repeat(claims.renew, "telling of this process")
        self._tasks.repeat(self._holdings.fence, "fencing subscriptions")

    async def stop(self) -> None:
        """Ends within three seconds; what is undelivered is delivered by whoever goes on."""
        tail, self._tail = self._tail, None
        if tail is None:
            return
        await tail.stop()
        await self._tasks.stop()
        await self._holdings.give_all(_GRACE)
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
            _, clock, _, _, limits = self._wired
            transport = self._transport or GuardedTransport(self._policy)
            self._sender = Sender(transport, limits, clock)
        return self._sender

    async def _post(self, message: Message, subscription: Subscription) -> Outcome:
        parcel = self._packer.pack(message, subscription)
        return await self._sending().send(subscription.callback, parcel)

    def _tell(self, entries: Sequence[LogEntry]) -> None:
        _, _, href, _, _ = self._wired
        for entry in entries:
            self._holdings.tell(Message(entry, href))

    # -- what happens in this process

    async def _registered(self, id_: str) -> None:
        if self._claims is not None:
            self._claims.registered(id_)
        self._claim_now.set()

    async def _wanted(self, id_: str) -> None:
        """Sees at once to what is wanted of a subscription, where it is delivered here."""
        store, *_ = self._wired
        document = await store.get(SUBSCRIPTIONS.name, id_)
        if document is not None:
            await self._holdings.look(document)
        self._claim_now.set()

    async def _deleted(self, document: Document) -> None:
        store, clock, *_ = self._wired
        await self._holdings.end(document.id)
        await Records(store, clock, document.id, document.created).clear()
        await clear_journal(store, document.id)
