"""Dates as TMF630 wants them: RFC 3339 in, UTC with milliseconds and ``Z`` out.

In that one form they sort as text, so both stores compare them as strings. Pure.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from api.errors import BadRequest

__all__ = ["format_date", "is_normal", "normalise_date", "parse_date"]

_NORMAL = re.compile(r"(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d\.\d{3}Z", re.ASCII)
_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?"
    r"(?:([Zz])|([+-])([01]\d|2[0-3]):([0-5]\d))",
    re.ASCII,
)
_LEAP_SECOND = 60
_CYCLE = 400
_YEAR = 146_097 * 86_400 / _CYCLE
"""Seconds of a year, on the average of the calendar's cycle of 400 years."""
_LAST_YEAR = 9999
_FIRST = "0000-01-01T00:00:00.000Z"
_LAST = "9999-12-31T23:59:59.999Z"


def format_date(seconds: float) -> str:
    """Seconds since 1970 as the wire has them, e.g. ``2026-01-31T23:59:59.123Z``."""
    whole, rest = divmod(seconds, 1)
    second, micros = divmod(int(whole) * 1_000_000 + round(rest * 1_000_000), 1_000_000)
    return f"{_second(second)}.{micros // 1000:03d}Z"


@lru_cache(maxsize=64)  # most are of now: to write a date out costs three times as much
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()[:19]  # less +00:00


def parse_date(text: str) -> float:
    """Seconds since 1970 of an RFC 3339 date-time. Raises BadRequest where it is none."""
    moment, shift = _moment(text)
    return moment.timestamp() + shift * _YEAR


def normalise_date(text: str) -> str:
    """The same instant in UTC with milliseconds and ``Z``; finer digits are cut.

    What an offset would lead out of the years 0 to 9999 becomes their first or last instant.
    Raises BadRequest where the text is no RFC 3339 date-time.
    """
    moment, shift = _moment(text)
    if _NORMAL.fullmatch(text):
        return text
    year = moment.year + shift
    if year > _LAST_YEAR:  # an offset leads past what four digits can write
        return _LAST
    if year < 0:
        return _FIRST
    # strftime does not pad years below 1000 on every platform
    return (
        f"{year:04d}-{moment.month:02d}-{moment.day:02d}T{moment.hour:02d}:"
        f"{moment.minute:02d}:{moment.second:02d}.{moment.microsecond // 1000:03d}Z"
    )


def is_normal(valid: str) -> bool:
    """Whether a text that is known to be a date is in the normal form already."""
    return _NORMAL.fullmatch(valid) is not None


def _moment(text: str) -> tuple[datetime, int]:
    """The instant, and by how many years it is moved: Python has no year 0 and none after 9999.

    The calendar repeats every 400 years, so at both ends a year from the middle stands in.
    """
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise BadRequest(
            f"{text[:40]!r} is not a date", "Use RFC 3339, for example 2026-01-31T12:00:00.000Z."
        )
    year, month, day, hour, minute, second, fraction, _, sign, off_hour, off_minute = match.groups()
    # a leap second counts as the next one: RFC 3339, 5.7 allows it, datetime has none
    leap = int(second) == _LEAP_SECOND
    shift = -_CYCLE if int(year) <= 1 else _CYCLE if int(year) == _LAST_YEAR else 0
    try:
        moment = datetime(
            int(year) - shift,
            int(month),
            int(day),
            int(hour),
            int(minute),
            59 if leap else int(second),
            int((fraction or "0")[:6].ljust(6, "0")),
            UTC,
        )
        if leap:
            moment = moment.replace(microsecond=0) + timedelta(seconds=1)
        if sign:
            offset = timedelta(hours=int(off_hour), minutes=int(off_minute))
            moment = moment - offset if sign == "+" else moment + offset
    except (ValueError, OverflowError) as error:
        raise BadRequest(f"{text[:40]!r} is not a date: {error}") from None
    return moment, shift
