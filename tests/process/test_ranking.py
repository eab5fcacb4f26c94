"""Priorities, and the queue that goes by them."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.process.queue import WorkQueue
from api.process.ranking import AGEING, LOWEST, priority_of, rank


@pytest.mark.parametrize(
    ("given_", "read"),
    [
        ("0", 0),
        ("3", 3),
        ("4", 4),
        (" 1 ", 1),
        ("9", 4),
        ("", 4),
        ("9" * 5000, 4),
        ("0" * 5000 + "1", 1),
        ("-1", 4),
        ("high", 4),
        ("²", 4),
    ],
)
def test_what_orders_ask_for(given_: str, read: int) -> None:
    """0 to 4; anything else counts as the lowest."""
    assert priority_of({"priority": given_}) == read
    assert priority_of({}) == LOWEST


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, LOWEST)), min_size=2, max_size=30))
def test_nothing_starves(works: list[tuple[float, int]]) -> None:
    """Whatever comes in more than four steps of ageing later goes after; a better one before."""
    ranked = sorted(works, key=lambda work: rank(*work))
    for index, (since, priority) in enumerate(ranked):
        for later, other in ranked[index + 1 :]:
            assert since - later <= LOWEST * AGEING  # it did not overtake what waits longer
            assert since <= later or priority < other


async def test_the_queue() -> None:
    """The lowest rank is next, equal ones as they came; asked for again, the better rank counts."""
    done: list[str] = []
    gate = asyncio.Event()

    async def work(key: str) -> None:
        await gate.wait()
        done.append(key)

    queue = WorkQueue(work, 1)
    queue.add("first", 9)
    for key, ranked in (("c", 3), ("a", 1), ("d", 3), ("b", 2), ("z", 8), ("z", 0), ("a", 7)):
        queue.add(key, ranked)
    queue.add("first", 2.5)
    assert queue.keys == {"first", "a", "b", "c", "d", "z"}
    gate.set()
    await queue.room(0)
    await queue.stop(1)
    assert done == ["first", "z", "a", "b", "first", "c", "d"]
