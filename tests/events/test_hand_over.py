"""Deliveries that change hands while events keep coming: none is left out in between."""

import asyncio

from api.store.protocol import Store
from tests.events.receivers import CALLBACK, Receiver, a_hub, logged
from tests.fake_clock import FakeClock
from tests.process.things import Things


async def test_no_event_falls_between_the_tail_and_a_hand_over(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver
) -> None:
    """Paused and resumed at every turn of the loop, while events come at every turn."""
    hub = a_hub(store, clock, receiver)
    await hub.start()
    id_ = (await hub.subscriptions.register("test", {"callback": CALLBACK})).id
    await clock.advance(1)
    for number in range(40):
        name = f"t{number}"
        writing = asyncio.create_task(_write(things, name, number))
        for _ in range(number):
            await asyncio.sleep(0)
        await hub.manager.pause("test", id_)
        await writing
        await clock.settle()
        await hub.manager.resume("test", id_)
        await clock.advance(2)
        assert receiver.by_thing()[name] == await logged(store, name)
    await hub.stop()


async def _write(things: Things, name: str, times: int) -> None:
    await things.add(name)
    for number in range(times):
        await things.put(name, name=str(number))
