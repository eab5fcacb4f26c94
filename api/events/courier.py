"""Delivers one subscription's events: in order per resource, resources side by side."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from api.clock import Clock
from api.errors import ApiError, Unavailable
from api.events.lane import Lane
from api.events.limits import Limits, Schedule
from api.events.message import Message
from api.events.record import Record, Records, RecordState
from api.events.sender import Outcome
from api.process.leases import LostLease
from api.process.timers import Timers

__all__ = ["Courier", "Route"]

_log = structlog.get_logger(__name__)

_PAUSE = 1.0
"""Seconds to wait after an error of our own, such as a store that is away."""


@dataclass(frozen=True, slots=True)
class Route:
    """What a courier works with.

    Attributes:
        subscription: its id.
        post: sends one event. Raises LostLease when this process may not any more.
        fetch: the event at a position of the log; None: it is not there any more.
        changed: called when the position may have moved on or there is more room.
        lost: called when another process turns out to deliver this subscription.
    """

    subscription: str
    post: Callable[[Message], Awaitable[Outcome]]
    fetch: Callable[[int], Awaitable[Message | None]]
    changed: Callable[[], None]
    lost: Callable[[], None]


class Courier:
    """Takes events in log order and sees to each of them: delivered, or recorded as undelivered.

    Args:
        route: where to.
        records: of the subscription's blocked resources.
        clock: time.
        schedule: of further tries.
        limits: of what is in memory and under way at once.
    """

    def __init__(
        self,
        route: Route,
        records: Records,
        clock: Clock,
        schedule: Schedule,
        limits: Limits,
    ) -> None:
        self._route = route
        self._records = records
        self._clock = clock
        self._schedule = schedule
        self._limits = limits
        self._lanes: dict[str, Lane] = {}
        self._ready: deque[Lane] = deque()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._open: dict[int, None] = {}
        self._held = 0
        self._waiting = 0
        self._works: bool | None = None
        self._stopped = False
        self.timers: Timers[str] = Timers(clock, self._ring)

    @property
    def full(self) -> bool:
        """Whether it can take no more for now."""
        limits = self._limits
        return (
            len(self._open) >= limits.buffer
            or self._waiting >= limits.blocked
            or self._held >= limits.held
        )

    @property
    def crowded(self) -> bool:
        """Whether it should not be given a page of the log now: part of it might not fit."""
        return self.full or 2 * len(self._open) > self._limits.buffer

    @property
    def failing(self) -> bool:
        """Whether the last delivery failed."""
        return self._works is False

    def low_water(self, read: int) -> int:
        """The position up to which every event is delivered or recorded, having read so far."""
        return next(iter(self._open)) - 1 if self._open else read

    def block(self, record: Record) -> None:
        """Takes over a record of an earlier run; `resume` sets it going."""
        self._lanes[record.lane] = Lane(record.lane, record=record)
        if record.state is RecordState.WAITING:
            self._waiting += 1

    def hold(self, message: Message) -> None:
        """Takes an event that an earlier run left behind a record."""
        lane = self._lanes.get(message.lane)
        record = lane.record if lane is not None else None
        if lane and record and not lane.parked and message.position > record.position:
            lane.held.append(message.position)
            self._held += 1

    def resume(self) -> None:
        """Sets the timers of the resources that `block` brought."""
        for lane in self._lanes.values():
            if lane.record is not None and not lane.parked:
                self.timers.set(lane.key, lane.record.due or 0.0)

    def take(self, message: Message) -> None:
        """Takes the next event."""
        lane = self._lanes.get(message.lane)
        if lane is None:
            lane = self._lanes[message.lane] = Lane(message.lane)
        if lane.parked:
            return  # it is behind the record's position: whoever unparks reads it from there
        if lane.record is not None:
            lane.held.append(message.position)
            self._held += 1
            return
        self._open[message.position] = None
        lane.messages.append(message)
        if not lane.paused:
            self._wake(lane)

    async def stop(self, grace: float) -> None:
        """Begins no further delivery, waits for those under way, then cancels them."""
        self._stopped = True
        self._ready.clear()
        running = list(self._running.values())
        if running and grace > 0:
            await asyncio.wait(running, timeout=grace)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    # -- turns

    def _ring(self, key: str) -> None:
        lane = self._lanes.get(key)
        if lane is not None:
            lane.paused = False
            self._wake(lane)

    def _wake(self, lane: Lane) -> None:
        if lane.active or self._stopped:
            return
        lane.active = True
        self._ready.append(lane)
        self._fill()

    def _fill(self) -> None:
        # one at a time until the receiver is known to answer: a dead one ties up little
        parallel = self._limits.parallel if self._works else 1
        while self._ready and len(self._running) < parallel and not self._stopped:
            lane = self._ready.popleft()
            name = f"delivery {self._route.subscription} {lane.key}"
            self._running[lane.key] = asyncio.create_task(self._turn(lane), name=name)

    async def _turn(self, lane: Lane) -> None:
        try:
            if lane.record is None or await self._catch_up(lane, lane.record):
                await self._deliver(lane)
        except LostLease:
            self._stopped = True
            self._route.lost()
        except Exception as error:  # noqa: BLE001 - the lane goes on later, whatever it was
            self._pause(lane, error)
        finally:
            del self._running[lane.key]
            lane.active = False
            if lane.idle:
                self._lanes.pop(lane.key, None)
            self._fill()
            self._route.changed()

    def _pause(self, lane: Lane, error: Exception) -> None:
        lane.paused = True
        self.timers.set(lane.key, self._clock.now() + _PAUSE)
        _log.warning(
            "delivery interrupted",
            subscription=self._route.subscription,
            resource=lane.key,
            error=repr(error),
            exc_info=None if isinstance(error, ApiError) else error,
        )

    # -- one lane

    async def _deliver(self, lane: Lane) -> None:
        """Sends what is there, until one fails."""
        while lane.messages and not self._stopped:
            message = lane.messages[0]
            outcome = await self._post(message)
            if not outcome.delivered:
                await self._block(lane, message, outcome)
                return
            lane.messages.popleft()
            del self._open[message.position]
            self._route.changed()

    async def _post(self, message: Message) -> Outcome:
        outcome = await self._route.post(message)
        self._works = outcome.delivered
        if outcome.delivered:
            self._fill()
        return outcome

    async def _block(self, lane: Lane, message: Message, outcome: Outcome) -> None:
        """Records the failure; from then on the record stands for the lane's events."""
        record = Record(lane.key, message.position)
        self._count(record, outcome)
        await self._save(record)
        lane.record = record
        for each in lane.messages:
            del self._open[each.position]
        if record.state is RecordState.WAITING:
            self._waiting += 1
            lane.held.extend(each.position for each in list(lane.messages)[1:])
            self._held += len(lane.held)
        lane.messages.clear()
        self.timers.set(lane.key, record.due)

    async def _catch_up(self, lane: Lane, record: Record) -> bool:
        """Sends from the record on; tells whether the lane is free again."""
        while not self._stopped:
            message = await self._route.fetch(record.position)
            if message is not None:
                outcome = await self._post(message)
                if not outcome.delivered:
                    await self._again(lane, record, outcome)
                    return False
            if not lane.held:
                break
            record.position = lane.held.popleft()
            record.attempts = 0
            self._held -= 1
        else:
            await self._save(record)  # stopped on the way: so far it has come
            return False
        self._waiting -= 1
        lane.record = None  # what comes while it is removed is open again, and waits its turn
        await self._remove(record)
        return True

    async def _again(self, lane: Lane, record: Record, outcome: Outcome) -> None:
        self._count(record, outcome)
        if record.state is RecordState.PARKED:
            self._waiting -= 1
            self._held -= len(lane.held)
            lane.held.clear()
        self.timers.set(lane.key, record.due)
        await self._save(record)

    def _count(self, record: Record, outcome: Outcome) -> None:
        record.attempts += 1
        record.detail = outcome.detail
        wait = self._schedule.wait(record.attempts, self._clock.chance())
        record.due = None if wait is None else self._clock.now() + wait
        if wait is None:
            record.state = RecordState.PARKED
            _log.error(
                "delivery parked: this resource's events are kept, but not sent any more",
                subscription=self._route.subscription,
                resource=record.lane,
                position=record.position,
                attempts=record.attempts,
                detail=record.detail,
            )

    async def _save(self, record: Record) -> None:
        await self._persist(lambda: self._records.save(record), record)

    async def _remove(self, record: Record) -> None:
        await self._persist(lambda: self._records.drop(record), record)

    async def _persist(self, write: Callable[[], Awaitable[None]], record: Record) -> None:
        """Writes, again and again while the store is away; order depends on it."""
        while True:
            try:
                await write()
            except Unavailable:
                await self._clock.sleep(_PAUSE)
            except ApiError as error:
                raise LostLease(f"delivery of {record.lane}") from error
            else:
                return
