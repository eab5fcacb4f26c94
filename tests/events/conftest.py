"""Fake time, a store in memory, and a receiver."""

from collections.abc import AsyncIterator

import pytest

from api.store.protocol import Store
from tests.events.receivers import Receiver, a_store
from tests.fake_clock import FakeClock
from tests.process.things import Things


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def store(clock: FakeClock) -> AsyncIterator[Store]:
    async with a_store(clock) as store:
        yield store


@pytest.fixture
def things(store: Store, clock: FakeClock) -> Things:
    return Things(store, clock)


@pytest.fixture
def receiver(clock: FakeClock) -> Receiver:
    return Receiver(clock)
