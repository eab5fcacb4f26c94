"""Everything at once, by chance: failing receivers, crashes, two processes, a store away."""

import random

import httpx
import pytest

from api.errors import Unavailable
from api.events.hub import Hub
from api.events.limits import Schedule
from api.events.manager import Manager, Replay
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
        self.dead = False
        self.luckless = True

    async def handle(self, request: httpx.Request) -> httpx.Response:
        luck = self._chance.random() if self.luckless else 1.0
        if luck < 0.2 or self.dead:
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


async def _renewed(
    hub: Hub,
    chance: random.Random,
    clock: FakeClock,
    store: Store,
    receiver: Receiver,
    schedule: Schedule,
) -> Hub:
    if chance.random() < 0.5:
        await hub.stop()
    else:
        crash(hub)
    new = a_hub(store, clock, receiver, schedule=schedule)
    await new.start()
    return new


async def _manage(
    manager: Manager, id_: str, name: str, chance: random.Random, store: Store
) -> None:
    match chance.randrange(5):
        case 0:
            await manager.pause("test", id_)
        case 1:
            await manager.resume("test", id_)
        case 2:
            await manager.unpark("test", id_, None)
        case 3:
            position = chance.randint(1, await store.log_end())
            await manager.replay("test", id_, Replay(position=position))
        case _:
            await manager.replay("test", id_, Replay(lane=f"test/thing/{name}"))


@pytest.mark.parametrize("seed", range(2))
async def test_nothing_is_lost_or_out_of_order_while_it_is_managed(
    clock: FakeClock, store: Store, things: Things, seed: int
) -> None:
    """Three processes that come, stop and die, an endpoint that is dead at times, and more.

    Meanwhile any of them pauses, replays and unparks: every event arrives, and whatever comes
    again, the first arrivals of a resource are in order.
    """
    chance = random.Random(seed)
    receiver = Flaky(clock, chance)
    schedule = Schedule((1.0, 2.0, 4.0), jitter=0.5)
    hubs = [a_hub(store, clock, receiver, schedule=schedule) for _ in range(3)]
    for hub in hubs:
        await hub.start()
    ids = [
        (await hubs[0].subscriptions.register("test", {"callback": f"{CALLBACK}/{number}"})).id
        for number in range(2)
    ]
    names = [f"t{number}" for number in range(6)]
    for name in names:
        await things.add(name)
    for number in range(40):
        for name in names:
            await things.put(name, name=str(number))
        receiver.dead = chance.random() < 0.3
        await clock.advance(2 * chance.random())
        if chance.random() < 0.3:
            place = chance.randrange(3)
            hubs[place] = await _renewed(hubs[place], chance, clock, store, receiver, schedule)
        else:
            manager = hubs[chance.randrange(3)].manager
            await _manage(manager, chance.choice(ids), chance.choice(names), chance, store)
    receiver.dead, receiver.luckless = False, False
    for _ in range(3):
        for id_ in ids:
            await hubs[0].manager.resume("test", id_)
            await hubs[0].manager.unpark("test", id_, None)
        await clock.advance(100)
    expected = {name: await logged(store, name) for name in names}
    for number in range(2):
        assert receiver.by_thing(f"{CALLBACK}/{number}") == expected
    assert await documents(store, DELIVERIES.name) == []
    for hub in hubs:
        await hub.stop()


@pytest.mark.usefixtures("id_")
async def test_a_store_that_is_away_for_a_while(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver
) -> None:
    """While failures cannot be recorded nothing is given up, and the order stays."""
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
