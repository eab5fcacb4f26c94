"""One lease per process: what lapses with it, what it tells for all that it holds, and what not."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest

from api.errors import Stale, Unavailable
from api.events.cursor import Cursor
from api.events.hub import Hub
from api.events.member import MEMBERS, Member, MemberState, reached, read_members, told_positions
from api.events.members import Members
from api.events.retention import Pruner
from api.events.subscription import SUBSCRIPTIONS
from api.process.leases import LostLease
from api.settings import Settings
from api.store import open_store
from api.store.document import Body, Document
from api.store.protocol import Collection, Store
from api.tasks import Background
from tests.events.receivers import CALLBACK, Receiver, a_hub, documents, logged
from tests.events.test_hub import crash
from tests.events.test_take_over import Watched, Write
from tests.fake_clock import FakeClock
from tests.process.things import THING, Things

SECONDS = 8.0
NOBODY = "eventType=ThingDeleteEvent"


class Counted:
    """Counts the writes of a process by collection; fails those that it is told to."""

    def __init__(self) -> None:
        self.writes: Counter[str] = Counter()
        self.away: set[str] = set()
        self.unheard: set[str] = set()

    async def carry(self, write: Write, call: Callable[[], Awaitable[object]]) -> object:
        if write[0] in ("insert", "replace", "delete"):
            self.writes[write[1]] += 1
            if write[1] in self.away:
                raise Unavailable("away")
        result = await call()
        if write[0] in ("insert", "replace", "delete") and write[1] in self.unheard:
            raise Unavailable("it took place, but nobody is told")
        return result


@pytest.fixture
def counted() -> Counted:
    return Counted()


@pytest.fixture
async def hub(
    store: Store, clock: FakeClock, receiver: Receiver, counted: Counted
) -> AsyncIterator[Hub]:
    hub = a_hub(Watched(store, counted.carry), clock, receiver)  # type: ignore[arg-type]
    await hub.start()
    yield hub
    await hub.stop()


async def subscribed(hub: Hub, count: int, query: str = "") -> list[str]:
    bodies = [{"callback": f"{CALLBACK}/{at}", "query": query} for at in range(count)]
    return [(await hub.subscriptions.register("test", each)).id for each in bodies]


async def process(store: Store, id_: str) -> dict[str, object]:
    document = await store.get(SUBSCRIPTIONS.name, id_)
    assert document is not None
    return document.process or {}


async def test_idle_subscriptions_are_not_written(
    clock: FakeClock, things: Things, hub: Hub, counted: Counted
) -> None:
    """Forty of them, a minute with and without events that they do not want: one lease is kept."""
    await subscribed(hub, 40, NOBODY)
    await clock.advance(5)
    counted.writes.clear()
    for number in range(60):
        await things.add(f"t{number}")
        await clock.advance(1)
    await clock.advance(60)
    assert set(counted.writes) == {MEMBERS.name}
    assert counted.writes[MEMBERS.name] <= 120 / (SECONDS / 2) + 1


async def test_a_dead_ones_idle_subscriptions_go_on_where_it_told(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver, hub: Hub
) -> None:
    """They move within ten seconds, and the log is not read again from their last write."""
    ids = await subscribed(hub, 6, "eventType=ThingStateChangeEvent")
    await clock.advance(1)
    for number in range(50):
        await things.add(f"t{number}")
    await clock.advance(5)
    before = [await process(store, each) for each in ids]
    assert {each["position"] for each in before} == {0}
    told = await told_positions(store)
    assert {reached(each, told) for each in before} == {50}
    crash(hub)
    after = a_hub(store, clock, receiver)
    await after.start()
    await clock.advance(9)
    assert {(await process(store, each))["position"] for each in ids} == {50}
    await things.put("t1", state="done")
    await clock.advance(1)
    assert len(receiver.events) == 6
    await after.stop()


async def test_what_is_on_its_way_holds_back_what_is_told(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver
) -> None:
    """A slow delivery while others run ahead: killed in the middle of it, it is made again."""
    hub, receiver.latency = a_hub(store, clock, receiver), 15.0
    await hub.start()
    (slow,), (idle,) = [await subscribed(hub, 1, query) for query in ("event.thing.id=a", NOBODY)]
    await clock.advance(5)
    assert (await process(store, slow))["follows"] == hub._members.owner
    await things.add("a")
    for number in range(30):
        await things.add(f"t{number}")
    await clock.advance(9)
    told = await told_positions(store)
    assert reached(await process(store, slow), told) == 0
    assert reached(await process(store, idle), told) == 31, "nobody is held up for long"
    assert (await hub.manager.told(await documents(store, SUBSCRIPTIONS.name)))[0]["health"][
        "lag"
    ] == 31
    crash(hub)
    receiver.latency = 0.0
    after = a_hub(store, clock, receiver)
    await after.start()
    await clock.advance(12)
    assert receiver.by_thing() == {"a": await logged(store, "a")}
    await after.stop()


async def test_nothing_is_told_ahead_of_what_is_written(
    clock: FakeClock,
    store: Store,
    things: Things,
    receiver: Receiver,
    hub: Hub,
    counted: Counted,
) -> None:
    """As long as it stands in the store that a subscription keeps up, what it lacks is not told."""
    (slow,), (idle,) = [await subscribed(hub, 1, query) for query in ("event.thing.id=a", NOBODY)]
    receiver.latency = 30.0
    await clock.advance(5)
    counted.away.add(SUBSCRIPTIONS.name)
    await things.add("a")
    await things.add("b")
    await clock.advance(9)
    told = await told_positions(store)
    assert reached(await process(store, slow), told) == 0
    assert reached(await process(store, idle), told) == 0
    crash(hub)
    receiver.latency = 0.0
    after = a_hub(store, clock, receiver)
    await after.start()
    await clock.advance(12)
    assert receiver.by_thing() == {"a": await logged(store, "a")}
    await after.stop()


async def test_who_may_be_written_as_keeping_up_counts_as_such(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver, hub: Hub, counted: Counted
) -> None:
    """The write took place and its answer was lost: what the subscription lacks is not told."""
    (slow,) = await subscribed(hub, 1)
    receiver.latency = 30.0
    await clock.settle()
    counted.unheard.add(SUBSCRIPTIONS.name)
    await clock.advance(0.2)
    assert (await process(store, slow))["follows"] == hub._members.owner
    counted.away.add(SUBSCRIPTIONS.name)
    await things.add("a")
    await clock.advance(9)
    assert reached(await process(store, slow), await told_positions(store)) == 0
    counted.away.clear()
    counted.unheard.clear()
    await clock.advance(60)
    assert receiver.names("a") == [""]


async def test_retention_goes_by_what_is_told(
    clock: FakeClock, store: Store, things: Things, hub: Hub
) -> None:
    """An idle subscription that was never written keeps no events from being removed."""
    await subscribed(hub, 2, NOBODY)
    await clock.advance(5)
    for number in range(30):
        await things.add(f"t{number}")
    await clock.advance(5)
    pruning = asyncio.create_task(Pruner(store, clock, Settings(event_retention_count=10)).prune())
    await clock.advance(1)
    assert await pruning == 20


async def test_what_could_not_be_let_go_of_is_taken_up_again(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver, hub: Hub, counted: Counted
) -> None:
    """Its document says that it is ours, and we are alive: nobody else would ever take it."""
    await subscribed(hub, 4)
    await clock.advance(5)
    counted.away.add(SUBSCRIPTIONS.name)
    newcomer = a_hub(store, clock, receiver)
    await newcomer.start()
    await clock.advance(4)
    assert len(hub._holdings) < 4, "it gives some away, and cannot write that"
    counted.away.clear()
    await things.add("a")
    await clock.advance(5)
    assert sorted(receiver.urls) == [f"{CALLBACK}/{number}" for number in range(4)]
    await newcomer.stop()


async def test_time_that_leaps_on_takes_every_lease_and_no_event(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver
) -> None:
    """Two processes find at once that all leases have run out: they share anew, and go on."""
    hubs = [a_hub(store, clock, receiver) for _ in range(2)]
    for each in hubs:
        await each.start()
    await subscribed(hubs[0], 4)
    await clock.advance(5)
    for leap in range(4):
        for number in range(3):
            await things.put("a", name=str(number)) if leap + number else await things.add("a")
        clock._now += 3600.0
        for number in range(3):
            await things.put("a", name=str(number))
        await clock.advance(3 + leap)
    await clock.advance(20)
    for number in range(4):
        assert receiver.by_thing(f"{CALLBACK}/{number}") == {"a": await logged(store, "a")}
    holders = Counter(
        each.lease.owner if each.lease else ""
        for each in await documents(store, SUBSCRIPTIONS.name)
    )
    assert holders == dict.fromkeys((each._members.owner for each in hubs), 2)
    for each in hubs:
        await each.stop()


# -- the members' documents themselves, on both stores


@pytest.fixture(params=["sqlite", pytest.param("mongodb", marks=pytest.mark.slow)])
async def either(request: pytest.FixtureRequest, clock: FakeClock) -> AsyncIterator[Store]:
    url = "sqlite:///:memory:"
    if request.param == "mongodb":
        url = request.getfixturevalue("mongodb_url")
    store = open_store(url, clock)
    await store.open([Collection(THING.collection), *Hub.collections()])
    try:
        yield store
    finally:
        await store.close()


def a_member(store: Store, clock: FakeClock) -> Members:
    return Members(store, clock, SECONDS, frozenset({"test"}), Background(clock))


async def held(store: Store, clock: FakeClock, members: Members, *, settled: bool = True) -> Cursor:
    """A subscription that a process has just claimed."""
    document = Document("s", Body(data={"id": "s"}), 1, process={"position": 3}, due=clock.now())
    await store.insert(SUBSCRIPTIONS.name, document)
    cursor = Cursor(store, clock, members, document)
    assert await cursor.claim()
    if settled:
        await cursor.settle()
    return cursor


async def stored(store: Store) -> Document:
    document = await store.get(SUBSCRIPTIONS.name, "s")
    assert document is not None
    return document


async def test_who_lapsed_and_comes_back_writes_nothing(either: Store, clock: FakeClock) -> None:
    """Nor is it alive again under its name; under another it may take what is free."""
    sleeper, other = a_member(either, clock), a_member(either, clock)
    await sleeper.tell(1)
    cursor = await held(either, clock, sleeper)
    await cursor.save(3, {}, follows=True)
    await clock.advance(SECONDS / 2 - 1)
    await sleeper.tell(1, lambda: 20)
    await sleeper.tell(2, lambda: 20)
    await clock.advance(SECONDS + 1)
    await other.tell(0)
    counts, dead = await other.look()
    assert (counts, dead) == ([], {sleeper.owner: 20})
    free = await stored(either)
    assert (free.lease, free.due) == (None, clock.now())
    assert reached(free.process or {}, dead) == 20

    with pytest.raises(LostLease):
        await cursor.save(9, {}, follows=False)
    with pytest.raises(LostLease):
        await cursor.release(9, {})
    assert await stored(either) == free
    await sleeper.tell(1, lambda: 30)
    assert not sleeper.alive
    assert sleeper.fading
    assert (await told_positions(either))[cursor._owner] == 20

    sleeper.begin_anew()
    await sleeper.tell(0)
    assert sleeper.alive
    assert not cursor.held
    again = Cursor(either, clock, sleeper, free)
    assert await again.claim()
    assert other.taken(await stored(either))


async def test_who_renews_in_time_is_left_alone(either: Store, clock: FakeClock) -> None:
    """What an idle member holds is taken by nobody, however long, and due to nobody."""
    keeper, other = a_member(either, clock), a_member(either, clock)
    await keeper.tell(1)
    await held(either, clock, keeper)
    for _ in range(20):
        await clock.advance(SECONDS / 2 + 0.5)
        await keeper.tell(1)
        await other.tell(0)
        assert await other.look() == ([1], {})
        assert other.taken(await stored(either))
        assert await either.due(SUBSCRIPTIONS.name, clock.now(), 10) == []


async def test_a_claim_that_lands_late_comes_up_by_itself(either: Store, clock: FakeClock) -> None:
    """Its member was cleared before it landed, and sees to it no more."""
    sleeper, other = a_member(either, clock), a_member(either, clock)
    await sleeper.tell(0)
    await clock.advance(SECONDS - 0.1)
    assert sleeper.alive
    cursor = await held(either, clock, sleeper, settled=False)
    landed = await stored(either)
    await either.replace(SUBSCRIPTIONS.name, replace(landed, rev=3, lease=None))
    await clock.advance(1)
    await other.tell(0)
    await other.look()
    await either.replace(SUBSCRIPTIONS.name, replace(landed, rev=4))
    with pytest.raises(LostLease):
        await cursor.settle()
    await clock.advance(SECONDS)
    await other.tell(0)
    (due,) = await either.due(SUBSCRIPTIONS.name, clock.now(), 10)
    assert not other.taken(due)


async def test_the_dead_are_remembered_for_a_while(either: Store, clock: FakeClock) -> None:
    """And what came to the store late is freed when they are forgotten."""
    sleeper, other = a_member(either, clock), a_member(either, clock)
    await sleeper.tell(0)
    await clock.advance(SECONDS + 1)
    await other.tell(0)
    await other.look()
    late = Document(
        "s", Body(data={"id": "s"}), 1, process={"position": 3}, lease=sleeper.lease(), due=None
    )
    await either.insert(SUBSCRIPTIONS.name, late)
    states = {each.owner: each.state for each in await read_members(either)}
    assert states == {sleeper.owner: MemberState.CLEARED, other.owner: MemberState.ALIVE}
    await clock.advance(61)
    await other.tell(0)
    await other.look()
    assert (await stored(either)).lease is None
    assert [each.owner for each in await read_members(either)] == [other.owner]


async def test_a_clock_that_is_set_back_lets_no_lease_outlive_its_process(
    either: Store, clock: FakeClock
) -> None:
    """A member renews at once, so that the others need not wait for a time that is far off."""
    members = a_member(either, clock)
    await clock.advance(3600)
    await members.tell(0)
    clock._now -= 3600
    await members.tell(0)
    (member,) = await read_members(either)
    assert member.until == clock.now() + SECONDS


async def test_two_that_find_a_dead_one_at_once(either: Store, clock: FakeClock) -> None:
    """One of them marks it, the other takes it for dead at its next look: neither errs."""
    victim, one, two = (a_member(either, clock) for _ in range(3))
    await victim.tell(1)
    await held(either, clock, victim)
    await clock.advance(SECONDS + 1)
    (seen,) = await read_members(either)
    lapsed = replace(seen, state=MemberState.LAPSED, until=clock.now() + 60)
    await lapsed.write(either, clock.now())
    with pytest.raises(Stale):
        await replace(seen, until=clock.now() + SECONDS).write(either, clock.now())
    for each in (one, two):
        await each.tell(0)
        _, dead = await each.look()
        assert dead == {victim.owner: 0}
        assert (await stored(either)).lease is None


def test_members_of_an_earlier_version_are_read() -> None:
    """Their documents have neither a position nor a state."""
    body = Body(data={"id": "m", "apis": ["test"], "count": 4})
    member = Member.of(Document("m", body, 1, due=5.0))
    assert (member.position, member.state, member.until) == (0, MemberState.ALIVE, 5.0)
    assert member.over(5.0)
    assert not member.over(4.9)
