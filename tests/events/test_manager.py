"""Managing subscriptions: pause, replay, unpark, test, health and the delivery log."""

from dataclasses import replace

import httpx
import pytest

from api.errors import Conflict, Gone, NotFound
from api.events.health import health_of
from api.events.hub import Hub
from api.events.journal import ATTEMPTS, AttemptOutcome
from api.events.limits import LIMITS, Schedule
from api.events.manager import Replay
from api.events.record import DELIVERIES
from api.jsontypes import JsonObject
from api.store.document import Body, Document
from api.store.protocol import Store
from tests.events.receivers import CALLBACK, Receiver, a_hub, documents, logged
from tests.events.test_endpoint import Answering
from tests.fake_clock import FakeClock
from tests.process.things import Things


async def registered(hub: Hub, clock: FakeClock) -> str:
    document = await hub.subscriptions.register("test", {"callback": CALLBACK})
    await clock.settle()
    return document.id


async def health(hub: Hub, id_: str) -> JsonObject:
    (told,) = await hub.manager.told([await hub.subscriptions.get("test", id_)])
    found: JsonObject = told["health"]
    return found


@pytest.mark.parametrize("elsewhere", [False, True])
async def test_pause_and_resume(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver, *, elsewhere: bool
) -> None:
    """Paused within a second, from any process; resumed, everything of meanwhile comes, once."""
    hub, other = a_hub(store, clock, receiver), a_hub(store, clock, receiver)
    await hub.start()
    id_ = await registered(hub, clock)
    manager = other.manager if elsewhere else hub.manager
    await things.add("a")
    await clock.settle()
    await manager.pause("test", id_)
    await manager.pause("test", id_)
    await clock.advance(1 if elsewhere else 0)
    for number in range(300):
        await things.put("a", name=str(number))
    await clock.advance(100)
    assert receiver.names("a") == [""]
    assert (await health(other, id_))["state"] == "paused"
    assert (await health(other, id_))["lag"] == 300
    document = await hub.subscriptions.get("test", id_)
    assert (document.lease, document.due) == (None, None)
    await manager.resume("test", id_)
    await clock.advance(5)
    assert receiver.names("a") == ["", *map(str, range(300))]
    assert (await health(other, id_))["state"] == "active"
    await hub.stop()


async def test_a_replay_from_a_position(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver, hub: Hub, id_: str
) -> None:
    """The same events again with the same ids, in order, before those that come later."""
    await things.add("a")
    for number in range(5):
        await things.put("a", name=str(number))
    await clock.advance(1)
    told = await hub.manager.replay("test", id_, Replay(position=3))
    assert told == {"fromPosition": 3, "toPosition": 6}
    await things.put("a", name="new")
    await clock.advance(2)
    ids = await logged(store, "a")
    assert receiver.ids() == [*ids[:6], *ids[2:6], ids[6]]
    assert (await health(hub, id_))["lag"] == 0


async def test_a_replay_from_a_time_brings_what_was_parked(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver, hub: Hub, id_: str
) -> None:
    """Records of later events are gone: their events come with the others."""
    await things.add("old")
    await clock.advance(10)
    since = clock.now()
    receiver.down.add("bad")
    await things.add("bad")
    await things.add("good")
    await clock.advance(1000)
    assert (await health(hub, id_))["parked"] == 1
    receiver.down.clear()
    await hub.manager.replay("test", id_, Replay(time=since))
    await clock.advance(2)
    assert receiver.names("bad") == [""]
    assert receiver.names("good") == ["", ""]
    assert receiver.names("old") == [""]
    assert await documents(store, DELIVERIES.name) == []
    assert (await health(hub, id_))["parked"] == 0


