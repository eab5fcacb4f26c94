"""Everything at once, by chance: failing receivers, crashes, two processes, a store away."""

import random

import httpx
import pytest

from api.errors import Unavailable
from api.events.limits import Schedule
from api.events.record import DELIVERIES
from api.store.document import Document, NewEvent
from api.store.protocol import Store
from tests.events.receivers import CALLBACK, Receiver, a_hub, documents, logged
from tests.events.test_hub import crash
from tests.fake_clock import FakeClock
from tests.process.things import Things

PATIENT = Schedule((1.0, 3.0) * 100)
"""Nothing is parked, however unlucky."""


class Flaky(Receiver):
    """Fails a part of all deliveries, some of them after it has taken the event."""

    def __init__(self, clock: FakeClock, chance: random.Random) -> None:
        super().__init__(clock)
        self._chance = chance

    async def handle(self, request: httpx.Request) -> httpx.Response:
        luck = self._chance.random()
        if luck < 0.2:
            raise httpx.ConnectError("no luck")
        answer = await super().handle(request)
        if luck < 0.3:
            raise httpx.ReadError("dropped after it was taken")
        return answer


@pytest.mark.parametrize("seed", range(4))
async def test_at_least_once_and_in_order_whatever_happens(
    clock: FakeClock, store: Store, things: Things, seed: int
) -> None:
    """600 events of 12 things, 10 crashes and stops: each arrives, first arrivals are in order."""
    chance = random.Random(seed)
    receiver = Flaky(clock, chance)
    receiver.latency = 0.02
    hubs = [a_hub(store, clock, receiver, schedule=PATIENT) for _ in range(2)]
    for hub in hubs:
        await hub.start()
    await hubs[0].subscriptions.register("test", {"callback": CALLBACK})
    names = [f"t{number}" for number in range(12)]
    for name in names:
        await things.add(name)
    for number in range(49):
        for name in names:
            await things.put(name, name=str(number))
        await clock.advance(chance.random())
        if number % 5 == 4:
            place = chance.randrange(2)
            if chance.random() < 0.5:
                await hubs[place].stop()
            else:
                crash(hubs[place])
            hubs[place] = a_hub(store, clock, receiver, schedule=PATIENT)
            await hubs[place].start()
    await clock.advance(500)
    for name in names:
        assert receiver.by_thing()[name] == await logged(store, name)
    assert await documents(store, DELIVERIES.name) == []
    for hub in hubs:
        await hub.stop()


async def test_a_store_that_is_away_for_a_while(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver
) -> None:
    """While failures cannot be recorded nothing is given up, and the order stays."""
    hub = a_hub(store, clock, receiver)
    await hub.start()
    await hub.subscriptions.register("test", {"callback": CALLBACK})
    await clock.settle()
    insert, replace, away = store.insert, store.replace, False

    async def insert_or_fail(
        collection: str, document: Document, events: list[NewEvent] | tuple[()] = ()
    ) -> None:
        if away:
            raise Unavailable("away")
        await insert(collection, document, events)

    async def replace_or_fail(
        collection: str, document: Document, events: list[NewEvent] | tuple[()] = ()
    ) -> None:
        if away:
            raise Unavailable("away")
        await replace(collection, document, events)

    store.insert, store.replace = insert_or_fail, replace_or_fail  # type: ignore[method-assign, assignment]
    receiver.down.add("a")
    await things.add("a")
    await things.put("a", name="x")
    away = True
    await clock.advance(4)
    away = False
    await clock.advance(2)
    receiver.down.clear()
    await clock.advance(40)
    assert receiver.by_thing()["a"] == await logged(store, "a")
    await hub.stop()
