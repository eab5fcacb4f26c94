"""Fake time, a store in memory, and a receiver."""

from collections.abc import AsyncIterator

import pytest

from api.events.hub import Hub
from api.events.limits import LIMITS, Limits, Schedule
from api.store.protocol import Store
from tests.events.receivers import CALLBACK, SCHEDULE, Receiver, a_hub, a_store
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


@pytest.fixture
def limits() -> Limits:
    """Of the hub; a test that wants others is parametrized with them."""
    return LIMITS


@pytest.fixture
def schedule() -> Schedule:
    """As above."""
    return SCHEDULE


@pytest.fixture
async def hub(
    store: Store, clock: FakeClock, receiver: Receiver, limits: Limits, schedule: Schedule
) -> AsyncIterator[Hub]:
    """One that delivers."""
    hub = a_hub(store, clock, receiver, limits=limits, schedule=schedule)
    await hub.start()
    yield hub
    await hub.stop()


@pytest.fixture
async def id_(hub: Hub, clock: FakeClock) -> str:
    """Of a subscription to everything."""
    document = await hub.subscriptions.register("test", {"callback": CALLBACK})
    await clock.settle()
    return document.id
