"""The machine's clock, with leaps: hours pass in no time, while stores and sockets stay real."""

import asyncio

from api.clock import SystemClock

__all__ = ["LeapingClock"]


class LeapingClock(SystemClock):
    """Implements `api.clock.Clock`. Goes as the machine's does, and leaps when a test says so."""

    def __init__(self) -> None:
        super().__init__()
        self._ahead = 0.0
        self._leapt = asyncio.Event()

    def now(self) -> float:
        """See `Clock.now`."""
        return super().now() + self._ahead

    async def sleep(self, seconds: float) -> None:
        """See `Clock.sleep`."""
        await self.wait(asyncio.Event(), seconds)

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        """See `Clock.wait`."""
        until = None if seconds is None else self.now() + seconds
        while not event.is_set():
            left = None if until is None else until - self.now()
            if left is not None and left <= 0:
                await asyncio.sleep(0)
                break
            await self._either(event, left)
        return event.is_set()

    def leap(self, seconds: float) -> None:
        """Moves time on; whoever sleeps looks how late it is."""
        self._ahead += seconds
        self._leapt.set()
        self._leapt = asyncio.Event()

    async def _either(self, event: asyncio.Event, seconds: float | None) -> None:
        """Waits for the event, a leap, or so many seconds."""
        waiters = [asyncio.ensure_future(each.wait()) for each in (event, self._leapt)]
        try:
            await asyncio.wait(waiters, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiters:
                each.cancel()
