"""The event log as it is read from outside: from any position on, as long as that is kept."""

from collections.abc import Sequence

from api.dates import format_date, parse_date
from api.errors import BadRequest, Gone, NotFound
from api.store.document import LogEntry
from api.store.protocol import Store

__all__ = ["EventLog"]

_LATEST = parse_date("9999-12-31T23:59:59Z")


class EventLog:
    """Reads the log, and says so where events are kept no longer.

    Positions have no gaps. So whoever asks for the events behind a position and gets another one
    than the next knows that some are gone, without a further question to the store.

    Args:
        store: whose log it is.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    async def oldest(self) -> int:
        """The position of the oldest event that is kept; of the first to come if there is none."""
        entries = await self._store.read_log(0, 1)
        return entries[0].position if entries else await self._store.log_end() + 1

    async def end(self) -> int:
        """The position of the last event; 0 when there is none yet."""
        return await self._store.log_end()

    async def read(self, after: int, limit: int) -> list[LogEntry]:
        """The events behind a position, in order. Raises Gone where some of them are not kept."""
        entries = await self._store.read_log(after, limit)
        _check(after, entries)
        return entries

    async def check(self, after: int) -> None:
        """Raises Gone where events behind that position are not kept, BadRequest past the end."""
        await self.read(after, 1)
        end = await self.end()
        if after > end:
            raise BadRequest(
                f"after: {after} is past the end of the log",
                f"Its last event has the position {end}.",
            )

    async def get(self, event_id: str) -> LogEntry:
        """The event of that id. Raises NotFound."""
        entry = await self._store.logged(event_id)
        if entry is None:
            raise NotFound(
                f"there is no event {event_id[:100]!r}", "It never was, or is kept no longer."
            )
        return entry

    async def before(self, seconds: float) -> int:
        """The position of the last event before that time (seconds since 1970).

        Times ascend along the log but for jumps of a clock and between machines: around such a
        place it is the position of one of the events before that time.
        """
        # before 1970 is its beginning, after 9999 its end: no date goes further
        time = format_date(min(max(seconds, 0.0), _LATEST))
        low, high = await self.oldest() - 1, await self.end()
        while low < high:
            middle = (low + high + 1) // 2
            entries = await self._store.read_log(middle - 1, 1)
            if entries and entries[0].event.time < time:
                low = middle
            else:
                high = middle - 1
        return low


def _check(after: int, entries: Sequence[LogEntry]) -> None:
    position = after
    for entry in entries:
        position += 1
        if entry.position != position:
            raise Gone(
                f"the events behind position {after} are not kept any more",
                f"The oldest event that is kept has the position {entry.position}: go on after "
                f"{entry.position - 1}.",
            )
