"""A clock that leaps: hours pass in no time, while stores and sockets stay real."""

import asyncio
import time
from typing import Final

from api.clock import SystemClock

__all__ = ["LeapingClock"]

_PACE: Final = 0.01
"""Seconds per second of the machine's: so little that a slow machine is late for nothing."""

_SHORT: Final = 2.0
"""Waits up to so long pace looks at a store or a queue: they take the machine's time."""


class LeapingClock(SystemClock):
    """Implements `api.clock.Clock`. Time all but stands still, and leaps when a test says so.

    What takes its time by this clock is under way until a leap ends it, however slow the machine:
    a test can look at it in peace. Later readings are greater, so what came later is dated later.
    """

    def __init__(self) -> None:
        super().__init__()
        self._began = time.monotonic()
        self._start = super().now()
        self._ahead = 0.0
        self._leapt = asyncio.Event()

    def now(self) -> float:
        """See `Clock.now`."""
        return self._start + self._ahead + (time.monotonic() - self._began) * _PACE

    async def sleep(self, seconds: float) -> None:
        """See `Clock.sleep`."""
        await self.wait(asyncio.Event(), seconds)

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        """See `Clock.wait`."""
        if seconds is None or seconds <= _SHORT:
            return await super().wait(event, seconds)
        until = self.now() + seconds
        while not event.is_set() and self.now() < until:
            await self._event_or_leap(event)
        return event.is_set()

    def leap(self, seconds: float) -> None:
        """Moves time on; whoever sleeps looks how late it is."""
        self._ahead += seconds
        self._leapt.set()
        self._leapt = asyncio.Event()

    async def _event_or_leap(self, event: asyncio.Event) -> None:
        waiters = [asyncio.ensure_future(each.wait()) for each in (event, self._leapt)]
        try:
            await asyncio.wait(waiters, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiters:
                each.cancel()
