"""Deliveries that change hands while events keep coming: none is left out in between.

Of every event up to the position that is saved one of these holds at any moment: it was delivered,
or nobody wants it, or a stored record of its resource stands at it or before it. So a process may
be killed between any two of its writes.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import pytest

from api.events.hub import Hub
from api.events.limits import LIMITS, Limits, Schedule
from api.events.record import DELIVERIES
from api.store.document import Document, LogEntry, NewEvent
from api.store.protocol import Store
from tests.events.receivers import CALLBACK, Receiver, a_hub, documents, logged
from tests.events.test_chaos import PATIENT, Flaky
from tests.events.test_hub import crash
from tests.fake_clock import FakeClock
from tests.process.things import Things

SMALL = replace(LIMITS, buffer=6, blocked=3, held=8, page=9, turn=2, parallel=4)
"""So small that every bound is met."""

FOREVER = 10**9

ROOMY = replace(LIMITS, parallel=4)


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


class Killed:
    """A store as one process sees it, which is killed at one of its writes.

    Args:
        store: that all processes share.
        chance: of how long each call takes, and of whether the last write still arrives.
        writes: after which it is killed.
        kill: ends all that the process does.
    """

    def __init__(self, store: Store, chance: random.Random, writes: int) -> None:
        self._store = store
        self._chance = chance
        self.left = writes
        self.kill: Callable[[], None] = lambda: None
        self.dead = False

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    async def insert(
        self, collection: str, document: Document, events: Sequence[NewEvent] = ()
    ) -> None:
        await self._write(lambda: self._store.insert(collection, document, events))

    async def replace(
        self, collection: str, document: Document, events: Sequence[NewEvent] = ()
    ) -> None:
        await self._write(lambda: self._store.replace(collection, document, events))

    async def delete(
        self, collection: str, document: Document, events: Sequence[NewEvent] = ()
    ) -> None:
        await self._write(lambda: self._store.delete(collection, document, events))

    async def read_log(self, after: int, limit: int) -> list[LogEntry]:
        await self._dawdle()
        entries = await self._store.read_log(after, limit)
        await self._dawdle()
        return entries

    async def _write(self, write: Callable[[], Awaitable[None]]) -> None:
        await self._dawdle()
        self.left -= 1
        if self.left > 0:
            await write()
            await self._dawdle()
            return
        if self.left == 0 and self._chance.random() < 0.5:
            await write()
        if not self.dead:
            self.dead = True
            self.kill()
        await asyncio.Event().wait()

    async def _dawdle(self) -> None:
        for _ in range(self._chance.randrange(4)):
            await asyncio.sleep(0)


class Processes:
    """Two hubs on one store; each that is killed is followed by another after a while."""

    def __init__(
        self,
        store: Store,
        clock: FakeClock,
        receiver: Receiver,
        chance: random.Random,
        limits: Limits,
    ) -> None:
        self._wired = (store, clock, receiver)
        self._chance = chance
        self._limits = limits
        self.killed = 0
        self.hubs: list[tuple[Hub, Killed]] = []

    async def start(self, writes: int | None = None) -> Hub:
        store, clock, receiver = self._wired
        count = self._chance.choice((6, 15, 40)) if writes is None else writes
        shaky = Killed(store, self._chance, count if writes else self._chance.randint(5, count))
        schedule = Schedule(PATIENT.waits, jitter=0.5)
        hub = a_hub(shaky, clock, receiver, limits=self._limits, schedule=schedule)  # type: ignore[arg-type]
        shaky.kill = lambda: crash(hub)
        self.hubs.append((hub, shaky))
        await hub.start()
        return hub

    async def renew(self, writes: int | None = None) -> None:
        for pair in [each for each in self.hubs if each[1].dead]:
            self.hubs.remove(pair)
            self.killed += 1
            await self.start(writes)

    async def spare(self) -> None:
        """None is killed any more."""
        for _, store in self.hubs:
            store.left = FOREVER
        await self.renew(FOREVER)


async def _put(things: Things, clock: FakeClock, after: float, name: str, value: str) -> None:
    await clock.sleep(after)
    await things.put(name, name=value)


# a task that is killed before its first step leaves its coroutine behind
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.parametrize("limits", [SMALL, ROOMY], ids=["small", "roomy"])
@pytest.mark.parametrize("seed", range(2))
async def test_killed_at_any_write_nothing_is_lost(
    clock: FakeClock, store: Store, things: Things, seed: int, limits: Limits
) -> None:
    """Three subscriptions, two processes, each killed after some writes, events all the while."""
    chance = random.Random(seed)
    receiver = Flaky(clock, chance)
    receiver.latency = 0.02
    processes = Processes(store, clock, receiver, chance, limits)
    first = await processes.start(FOREVER)
    for number in range(3):
        await first.subscriptions.register("test", {"callback": f"{CALLBACK}/{number}"})
    processes.hubs[0][1].left = 20
    await processes.start()
    names = [f"t{number}" for number in range(8)]
    for name in names:
        await things.add(name)
    for number in range(25):
        writers = [
            asyncio.create_task(_put(things, clock, 2 * chance.random(), name, str(number)))
            for name in chance.sample(names, chance.randint(1, len(names)))
        ]
        await clock.advance(chance.choice((2.0, 2.0, 5.0)))
        await asyncio.gather(*writers)
        if chance.random() < 0.5:
            await processes.renew()
    receiver.luckless = False
    await processes.spare()
    await clock.advance(200)
    assert processes.killed >= 5
    expected = {name: await logged(store, name) for name in names}
    for number in range(3):
        assert receiver.by_thing(f"{CALLBACK}/{number}") == expected
    assert await documents(store, DELIVERIES.name) == []
    for hub, _ in processes.hubs:
        await hub.stop()
