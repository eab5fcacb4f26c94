"""Delivery: nothing lost, in order per resource, nobody held up by another."""

from dataclasses import replace

import pytest

from api.draft import Draft
from api.events.hub import Hub
from api.events.limits import LIMITS
from api.events.member import MemberState, read_members
from api.events.record import DELIVERIES
from api.events.subscriptions import SUBSCRIPTIONS
from api.store.document import Lease
from api.store.protocol import Store
from tests.events.late import LateStore
from tests.events.receivers import CALLBACK, Receiver, a_hub, documents, logged
from tests.fake_clock import FakeClock
from tests.process.things import Things


async def test_events_after_the_registration_arrive_at_once(
    clock: FakeClock, things: Things, receiver: Receiver, hub: Hub
) -> None:
    """Only later events, without a wait, as rendered, to the URL as it was registered."""
    await things.add("before")
    callback = f"{CALLBACK}/Here?key=1"
    await hub.subscriptions.register("test", {"callback": callback})
    await clock.settle()
    await things.add("a")
    await clock.settle()
    assert receiver.urls == [callback]
    (event,) = receiver.events
    assert event["eventType"] == "ThingCreateEvent"
    assert event["event"]["thing"]["href"] == "http://turnup.test/test/thing/a"


@pytest.mark.parametrize(
    "query",
    [
        "event.thing.party=p1,p2",
        "event.thing.party=p1&event.thing.party=p2",
        "event.thing.party=p1;event.thing.party=p2",
        "filter=$[?(@.event.thing.party=='p1'||@.event.thing.party=='p2')]",
    ],
)
async def test_an_event_with_two_of_the_values_comes_once(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver, hub: Hub, query: str
) -> None:
    """Though either would do; also when it has to be tried again, after which all is delivered."""
    id_ = (await hub.subscriptions.register("test", {"callback": CALLBACK, "query": query})).id
    await clock.settle()
    await things.insert(Draft(id="a", body={"id": "a", "party": ["p1", "p2"]}))
    await things.put("a", name="1")
    await clock.settle()
    receiver.down.add("a")
    await things.put("a", name="2")
    await things.put("a", name="3")
    await clock.settle()
    receiver.down.clear()
    await clock.advance(10)
    assert receiver.ids() == await logged(store, "a")
    assert len(receiver.events) == 4
    document = await hub.subscriptions.get("test", id_)
    (told,) = await hub.manager.told([document])
    assert (told["health"]["waiting"], told["health"]["parked"]) == (0, 0)


@pytest.mark.usefixtures("id_")
async def test_headers_tell_sequence_and_position(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver
) -> None:
    """The sequence rises per resource, also within one change, and a repeat has the same."""
    await things.add("a")
    await things.put("a", state="done", name="two events")
    receiver.down.add("a")
    await things.put("a", name="x")
    await clock.settle()
    receiver.down.clear()
    await clock.advance(5)
    sent = [
        (int(each["turnup-event-sequence"]), int(each["turnup-event-position"]))
        for each in receiver.headers
    ]
    entries = await store.read_log(0, 10)
    assert sent == [(each.sequence, each.position) for each in entries]
    assert len({sequence for sequence, _ in sent}) == 4
    assert sent == sorted(sent)


@pytest.mark.usefixtures("id_")
async def test_order_per_resource_and_parallel_across(
    clock: FakeClock, things: Things, receiver: Receiver
) -> None:
    """Slow deliveries of different resources overlap, up to the bound; those of one never do."""
    await things.add("first")
    await clock.settle()
    receiver.latency = 1.0
    for number in range(4):
        for thing in range(20):
            if number == 0:
                await things.add(f"t{thing}")
            else:
                await things.put(f"t{thing}", name=str(number))
    await clock.advance(30)
    assert receiver.most == LIMITS.parallel
    for thing in range(20):
        assert receiver.names(f"t{thing}") == ["", "1", "2", "3"]