async def test_a_replay_of_one_resource(
    clock: FakeClock, things: Things, receiver: Receiver, hub: Hub, id_: str
) -> None:
    """Only its events come again, in order, and before its later ones."""
    for name in ("a", "b"):
        await things.add(name)
        await things.put(name, name="1")
    await clock.advance(1)
    await hub.manager.replay("test", id_, Replay(lane="test/thing/a"))
    await things.put("a", name="2")
    await clock.advance(2)
    assert receiver.names("a") == ["", "1", "", "1", "2"]
    assert receiver.names("b") == ["", "1"]
    await hub.manager.replay("test", id_, Replay(lane="test/thing/none"))
    await clock.advance(2)
    assert len(receiver.events) == 7


@pytest.mark.parametrize("schedule", [Schedule((1.0,), jitter=0)])
async def test_unparking(
    clock: FakeClock, things: Things, receiver: Receiver, hub: Hub, id_: str
) -> None:
    """One resource, then all: their events come from where they stopped, in order."""
    receiver.down |= {"a", "b", "c"}
    for name in ("a", "b", "c"):
        await things.add(name)
        await things.put(name, name="1")
    await clock.advance(100)
    parked = await hub.manager.parked("test", id_)
    assert [each["resource"]["id"] for each in parked] == ["a", "b", "c"]
    assert parked[0] == {
        "resource": {"name": "thing", "id": "a"},
        "position": 1,
        "attempts": 2,
        "detail": "500 down",
    }
    receiver.down.clear()
    assert await hub.manager.unpark("test", id_, "test/thing/b") == 1
    await clock.advance(1)
    assert receiver.names("b") == ["", "1"]
    assert await hub.manager.unpark("test", id_, None) == 2
    await clock.advance(1)
    for name in ("a", "c"):
        assert receiver.names(name) == ["", "1"]
    assert await hub.manager.unpark("test", id_, None) == 0
    assert await hub.manager.parked("test", id_) == []


async def test_commands_survive_a_crash(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver
) -> None:
    """A command that nobody could see to waits in the document for whoever delivers next."""
    hub = a_hub(store, clock, receiver)
    await hub.start()
    id_ = await registered(hub, clock)
    await things.add("a")
    await clock.advance(1)
    await hub.manager.pause("test", id_)
    await clock.advance(1)
    await hub.manager.replay("test", id_, Replay(position=1))
    await hub.stop()
    again = a_hub(store, clock, receiver)
    await again.manager.resume("test", id_)
    await again.start()
    await clock.advance(2)
    assert receiver.names("a") == ["", ""]
    await again.stop()


async def test_misuse(clock: FakeClock, store: Store, things: Things, receiver: Receiver) -> None:
    """Unknown ids, positions that are not there, and subscriptions that have ended."""
    receiver = Answering(clock)
    hub = a_hub(store, clock, receiver)
    await hub.start()
    id_ = await registered(hub, clock)
    for _ in range(3):
        await things.add(clock.new_id())
    await clock.settle()
    with pytest.raises(Conflict):
        await hub.manager.replay("test", id_, Replay(position=5))
    await store.prune_log(2, 10)
    with pytest.raises(Gone):
        await hub.manager.replay("test", id_, Replay(position=1))
    assert (await hub.manager.replay("test", id_, Replay(time=0.0)))["fromPosition"] == 3
    for call in (hub.manager.pause, hub.manager.resume, hub.manager.test, hub.manager.parked):
        with pytest.raises(NotFound):
            await call("other", id_)
    receiver.answers["127.0.0.1"] = httpx.Response(410)
    await things.add("last")
    await clock.advance(2)
    assert (await health(hub, id_))["state"] == "ended"
    assert (await health(hub, id_))["lastFailure"]["detail"] == "410 no"
    for call in (hub.manager.pause, hub.manager.resume, hub.manager.test):
        with pytest.raises(Conflict):
            await call("test", id_)
    receiver.answers.clear()
    await registered(hub, clock)
    await things.add("again")
    await clock.advance(2)
    assert receiver.names("again") == [""]
    await hub.stop()


