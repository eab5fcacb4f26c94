"""The end of the event log, followed as it grows."""

import asyncio
from collections.abc import Callable, Sequence

from api.clock import Clock
from api.store.document import LogEntry
from api.store.protocol import Store
from api.tasks import Background

__all__ = ["Tail"]

_PAGE = 256
"""Events read at once: what they hold in memory, and how long they keep the loop busy."""

_FIRST_LOOK = 0.25
_LAST_LOOK = 1.0
"""Seconds between looks for other processes' events: at first, and after a while without any."""


class Tail:
    """Reads new events once for all who listen, in order and without gaps.

    It is woken by this process's own commits, so that they are seen at once; other processes'
    events it finds by looking now and then.

    Args:
        store: whose log it is.
        clock: paces the looks.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._listeners: list[Callable[[Sequence[LogEntry]], None]] = []
        self._appended = asyncio.Event()
        self._tasks = Background(clock)
        self._idle = _FIRST_LOOK
        self.position = 0
        """Of the last event that listeners were told of."""
        store.on_append(self._appended.set)

    def listen(self, listener: Callable[[Sequence[LogEntry]], None]) -> None:
        """Has the listener called with each batch of new events. It must be quick."""
        self._listeners.append(listener)

    async def start(self, position: int | None = None) -> None:
        """Follows the log from behind that position; by default from its present end."""
        self.position = await self._store.log_end() if position is None else position
        self._tasks.repeat(self._step, "event log tail")

    def met(self, read: int) -> bool:
        """Whether a reader that has come that far by itself is told of all that follows.

        To be asked after each read, whatever it brought: while it was under way, the tail may have
        told of what the reader has not seen. So an empty page is no sign of having caught up.
        """
        return read >= self.position

    async def stop(self) -> None:
        """Listeners are told of nothing more."""
        await self._tasks.stop()

    async def _step(self) -> None:
        self._appended.clear()
        entries = await self._store.read_log(self.position, _PAGE)
        if entries:
            self._idle = _FIRST_LOOK
            self.position = entries[-1].position
            for listener in self._listeners:
                listener(entries)
        if len(entries) == _PAGE:
            await self._clock.sleep(0)  # a long backlog must not keep requests waiting
        elif not await self._clock.wait(self._appended, self._idle):
            self._idle = min(2 * self._idle, _LAST_LOOK)