@pytest.mark.usefixtures("id_")
async def test_a_failing_resource_holds_up_only_itself(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver
) -> None:
    """Others go on; its own events come later, all of them, in order, and its record goes away."""
    receiver.down.add("bad")
    await things.add("bad")
    await things.add("good")
    for number in range(3):
        await things.put("bad", name=str(number))
        await things.put("good", name=str(number))
    await clock.advance(0.5)
    assert receiver.names("good") == ["", "0", "1", "2"]
    assert receiver.names("bad") == []
    (record,) = await documents(store, DELIVERIES.name)
    assert record.body.data["state"] == "waiting"
    assert record.body.data["detail"] == "500 down"
    assert record.due == record.due
    await clock.advance(1)
    receiver.down.clear()
    await things.put("bad", name="later")
    await clock.advance(3)
    assert receiver.names("bad") == [], "not before its time"
    await clock.advance(3)
    assert receiver.names("bad") == ["", "0", "1", "2", "later"]
    assert await documents(store, DELIVERIES.name) == []
    await things.put("bad", name="afterwards")
    await clock.settle()
    assert receiver.names("bad")[-1] == "afterwards"


async def test_the_schedule_and_parking(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver
) -> None:
    """Tries come at the schedule's times; then the resource is parked: kept, and left alone."""
    hub = a_hub(store, clock, receiver)
    await hub.start()
    await hub.subscriptions.register("test", {"callback": CALLBACK})
    receiver.down.add("bad")
    await clock.settle()
    begin = clock.now()
    await things.add("bad")
    await clock.advance(2000)
    assert [round(at - begin) for at in receiver.at] == [0, 1, 6, 36, 156]
    (record,) = await documents(store, DELIVERIES.name)
    assert record.body.data["state"] == "parked"
    assert record.body.data["position"] == 1
    assert record.body.data["attempts"] == 5
    receiver.down.clear()
    await things.put("bad", name="x")
    await things.add("good")
    await clock.advance(2000)
    assert receiver.names("bad") == [], "what comes after a parked event waits behind it"
    assert receiver.names("good") == [""]
    await hub.stop()
    again = a_hub(store, clock, receiver)
    await again.start()
    await things.put("bad", name="y")
    await clock.advance(100)
    assert receiver.names("bad") == [], "parked stays parked"
    await again.stop()


async def test_a_restart_loses_nothing(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver
) -> None:
    """Stopped in the middle of deliveries, with failing resources: the next hub brings the rest."""
    hub = a_hub(store, clock, receiver)
    await hub.start()
    await hub.subscriptions.register("test", {"callback": CALLBACK})
    receiver.down |= {"t1", "t2"}
    for thing in range(6):
        await things.add(f"t{thing}")
    await clock.advance(0.4)
    for number in range(3):
        for thing in range(6):
            await things.put(f"t{thing}", name=str(number))
    await clock.advance(0.2)
    await hub.stop()
    for thing in range(6):
        await things.put(f"t{thing}", name="while stopped")
    receiver.down.clear()
    again = a_hub(store, clock, receiver)
    await again.start()
    await clock.advance(200)
    for thing in range(6):
        assert receiver.by_thing()[f"t{thing}"] == await logged(store, f"t{thing}")
    assert len(receiver.ids()) == len(set(receiver.ids())), "a clean stop repeats nothing"
    assert await documents(store, DELIVERIES.name) == []
    await again.stop()


async def test_a_crash_loses_nothing(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver
) -> None:
    """A hub that dies without a word: another takes over when the lease ends; repeats keep ids."""
    hub = a_hub(store, clock, receiver)
    await hub.start()
    await hub.subscriptions.register("test", {"callback": CALLBACK})
    receiver.down.add("t0")
    for thing in range(5):
        await things.add(f"t{thing}")
    await clock.settle()
    crash(hub)
    await clock.settle()
    for thing in range(5):
        await things.put(f"t{thing}", name="x")
    receiver.down.clear()
    again = a_hub(store, clock, receiver)
    await again.start()
    await clock.advance(7)
    assert receiver.names("t1") == [""], "the dead one's lease is respected"
    await clock.advance(10)
    for thing in range(5):
        assert receiver.by_thing()[f"t{thing}"] == await logged(store, f"t{thing}")
    await again.stop()


