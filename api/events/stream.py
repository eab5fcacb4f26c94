"""Readers that stay: each gets the events of the log as they come, at its own pace.

All that keep up share one look at the end of the log. Who falls behind reads the log by itself
until it has caught up, so a slow reader holds a bounded number of events in memory and delays
nobody.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from api.clock import Clock
from api.errors import Unavailable
from api.events.filter import Filter
from api.events.log import EventLog
from api.events.message import Message
from api.events.tail import Tail
from api.store.document import LogEntry
from api.store.protocol import Store

__all__ = ["Stream", "StreamLimits", "Streams"]


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """Sizes and times of streams.

    Attributes:
        streams: open at once in this process.
        buffer: events that wait for one reader; further ones it reads from the log.
        page: events given at once, and read at once by a reader that is behind.
        heartbeat: seconds of silence after which a sign of life is given.
    """

    streams: int = 500
    buffer: int = 100
    page: int = 50
    heartbeat: float = 15.0


class Stream:
    """One reader.

    Args:
        log: what it reads while it is behind.
        tail: of the log, as it is told of it.
        wanted: which events it gets.
        position: behind which it begins.
        clock: time.
        message: makes an event of an entry.
        limits: of the buffer and the pages.
    """

    def __init__(
        self,
        log: EventLog,
        tail: Tail,
        wanted: Filter,
        position: int,
        clock: Clock,
        message: Callable[[LogEntry], Message],
        limits: StreamLimits,
    ) -> None:
        self._log = log
        self._tail = tail
        self._wanted = wanted
        self._clock = clock
        self._message = message
        self._limits = limits
        self._waiting: deque[Message] = deque()
        self._read = position
        self._live = False
        self._ended = False
        self._wake = asyncio.Event()

    @property
    def position(self) -> int:
        """Every event up to there was given, or is not wanted."""
        return self._waiting[0].position - 1 if self._waiting else self._read

    def tell(self, messages: Sequence[Message]) -> None:
        """Takes what the end of the log brings."""
        for message in messages:
            if not self._live or message.position <= self._read:
                continue
            if self._wanted.matches(message):
                if len(self._waiting) >= self._limits.buffer:
                    self._live = False
                    break
                self._waiting.append(message)
                self._wake.set()
            self._read = message.position

    def end(self) -> None:
        """Has it end, whatever still waits."""
        self._ended = True
        self._wake.set()

    async def next(self) -> list[Message] | None:
        """The next events; none: there was silence for a while; None: it has ended.

        Raises Gone where the reader was so slow that what comes next is not kept any more.
        """
        while not self._ended:
            if self._waiting:
                count = min(len(self._waiting), self._limits.page)
                return [self._waiting.popleft() for _ in range(count)]
            if self._live:
                self._wake.clear()
                if not await self._clock.wait(self._wake, self._limits.heartbeat):
                    return []
            elif found := await self._behind():
                return found
        return None

    async def _behind(self) -> list[Message]:
        """Reads a page of the log; once it has met the tail it is live."""
        entries = await self._log.read(self._read, self._limits.page)
        messages = [self._message(entry) for entry in entries]
        if entries:
            self._read = entries[-1].position
        self._live = self._tail.met(self._read)
        if not self._live:
            await self._clock.sleep(0)
        return [message for message in messages if self._wanted.matches(message)]


class Streams:
    """All readers of this process.

    Args:
        store: whose log they read.
        clock: time.
        message: makes an event of an entry.
        limits: of the readers.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        message: Callable[[LogEntry], Message],
        limits: StreamLimits | None = None,
    ) -> None:
        self._log = EventLog(store)
        self._clock = clock
        self._message = message
        self._limits = limits or StreamLimits()
        self._tail = Tail(store, clock)
        self._tail.listen(self._tell)
        self._follows = False
        self._adjusting = asyncio.Lock()
        self._streams: set[Stream] = set()
        self._stopped = False

    def __len__(self) -> int:
        return len(self._streams)

    async def open(self, wanted: Filter, after: int | None) -> Stream:
        """A reader of what is behind a position; by default of what comes from now on.

        Raises Gone and BadRequest as `EventLog.check`, Unavailable where there are too many.
        """
        if self._stopped or len(self._streams) >= self._limits.streams:
            raise Unavailable(
                "no further stream can be opened now",
                "Try again later, or read the list page by page.",
                headers={"Retry-After": "30"},
            )
        if after is not None:
            await self._log.check(after)
        position = await self._log.end() if after is None else after
        stream = Stream(
            self._log, self._tail, wanted, position, self._clock, self._message, self._limits
        )
        self._streams.add(stream)
        try:
            await self._adjust()
        except BaseException:
            self._streams.discard(stream)
            raise
        return stream

    async def next(self, stream: Stream) -> list[Message] | None:
        """See `Stream.next`."""
        return await stream.next()

    async def close(self, stream: Stream) -> None:
        """Forgets a reader."""
        self._streams.discard(stream)
        await self._adjust()

    def end(self) -> None:
        """Ends all readers, and takes no more: the server is about to stop."""
        self._stopped = True
        for stream in self._streams:
            stream.end()

    async def stop(self) -> None:
        """Ends everything."""
        self.end()
        await self._tail.stop()

    async def _adjust(self) -> None:
        """Follows the log as long as there are readers."""
        async with self._adjusting:
            if bool(self._streams) is self._follows:
                return
            self._follows = bool(self._streams)
            await (self._tail.start() if self._follows else self._tail.stop())

    def _tell(self, entries: Sequence[LogEntry]) -> None:
        messages = [self._message(entry) for entry in entries]
        for stream in self._streams:
            stream.tell(messages)
