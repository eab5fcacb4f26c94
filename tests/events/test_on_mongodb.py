"""The hub when MongoDB keeps everything: in real time, since a server of its own does not wait."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest

from api.clock import SystemClock
from api.events.hub import Hub
from api.events.kinds import EventKinds
from api.events.limits import Schedule
from api.events.record import DELIVERIES
from api.settings import Settings
from api.store import open_store
from api.store.protocol import Collection, Store
from tests.events.receivers import CALLBACK, Receiver, documents, logged
from tests.events.test_hub import crash
from tests.patience import PATIENCE
from tests.process.things import THING, Things

CLOCK = SystemClock()


@pytest.fixture
async def store(mongodb_url: str) -> AsyncIterator[Store]:
    store = open_store(mongodb_url, CLOCK)
    await store.open([Collection(THING.collection), *Hub.collections()])
    try:
        yield store
    finally:
        await store.close()


@pytest.fixture
def things(store: Store) -> Things:
    return Things(store, CLOCK)


def _hub(store: Store, receiver: Receiver) -> Hub:
    return Hub(
        store,
        CLOCK,
        Settings(lease=10.0),
        lambda api, resource, id_: f"http://turnup.test/{api}/{resource}/{id_}",
        ["test"],
        EventKinds({}),
        transport=httpx.MockTransport(receiver.handle),
        schedule=Schedule((0.3, 0.3), jitter=0.0),
    )


async def _until(holds: Callable[[], Awaitable[bool]]) -> float:
    """Seconds until it held."""
    began = time.monotonic()
    while not await holds():
        assert time.monotonic() < began + PATIENCE
        await asyncio.sleep(0.02)
    return time.monotonic() - began


@pytest.mark.slow
async def test_retried_parked_unparked_and_taken_over(
    store: Store, things: Things, receiver: Receiver
) -> None:
    """A hub that dies without a word, its process alive: the next has its subscription in time."""
    first = _hub(store, receiver)
    await first.start()
    id_ = (await first.subscriptions.register("test", {"callback": CALLBACK})).id
    receiver.down.add("bad")
    for name in ("bad", "good"):
        await things.add(name)
        await things.put(name, name="1")

    async def parked() -> bool:
        found = await documents(store, DELIVERIES.name)
        return [each.body.data["state"] for each in found] == ["parked"]

    async def all_came() -> bool:
        expected = {name: await logged(store, name) for name in ("bad", "good")}
        return receiver.by_thing() == expected

    usual = await _until(parked)
    assert receiver.names("good") == ["", "1"]
    assert len(receiver.at) == 2 + 3, "both of the good one, three tries of the bad one"
    receiver.down.clear()
    assert await first.manager.unpark("test", id_, None) == 1
    await _until(all_came)
    receiver.down.add("bad")
    await things.put("bad", name="2")
    await asyncio.sleep(0.2)
    crash(first)
    receiver.down.clear()
    for name in ("bad", "good"):
        await things.put(name, name="3")
    second = _hub(store, receiver)
    await second.start()
    taken = await _until(all_came)
    print(f"taken over within {taken:.1f} s; parked within {usual:.1f} s")
    assert taken < 10.0 + usual, "with room for a slow machine"

    async def settled() -> bool:
        return await documents(store, DELIVERIES.name) == []

    await _until(settled)
    await second.stop()
    await first.close()
