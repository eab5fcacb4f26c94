"""One subscription being delivered by this process."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from api.clock import Clock
from api.events.courier import Courier, Route
from api.events.cursor import Cursor
from api.events.limits import Limits, Schedule
from api.events.message import Href, Message
from api.events.parcel import Packer
from api.events.record import Records, RecordState
from api.events.sender import Outcome, Sender
from api.events.subscription import Subscription
from api.events.tail import Tail
from api.process.leases import Leases, LostLease
from api.store.document import Document
from api.store.protocol import Store
from api.tasks import Background

__all__ = ["Delivery", "Means"]


@dataclass(frozen=True, slots=True)
class Means:
    """What all deliveries of a process share.

    Attributes:
        store: with the log, the subscriptions and the records.
        clock: time.
        leases: of this process.
        tail: brings new events to those who have read everything else.
        packer: makes what is posted.
        sender: posts.
        probes: bounds how many deliveries to failing callbacks are under way.
        changed: set when a position may have moved on.
        href: of resources.
        schedule: of further tries.
        limits: of everything else.
    """

    store: Store
    clock: Clock
    leases: Leases
    tail: Tail
    packer: Packer
    sender: Sender
    probes: asyncio.Semaphore
    changed: asyncio.Event
    href: Href
    schedule: Schedule
    limits: Limits


class Delivery:
    """Brings one subscription its events, in the log's order.

    While it keeps up it is live: the hub offers it each new event as the tail brings it. When it
    falls behind (or begins behind) it reads the log by itself, page by page, until it has caught
    up. Either way memory holds a bounded number of its events.

    Args:
        means: shared ones.
        document: the subscription as just read. Raises BadRequest where its query cannot be read.
        lost: called when it turns out that this process may not deliver it any more.
    """

    def __init__(
        self, means: Means, document: Document, lost: Callable[["Delivery"], None]
    ) -> None:
        self.subscription = Subscription.of(document)
        self.id = document.id
        self.api = self.subscription.api
        self.filter = self.subscription.filter
        self.live = False
        self.changed = False
        """Whether the position may have moved on since it was written."""
        self._means = means
        self._cursor = Cursor(means.store, means.clock, means.leases, document)
        self._records = Records(means.store, means.clock, document.id, document.created)
        route = Route(self.id, self._post, self._fetch, self._note, lambda: lost(self))
        self._courier = Courier(route, self._records, means.clock, means.schedule, means.limits)
        self._read = self._cursor.position
        self._room = asyncio.Event()
        self._tasks = Background(means.clock)

    @property
    def worn(self) -> bool:
        """Whether its lease is to be renewed."""
        return self._cursor.worn

    async def claim(self) -> bool:
        """Takes the subscription for this process, if no other has it."""
        return await self._cursor.claim()

    async def start(self) -> None:
        """Begins to deliver from where it was left; `claim` comes before."""
        await self._take_over()
        self._tasks.start(self._courier.timers.run(), f"retries of subscription {self.id}")
        self._tasks.repeat(self._catch_up, f"reading for subscription {self.id}")

    def offer(self, message: Message) -> None:
        """Takes the next event from the tail; only while live."""
        if message.position <= self._read:
            return
        if self._courier.full:
            self.live = False
            self._read = message.position - 1
            self._room.set()
        elif self.filter.matches(message):
            self._courier.take(message)

    async def save(self) -> None:
        """Writes the position and renews the lease, as needed. Raises LostLease."""
        self.changed = False
        try:
            await self._cursor.save(self._position())
        except Exception:
            self.changed = True
            raise

    async def stop(self, grace: float) -> None:
        """Stops at a good place and lets go of the subscription."""
        await self.abandon(grace)
        if self._cursor.leased:
            await self._cursor.release(self._position())

    async def abandon(self, grace: float = 0.0) -> None:
        """Stops and writes nothing more."""
        position = self._position()
        self.live, self._read = False, max(self._read, position)
        await self._tasks.stop()
        await self._courier.stop(grace)

    async def clear(self) -> None:
        """Removes what is kept beside the subscription's own document."""
        await self._records.clear()

    def _position(self) -> int:
        tail = self._means.tail.position
        return self._courier.low_water(max(self._read, tail) if self.live else self._read)

    def _note(self) -> None:
        self.changed = True
        self._means.changed.set()
        self._room.set()

    # -- reading

    async def _take_over(self) -> None:
        """Loads the records of an earlier run, and finds the events that wait behind them."""
        records = await self._records.load()
        for record in records:
            self._courier.block(record)
        waiting = [each.position for each in records if each.state is RecordState.WAITING]
        read, end = min(waiting, default=self._read), self._read
        while read < end:
            entries = await self._means.store.read_log(read, self._means.limits.page)
            for entry in entries:
                message = Message(entry, self._means.href)
                if entry.position <= end and self._wants(message):
                    self._courier.hold(message)
            read = entries[-1].position if entries else end
            await self._means.clock.sleep(0)
        self._courier.resume()

    async def _catch_up(self) -> None:
        """Reads a page of the log, as there is room, until there is nothing left to catch up."""
        self._room.clear()
        if self.live or self._courier.crowded:
            await self._room.wait()
            return
        entries = await self._means.store.read_log(self._read, self._means.limits.page)
        for entry in entries:
            if self._courier.full:
                return
            message = Message(entry, self._means.href)
            if self._wants(message):
                self._courier.take(message)
            self._read = entry.position
        self._note()
        if not entries or self._read >= self._means.tail.position:
            self.live = True  # the tail's next event is the next one for us too
        await self._means.clock.sleep(0)

    def _wants(self, message: Message) -> bool:
        return message.api == self.api and self.filter.matches(message)

    async def _fetch(self, position: int) -> Message | None:
        entries = await self._means.store.read_log(position - 1, 1)
        if not entries or entries[0].position != position:
            return None
        return Message(entries[0], self._means.href)

    # -- sending

    async def _post(self, message: Message) -> Outcome:
        if self._courier.failing:
            async with self._means.probes:
                return await self._send(message)
        return await self._send(message)

    async def _send(self, message: Message) -> Outcome:
        if not self._cursor.leased:
            raise LostLease(f"subscription {self.id}")
        parcel = self._means.packer.pack(message, self.subscription)
        return await self._means.sender.send(self.subscription.callback, parcel)
