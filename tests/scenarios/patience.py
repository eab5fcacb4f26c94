"""How a scenario waits for what is to come: as long as anything happens, and then a while."""

import asyncio
from typing import Final

from tests.patience import PATIENCE
from tests.scenarios.clock import LeapingClock
from tests.scenarios.subscriber import Subscriber

__all__ = ["Patience"]

_LOOKS: Final = (0.05, 1.0)
"""Seconds until a look although no event came: at first, and after a while, to disturb nobody."""

_QUIET: Final = 10.0
"""Seconds without an event after which nothing is under way but what waits for its time."""

_STEP: Final = 2.0
_MOST: Final = 16.0
"""By how much time goes on per look then, and at most: to a look that a process set for itself.

It is less than anything takes at which a scenario looks in passing.
"""


class Patience:
    """One wait of a test.

    Args:
        clock: of the server.
        subscriber: is told of whatever happens.
    """

    def __init__(self, clock: LeapingClock, subscriber: Subscriber) -> None:
        self._clock = clock
        self._subscriber = subscriber
        self._loop = asyncio.get_running_loop()
        self._since = self._loop.time()
        self._next = _LOOKS[0]
        self._passed = 0.0

    async def look(self) -> bool:
        """Waits for an event, or a moment; False: it is no use to wait any longer."""
        try:
            async with asyncio.timeout(self._next):
                await self._subscriber.came.wait()
        except TimeoutError:
            self._next = min(2 * self._next, _LOOKS[1])
            quiet = self._loop.time() - self._since
            if quiet > _QUIET and self._passed < _MOST:
                self._passed += _STEP
                self._clock.leap(_STEP)
                print(f"quiet for {quiet:.0f} s: time goes on")
            return quiet < PATIENCE
        self._subscriber.came.clear()
        self._since, self._next = self._loop.time(), _LOOKS[0]
        return True
