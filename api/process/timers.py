"""One timer per key: who is to be woken when."""

import asyncio
import heapq
import itertools
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from api.clock import Clock

__all__ = ["Timers"]

_Key = TypeVar("_Key", bound=Hashable)

_SLACK = 64


class Timers(Generic[_Key]):
    """Rings for each key at its time.

    Args:
        clock: time.
        ring: called with the key whose time has come; must not raise.
    """

    def __init__(self, clock: Clock, ring: Callable[[_Key], None]) -> None:
        self._clock = clock
        self._ring = ring
        self._times: dict[_Key, float] = {}
        self._heap: list[tuple[float, int, _Key]] = []
        self._numbers = itertools.count()
        self._earlier = asyncio.Event()

    def set(self, key: _Key, time: float | None) -> None:
        """Sets the key's timer in place of the one that it has; None takes it away."""
        if time is None:
            self._times.pop(key, None)
            return
        if self._times.get(key) == time:
            return
        self._times[key] = time
        heapq.heappush(self._heap, (time, next(self._numbers), key))
        if self._heap[0][0] == time:
            self._earlier.set()
        if len(self._heap) > 2 * len(self._times) + _SLACK:
            self._tidy()

    async def run(self) -> None:
        """Rings until cancelled."""
        while True:
            self._earlier.clear()
            now = self._clock.now()
            while self._heap and self._heap[0][0] <= now:
                time, _, key = heapq.heappop(self._heap)
                if self._times.get(key) == time:
                    del self._times[key]
                    self._ring(key)
            next_ = self._heap[0][0] - now if self._heap else None
            await self._clock.wait(self._earlier, next_)

    def _tidy(self) -> None:
        """Throws out what was set anew or taken away since."""
        self._heap = [(time, next(self._numbers), key) for key, time in self._times.items()]
        heapq.heapify(self._heap)
