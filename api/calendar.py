"""Business hours: when work is done, and how long it takes by the clock on the wall. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo

__all__ = ["DAYS", "Calendar"]

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_FURTHEST = 3660
"""Days that are looked ahead; what takes longer than that is reckoned without a calendar."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Weekly hours and the days on which there are none.

    Attributes:
        hours: by weekday (0 is Monday), spans in minutes from midnight, in order and apart.
        zone: whose clock they are read off.
        holidays: days without hours.
    """

    hours: Mapping[int, tuple[tuple[int, int], ...]]
    zone: tzinfo = UTC
    holidays: frozenset[date] = field(default_factory=frozenset)

    def opening(self, moment: float) -> float:
        """The first moment of work that is not before that (both in seconds since 1970)."""
        for start, _ in self._spans(moment):
            return max(start, moment)
        return moment

    def later(self, moment: float, seconds: float) -> float:
        """When so many seconds of work are done that begin at that moment or later."""
        if seconds <= 0:
            return moment
        left, last = seconds, moment
        for start, end in self._spans(moment):
            begin = max(start, moment)
            if left <= end - begin:
                return begin + left
            left -= end - begin
            last = end
        return last + left

    def _spans(self, moment: float) -> Iterator[tuple[float, float]]:
        """The spans of work that end after that moment."""
        try:
            today = datetime.fromtimestamp(moment, self.zone).date()
        except (OverflowError, ValueError):
            return  # beyond the years that a calendar has
        for ahead in range(-1, _FURTHEST):
            try:
                day = today + timedelta(days=ahead)
                found = [(self._at(day, a), self._at(day, b)) for a, b in self._of(day)]
            except OverflowError:
                return
            yield from ((start, end) for start, end in found if end > max(moment, start))

    def _of(self, day: date) -> tuple[tuple[int, int], ...]:
        return () if day in self.holidays else self.hours.get(day.weekday(), ())

    def _at(self, day: date, minute: int) -> float:
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        return (midnight + timedelta(minutes=minute)).timestamp()  # by the clock on the wall
