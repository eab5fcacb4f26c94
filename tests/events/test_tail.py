"""The end of the log, followed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api.clock import SystemClock
from api.events.tail import Tail
from api.store import open_store
from api.store.protocol import Collection, Store
from tests.fake_clock import FakeClock
from tests.process.things import THING, Things


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[list[Store]]:
    """One database, as two processes have it open."""
    opened = [open_store(f"sqlite:///{tmp_path}/x.sqlite", SystemClock()) for _ in range(2)]
    for store in opened:
        await store.open([Collection(THING.collection)])
    yield opened
    for store in opened:
        await store.close()


async def test_every_event_once_in_order(stores: list[Store]) -> None:
    """Own events are seen at once, another process's at the next look; none twice."""
    clock = FakeClock()
    seen: list[int] = []
    tail = Tail(stores[0], clock)
    tail.listen(lambda entries: seen.extend(entry.position for entry in entries))
    mine, others = (Things(store, clock) for store in stores)
    await others.add("before")
    await tail.start()
    await clock.settle()
    await mine.add("a")
    await clock.settle()
    assert seen == [2], "what was there before the start is not told"
    await others.add("b")
    await clock.settle()
    assert seen == [2]
    await clock.advance(0.3)
    assert seen == [2, 3]
    await clock.advance(60)
    await others.add("c")
    await clock.advance(1)
    assert seen == [2, 3, 4], "after a long rest within a second"
    for number in range(600):
        await mine.add(f"t{number}")
    await clock.settle()
    assert seen == list(range(2, 605))
    await tail.stop()
    await mine.add("after")
    await clock.advance(10)
    assert tail.position == 604
