"""Finding events in the log, from a position on and a bounded stretch at a time."""

from collections.abc import Callable
from dataclasses import dataclass, field

from api.clock import Clock
from api.events.filter import Filter
from api.events.log import EventLog
from api.events.message import Message
from api.store.document import LogEntry

__all__ = ["Found", "Search"]

_PAGE = 250
"""Events read at once."""

_STRETCH = 5000
"""Events looked at for one page of results: what is not found by then is for the next page."""

_SKEW = 3600.0
"""Seconds by which times in the log may go back: clocks jump, and machines differ."""


@dataclass(slots=True)
class Found:
    """A page of results.

    Attributes:
        messages: those that match, in the log's order.
        position: up to which the log was looked at; the next page goes on after it.
        skipped: matches that were left out before the first.
        more: whether the log goes on behind the position.
        total: how many match in all; None: not known without reading on.
    """

    messages: list[Message] = field(default_factory=list)
    position: int = 0
    skipped: int = 0
    more: bool = False
    total: int | None = None


class Search:
    """Looks for events.

    Args:
        log: to be searched.
        clock: lets others have their turn between pages.
        message: makes an event of an entry.
    """

    def __init__(self, log: EventLog, clock: Clock, message: Callable[[LogEntry], Message]) -> None:
        self._log = log
        self._clock = clock
        self._message = message

    async def page(self, wanted: Filter, *, after: int | None, offset: int, limit: int) -> Found:
        """The next matches behind a position, by default from the beginning.

        Raises Gone where events behind that position are not kept any more, BadRequest where it is
        past the end of the log.
        """
        oldest, end = await self._log.oldest(), await self._log.end()
        if after is not None:
            await self._log.check(after)
        if wanted.everything:
            # positions have no gaps: what is left out need not be read
            start = min(oldest - 1 if after is None else after, end)
            skipped = min(offset, end - start)
            found = Found(position=start + skipped, skipped=skipped)
        else:
            found = Found(position=await self._start(wanted, oldest, after))
        await self._fill(found, wanted, offset, limit, end)
        found.more = found.position < end
        if wanted.everything:
            found.total = end - oldest + 1
        elif after is None and not found.more:
            found.total = found.skipped + len(found.messages)
        return found

    async def _start(self, wanted: Filter, oldest: int, after: int | None) -> int:
        """Where to begin: not before the earliest time that is asked for."""
        start = oldest - 1 if after is None else after
        if wanted.since is None:
            return start
        return max(start, await self._log.before(wanted.since - _SKEW))

    async def _fill(self, found: Found, wanted: Filter, offset: int, limit: int, end: int) -> None:
        last = min(end, found.position + max(_STRETCH, limit))
        while found.position < last and len(found.messages) < limit:
            few = _PAGE if not wanted.everything else limit - len(found.messages)
            size = min(_PAGE, few, last - found.position)
            for entry in await self._log.read(found.position, size):
                found.position = entry.position
                message = self._message(entry)
                if not wanted.matches(message):
                    continue
                if found.skipped < offset:
                    found.skipped += 1
                    continue
                found.messages.append(message)
                if len(found.messages) == limit:
                    break
            await self._clock.sleep(0)
