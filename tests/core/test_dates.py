"""Dates in, dates out: one normal form that sorts as text."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.dates import format_date, normalise_date, parse_date
from api.errors import BadRequest


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("2026-01-31T12:00:00.000Z", "2026-01-31T12:00:00.000Z"),
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000Z"),
        ("2026-01-31t12:00:00z", "2026-01-31T12:00:00.000Z"),
        ("2026-01-31 12:00:00Z", "2026-01-31T12:00:00.000Z"),
        ("2026-01-31T12:00:00.1Z", "2026-01-31T12:00:00.100Z"),
        ("2026-01-31T12:00:00.123999Z", "2026-01-31T12:00:00.123Z"),
        ("2026-01-31T12:00:00.123456789012Z", "2026-01-31T12:00:00.123Z"),
        ("2026-01-31T12:00:00+01:30", "2026-01-31T10:30:00.000Z"),
        ("2026-01-31T23:30:00-01:00", "2026-02-01T00:30:00.000Z"),
        ("2026-01-31T12:00:00-00:00", "2026-01-31T12:00:00.000Z"),
        ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"),
        ("2016-12-31T23:59:60.500Z", "2017-01-01T00:00:00.000Z"),
        ("2017-01-01T00:59:60+01:00", "2017-01-01T00:00:00.000Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
        ("0999-01-01T00:00:00.000Z", "0999-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
        ("0000-02-29T00:00:00Z", "0000-02-29T00:00:00.000Z"),
        ("0001-01-01T00:00:00+00:01", "0000-12-31T23:59:00.000Z"),
        # beyond the years that can be written: their first and last instant
        ("0000-01-01T00:00:00+00:01", "0000-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59-00:01", "9999-12-31T23:59:59.999Z"),
        ("9999-12-31T23:59:60Z", "9999-12-31T23:59:59.999Z"),
    ],
)
def test_dates_get_one_form(text: str, normal: str) -> None:
    """Offsets, precisions and spellings of RFC 3339 all end in UTC with milliseconds and Z."""
    assert normalise_date(text) == normal


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-01-31",
        "12:00:00Z",
        "2026-01-31T12:00:00",
        "2026-01-31T12:00Z",
        "2026-1-31T12:00:00Z",
        "2026-02-29T12:00:00Z",
        "2026-13-01T12:00:00Z",
        "2026-00-01T12:00:00Z",
        "2026-01-31T24:00:00Z",
        "2026-01-31T12:60:00Z",
        "2026-01-31T12:00:61Z",
        "2026-01-31T12:00:00.Z",
        "2026-01-31T12:00:00+0100",
        "2026-01-31T12:00:00+24:00",
        "2026-01-31T12:00:00+01:60",
        "2026-01-31T12:00:00Z ",
        "2026-01-31T12:00:00Z\n",
        "+2026-01-31T12:00:00Z",
        "10000-01-01T00:00:00Z",
        "٢٠٢٦-01-31T12:00:00Z",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    """Anything but an RFC 3339 date-time is a 400."""
    with pytest.raises(BadRequest):
        normalise_date(text)
    with pytest.raises(BadRequest):
        parse_date(text)


def test_the_refusal_names_the_value_and_shows_a_good_one() -> None:
    """A client reads what was wrong and what would be right, and not a megabyte of its own text."""
    with pytest.raises(BadRequest) as caught:
        normalise_date("x" * 1000)
    assert "x" * 40 in caught.value.reason
    assert len(caught.value.reason) < 100
    assert "2026-01-31T12:00:00.000Z" in caught.value.message


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_750_000_000.5, "2025-06-15T15:06:40.500Z"),
        (-1, "1969-12-31T23:59:59.000Z"),
    ],
)
def test_format_date(seconds: float, text: str) -> None:
    """Seconds since 1970 come out in the normal form."""
    assert format_date(seconds) == text
    assert parse_date(text) == seconds


moments = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29))  # noqa: DTZ001 - zone is drawn too
offsets = st.integers(-23 * 60 - 59, 23 * 60 + 59)


@st.composite
def dates(draw: st.DrawFn) -> tuple[datetime, str]:
    """An instant, cut to milliseconds, and one of its spellings."""
    moment = draw(moments).replace(tzinfo=UTC)
    offset = draw(offsets)
    local = moment.astimezone(timezone(timedelta(minutes=offset)))
    text = local.replace(tzinfo=None).isoformat(timespec="microseconds")
    zone = f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000), text + zone


@given(dates(), dates())
def test_normal_dates_sort_like_instants(
    one: tuple[datetime, str], other: tuple[datetime, str]
) -> None:
    """Both stores compare dates as text: that must be the order of the instants."""
    first, second = normalise_date(one[1]), normalise_date(other[1])
    assert (first < second) == (one[0] < other[0])
    assert (first == second) == (one[0] == other[0])


@given(dates())
def test_a_normal_date_stays_as_it_is(date: tuple[datetime, str]) -> None:
    """What the server returned can be sent back: normalising twice changes nothing."""
    normal = normalise_date(date[1])
    assert normalise_date(normal) == normal
    assert abs(parse_date(normal) - date[0].timestamp()) < 0.001
