"""How a scenario waits for what is to come: as long as anything happens, and then a while."""

import asyncio
from typing import Final

from tests.scenarios.clock import LeapingClock
from tests.scenarios.subscriber import Subscriber

__all__ = ["Patience"]

_PATIENCE: Final = 45.0
"""Seconds of the machine's time without an event after which nothing will come any more."""

_LOOK: Final = 0.05
"""Seconds until a look although no event came."""

_QUIET: Final = 3.0
"""Seconds without an event after which nothing is under way but what waits for its time."""

_STEP: Final = 0.1
_MOST: Final = 16.0
"""By how much time goes on per look then, and at most: to a next look soon, set as a precaution.

It is less than anything takes in the scenarios.
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
        self._passed = 0.0

    async def look(self) -> bool:
        """Waits for an event, or a moment; False: it is no use to wait any longer."""
        try:
            async with asyncio.timeout(_LOOK):
                await self._subscriber.came.wait()
        except TimeoutError:
            quiet = self._loop.time() - self._since
            if quiet > _QUIET and self._passed < _MOST:
                self._passed += _STEP
                self._clock.leap(_STEP)
            return quiet < _PATIENCE
        self._subscriber.came.clear()
        self._since = self._loop.time()
        return True
