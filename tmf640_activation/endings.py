"""Who waits in this process for a monitor's end."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["Endings"]


class Endings:
    """Lets a request wait for its monitor without asking again and again.

    It is a shortcut only: where the monitor ends in another process, the request's time runs out
    and it looks at the monitor itself.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, list[asyncio.Event]] = {}

    @contextmanager
    def expect(self, monitor: str) -> Iterator[asyncio.Event]:
        """An event that is set when the monitor ends. To be entered before the work can begin."""
        event = asyncio.Event()
        self._waiting.setdefault(monitor, []).append(event)
        try:
            yield event
        finally:
            self._waiting[monitor].remove(event)
            if not self._waiting[monitor]:
                del self._waiting[monitor]

    def ended(self, monitor: str) -> None:
        """Tells all who wait."""
        for event in self._waiting.get(monitor, ()):
            event.set()
