"""The circuit breaker, the rate, and Retry-After as values."""

import pytest

from api.events.breaker import Breaker, BreakerState
from api.events.bucket import Bucket
from api.events.limits import SCHEDULE, Breaking
from api.events.retry_after import retry_after

BREAKING = Breaking(failures=3, first=10, factor=2, most=30, jitter=0)


def test_it_opens_after_tries_without_answer_and_probes_ever_more_seldom() -> None:
    """Closed, open, half-open; a probe that fails makes the next wait longer, up to the most."""
    breaker = Breaker(BREAKING)
    for _ in range(2):
        breaker.failed(0, 0.5, None)
        assert breaker.admits(0)
    breaker.failed(0, 0.5, None)
    now = 0.0
    for wait in (10, 20, 30, 30):
        assert breaker.state is BreakerState.OPEN
        assert not breaker.admits(now + wait - 0.1)
        now += wait
        assert breaker.admits(now)
        breaker.probe()
        assert not breaker.admits(now), "one probe at a time"
        breaker.failed(now, 0.5, None)
    breaker.probe()
    breaker.succeeded()
    assert breaker.state is BreakerState.CLOSED
    breaker.failed(now, 0.5, None)
    assert breaker.admits(now), "counting begins anew"


def test_bad_answers_count_once_per_resource() -> None:
    """One resource that cannot be taken says nothing about the others; three do."""
    breaker = Breaker(BREAKING)
    for _ in range(10):
        breaker.failed(0, 0.5, "a")
    assert breaker.admits(0)
    breaker.failed(0, 0.5, "b")
    breaker.succeeded()
    breaker.failed(0, 0.5, "a")
    breaker.failed(0, 0.5, "b")
    assert breaker.admits(0)
    breaker.failed(0, 0.5, "c")
    assert not breaker.admits(0)


def test_a_probe_that_was_not_made_leaves_room_for_another() -> None:
    """Otherwise the endpoint would never be tried again."""
    breaker = Breaker(BREAKING)
    for _ in range(3):
        breaker.failed(0, 0.5, None)
    breaker.probe()
    breaker.probe_lost(10)
    assert breaker.admits(10)


def test_the_bucket_lets_so_many_through() -> None:
    """A second's worth at once, then one by one; a clock that is set back does no harm."""
    bucket = Bucket(4)
    for _ in range(4):
        assert bucket.wait(100) == 0
        bucket.take()
    assert bucket.wait(100) == pytest.approx(0.25)
    assert bucket.wait(100.25) == 0
    bucket.take()
    assert 0 < bucket.wait(50) <= 0.25
    assert Bucket(0).wait(0) == 0


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("120", 120),
        ("0", 0),
        ("99999999999999999999", 3600),
        ("Sun, 06 Nov 1994 08:50:37 GMT", 60),
        ("Sun, 06 Nov 1994 08:40:37 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 3600),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("١٢", None),
    ],
)
def test_retry_after(text: str | None, wait: float | None) -> None:
    """Seconds and dates, bounded; what cannot be read says nothing."""
    assert retry_after(text, 784111777.0, 3600) == wait


def test_the_schedule_lasts_three_days() -> None:
    """Eleven tries, the last one after 75 hours and 36 minutes; then it is parked."""
    waits = [SCHEDULE.wait(failed, 0.5) for failed in range(1, 12)]
    assert waits[-1] is None
    assert sum(wait or 0 for wait in waits) == 75 * 3600 + 36 * 60 + 5
