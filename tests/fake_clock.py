"""A clock that stands still until a test moves it, so that hours pass in no time and repeat."""

import asyncio
import heapq
import itertools
import random

from api.clock import uuid7

__all__ = ["FakeClock"]

START = 1_750_000_000.0
"""Where fake time begins: 2025-06-15T15:06:40Z."""

_TURNS = 10_000
"""Turns of the loop after which those who never rest are left alone."""

_QUIET = 3
"""Turns with nothing to run after which nothing will, until time passes."""


class FakeClock:
    """Implements `api.clock.Clock`. Ids and chance are the same in every run.

    Args:
        start: the time it begins at, in seconds since 1970.
        seed: of ids and chance.
    """

    def __init__(self, start: float = START, seed: int = 0) -> None:
        self._now = start
        self._random = random.Random(seed)
        self._number = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> float:
        """See `Clock.now`."""
        return self._now

    def new_id(self) -> str:
        """See `Clock.new_id`."""
        number = next(self._number)
        entropy = number.to_bytes(2) + self._random.randbytes(8)
        # the counter sits in the milliseconds too: ids made at one instant still sort
        return uuid7(int(self._now * 1000) + number, entropy)

    def chance(self) -> float:
        """See `Clock.chance`."""
        return self._random.random()

    def entropy(self, size: int) -> bytes:
        """See `Clock.entropy`."""
        return self._random.randbytes(size)

    async def sleep(self, seconds: float) -> None:
        """See `Clock.sleep`."""
        if seconds <= 0:
            await asyncio.sleep(0)
        else:
            await self._sleeper(seconds)

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        """See `Clock.wait`."""
        if event.is_set() or seconds is None:
            return await event.wait()
        if seconds <= 0:
            await asyncio.sleep(0)
            return event.is_set()
        sleeper = self._sleeper(seconds)
        waiter = asyncio.ensure_future(event.wait())
        try:
            both: list[asyncio.Future[object]] = [sleeper, waiter]  # type: ignore[list-item]
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeper.cancel()
            waiter.cancel()
        return event.is_set()

    async def advance(self, seconds: float = 0.0) -> None:
        """Moves time on, waking sleepers in order, each at its own time, and lets them run."""
        until = self._now + seconds
        await self.settle()
        while self._sleepers and self._sleepers[0][0] <= until:
            at, _, sleeper = heapq.heappop(self._sleepers)
            if sleeper.done():
                continue
            self._now = max(self._now, at)
            sleeper.set_result(None)
            await self.settle()
        self._now = until

    async def settle(self) -> None:
        """Lets everything run that can run without time passing."""
        ready = getattr(asyncio.get_running_loop(), "_ready", None)
        quiet = 0
        for _ in range(_TURNS):
            await asyncio.sleep(0)
            quiet = 0 if ready is None or ready else quiet + 1
            if quiet == _QUIET:
                return

    def _sleeper(self, seconds: float) -> asyncio.Future[None]:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._number), future))
        return future
