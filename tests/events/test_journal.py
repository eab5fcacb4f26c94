"""The delivery log of a subscription, and a store that is away now and then."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from api.errors import Unavailable
from api.events.journal import ATTEMPTS, Journal, read_journal
from api.events.limits import LIMITS, Limits
from api.events.message import Message
from api.events.outcome import Outcome
from api.store.document import Body, LogEntry, NewEvent
from api.store.protocol import Store
from tests.events.receivers import documents
from tests.events.test_take_over import Watched, Write
from tests.fake_clock import FakeClock


class Away:
    """Fails one write of a kind, before it takes place or after."""

    def __init__(self, *, heard: bool) -> None:
        self.next = ""
        self._heard = heard

    async def carry(self, write: Write, call: Callable[[], Awaitable[object]]) -> object:
        if write[0] != self.next:
            return await call()
        self.next = ""
        if self._heard:
            await call()
        raise Unavailable("away")


def journal(store: Store, clock: FakeClock, away: Away, limits: Limits = LIMITS) -> Journal:
    return Journal(Watched(store, away.carry), clock, "s", limits)  # type: ignore[arg-type]


def note(journal: Journal, position: int) -> None:
    event = NewEvent(f"e{position}", "T", "test", "thing", "a", "2026-01-01T00:00:00.000Z")
    entry = LogEntry(position, 1, event, Body(data={"id": "a"}))
    journal.add(Message(entry, lambda *_: "http://x/a"), 1, Outcome(delivered=True, detail=""))


async def kept(store: Store) -> list[int]:
    found = await read_journal(store, "s", count=1000, since=0.0)
    return [each["position"] for each in reversed(found)]


@pytest.mark.parametrize("heard", [False, True])
@pytest.mark.parametrize("failing", ["find", "insert", "replace"])
async def test_a_store_that_is_away_once_costs_it_nothing(
    store: Store, clock: FakeClock, failing: str, heard: bool
) -> None:
    """Each try is in it once, in order, whether or not the write that failed took place."""
    away = Away(heard=heard)
    mine = journal(store, clock, away)
    for position in range(1, 5):
        note(mine, position)
        if position == (2 if failing == "replace" else 1):
            away.next = failing
            with pytest.raises(Unavailable):
                await mine.flush()
            assert mine.pending
        elif position != 3:
            await mine.flush()
        await clock.advance(1)
    assert not mine.pending
    assert await kept(store) == [1, 2, 3, 4]


async def test_what_it_could_not_write_has_a_bound(store: Store, clock: FakeClock) -> None:
    """A store that stays away: of what waits to be written the newest are kept."""
    away = Away(heard=False)
    mine = journal(store, clock, away, replace(LIMITS, journal_count=3))
    for position in range(1, 6):
        note(mine, position)
        away.next = "find"
        with pytest.raises(Unavailable):
            await mine.flush()
    await mine.flush()
    assert await kept(store) == [3, 4, 5]


async def test_what_could_not_be_removed_goes_later(store: Store, clock: FakeClock) -> None:
    """A document that is too old stays no longer than the store is away."""
    away = Away(heard=False)
    mine = journal(store, clock, away, replace(LIMITS, journal_count=50))
    for position in range(1, 101):
        note(mine, position)
        if position % 50 == 0:
            away.next = "delete" if position == 100 else ""
            try:
                await mine.flush()
            except Unavailable:
                assert len(await documents(store, ATTEMPTS.name)) == 2
    note(mine, 101)
    await mine.flush()
    assert await kept(store) == [*range(51, 102)]
