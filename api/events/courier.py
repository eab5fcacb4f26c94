"""Delivers one subscription's events: in order per resource, resources side by side."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import structlog

from api.clock import Clock
from api.errors import ApiError
from api.events.blocks import Blocks
from api.events.endpoint import Endpoint, Ticket
from api.events.lane import Lane
from api.events.limits import Limits
from api.events.message import Message
from api.events.outcome import Outcome
from api.events.record import Record, RecordState
from api.process.leases import LostLease
from api.process.timers import Timers

__all__ = ["Courier", "Route"]

_log = structlog.get_logger(__name__)

_PAUSE = 1.0
"""Seconds to wait after an error of our own, such as a store that is away."""

_SKIPPED = Outcome(False, "not tried: the endpoint is taken for dead", made=False)


@dataclass(frozen=True, slots=True)
class Route:
    """What a courier works with.

    Attributes:
        subscription: its id.
        post: sends one event. Raises LostLease when this process may not any more.
        fetch: the event at a position of the log; None: it is not there any more.
        noted: called with each try: the event, the number of the try, and what came of it.
        changed: called when the position may have moved on or there is more room.
        lost: called when another process turns out to deliver this subscription.
        gone: called when the receiver wants nothing more, ever.
    """

    subscription: str
    post: Callable[[Message], Awaitable[Outcome]]
    fetch: Callable[[int], Awaitable[Message | None]]
    noted: Callable[[Message, int, Outcome], None]
    changed: Callable[[], None]
    lost: Callable[[], None]
    gone: Callable[[Outcome], None]


class Courier:
    """Takes events in log order and sees to each of them: delivered, or recorded as undelivered.

    Args:
        route: where to.
        endpoint: gives it its turns.
        blocks: the subscription's blocked resources.
        clock: time.
        limits: of what is in memory.
    """

    def __init__(
        self, route: Route, endpoint: Endpoint, blocks: Blocks, clock: Clock, limits: Limits
    ) -> None:
        self._route = route
        self._endpoint = endpoint
        self._blocks = blocks
        self._clock = clock
        self._limits = limits
        self._lanes: dict[str, Lane] = {}
        self._ready: deque[Lane] = deque()
        self._running: dict[str, asyncio.Task[bool]] = {}
        self._open: dict[int, None] = {}
        self._held = 0
        self._stopped = False
        self.waiting = 0
        """Resources that wait for another try."""
        self.parked = 0
        """Resources that are not tried any more."""
        self.timers: Timers[str] = Timers(clock, self._ring)
        endpoint.join(self)

    @property
    def full(self) -> bool:
        """Whether it can take no more for now."""
        limits = self._limits
        return (
            len(self._open) >= limits.buffer
            or self.waiting >= limits.blocked
            or self._held >= limits.held
        )

    @property
    def crowded(self) -> bool:
        """Whether it should not be given a page of the log now: part of it might not fit."""
        return self.full or 2 * len(self._open) > self._limits.buffer

    @property
    def next(self) -> float | None:
        """When the next blocked resource is tried, at the latest; None: there is none."""
        records = [lane.record for lane in self._lanes.values() if lane.waits]
        return min((each.due for each in records if each and each.due), default=None)

    def low_water(self, read: int) -> int:
        """The position up to which every event is delivered or recorded, having read so far."""
        return next(iter(self._open)) - 1 if self._open else read

    def block(self, record: Record) -> None:
        """Takes over a record of an earlier run; `resume` sets it going."""
        self._lanes[record.lane] = Lane(record.lane, record=record)
        if record.state is RecordState.WAITING:
            self.waiting += 1
        else:
            self.parked += 1

    def hold(self, key: str, position: int) -> None:
        """Takes an event of a resource that an earlier run left behind a record."""
        lane = self._lanes[key]
        if lane.record is not None and position > lane.record.position:
            lane.held.append(position)
            self._held += 1

    def resume(self) -> None:
        """Sets the timers of the resources that `block` brought."""
        for lane in self._lanes.values():
            if lane.record is not None and lane.waits:
                self.timers.set(lane.key, lane.record.due or 0.0)

    def take(self, message: Message) -> None:
        """Takes the next event."""
        lane = self._lanes.get(message.lane)
        if lane is None:
            lane = self._lanes[message.lane] = Lane(message.lane)
        if lane.parked:
            return  # it is behind the record's position: whoever unparks reads it from there
        if lane.record is not None:
            if message.position > lane.record.position:
                lane.held.append(message.position)
                self._held += 1
            return
        self._open[message.position] = None
        lane.messages.append(message)
        if not lane.paused:
            self._wake(lane)

    async def stop(self, grace: float) -> None:
        """Begins no further delivery, waits for those under way, then cancels them."""
        self._halt()
        running = list(self._running.values())
        if running and grace > 0:
            await asyncio.wait(running, timeout=grace)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    # -- turns: what the endpoint calls, see `api.events.endpoint.Client`

    def run(self, ticket: Ticket) -> bool:
        """Makes a turn; tells whether more resources wait for one."""
        if not self._ready:
            self._endpoint.done(ticket)
            return False
        lane = self._ready.popleft()
        self._start(lane, self._turn(lane, ticket), ticket)
        return bool(self._ready)

    def probe(self) -> bool:
        """Asks for a turn for a resource whose time has not come."""
        waits = [lane for lane in self._lanes.values() if lane.waits and not lane.active]
        if not waits or self._stopped:
            return False
        lane = waits[0]
        # by turns: one that can never be taken must not hide that others can
        self._lanes[lane.key] = self._lanes.pop(lane.key)
        self._try_early(lane)
        return True

    def opened(self) -> None:
        """Sends the blocked resources that wait for a turn back to their timers."""
        for lane in [each for each in self._ready if each.record is not None]:
            self._ready.remove(lane)
            lane.active = lane.early = False
            self.timers.set(lane.key, (lane.record and lane.record.due) or 0.0)
        self._route.changed()

    def closed(self) -> None:
        """Tries all blocked resources at once: what they failed for is over."""
        for lane in list(self._lanes.values()):
            if lane.waits and not lane.active:
                self._try_early(lane)
        self._route.changed()

    # -- lanes

    def _ring(self, key: str) -> None:
        lane = self._lanes.get(key)
        if lane is None or lane.active or self._stopped:
            return
        lane.paused = False
        if lane.record is not None and self._endpoint.down:
            lane.active = True
            self._start(lane, self._skip(lane, lane.record), None)
        else:
            self._wake(lane)

    def _try_early(self, lane: Lane) -> None:
        lane.early = lane.record is not None and (lane.record.due or 0.0) > self._clock.now()
        self._wake(lane)

    def _wake(self, lane: Lane) -> None:
        if lane.active or self._stopped:
            return
        lane.active = True
        self._ready.append(lane)
        self._endpoint.want(self)

    def _start(self, lane: Lane, work: Coroutine[Any, Any, bool], ticket: Ticket | None) -> None:
        name = f"delivery {self._route.subscription} {lane.key}"
        task = self._running[lane.key] = asyncio.create_task(work, name=name)
        # not in the task itself: one that is cancelled before it began would keep its ticket
        task.add_done_callback(lambda task: self._finish(lane, ticket, task))

    def _finish(self, lane: Lane, ticket: Ticket | None, task: asyncio.Task[bool]) -> None:
        del self._running[lane.key]
        lane.active = False
        if ticket is not None:
            self._endpoint.done(ticket)
        more = not task.cancelled() and task.result()
        if lane.idle:
            self._lanes.pop(lane.key, None)
        elif more or (lane.record is None and not lane.paused):
            self._wake(lane)
        elif lane.record is not None and not lane.paused:
            self.timers.set(lane.key, lane.record.due)
        self._route.changed()

    def _halt(self) -> None:
        self._stopped = True
        self._ready.clear()
        self._endpoint.leave(self)

    async def _turn(self, lane: Lane, ticket: Ticket) -> bool:
        """Tells whether it wants another turn."""
        try:
            if lane.record is None:
                return await self._deliver(lane, ticket)
            return await self._catch_up(lane, lane.record, ticket)
        except LostLease:
            self._lose()
        except Exception as error:  # noqa: BLE001 - the lane goes on later, whatever it was
            self._pause(lane, error)
        return False

    async def _skip(self, lane: Lane, record: Record) -> bool:
        """Lets a try go by: the endpoint is taken for dead."""
        try:
            message = await self._route.fetch(record.position)
            if message is not None:
                self._route.noted(message, record.attempts + 1, _SKIPPED)
            await self._again(lane, record, _SKIPPED)
        except LostLease:
            self._lose()
        except Exception as error:  # noqa: BLE001 - as above
            self._pause(lane, error)
        return False

    def _lose(self) -> None:
        self._halt()
        self._route.lost()

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

    # -- one lane's turn

    async def _deliver(self, lane: Lane, ticket: Ticket) -> bool:
        """Sends what is there, until one fails; tells whether it wants another turn."""
        sent = 0
        while lane.messages and not self._stopped:
            if sent and (sent >= self._limits.turn or not self._endpoint.again(ticket)):
                return True
            message = lane.messages[0]
            outcome = await self._post(lane, message, ticket, 1)
            if not outcome.delivered:
                if not outcome.gone:
                    await self._block(lane, message, outcome)
                return False
            sent += 1
            lane.messages.popleft()
            del self._open[message.position]
            self._route.changed()
        return False

    async def _catch_up(self, lane: Lane, record: Record, ticket: Ticket) -> bool:
        """Sends from the record on, until the lane is free; tells if it wants another turn."""
        early, lane.early, sent = lane.early, False, 0
        while not self._stopped:
            message = await self._route.fetch(record.position)
            if message is not None:
                if sent and (sent >= self._limits.turn or not self._endpoint.again(ticket)):
                    await self._blocks.save(record)
                    return True
                outcome = await self._post(lane, message, ticket, record.attempts + 1)
                if not outcome.delivered:
                    await self._again(lane, record, outcome, early=early and not sent)
                    return False
                sent += 1
            if not lane.held:
                await self._free(lane, record)
                return bool(lane.messages)
            record.position = lane.held.popleft()
            record.attempts = 0
            self._held -= 1
        await self._blocks.save(record)  # stopped on the way: so far it has come
        return False

    async def _post(self, lane: Lane, message: Message, ticket: Ticket, attempt: int) -> Outcome:
        outcome = await self._route.post(message)
        self._route.noted(message, attempt, outcome)
        self._endpoint.note(ticket, outcome, lane.key)
        if outcome.gone:
            self._halt()
            self._route.gone(outcome)
        return outcome

    async def _block(self, lane: Lane, message: Message, outcome: Outcome) -> None:
        """Records the failure; from then on the record stands for the lane's events."""
        record = Record(lane.key, message.position)
        await self._blocks.failed(record, outcome)
        lane.record = record
        for each in lane.messages:
            del self._open[each.position]
        if record.state is RecordState.WAITING:
            self.waiting += 1
            lane.held.extend(each.position for each in list(lane.messages)[1:])
            self._held += len(lane.held)
        else:
            self.parked += 1
        lane.messages.clear()

    async def _again(
        self, lane: Lane, record: Record, outcome: Outcome, *, early: bool = False
    ) -> None:
        """Counts a further failure, unless it was tried before its time."""
        if outcome.gone:
            return
        if early:
            return
        await self._blocks.failed(record, outcome)
        if record.state is RecordState.PARKED:
            self.waiting -= 1
            self.parked += 1
            self._held -= len(lane.held)
            lane.held.clear()

    async def _free(self, lane: Lane, record: Record) -> None:
        self.waiting -= 1
        self.timers.set(lane.key, None)
        lane.record = None  # what comes while it is removed is open again, and waits its turn
        await self._blocks.remove(record)
