"""One subscription being delivered by this process."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

import structlog

from api.errors import Stale
from api.events.blocks import Blocks
from api.events.breaker import BreakerState
from api.events.command import obey
from api.events.courier import Courier
from api.events.cursor import Cursor
from api.events.health import Health
from api.events.journal import Journal
from api.events.means import Means
from api.events.message import Message
from api.events.outcome import Outcome
from api.events.record import Record, Records, RecordState
from api.events.route import Route
from api.events.subscription import Subscription
from api.jsontypes import JsonObject
from api.process.leases import LostLease
from api.store.document import Document, LogEntry
from api.tasks import Background

__all__ = ["Delivery"]

_log = structlog.get_logger(__name__)


class Delivery:
    """Brings one subscription its events, in the log's order.

    While it keeps up it is live: the hub offers it each new event as the tail brings it. When it
    falls behind (or begins behind) it reads the log by itself, page by page, until it has caught
    up. Either way memory holds a bounded number of its events.

    Args:
        means: shared ones.
        document: the subscription as just read. Raises BadRequest where its query cannot be read.
        lost: called when it turns out that this process may not deliver it any more.
        noted: called when there may be something to write.
    """

    def __init__(
        self,
        means: Means,
        document: Document,
        lost: Callable[["Delivery"], None],
        noted: Callable[["Delivery"], None],
    ) -> None:
        self.subscription = Subscription.of(document, means.kinds)
        self.id = document.id
        self.api = self.subscription.api
        self.filter = self.subscription.filter
        self.live = False
        self.changed = False
        """Whether the position may have moved on since it was written."""
        self._means = means
        self._lost = lost
        self._changes = noted
        self._cursor = Cursor(means.store, means.clock, means.members, document)
        self._records = Records(
            means.store, means.clock, document.id, document.created, self._cursor.settled
        )
        self._health = Health((document.process or {}).get("health"))
        self._journal = Journal(means.store, means.clock, document.id, means.limits)
        self._courier = Courier(
            self._route(),
            means.endpoints.of(self.subscription.callback),
            Blocks(self._records, means.clock, means.schedule),
            means.clock,
            means.limits,
        )
        self._read = self._cursor.position
        self._taken_over = False
        self._detached = False
        self._gone: Outcome | None = None
        self._room = asyncio.Event()
        self._tasks = Background(means.clock)

    def _route(self) -> Route:
        return Route(
            subscription=self.id,
            post=self._post,
            fetch=self._fetch,
            noted=self._noted,
            changed=self._note,
            lost=lambda: self._lost(self),
            gone=self._end,
        )

    @property
    def due(self) -> bool:
        """Whether something is to be written now."""
        return self.changed or self._journal.due

    @property
    def pending(self) -> bool:
        """Whether something is to be written, if not now."""
        return self.changed or self._journal.pending

    @property
    def bound(self) -> int | None:
        """How far its process may tell that its followers have come; None: it is none of them."""
        return self._position() if self._cursor.follows else None

    def unfollow(self) -> None:
        """Has it written that it does not keep up now, so that it holds up no other followers."""
        if not self.keeps_up:
            self._note()

    @property
    def keeps_up(self) -> bool:
        """Whether it has come as far as the tail, with nothing on its way."""
        return self._taken_over and self.live and not self._courier.lanes.open

    @property
    def ended(self) -> bool:
        """Whether its receiver wants nothing more, ever."""
        return self._gone is not None

    @property
    def called_off(self) -> bool:
        """Whether it is to be let go of, so that what was commanded is done."""
        return self._taken_over and self._cursor.called_off

    @property
    def rev(self) -> int:
        """The revision of its document, as last seen."""
        return self._cursor.rev

    async def claim(self) -> bool:
        """Takes the subscription for this process, if no other has it."""
        return await self._cursor.claim()

    def start(self) -> None:
        """Begins to deliver from where it was left; `claim` comes before."""
        self._tasks.start(self._courier.timers.run(), f"retries of subscription {self.id}")
        self._tasks.repeat(self._step, f"reading for subscription {self.id}")

    def offer(self, message: Message) -> None:
        """Takes the next event from the tail that it wants; only while live."""
        if not self.live or message.position <= self._read:
            return
        if self._courier.full:
            self.live = False
            self._read = message.position - 1
            self._room.set()
        else:
            self._courier.take(message)

    def detach(self) -> None:
        """From now on it is offered nothing, and takes nothing more by itself.

        At once, not when `stop` comes to it: while it counted as live it would take every further
        event of the tail for delivered, though it was told of none of them.
        """
        self._read = max(self._read, self._position())
        self.live, self._detached = False, True

    async def save(self) -> None:
        """Writes position, health and delivery log, as needed. Raises LostLease."""
        self.changed = False
        try:
            if self._gone is not None:
                await self._journal.flush()  # first: there is no later time, it is let go of then
                await self._cursor.end(self._position(), self._stored_health(), self._gone.detail)
                await self._records.clear()
            else:
                health, keeps_up = self._stored_health(), self.keeps_up
                await self._cursor.save(self._position(), health, follows=keeps_up)
            if self._journal.due:
                await self._journal.flush()
        except Exception:
            self.changed = True
            raise

    async def look(self) -> None:
        """Reads the document again, for what was asked for meanwhile. Raises LostLease."""
        await self._cursor.look()

    async def stop(self, grace: float) -> bool:
        """Stops at a good place and lets go of the subscription; tells whether others may have it.

        Raises LostLease.
        """
        await self.abandon(grace)
        if not self._cursor.held:
            return False
        await self._cursor.release(self._position(), self._stored_health())
        await self._journal.flush()
        return True

    async def abandon(self, grace: float = 0.0) -> None:
        """Stops and writes nothing more."""
        self.detach()
        await self._tasks.stop()
        await self._courier.stop(grace)

    async def clear(self) -> None:
        """Removes what is kept beside the subscription's own document."""
        await self._records.clear()

    def _position(self) -> int:
        tail = self._means.tail.position
        return self._courier.lanes.low_water(max(self._read, tail) if self.live else self._read)

    def _stored_health(self) -> JsonObject:
        lanes, contact = self._courier.lanes, self._courier.contact
        breaker = contact.state
        next_ = lanes.next
        if breaker is BreakerState.OPEN:
            next_ = contact.next
        return self._health.stored(
            waiting=lanes.waiting, parked=lanes.parked, next_=next_, breaker=breaker.value
        )

    def _note(self) -> None:
        self.changed = True
        self._changes(self)
        self._room.set()

    # -- reading

    async def _step(self) -> None:
        if not self._taken_over:
            try:
                await self._take_over()
            except LostLease:
                self._lost(self)
                await asyncio.Event().wait()  # until it is cancelled
        await self._catch_up()

    async def _take_over(self) -> None:
        """Does what was commanded, loads the records of an earlier run, and the events behind."""
        known = {each.lane: each for each in await self._settle()}
        await self._obey(known)
        # memory holds positions only: a parked one's events are read when it is unparked
        waiting = {each.lane: each for each in known.values() if each.state is RecordState.WAITING}
        start = min((each.position for each in waiting.values()), default=self._read)
        behind = [
            (message.lane, message.position)
            async for message in self._wanted(start, self._read)
            if message.lane in waiting
        ]
        self._courier.resume(known.values(), behind)
        self._taken_over = True
        self._note()

    async def _settle(self) -> list[Record]:
        """Makes the records ours, whatever earlier holders still have on its way."""
        while True:
            try:
                records = await self._records.settle(self._cursor.term)
            except Stale:
                await self._cursor.look()
            else:
                await self._cursor.settle()
                return records

    async def _obey(self, known: dict[str, Record]) -> None:
        """Does what was commanded."""
        commands = self._cursor.commands
        position = self._cursor.position
        for command in commands:
            now = self._means.clock.now()
            position = await obey(command, position, known, self._records, self._first, now)
        if commands:
            self._read = position  # first: whoever stops this here must not put it forward again
            await self._cursor.obeyed(position, commands)

    async def _wanted(self, after: int, until: int) -> AsyncIterator[Message]:
        """The wanted events between two positions, the latter included."""
        read = after
        while read < until:
            entries = await self._means.store.read_log(read, self._means.limits.page)
            for entry in entries:
                message = Message(entry, self._means.href)
                if entry.position <= until and self._wants(message):
                    yield message
            read = entries[-1].position if entries else until
            await self._means.clock.sleep(0)

    async def _first(self, lane: str, start: int, end: int) -> int | None:
        async for message in self._wanted(start - 1, end):
            if message.lane == lane:
                return message.position
        return None

    async def _catch_up(self) -> None:
        """Reads a page of the log, as there is room, until there is nothing left to catch up."""
        self._room.clear()
        if self.live or self.ended or self._detached or self._courier.crowded:
            await self._room.wait()
            return
        entries = await self._means.store.read_log(self._read, self._means.limits.page)
        if self.ended or self._detached:
            return
        self._miss(entries)
        for entry in entries:
            if self._courier.full:
                return
            message = Message(entry, self._means.href)
            if self._wants(message):
                self._courier.take(message)
            self._read = entry.position
        self._note()
        self.live = self._means.tail.met(self._read)
        await self._means.clock.sleep(0)

    def _miss(self, entries: Sequence[LogEntry]) -> None:
        """Tells of events that were removed before they were read: the retention has a cap."""
        if entries and entries[0].position > self._read + 1:
            _log.error(
                "events are gone from the log before they were delivered",
                subscription=self.id,
                first=self._read + 1,
                last=entries[0].position - 1,
            )

    def _wants(self, message: Message) -> bool:
        return message.api == self.api and self.filter.matches(message)

    async def _fetch(self, position: int) -> Message | None:
        entries = await self._means.store.read_log(position - 1, 1)
        if entries and entries[0].position == position:
            return Message(entries[0], self._means.href)
        _log.error(
            "an event is gone from the log before it was delivered",
            subscription=self.id,
            position=position,
        )
        return None

    # -- sending

    async def _post(self, message: Message) -> Outcome:
        if not self._cursor.held:
            raise LostLease(f"subscription {self.id}")
        parcel = self._means.packer.pack(message, self.subscription)
        return await self._means.sender.send(self.subscription.callback, parcel)

    def _noted(self, message: Message, attempt: int, outcome: Outcome) -> None:
        self._health.note(outcome, message.entry.event.id, self._means.clock.now())
        self._journal.add(message, attempt, outcome)

    def _end(self, outcome: Outcome) -> None:
        """The receiver wants nothing more: what is left to do is to write that down."""
        self._read, self.live = self._position(), False
        self._gone = outcome
        self._note()
