"""When to try again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.retry import RetryPolicy


def test_waits_grow_up_to_the_longest() -> None:
    """Without jitter the waits double until the longest, then tries are over."""
    policy = RetryPolicy(attempts=7, first=1, factor=2, most=10)
    assert [policy.wait(tried) for tried in range(1, 8)] == [1, 2, 4, 8, 10, 10, None]


@pytest.mark.parametrize("tried", [1, 2, 99])
def test_one_attempt_is_no_retry(tried: int) -> None:
    """`attempts` counts the first one."""
    assert RetryPolicy(attempts=1).wait(tried) is None


@given(st.integers(1, 10**6), st.floats(0, 1, exclude_max=True))
def test_jitter_stays_within_its_part(tried: int, chance: float) -> None:
    """Chance moves a wait by at most its part, however often it was tried."""
    policy = RetryPolicy(attempts=10**7, first=1, factor=2, most=60, jitter=0.1)
    wait = policy.wait(tried, chance)
    plain = policy.wait(tried)
    assert wait is not None
    assert plain is not None
    assert plain * 0.9 <= wait <= plain * 1.1
    assert 0.9 <= wait <= 66


def test_large_factors_do_not_overflow() -> None:
    """A steep policy ends at its longest wait, not in an OverflowError."""
    policy = RetryPolicy(attempts=1000, first=1, factor=1e9, most=60)
    assert policy.wait(500) == 60