async def test_a_test_event(clock: FakeClock, store: Store, receiver: Receiver) -> None:
    """Posted by any process at once, with what came of it; nothing else changes."""
    hub = a_hub(store, clock, receiver)
    document = await hub.subscriptions.register("test", {"callback": CALLBACK})
    told = await hub.manager.test("test", document.id)
    assert told["outcome"] == "delivered"
    assert told["status"] == 204
    (event,) = receiver.events
    assert event["eventType"] == "HubTestEvent"
    assert event["eventId"] == told["eventId"]
    assert event["event"]["hub"]["id"] == document.id
    receiver.down.add("*")
    told = await hub.manager.test("test", document.id)
    assert (told["outcome"], told["status"], told["reply"]) == ("failed", 500, "down")
    assert await hub.subscriptions.get("test", document.id) == document
    await hub.close()


@pytest.mark.parametrize("limits", [replace(LIMITS, journal_count=60, journal_age=500.0)])
async def test_the_delivery_log(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver, hub: Hub, id_: str
) -> None:
    """Newest first, by outcome, with what was answered; bounded by number and by age."""
    receiver.down.add("bad")
    await things.add("bad")
    await clock.advance(0.5)
    receiver.down.clear()
    await things.add("good")
    await clock.advance(5)
    found = await hub.manager.deliveries("test", id_, None)
    assert [(each["resource"]["id"], each["attempt"], each["outcome"]) for each in found] == [
        ("bad", 2, "delivered"),
        ("good", 1, "delivered"),
        ("bad", 1, "failed"),
    ]
    assert found[2]["status"] == 500
    assert found[2]["reply"] == "down"
    assert len(await hub.manager.deliveries("test", id_, AttemptOutcome.FAILED)) == 1
    for number in range(300):
        await things.put("good", name=str(number))
        if number % 20 == 0:
            await clock.advance(3)
    await clock.advance(5)
    assert len(await hub.manager.deliveries("test", id_, None)) == 60
    assert len(await documents(store, ATTEMPTS.name)) <= 4
    await clock.advance(500)
    assert await hub.manager.deliveries("test", id_, None) == []
    await hub.subscriptions.delete("test", id_)
    assert await documents(store, ATTEMPTS.name) == []


async def test_the_delivery_log_costs_few_writes(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver, hub: Hub, id_: str
) -> None:
    """Hundreds of deliveries, a handful of writes."""
    for number in range(400):
        await things.add(f"t{number}")
    await clock.advance(10)
    assert len(receiver.events) == 400
    assert len(await hub.manager.deliveries("test", id_, None)) == 400
    revisions = [each.rev for each in await documents(store, ATTEMPTS.name)]
    assert sum(revisions) <= 6


@pytest.mark.parametrize("schedule", [Schedule((100.0,) * 5, jitter=0)])
async def test_health_of_a_failing_subscription(
    clock: FakeClock, things: Things, receiver: Receiver, hub: Hub, id_: str
) -> None:
    """What failed last and why, when it is tried again, and how far behind it is."""
    await things.add("a")
    await clock.advance(1)
    before = await health(hub, id_)
    assert before["state"] == "active"
    assert "lastFailure" not in before
    receiver.down.add("a")
    await things.put("a", name="x")
    await clock.advance(1)
    told = await health(hub, id_)
    assert told["state"] == "failing"
    assert told["waiting"] == 1
    assert told["lastSuccess"] == before["lastSuccess"]
    assert told["lastFailure"]["detail"] == "500 down"
    assert told["nextAttempt"] > told["lastFailure"]["time"]
    receiver.down.clear()
    await clock.advance(100)
    assert (await health(hub, id_))["state"] == "active"


def test_a_next_attempt_lies_ahead() -> None:
    """One whose time has passed waits for its turn: nobody can tell when that is."""
    health = {"waiting": 1, "next": 1000.0}
    process = {"position": 0, "health": health}
    document = Document("s", Body(data={"id": "s"}), created=0, process=process)
    assert "nextAttempt" in health_of(document, 0, {}, 999.0)
    assert "nextAttempt" not in health_of(document, 0, {}, 1001.0)
