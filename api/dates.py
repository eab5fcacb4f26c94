"""Dates as TMF630 wants them: RFC 3339 in, UTC with milliseconds and ``Z`` out.

In that one form they sort as text, so both stores compare them as strings. Pure.
"""

import re
from datetime import UTC, datetime, timedelta

from api.errors import BadRequest

__all__ = ["format_date", "is_normal", "normalise_date", "parse_date"]

_NORMAL = re.compile(r"(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d\.\d{3}Z", re.ASCII)
_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?"
    r"(?:([Zz])|([+-])([01]\d|2[0-3]):([0-5]\d))",
    re.ASCII,
)
_LEAP_SECOND = 60


def format_date(seconds: float) -> str:
    """Seconds since 1970 as the wire has them, e.g. ``2026-01-31T23:59:59.123Z``."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def parse_date(text: str) -> float:
    """Seconds since 1970 of an RFC 3339 date-time. Raises BadRequest where it is none."""
    return _moment(text).timestamp()


def normalise_date(text: str) -> str:
    """The same instant in UTC with milliseconds and ``Z``; finer digits are cut.

    Raises BadRequest where the text is no RFC 3339 date-time of the years 1 to 9999.
    """
    moment = _moment(text)
    if _NORMAL.fullmatch(text) and moment.second == int(text[17:19]):  # no leap second
        return text
    # strftime does not pad years below 1000 on every platform
    return (
        f"{moment.year:04d}-{moment.month:02d}-{moment.day:02d}T{moment.hour:02d}:"
        f"{moment.minute:02d}:{moment.second:02d}.{moment.microsecond // 1000:03d}Z"
    )


def is_normal(valid: str) -> bool:
    """Whether a text that is known to be a date is in the normal form already."""
    return _NORMAL.fullmatch(valid) is not None


def _moment(text: str) -> datetime:
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise BadRequest(
            f"{text[:40]!r} is not a date", "Use RFC 3339, for example 2026-01-31T12:00:00.000Z."
        )
    year, month, day, hour, minute, second, fraction, _, sign, off_hour, off_minute = match.groups()
    # a leap second counts as the next one: RFC 3339, 5.7 allows it, datetime has none
    leap = int(second) == _LEAP_SECOND
    try:
        moment = datetime(
            int(year),
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
    return moment
