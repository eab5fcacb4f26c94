"""Time, ids and chance."""

import asyncio
import time
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.clock import SystemClock, derived_id, uuid7

milliseconds = st.integers(0, 2**48 - 1)
entropy = st.binary(min_size=10, max_size=10)


@given(milliseconds, entropy)
def test_uuid7_has_the_bits_of_rfc_9562(when: int, random: bytes) -> None:
    """48 bits of time, version 7, variant 10, and all other random bits kept."""
    made = uuid.UUID(uuid7(when, random))
    assert made.int >> 80 == when
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    kept = ~(0xF << 76 | 0x3 << 62) & (1 << 80) - 1
    assert made.int & kept == int.from_bytes(random) & kept


def test_uuid7_of_the_standard() -> None:
    """The example of RFC 9562, A.6."""
    random = (0x0CC3 << 64 | 0x18C4DC0C0C07398F).to_bytes(10)
    assert uuid7(0x017F22E279B0, random) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@given(milliseconds, milliseconds, entropy, entropy)
def test_later_ids_sort_after_earlier_ones(
    one: int, other: int, random: bytes, chance: bytes
) -> None:
    """Lists in the order of ids are in the order of creation."""
    if one < other:
        assert uuid7(one, random) < uuid7(other, chance)


def test_derived_ids() -> None:
    """The same parts give the same id, other parts another: doing twice does once."""
    assert derived_id("order", "1", "add") == derived_id("order", "1", "add")
    assert derived_id("order", "1", "add") != derived_id("order", "2", "add")
    assert uuid.UUID(derived_id("order", "1")).version == 5
    # pinned: a changed rule would double every child after an upgrade
    assert derived_id("order", "1", "add") == str(
        uuid.uuid5(uuid.UUID("6f1b1e0a-8f0c-5c1c-9d57-7b1d6a0d5e31"), "order/1/add")
    )


def test_the_system_clock_tells_the_time() -> None:
    """`now` is the machine's time, ids are new, chance is in [0, 1)."""
    clock = SystemClock()
    assert abs(clock.now() - time.time()) < 5
    ids = [clock.new_id() for _ in range(100)]
    assert len(set(ids)) == 100
    assert ids == sorted(ids), "also within a millisecond"
    assert all(0 <= clock.chance() < 1 for _ in range(100))


async def test_waiting_ends_with_the_event_or_the_time() -> None:
    """`wait` tells whether the event came; None waits for it however long."""
    clock = SystemClock()
    event = asyncio.Event()
    assert await clock.wait(event, 0.001) is False
    asyncio.get_running_loop().call_later(0.001, event.set)
    assert await clock.wait(event, None) is True
    assert await clock.wait(event, 0) is True
    await clock.sleep(0)


@pytest.mark.parametrize("turns", range(4))
async def test_a_cancellation_at_the_moment_of_the_event_is_not_lost(turns: int) -> None:
    """A task that waits in a loop ends when it is cancelled, whatever comes at that moment."""
    clock, event = SystemClock(), asyncio.Event()
    looks = 0

    async def follow() -> None:
        nonlocal looks
        while looks < 3:
            await clock.wait(event, 5)
            event.clear()
            looks += 1

    task = asyncio.create_task(follow())
    for _ in range(5):
        await asyncio.sleep(0)
    event.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task], timeout=1)
    assert task.cancelled()
    assert looks < 2
