"""A queue of keys: each is worked on by one task at a time, different ones side by side."""

import asyncio
import heapq
import itertools
import math
from collections.abc import Awaitable, Callable

__all__ = ["WorkQueue"]


class WorkQueue:
    """Runs work by key.

    A key that is asked for while it waits is run once; one that is asked for while it runs is run
    once more afterwards: however often it is asked for, it is looked at after the last time.

    Args:
        work: does what is to be done for a key; handles its own errors.
        concurrency: how many keys are worked on at once.

    Of those that wait, the one of the lowest rank is next; of equal ones, the first that came.
    """

    def __init__(self, work: Callable[[str], Awaitable[None]], concurrency: int) -> None:
        self._work = work
        self._concurrency = concurrency
        self._waiting: list[tuple[float, int, str]] = []
        self._queued: dict[str, float] = {}
        self._numbers = itertools.count()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._again: dict[str, float] = {}
        self._less = asyncio.Event()
        self._open = True

    @property
    def keys(self) -> frozenset[str]:
        """All keys that wait or run."""
        return frozenset(self._queued).union(self._running)

    def add(self, key: str, rank: float = 0.0) -> None:
        """Asks for a key to be worked on; asked for again, it keeps the better rank."""
        if not self._open:
            return
        if key in self._running:
            self._again[key] = min(rank, self._again.get(key, rank))
        elif rank < self._queued.get(key, math.inf):
            self._queued[key] = rank
            heapq.heappush(self._waiting, (rank, next(self._numbers), key))
            self._fill()

    async def room(self, most: int) -> None:
        """Returns once no more than that many keys wait."""
        while len(self._queued) > most:
            self._less.clear()
            await self._less.wait()

    async def stop(self, grace: float) -> None:
        """Begins nothing more, waits so many seconds for what runs, then cancels it."""
        self._open = False
        self._waiting.clear()
        self._queued.clear()
        self._again.clear()
        running = list(self._running.values())
        if running:
            _, late = await asyncio.wait(running, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    def _fill(self) -> None:
        while self._open and self._waiting and len(self._running) < self._concurrency:
            rank, _, key = heapq.heappop(self._waiting)
            if self._queued.get(key) != rank:
                continue  # asked for again with a better one: begun already
            del self._queued[key]
            self._running[key] = asyncio.create_task(self._run(key), name=f"work {key}")
        self._less.set()

    async def _run(self, key: str) -> None:
        try:
            await self._work(key)
        finally:
            del self._running[key]
            if key in self._again:
                self.add(key, self._again.pop(key))
            self._fill()