async def test_two_hubs_share_and_hand_over(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver
) -> None:
    """With two processes every event comes once; a stopped one's subscriptions go on at once."""
    one, two = a_hub(store, clock, receiver), a_hub(store, clock, receiver)
    await one.start()
    await two.start()
    await one.subscriptions.register("test", {"callback": CALLBACK})
    await clock.advance(3)
    for number in range(5):
        await things.put("a", name=str(number)) if number else await things.add("a")
    await clock.advance(1)
    await one.stop()
    await things.put("a", name="after")
    await clock.advance(2)
    assert receiver.names("a") == ["", "1", "2", "3", "4", "after"]
    await two.stop()


async def test_who_lost_the_lease_sends_nothing_more(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver, hub: Hub
) -> None:
    """A hub that was taken for dead leaves the subscription alone."""
    registered = await hub.subscriptions.register("test", {"callback": CALLBACK})
    await clock.advance(1)
    document = await store.get(SUBSCRIPTIONS.name, registered.id)
    assert document is not None
    (member,) = await read_members(store)
    await replace(member, state=MemberState.LAPSED).write(store, clock.now())
    until = clock.now() + 1000
    other = replace(
        document, rev=document.rev + 1, lease=Lease("elsewhere/1/1/x", until), due=until
    )
    await store.replace(SUBSCRIPTIONS.name, other)
    await clock.advance(10)
    await things.add("a")
    await clock.advance(10)
    assert receiver.events == []
    assert await store.get(SUBSCRIPTIONS.name, registered.id) == other


@pytest.mark.usefixtures("id_")
@pytest.mark.parametrize("limits", [replace(LIMITS, buffer=20, page=10)])
async def test_a_backlog_is_read_in_pages(
    clock: FakeClock, things: Things, receiver: Receiver, hub: Hub
) -> None:
    """A subscription that fell far behind gets everything, holding few events in memory."""
    receiver.latency = 0.5
    for thing in range(10):
        await things.add(f"t{thing}")
    for number in range(20):
        for thing in range(10):
            await things.put(f"t{thing}", name=str(number))
    await clock.advance(1)
    (delivery,) = hub._holdings.active
    assert delivery._courier.lanes.open <= 20
    assert not delivery.live
    await clock.advance(60)
    assert delivery.live
    for thing in range(10):
        assert receiver.names(f"t{thing}") == ["", *map(str, range(20))]


async def test_what_comes_while_nothing_was_found_is_delivered(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver
) -> None:
    """The answer that there is nothing more comes after the others were told of the next event."""
    late = LateStore(store, LIMITS.page)
    hub = a_hub(late, clock, receiver)  # type: ignore[arg-type]
    await hub.start()

    async def change() -> None:
        await things.add("a")
        await clock.settle()

    late.meanwhile = change
    document = await hub.subscriptions.register("test", {"callback": CALLBACK})
    await clock.advance(1)
    await things.add("b")
    await clock.advance(10)
    assert late.meanwhile is None
    assert receiver.by_thing() == {id_: await logged(store, id_) for id_ in "ab"}
    (told,) = await hub.manager.told([await hub.subscriptions.get("test", document.id)])
    assert told["health"]["position"] == 2
    await hub.stop()


@pytest.mark.usefixtures("id_")
@pytest.mark.parametrize("limits", [replace(LIMITS, blocked=5)])
async def test_a_dead_callback_ties_up_little_and_loses_nothing(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver
) -> None:
    """With everything failing only so many resources are recorded; the rest stays in the log."""
    receiver.down.add("*")
    for thing in range(40):
        await things.add(f"t{thing}")
    await clock.advance(0.9)
    assert receiver.most == 1
    assert 5 <= len(await documents(store, DELIVERIES.name)) < 40
    receiver.down.clear()
    await clock.advance(30)
    assert len(receiver.by_thing()) == 40
    assert await documents(store, DELIVERIES.name) == []


