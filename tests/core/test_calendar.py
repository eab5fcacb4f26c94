"""Business hours."""

from datetime import UTC, date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.calendar import Calendar
from api.dates import format_date, parse_date

OFFICE = ((8 * 60, 12 * 60), (13 * 60, 17 * 60))
WEEK = Calendar(dict.fromkeys(range(5), OFFICE), holidays=frozenset({date(2026, 12, 25)}))
BERLIN = Calendar(dict.fromkeys(range(7), ((0, 24 * 60),)), ZoneInfo("Europe/Berlin"))
HOUR = 3600.0


def at(text: str) -> float:
    return parse_date(f"{text}:00Z")


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-12-21T09:00", "2026-12-21T09:00"),  # a Monday
        ("2026-12-21T06:00", "2026-12-21T08:00"),
        ("2026-12-21T12:30", "2026-12-21T13:00"),
        ("2026-12-21T17:00", "2026-12-22T08:00"),
        ("2026-12-24T18:00", "2026-12-28T08:00"),  # over the holiday and the weekend
    ],
)
def test_opening(moment: str, opens: str) -> None:
    """Work begins within hours only; not on a weekend, nor on a holiday."""
    assert WEEK.opening(at(moment)) == at(opens)


@pytest.mark.parametrize(
    ("moment", "hours", "done"),
    [
        ("2026-12-21T09:00", 0, "2026-12-21T09:00"),
        ("2026-12-21T09:00", 3, "2026-12-21T12:00"),
        ("2026-12-21T09:00", 4, "2026-12-21T14:00"),
        ("2026-12-21T09:00", 8, "2026-12-22T09:00"),
        ("2026-12-20T09:00", 1, "2026-12-21T09:00"),
        ("2026-12-24T16:00", 2, "2026-12-28T09:00"),
    ],
)
def test_later(moment: str, hours: float, done: str) -> None:
    """Only hours of work count."""
    assert WEEK.later(at(moment), hours * HOUR) == at(done)


def test_the_clock_on_the_wall() -> None:
    """Hours are read off the zone's clock, also on the day on which it is moved."""
    nine = Calendar({6: ((9 * 60, 10 * 60),)}, ZoneInfo("Europe/Berlin"))
    assert format_date(nine.opening(at("2026-03-29T00:00"))) == "2026-03-29T07:00:00.000Z"
    assert format_date(nine.opening(at("2026-03-22T00:00"))) == "2026-03-22T08:00:00.000Z"
    assert BERLIN.later(at("2026-03-29T00:00"), 5 * HOUR) == at("2026-03-29T05:00")


def test_no_end() -> None:
    """Where no hours come any more, or the years end, time goes on without them."""
    assert Calendar({}).opening(5.0) == 5.0
    assert Calendar({}).later(5.0, 7.0) == 12.0
    assert WEEK.later(253_402_300_000.0, HOUR) >= 253_402_300_000.0
    assert WEEK.opening(1e15) == 1e15


@given(st.floats(0, 4e9), st.floats(0, 1e6), st.floats(0, 1e6), st.sampled_from([WEEK, BERLIN]))
def test_work_adds_up(moment: float, one: float, two: float, calendar: Calendar) -> None:
    """Two pieces of work after one another take as long as both at once; nothing ends early."""
    both = calendar.later(moment, one + two)
    assert calendar.later(calendar.later(moment, one), two) == pytest.approx(both, abs=1e-3)
    assert both >= moment + one + two - 1e-3
    assert calendar.opening(moment) >= moment
    assert calendar.zone in (UTC, ZoneInfo("Europe/Berlin"))
