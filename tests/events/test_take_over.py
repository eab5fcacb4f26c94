"""What a former holder still has on its way has no effect once another has taken over.

A process may stall at any of its writes and be taken for dead. The write then lands at some time:
before its successor reads how things stand, while it reads, or later.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace

import pytest

from api.errors import Conflict
from api.events.hub import Hub
from api.events.journal import ATTEMPTS
from api.events.limits import LIMITS, Schedule
from api.events.manager import Replay
from api.events.member import MEMBERS
from api.events.record import DELIVERIES
from api.events.subscription import SUBSCRIPTIONS
from api.store.protocol import Store
from tests.events.receivers import CALLBACK, Receiver, a_hub, a_store, logged
from tests.events.test_hub import crash
from tests.fake_clock import FakeClock
from tests.process.things import Things

_LIMITS = replace(LIMITS, turn=2, journal=0.5, journal_age=20.0)
_SCHEDULE = Schedule((1.0, 3.0), jitter=0.0)
_WRITES = ("insert", "replace", "delete")

Write = tuple[str, str]
"""What was called, and of which collection."""


class Watched:
    """A store as one process sees it.

    Args:
        store: that all share.
        carry: carries out each call, given what it is and of which collection.
    """

    def __init__(
        self, store: Store, carry: Callable[[Write, Callable[[], Awaitable[object]]], object]
    ) -> None:
        self._store = store
        self._carry = carry

    def __getattr__(self, name: str) -> object:
        method = getattr(self._store, name)
        if not asyncio.iscoroutinefunction(method):
            return method

        def call(*args: object, **named: object) -> object:
            return self._carry((name, str(args[0]) if args else ""), lambda: method(*args, **named))

        return call


class Stall:
    """Stalls a process at one of its writes, and holds that write back.

    Args:
        at: the number of the write.
    """

    def __init__(self, at: int) -> None:
        self._at = at
        self._awake = asyncio.Event()
        self._awake.set()
        self._landing = asyncio.Event()
        self._way: asyncio.Task[object] | None = None
        self.held: Write | None = None

    async def carry(self, write: Write, call: Callable[[], Awaitable[object]]) -> object:
        await self._awake.wait()
        if write[0] in _WRITES and write[1] != MEMBERS.name:
            self._at -= 1
            if self._at == 0:
                self.held = write
                self._awake.clear()
                self._way = asyncio.create_task(self._late(call))
                await asyncio.wait([self._way])  # it lands even if this process dies
                await self._awake.wait()
                result = self._way.result()
                if isinstance(result, BaseException):
                    raise result
                return result
        return await call()

    async def _late(self, call: Callable[[], Awaitable[object]]) -> object:
        await self._landing.wait()
        return (await asyncio.gather(call(), return_exceptions=True))[0]

    async def land(self) -> None:
        """The write that was held back takes place, or is refused."""
        self._landing.set()
        if self._way is not None:
            await asyncio.wait([self._way])

    def wake(self) -> None:
        """The process goes on, and stalls no more."""
        self._at = 0
        self._awake.set()


class Late:
    """Has something done before a certain call that a process makes since its first claim."""

    def __init__(self, number: int, act: Callable[[], Awaitable[None]]) -> None:
        self._left = number
        self._act = act
        self._claimed = False

    async def carry(self, write: Write, call: Callable[[], Awaitable[object]]) -> object:
        if self._claimed:
            self._left -= 1
            if self._left == 0:
                await self._act()
        result = await call()
        self._claimed |= write == ("replace", SUBSCRIPTIONS.name)
        return result


@dataclass
class Story:
    """What happens to a subscription, step by step."""

    clock: FakeClock
    things: Things
    receiver: Receiver
    hub: Hub
    id: str = ""

    async def register(self) -> None:
        self.id = (await self.hub.subscriptions.register("test", {"callback": CALLBACK})).id
        await self.things.add("a")
        await self.things.add("b")

    async def fail(self) -> None:
        self.receiver.down = {"a"}
        for name in ("1", "2", "3"):
            await self.things.put("a", name=name)
        await self.things.put("b", name="1")

    async def recover(self) -> None:
        self.receiver.down = set()
        await self.things.put("a", name="4")

    async def park(self) -> None:
        self.receiver.down = {"a"}
        await self.things.put("a", name="5")
        await self.clock.advance(6)
        self.receiver.down = set()
        await self.things.put("a", name="6")
        await self.things.put("b", name="2")

    async def unpark(self) -> None:
        with suppress(Conflict):
            await self.hub.manager.unpark("test", self.id, None)

    async def replay_one(self) -> None:
        self.receiver.down = {"a"}
        await self.hub.manager.replay("test", self.id, Replay(2, lane="test/thing/a"))

    async def replay_all(self) -> None:
        await self.things.put("b", name="3")
        await self.hub.manager.replay("test", self.id, Replay(1))
        self.receiver.down = set()

    async def rest(self) -> None:
        await self.hub.manager.pause("test", self.id)
        await self.things.put("a", name="7")
        await self.clock.advance(2)
        await self.hub.manager.resume("test", self.id)

    @property
    def steps(self) -> list[Callable[[], Awaitable[None]]]:
        return [
            self.register,
            self.fail,
            self.recover,
            self.park,
            self.unpark,
            self.replay_one,
            self.replay_all,
            self.rest,
        ]


async def _hub(store: object, clock: FakeClock, receiver: Receiver) -> Hub:
    hub = a_hub(store, clock, receiver, limits=_LIMITS, schedule=_SCHEDULE)  # type: ignore[arg-type]
    await hub.start()
    return hub


async def _take_over(story: Story, stall: Stall) -> None:
    """The successor takes over while the receiver is slow and fails for one resource."""
    story.receiver.down = {"a"}
    story.receiver.latency = 2.0
    await story.things.put("a", name="unseen")
    await story.things.put("b", name="unseen")
    await story.clock.advance(12)
    await stall.land()
    story.receiver.down, story.receiver.latency = set(), 0.0


async def _told(number: int, late: int, *, dies: bool) -> Write | None:
    """The story up to where the first holder stalls, and how it ends; tells at which write."""
    clock = FakeClock()
    receiver = Receiver(clock)
    async with a_store(clock) as store:
        story = Story(clock, Things(store, clock), receiver, a_hub(store, clock, receiver))
        stall = Stall(number)
        first = await _hub(Watched(store, stall.carry), clock, receiver)
        hubs = [first, await _hub(Watched(store, Late(late, stall.land).carry), clock, receiver)]
        for step in story.steps:
            await step()
            await clock.advance(2)
            if stall.held is not None:
                await _take_over(story, stall)
                crash(hubs.pop())
                if dies:
                    crash(hubs.pop())
                    hubs.append(await _hub(store, clock, receiver))
                break
        stall.wake()
        await clock.advance(12)
        await story.unpark()
        await clock.advance(30)
        for name in ("a", "b"):
            assert receiver.by_thing()[name] == await logged(store, name), (number, stall.held)
        assert await story.hub.manager.parked("test", story.id) == []
        for hub in hubs:
            await hub.stop()
        return stall.held


EVERY = {
    *((kind, DELIVERIES.name) for kind in _WRITES),
    ("replace", SUBSCRIPTIONS.name),
    *((kind, ATTEMPTS.name) for kind in ("insert", "replace")),
}
"""The kinds of writes that a holder makes."""


async def test_a_write_held_back_has_no_effect_after_the_take_over() -> None:
    """Each write of a holder that dies lands while its successor reads: nothing is lost."""
    assert {await _told(number, 4, dies=True) for number in range(1, 20)} == EVERY


@pytest.mark.slow
@pytest.mark.parametrize("dies", [False, True], ids=["wakes", "dies"])
@pytest.mark.parametrize("late", [1, 2, 3, 4, 5, 6, 8, 11, 1000])
async def test_a_write_held_back_has_no_effect_whenever_it_lands(late: int, dies: bool) -> None:
    """Each write of a holder, landing at each point of the take-over or long after it."""
    number, held = 0, set()
    while (kind := await _told(number := number + 1, late, dies=dies)) is not None:
        held.add(kind)
    assert held == EVERY


async def test_what_was_broken_off_goes_on_at_once() -> None:
    """A renewal whose answer is lost keeps nobody waiting until the end of that lease."""
    clock = FakeClock()
    receiver = Receiver(clock)
    silent: list[Write] = []

    async def carry(write: Write, call: Callable[[], Awaitable[object]]) -> object:
        result = await call()
        if write in silent:
            silent.clear()
            await clock.sleep(90)
        return result

    async with a_store(clock) as store:
        seen = Watched(store, carry)
        hub = a_hub(seen, clock, receiver, lease=100.0)  # type: ignore[arg-type]
        await hub.start()
        await hub.subscriptions.register("test", {"callback": CALLBACK})
        await clock.advance(2)
        silent.append(("replace", MEMBERS.name))
        await clock.advance(97)
        assert not silent
        await Things(store, clock).add("a")
        await clock.advance(3)
        assert receiver.names("a") == [""]
        await hub.stop()
