"""Keeps the records of blocked resources: when each is tried again, and when it is parked."""

from collections.abc import Awaitable, Callable

import structlog

from api.clock import Clock
from api.errors import ApiError, Unavailable
from api.events.limits import Schedule
from api.events.outcome import Outcome
from api.events.record import Record, Records, RecordState
from api.process.leases import LostLease

__all__ = ["Blocks"]

_log = structlog.get_logger(__name__)

_PAUSE = 1.0
"""Seconds between attempts to write while the store is away."""


class Blocks:
    """The records of one subscription, counted by a schedule.

    Args:
        records: where they are kept.
        clock: time and chance.
        schedule: of further tries.
    """

    def __init__(self, records: Records, clock: Clock, schedule: Schedule) -> None:
        self._records = records
        self._clock = clock
        self._schedule = schedule

    async def failed(self, record: Record, outcome: Outcome) -> None:
        """Counts a failure and writes it. Raises LostLease."""
        record.attempts += 1
        record.detail = outcome.detail
        wait = self._schedule.wait(record.attempts, self._clock.chance())
        if wait is None:
            self._park(record)
        else:
            record.due = self._clock.now() + max(wait, outcome.retry_after or 0.0)
        await self.save(record)

    async def save(self, record: Record) -> None:
        """Writes it. Raises LostLease."""
        await self._persist(lambda: self._records.save(record), record)

    async def remove(self, record: Record) -> None:
        """Removes it. Raises LostLease."""
        await self._persist(lambda: self._records.drop(record), record)

    def _park(self, record: Record) -> None:
        record.state, record.due = RecordState.PARKED, None
        _log.error(
            "delivery parked: this resource's events are kept, but not sent any more",
            subscription=self._records.subscription,
            resource=record.lane,
            position=record.position,
            attempts=record.attempts,
            detail=record.detail,
        )

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
