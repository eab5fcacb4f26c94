"""Tasks that run beside the requests: kept, named, and ended in order."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from api.clock import Clock
from api.errors import Unavailable

__all__ = ["Background"]

_log = structlog.get_logger(__name__)

_PAUSE = 1.0
"""Seconds before a loop that failed goes on: long enough not to flood the log."""


class Background:
    """The background tasks of one part of the program. None is forgotten, none dies silently.

    Args:
        clock: for pauses after errors.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Runs the coroutine as a task of its own; an error in it is logged."""
        task = asyncio.create_task(_logged(work, name), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # a task that is cancelled before it began never awaits its work
        task.add_done_callback(lambda _: work.close())
        return task

    def repeat(self, step: Callable[[], Awaitable[None]], name: str) -> asyncio.Task[None]:
        """Does the step again and again until stopped; after an error it pauses and goes on."""
        return self.start(self._repeated(step, name), name)

    async def stop(self) -> None:
        """Cancels what runs and waits for it."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _repeated(self, step: Callable[[], Awaitable[None]], name: str) -> None:
        while True:
            try:
                await step()
            except Unavailable as error:  # no fault of the step's
                _log.warning("background task waits", task=name, error=str(error))
                await self._clock.sleep(_PAUSE)
            except Exception as error:  # noqa: BLE001 - the loop must outlive any error of a step
                _log.warning("background task failed", task=name, error=repr(error), exc_info=error)
                await self._clock.sleep(_PAUSE)


async def _logged(work: Coroutine[Any, Any, None], name: str) -> None:
    try:
        await work
    except Exception:  # noqa: BLE001 - nobody else would hear of it
        _log.exception("background task ended by an error", task=name)
