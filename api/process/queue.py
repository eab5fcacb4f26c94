"""A queue of keys: each is worked on by one task at a time, different ones side by side."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

__all__ = ["WorkQueue"]


class WorkQueue:
    """Runs work by key.

    A key that is asked for while it waits is run once; one that is asked for while it runs is run
    once more afterwards: however often it is asked for, it is looked at after the last time.

    Args:
        work: does what is to be done for a key; handles its own errors.
        concurrency: how many keys are worked on at once.
    """

    def __init__(self, work: Callable[[str], Awaitable[None]], concurrency: int) -> None:
        self._work = work
        self._concurrency = concurrency
        self._waiting: deque[str] = deque()
        self._queued: set[str] = set()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._less = asyncio.Event()
        self._open = True

    @property
    def keys(self) -> frozenset[str]:
        """All keys that wait or run."""
        return frozenset(self._queued).union(self._running)

    def add(self, key: str) -> None:
        """Asks for a key to be worked on."""
        if not self._open:
            return
        if key in self._running:
            self._again.add(key)
        elif key not in self._queued:
            self._queued.add(key)
            self._waiting.append(key)
            self._fill()

    async def room(self, most: int) -> None:
        """Returns once no more than that many keys wait."""
        while len(self._waiting) > most:
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
            key = self._waiting.popleft()
            self._queued.discard(key)
            self._running[key] = asyncio.create_task(self._run(key), name=f"work {key}")
        self._less.set()

    async def _run(self, key: str) -> None:
        try:
            await self._work(key)
        finally:
            del self._running[key]
            if key in self._again:
                self._again.discard(key)
                self.add(key)
            self._fill()
