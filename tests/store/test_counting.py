"""How many a list has, when others write between its page and its number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.store.mongo.counting import agreed

SMALL = st.integers(0, 20)


@pytest.mark.parametrize(
    ("total", "offset", "shown", "limit", "full", "expected"),
    [
        (5, 0, 5, 10, False, 5),
        (8, 0, 10, 1000, False, 10),  # two came between
        (21, 0, 18, 1000, False, 18),  # three went
        (12, 10, 3, 10, False, 13),
        (12, 10, 0, 10, False, 10),  # nothing is there any more
        (7, 10, 0, 10, False, 7),
        (2, 0, 0, 10, False, 0),
        (25, 10, 10, 10, False, 25),
        (15, 10, 10, 10, False, 20),
        (25, 10, 0, 0, False, 25),  # only the number was asked for
        (25, 10, 3, 10, True, 25),  # the bodies filled it
        (11, 10, 3, 10, True, 13),
    ],
)
def test_the_number_agrees_with_the_page(
    total: int, offset: int, shown: int, limit: int, expected: int, *, full: bool
) -> None:
    """It is that of the page where the list ends there, and never less than what is shown."""
    assert agreed(total, offset, shown, limit, full=full) == expected


@given(SMALL, SMALL, SMALL)
def test_a_list_at_rest_is_counted_as_it_is(total: int, offset: int, limit: int) -> None:
    """Where nobody writes between, nothing is changed."""
    shown = max(0, min(limit, total - offset))
    assert agreed(total, offset, shown, limit, full=False) == total
