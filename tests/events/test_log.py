"""The log read from outside."""

import pytest

from api.errors import BadRequest, Gone, NotFound
from api.events.log import EventLog
from api.store.protocol import Store
from tests.fake_clock import FakeClock
from tests.process.things import Things


@pytest.fixture
def log(store: Store) -> EventLog:
    return EventLog(store)


async def test_whoever_asks_for_what_is_gone_is_told(
    log: EventLog, store: Store, things: Things
) -> None:
    """No gap passes for the whole: the error names the oldest position that is kept."""
    for number in range(10):
        await things.add(f"t{number}")
    await store.prune_log(4, 100)
    assert [each.position for each in await log.read(4, 3)] == [5, 6, 7]
    assert await log.oldest() == 5
    assert await log.read(10, 3) == []
    for after in (0, 3):
        with pytest.raises(Gone, match=f"behind position {after}") as raised:
            await log.read(after, 3)
        assert "has the position 5: go on after 4" in raised.value.message
    await log.check(4)
    await log.check(10)
    with pytest.raises(Gone):
        await log.check(3)
    with pytest.raises(BadRequest, match="past the end"):
        await log.check(11)


async def test_an_empty_log(log: EventLog) -> None:
    """Its oldest event is the first one to come."""
    assert (await log.oldest(), await log.end()) == (1, 0)
    assert await log.before(2e9) == 0
    await log.check(0)


async def test_one_event(log: EventLog, store: Store, things: Things) -> None:
    """It is found by its id; an unknown one is not."""
    await things.add("a")
    (entry,) = await store.read_log(0, 1)
    assert await log.get(entry.event.id) == entry
    with pytest.raises(NotFound, match="no event 'x'"):
        await log.get("x")


async def test_the_place_of_a_time(
    log: EventLog, store: Store, things: Things, clock: FakeClock
) -> None:
    """The last event before a time, also where the beginning of the log is gone."""
    start = clock.now()
    for number in range(20):
        await things.add(f"t{number}")
        await clock.advance(10)
    for _ in range(2):
        assert await log.before(start + 100) == 10
        assert await log.before(start + 101) == 11
        assert await log.before(start + 1e6) == 20
        await store.prune_log(5, 100)
    assert await log.before(start) == 5, "nothing that is kept"
    assert [await log.before(far) for far in (-1e15, -1.0, 1e15)] == [5, 5, 20]
