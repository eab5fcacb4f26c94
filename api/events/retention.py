"""How long events stay in the log, and the loop that removes the older ones."""

from dataclasses import dataclass

import structlog

from api.clock import Clock
from api.events.command import Command, CommandKind
from api.events.log import EventLog
from api.events.member import reached, told_positions
from api.events.record import DELIVERIES, RecordState
from api.events.subscription import ENDED, SUBSCRIPTIONS
from api.query.tree import And, Compare, Kind, Op, Sort
from api.settings import Settings
from api.store.protocol import Store
from api.store.walk import walk
from api.tasks import Background

__all__ = ["Pruner", "Retention"]

_log = structlog.get_logger(__name__)

_BATCH = 200
"""Events removed in one transaction: few enough that no request waits for it."""

_REST = 0.05
"""Seconds between batches, so that removing a great many takes a part of the store only."""

_TOLD = 500
"""Parked records that are named at once."""


@dataclass(frozen=True, slots=True)
class Retention:
    """Which events may go. A rule that is 0 is none.

    Attributes:
        age: seconds that an event is kept.
        count: how many events are kept.
        cap: how many are kept at most, delivered or not; the other two rules never take an event
            that a subscription is still to get.
    """

    age: float
    count: int
    cap: int

    def last(self, *, end: int, aged: int, unread: int) -> int:
        """The position up to which events may go.

        Args:
            end: of the log.
            aged: the position of the last event that is older than `age`.
            unread: the position up to which every subscription has all it is to get.
        """
        allowed = aged if self.age else 0
        if self.count:
            allowed = max(allowed, end - self.count)
        allowed = min(allowed, unread)
        if self.cap:
            allowed = max(allowed, end - self.cap)
        return allowed


class Pruner:
    """Removes old events. Any number of processes may do it at once.

    Args:
        store: whose log it is.
        clock: time.
        settings: ``event_retention``, ``event_retention_count``, ``event_retention_cap`` and
            ``event_retention_interval``.
    """

    def __init__(self, store: Store, clock: Clock, settings: Settings) -> None:
        self._store = store
        self._clock = clock
        self._log = EventLog(store)
        self._retention = Retention(
            settings.event_retention, settings.event_retention_count, settings.event_retention_cap
        )
        self._every = settings.event_retention_interval
        self._tasks = Background(clock)

    async def start(self) -> None:
        """Begins to look now and then."""
        if self._retention != Retention(0, 0, 0):
            self._tasks.repeat(self._step, "removing old events")

    async def stop(self) -> None:
        """Ends it, perhaps between two batches."""
        await self._tasks.stop()

    async def _step(self) -> None:
        # not all processes at once
        await self._clock.sleep(self._every * (0.5 + self._clock.chance()))
        await self.prune()

    async def prune(self) -> int:
        """Removes what may go now; says how many."""
        retention = self._retention
        oldest, end = await self._log.oldest(), await self._log.end()
        unread = await self._unread(end)
        aged = await self._log.before(self._clock.now() - retention.age) if retention.age else 0
        last = min(retention.last(end=end, aged=aged, unread=unread), end - 1)
        if last < oldest:
            return 0
        await self._tell(oldest, last, unread)
        removed = 0
        while count := await self._store.prune_log(last, _BATCH):
            removed += count
            await self._clock.sleep(_REST)
        return removed

    async def _unread(self, end: int) -> int:
        """The position up to which no subscription still waits for an event."""
        told = await told_positions(self._store)  # first: who follows later is farther than that
        unread = end
        async for each in walk(self._store, SUBSCRIPTIONS.name):
            process = each.process or {}
            if process.get("state") == ENDED:
                continue
            if "position" in process:
                unread = min(unread, reached(process, told))
            for command in process.get("commands", ()):
                unread = min(unread, await self._before(each.id, Command.of(command), end))
        return min(unread, await self._before_first(end, _is("state", RecordState.WAITING)))

    async def _before(self, id_: str, command: Command, end: int) -> int:
        """The position behind which are the events that a command will have delivered again."""
        if command.kind is CommandKind.REPLAY:
            return command.position - 1
        conditions = [_is("subscription", id_), _is("state", RecordState.PARKED)]
        if command.lane is not None:
            conditions.append(_is("lane", command.lane))
        return await self._before_first(end, *conditions)

    async def _before_first(self, end: int, *conditions: Compare) -> int:
        """The position before the first event of which there is such a record."""
        found = await self._store.find(
            DELIVERIES.name, And(conditions), sort=(Sort(("position",)),), limit=1
        )
        return min([end, *(int(each.body.data["position"]) - 1 for each in found)])

    async def _tell(self, oldest: int, last: int, unread: int) -> None:
        """Warns of events that nobody will get any more."""
        if last > unread:
            _log.warning(
                "events are removed that a subscription did not get: event_retention_cap says so",
                up_to=last,
                unread_from=unread + 1,
            )
        parked = And(
            (
                _is("state", RecordState.PARKED),
                Compare(("position",), Op.GTE, oldest, Kind.NUMBER),
                Compare(("position",), Op.LTE, last, Kind.NUMBER),
            )
        )
        for each in await self._store.find(DELIVERIES.name, parked, limit=_TOLD):
            body = each.body.data
            _log.warning(
                "parked events are removed: they are older than event_retention",
                subscription=body["subscription"],
                resource=body["lane"],
                position=body["position"],
            )


def _is(name: str, value: str) -> Compare:
    return Compare((name,), Op.EQ, str(value), Kind.STRING)