async def test_deleting_ends_it(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver, hub: Hub
) -> None:
    """After DELETE nothing is sent and nothing is kept, and the pair may be registered anew."""
    document = await hub.subscriptions.register("test", {"callback": CALLBACK})
    receiver.down.add("bad")
    await things.add("bad")
    await clock.settle()
    assert await documents(store, DELIVERIES.name)
    await hub.subscriptions.delete("test", document.id)
    receiver.down.clear()
    await things.add("b")
    await clock.advance(100)
    assert receiver.events == []
    assert await documents(store, DELIVERIES.name) == []
    await hub.subscriptions.register("test", {"callback": CALLBACK})
    await clock.settle()
    await things.put("bad", name="new")
    await clock.settle()
    assert receiver.names("bad") == ["new"]


async def test_queries_pick_and_cut(
    clock: FakeClock, things: Things, receiver: Receiver, hub: Hub
) -> None:
    """Event types and content are chosen by the query; ``fields`` cuts the resource."""
    queries = [
        "eventType=ThingStateChangeEvent",
        "eventType=ThingCreateEvent,ThingStateChangeEvent&event.thing.state=done",
        "eventType=ThingCreateEvent&fields=event.thing.state",
        "event.thing.name=x",
    ]
    for number, query in enumerate(queries):
        body = {"callback": f"{CALLBACK}/{number}", "query": query}
        await hub.subscriptions.register("test", body)
    await clock.settle()
    await things.add("a")
    await things.put("a", state="done")
    await things.put("a", name="x")
    await clock.settle()
    got = sorted(
        (url[-1], event["eventType"], event["event"]["thing"])
        for url, event in zip(receiver.urls, receiver.events, strict=True)
    )
    href = "http://turnup.test/test/thing/a"
    done = {"id": "a", "href": href, "state": "done"}
    assert got == [
        ("0", "ThingStateChangeEvent", done),
        ("1", "ThingStateChangeEvent", done),
        ("2", "ThingCreateEvent", {"id": "a", "href": href, "state": "new"}),
        ("3", "ThingAttributeValueChangeEvent", {**done, "name": "x"}),
    ]


async def test_positions_are_written_seldom(
    clock: FakeClock, store: Store, things: Things, hub: Hub
) -> None:
    """Many events, few writes: a subscription that none of them is for writes only its lease."""
    busy = await hub.subscriptions.register("test", {"callback": CALLBACK})
    idle = await hub.subscriptions.register(
        "test", {"callback": CALLBACK, "query": "eventType=ThingDeleteEvent"}
    )
    await clock.advance(1)
    before = [await store.get(SUBSCRIPTIONS.name, each.id) for each in (busy, idle)]
    for number in range(100):
        await things.add(f"t{number}")
    await clock.advance(1)
    after = [await store.get(SUBSCRIPTIONS.name, each.id) for each in (busy, idle)]
    writes = [new.rev - old.rev for old, new in zip(before, after, strict=True) if old and new]
    assert writes[0] <= 3
    assert writes[1] == 0


def crash(hub: object) -> None:
    """Kills a hub's tasks as a crash would: nothing is written any more."""
    for task in list(hub._tasks._tasks):  # type: ignore[attr-defined]
        task.cancel()
    for delivery in hub._holdings.active:  # type: ignore[attr-defined]
        delivery._courier.halt()  # what is cancelled must not begin the next
        for task in [*delivery._tasks._tasks, *delivery._courier._running.values()]:
            task.cancel()
    for task in list(hub._tail._tasks._tasks):  # type: ignore[attr-defined]
        task.cancel()
