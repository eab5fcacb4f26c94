"""Fake time, and a store in memory."""

from collections.abc import AsyncIterator

import pytest

from api.store.protocol import Store
from tests.fake_clock import FakeClock
from tests.process.things import Things, a_store


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
