"""Two processes that crash and stop by chance, and looks that fail: everything gets done."""

import asyncio
import random

import pytest

from api.draft import Draft
from api.errors import Unavailable
from api.process.controller import Work
from api.process.runtime import Runtime
from api.store.protocol import Store
from tests.fake_clock import FakeClock
from tests.process.things import Follower, Things, a_runtime

STEPS = 5


def crash(runtime: Runtime) -> None:
    """Ends a runtime's tasks as a crash would: nothing is written or let go of any more."""
    tasks: list[asyncio.Task[None]] = [*runtime._tasks._tasks, *runtime._tail._tasks._tasks]
    for carrier in runtime._carriers:
        tasks += [*carrier._tasks._tasks, *carrier._queue._running.values()]
        carrier._queue._open = False
    for task in tasks:
        task.cancel()


class Steps:
    """Takes a thing one step on, under a lease, in up to 15 seconds."""

    def __init__(self, clock: FakeClock, chance: random.Random) -> None:
        self._clock = clock
        self._chance = chance
        self._working: set[str] = set()
        self.clashes = 0

    async def look(self, work: Work) -> None:
        id_, done = work.document.id, int(work.document.body.data.get("steps", 0))
        if done == STEPS:
            return
        if self._chance.random() < 0.2:
            raise Unavailable("no luck")
        await work.change(lambda draft: setattr(draft, "working", True))
        if id_ in self._working:
            self.clashes += 1
        self._working.add(id_)

        def step(draft: Draft) -> None:
            draft.body["steps"] = done + 1
            draft.working = False

        try:
            await self._clock.sleep(15 * self._chance.random())
            await work.change(step)
        finally:
            self._working.discard(id_)


@pytest.mark.parametrize("seed", range(2))
async def test_everything_gets_done_whatever_happens(
    clock: FakeClock, store: Store, things: Things, seed: int
) -> None:
    """Each of 60 things takes its five steps under a lease; no step is begun twice at once."""
    chance = random.Random(seed)
    steps = Steps(clock, chance)
    runtimes = [a_runtime(store, clock, Follower(things, steps.look)) for _ in range(2)]
    for runtime in runtimes:
        await runtime.start()
    for number in range(60):
        await things.add(f"t{number}", due=clock.now())
    for _ in range(10):
        await clock.advance(20 * chance.random())
        place = chance.randrange(2)
        if chance.random() < 0.3:
            stopping = asyncio.create_task(runtimes[place].stop())
            await clock.advance(16)
            await stopping
        else:
            crash(runtimes[place])
        runtimes[place] = a_runtime(store, clock, Follower(things, steps.look))
        await runtimes[place].start()
    await clock.advance(400)
    assert steps.clashes == 0
    for number in range(60):
        document = await things.get(f"t{number}")
        assert document.body.data["steps"] == STEPS
        assert (document.lease, document.due) == (None, None)
    for runtime in runtimes:
        await runtime.stop()
