"""The runtime: drives the controllers, for as long as the server runs."""

import asyncio
from collections.abc import Iterable, Sequence

import structlog

from api.clock import Clock
from api.events.tail import Tail
from api.process.carrier import Carrier
from api.process.controller import Controller
from api.process.leases import Leases
from api.process.progress import CHECKPOINTS, Checkpoints
from api.retry import RetryPolicy
from api.settings import Settings
from api.store.document import LogEntry
from api.store.protocol import Collection, Store
from api.tasks import Background

__all__ = ["RETRY", "Runtime"]

_log = structlog.get_logger(__name__)

RETRY = RetryPolicy(attempts=1_000_000_000, first=0.5, factor=2.0, most=60.0, jitter=0.2)
"""When a document is looked at again after an error: sooner at first, but never given up."""

_GRACE = 3.0
"""Seconds that looks under way get when the server stops."""

_CHECKPOINT = 1.0
"""Seconds between checkpoints: how much of the log is read again after a crash."""


class Runtime:
    """Says when each controller looks at which document.

    Events (as the log grows, from where it was last followed up), due times, and a sweep at start
    wake documents; leases keep other processes off them. See `api.process.controller`.

    Args:
        controllers: at most one per collection.
        store: where documents and events are.
        clock: time.
        settings: ``lease`` of them.
        retry: when to look again after an error.
    """

    def __init__(
        self,
        controllers: Iterable[Controller],
        store: Store,
        clock: Clock,
        settings: Settings,
        *,
        retry: RetryPolicy = RETRY,
    ) -> None:
        leases = Leases(clock, settings.lease)
        self._store = store
        self._clock = clock
        self._carriers = [Carrier(each, store, clock, leases, retry) for each in controllers]
        names = [carrier.collection for carrier in self._carriers]
        if len(set(names)) < len(names):
            raise ValueError(f"a collection has two controllers: {sorted(names)}")
        self._checkpoints = Checkpoints(store, clock)
        self._saved: dict[str, int] = {}
        self._tail = Tail(store, clock)
        self._tail.listen(self._follow)
        self._tasks = Background(clock)
        self._runs = False

    @staticmethod
    def collections() -> list[Collection]:
        """What it keeps in the store."""
        return [CHECKPOINTS]

    async def start(self) -> None:
        """Begins to work."""
        self._runs = True
        end = await self._store.log_end()
        for carrier in self._carriers:
            position = min(end, await self._checkpoints.load(carrier.collection))
            self._saved[carrier.collection] = position
            carrier.start(position)
        await self._tail.start(min(self._saved.values(), default=end))
        self._tasks.repeat(self._checkpoint, "checkpoints")

    async def stop(self) -> None:
        """Ends the work within about three seconds; what is unfinished goes on elsewhere."""
        self._runs = False
        await self._tail.stop()
        await self._tasks.stop()
        await asyncio.gather(*(carrier.stop(_GRACE) for carrier in self._carriers))
        await self._save()

    def look(self, entry: LogEntry) -> None:
        """Wakes the documents that an event concerns; it need not stand in our log.

        Does nothing unless started: then other processes do the work.
        """
        if not self._runs:
            return
        for carrier in self._carriers:
            try:
                carrier.see(entry)
            except Exception:  # noqa: BLE001 - one controller's fault must not stop the others
                _log.exception(
                    "controller failed on an event",
                    collection=carrier.collection,
                    position=entry.position,
                )

    def _follow(self, entries: Sequence[LogEntry]) -> None:
        for entry in entries:
            self.look(entry)
        for carrier in self._carriers:
            carrier.progress.read(entries[-1].position)

    async def _checkpoint(self) -> None:
        await self._clock.sleep(_CHECKPOINT)
        await self._save()

    async def _save(self) -> None:
        for carrier in self._carriers:
            position = carrier.progress.position
            if position > self._saved.get(carrier.collection, 0):
                await self._checkpoints.save(carrier.collection, position)
                self._saved[carrier.collection] = position
