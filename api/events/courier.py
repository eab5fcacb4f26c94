"""Delivers one subscription's events: in order per resource, resources side by side."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

import structlog

from api.clock import Clock
from api.errors import ApiError
from api.events.blocks import Blocks
from api.events.contact import Contact
from api.events.endpoint import Endpoint, Ticket
from api.events.lane import Lane
from api.events.lanes import Lanes
from api.events.limits import Limits
from api.events.message import Message
from api.events.outcome import Outcome
from api.events.record import Record
from api.events.route import Route
from api.events.turns import Turns
from api.process.leases import LostLease
from api.process.timers import Timers

__all__ = ["Courier"]

_log = structlog.get_logger(__name__)

_PAUSE = 1.0
"""Seconds to wait after an error of our own, such as a store that is away."""

_OWN = ""
"""Among the timers, which are by resource: that of the contact."""

_Work = Callable[[], Coroutine[Any, Any, bool]]


class Courier:
    """Takes events in log order and sees to each of them: delivered, or recorded as undelivered.

    It settles which resource has its turn when; what is done then stands in `api.events.turns`.

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
        self._clock = clock
        self.lanes = Lanes(limits)
        self._ready: deque[Lane] = deque()
        self._running: dict[str, asyncio.Task[bool]] = {}
        self.timers: Timers[str] = Timers(clock, self._ring)
        self.contact = Contact(endpoint, self, clock, limits, lambda at: self.timers.set(_OWN, at))
        self._turns = Turns(route, self.contact, blocks, self.lanes, limits, self._gone)

    @property
    def full(self) -> bool:
        """Whether further events are to stay in the log for now."""
        return self.lanes.full or self._dead

    @property
    def crowded(self) -> bool:
        """Whether a page of the log should not be read now."""
        return self.lanes.crowded or self._dead

    @property
    def _dead(self) -> bool:
        """Whether nothing can be delivered, and there is something to find out with when it can."""
        return self.contact.silent and bool(self.lanes.open or self.lanes.waiting)

    def resume(self, records: Iterable[Record], held: Iterable[tuple[str, int]]) -> None:
        """Goes on from what an earlier run left: records, and events by resource and position."""
        self.lanes.restore(records)
        for key, position in held:
            self.lanes.hold(key, position)
        for lane in self.lanes.blocked:
            self.timers.set(lane.key, (lane.record and lane.record.due) or 0.0)

    def take(self, message: Message) -> None:
        """Takes the next event."""
        lane = self.lanes.take(message)
        if lane is not None and not lane.paused:
            self._wake(lane)

    async def stop(self, grace: float) -> None:
        """Begins no further delivery, waits for those under way, then cancels them."""
        self.halt()
        running = list(self._running.values())
        if running and grace > 0:
            await asyncio.wait(running, timeout=grace)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def halt(self) -> None:
        """Begins no further delivery."""
        self._turns.stopped = True
        self._ready.clear()
        self.contact.leave()

    # -- turns: what the contact calls, see `api.events.contact.Party`

    def run(self, ticket: Ticket) -> bool:
        """Makes a turn; tells whether more resources wait for one."""
        if not self._ready:
            self.contact.done(ticket)
            return False
        lane = self._early(ticket) or self._ready.popleft()
        self._start(lane, lambda: self._turns.make(lane, ticket), ticket)
        return bool(self._ready)

    def _early(self, ticket: Ticket) -> Lane | None:
        """A resource that has failed before, to probe with where any does: that writes nothing."""
        resting = self.lanes.resting if self.contact.prefers_old(ticket) else []
        if not resting:
            return None
        lane = resting[0]
        self.lanes.put_last(lane)
        lane.active = True
        lane.early = lane.record is not None and (lane.record.due or 0.0) > self._clock.now()
        return lane

    def probe(self) -> bool:
        """Asks for a turn for a resource whose time has not come."""
        resting = self.lanes.resting
        if not resting or self._turns.stopped:
            return False
        # by turns: one that can never be taken must not hide that others can
        self.lanes.put_last(resting[0])
        self._try_early(resting[0])
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
        for lane in self.lanes.resting:
            self._try_early(lane)
        self._route.changed()

    # -- whose turn it is

    def _ring(self, key: str) -> None:
        if key == _OWN:
            self.contact.ring()
            return
        lane = self.lanes.get(key)
        if lane is None or lane.active or self._turns.stopped:
            return
        lane.paused = False
        record = lane.record
        if record is not None and self.contact.down:
            lane.active = True
            self._start(lane, lambda: self._turns.skip(lane, record), None)
        else:
            self._wake(lane)

    def _try_early(self, lane: Lane) -> None:
        lane.early = lane.record is not None and (lane.record.due or 0.0) > self._clock.now()
        self._wake(lane)

    def _wake(self, lane: Lane) -> None:
        if lane.active or self._turns.stopped:
            return
        lane.active = True
        self._ready.append(lane)
        self.contact.want()

    def _start(self, lane: Lane, work: _Work, ticket: Ticket | None) -> None:
        name = f"delivery {self._route.subscription} {lane.key}"
        task = self._running[lane.key] = asyncio.create_task(self._guarded(lane, work), name=name)
        # not in the task itself: one that is cancelled before it began would keep its ticket
        task.add_done_callback(lambda task: self._finish(lane, ticket, task))

    def _finish(self, lane: Lane, ticket: Ticket | None, task: asyncio.Task[bool]) -> None:
        del self._running[lane.key]
        lane.active = False
        if ticket is not None:
            self.contact.done(ticket)
        more = not task.cancelled() and task.result()
        self.lanes.tidy(lane)
        if lane.record is None and not lane.paused:
            self.timers.set(lane.key, None)
        if not lane.idle and (more or (lane.record is None and not lane.paused)):
            self._wake(lane)
        elif lane.record is not None and not lane.paused:
            self.timers.set(lane.key, lane.record.due)
        self._route.changed()

    async def _guarded(self, lane: Lane, work: _Work) -> bool:
        try:
            return await work()
        except LostLease:
            self.halt()
            self._route.lost()
        except Exception as error:  # noqa: BLE001 - the lane goes on later, whatever it was
            self._pause(lane, error)
        return False

    def _gone(self, outcome: Outcome) -> None:
        self.halt()
        self._route.gone(outcome)

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
