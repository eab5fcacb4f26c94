"""How long events stay."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest
import structlog.testing

from api.events.hub import Hub
from api.events.manager import Replay
from api.events.record import DELIVERIES
from api.events.retention import Pruner, Retention
from api.events.subscription import SUBSCRIPTIONS
from api.settings import Settings
from api.store import walk
from api.store.protocol import Store
from tests.events.receivers import CALLBACK, Receiver, a_hub, documents
from tests.events.test_take_over import Watched, Write
from tests.fake_clock import FakeClock
from tests.process.things import Things

DAY = 86400.0


def pruner(store: Store, clock: FakeClock, **settings: float) -> Pruner:
    return Pruner(store, clock, Settings.model_validate(settings))


@pytest.fixture
async def waiting(store: Store, clock: FakeClock, receiver: Receiver) -> AsyncIterator[Hub]:
    """A hub with a subscription to everything that does not deliver yet."""
    hub = a_hub(store, clock, receiver)
    await hub.subscriptions.register("test", {"callback": CALLBACK})
    yield hub
    await hub.stop()


async def kept(store: Store) -> list[int]:
    return [each.position for each in await store.read_log(0, 1000)]


@pytest.mark.parametrize(
    ("rules", "last"),
    [
        (Retention(0, 0, 0), 0),
        (Retention(DAY, 0, 0), 40),
        (Retention(DAY, 30, 0), 70),
        (Retention(DAY, 10, 0), 80),
        (Retention(0, 30, 0), 70),
        (Retention(0, 0, 15), 85),
        (Retention(DAY, 0, 15), 85),
        (Retention(DAY, 0, 90), 40),
    ],
)
def test_the_rules(rules: Retention, last: int) -> None:
    """Of 100 events 40 are too old and 80 are delivered: only the cap takes undelivered ones."""
    assert rules.last(end=100, aged=40, unread=80) == last


async def test_old_events_go_by_themselves(store: Store, clock: FakeClock, things: Things) -> None:
    """The loop removes what is older than the setting, in small steps, within minutes."""
    loop = pruner(store, clock, event_retention=DAY)
    await loop.start()
    for number in range(450):
        await things.add(f"t{number}")
    await clock.advance(DAY - 1000)
    await things.add("young")
    assert len(await kept(store)) == 451
    await clock.advance(2000)
    assert await kept(store) == [451]
    await clock.advance(10 * DAY)
    assert await kept(store) == [451], "the last one always stays"
    await loop.stop()
    await things.add("next")
    assert await kept(store) == [451, 452]


async def test_how_often_is_a_setting(store: Store, clock: FakeClock, things: Things) -> None:
    """A log with a cap is at most so much longer as comes between two looks."""
    loop = pruner(store, clock, event_retention_cap=2, event_retention_interval=10)
    await loop.start()
    for number in range(5):
        await things.add(f"t{number}")
    await clock.advance(4)
    assert len(await kept(store)) == 5
    await clock.advance(12)
    assert await kept(store) == [4, 5]
    await loop.stop()


async def test_what_a_subscription_is_still_to_get_stays(
    store: Store, clock: FakeClock, things: Things, receiver: Receiver, waiting: Hub
) -> None:
    """Unread events, and those that wait for another try, are kept; once they are read they go."""
    for number in range(5):
        await things.add(f"t{number}")
    await clock.advance(100)
    loop = pruner(store, clock, event_retention=50)
    assert await loop.prune() == 0
    receiver.down = {"t2"}
    await waiting.start()
    await clock.advance(2)
    assert len(await documents(store, DELIVERIES.name)) == 1
    done = await loop_result(loop, clock)
    assert done == 2
    assert await kept(store) == [3, 4, 5]
    receiver.down = set()
    await clock.advance(60)
    assert await loop_result(loop, clock) == 2
    assert await kept(store) == [5]


async def test_a_registration_that_goes_shields_no_other_from_being_seen(
    store: Store, clock: FakeClock, things: Things, waiting: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is deleted while the pruner reads them page by page: the others keep their events."""
    monkeypatch.setattr(walk, "_PAGE", 2)
    for number in range(10):
        await waiting.subscriptions.register("test", {"callback": f"{CALLBACK}/{number}"})
    await things.add("a")
    await things.add("b")
    await clock.advance(100)
    found = await documents(store, SUBSCRIPTIONS.name)
    deleting, behind = found[0].id, found[2].id
    for each in found:
        if each.id != behind:
            process = {**(each.process or {}), "position": 2}
            await store.replace(
                SUBSCRIPTIONS.name, replace(each, rev=each.rev + 1, process=process)
            )

    async def carry(call: Write, go: Callable[[], Awaitable[object]]) -> object:
        nonlocal deleting
        result = await go()
        if call == ("find", SUBSCRIPTIONS.name) and deleting:
            id_, deleting = deleting, ""
            await waiting.subscriptions.delete("test", id_)
        return result

    watched = Watched(store, carry)
    loop = pruner(watched, clock, event_retention=50)  # type: ignore[arg-type]
    assert await loop_result(loop, clock) == 0
    assert not deleting


@pytest.mark.parametrize("replay", [Replay(position=2), Replay(position=2, lane="test/thing/b")])
async def test_what_a_replay_asks_for_stays_until_it_is_done(
    store: Store, clock: FakeClock, things: Things, receiver: Receiver, waiting: Hub, replay: Replay
) -> None:
    """It was accepted, and nobody sees to it while the subscription is paused."""
    await waiting.start()
    for name in "abc":
        await things.add(name)
    await clock.advance(5)
    (subscription,) = await documents(store, SUBSCRIPTIONS.name)
    await waiting.manager.pause("test", subscription.id)
    await clock.advance(100)
    await waiting.manager.replay("test", subscription.id, replay)
    loop = pruner(store, clock, event_retention=50)
    assert await loop_result(loop, clock) == 1
    assert await kept(store) == [2, 3]
    await waiting.manager.resume("test", subscription.id)
    await clock.advance(5)
    assert receiver.names("b") == ["", ""]
    assert await loop_result(loop, clock) == 1


@pytest.mark.parametrize(("lane", "first"), [(None, 1), ("test/thing/b", 2)])
async def test_what_is_unparked_stays_until_it_is_tried(
    store: Store,
    clock: FakeClock,
    things: Things,
    receiver: Receiver,
    waiting: Hub,
    lane: str | None,
    first: int,
) -> None:
    """From the request on it is no longer among what nobody tries any more."""
    receiver.down = {"a", "b"}
    await waiting.start()
    for name in "abc":
        await things.add(name)
    await clock.advance(300)
    (subscription,) = await documents(store, SUBSCRIPTIONS.name)
    await waiting.manager.pause("test", subscription.id)
    await clock.advance(100)
    assert await waiting.manager.unpark("test", subscription.id, lane) == (2 if lane is None else 1)
    loop = pruner(store, clock, event_retention=200)
    assert await loop_result(loop, clock) == first - 1
    assert await kept(store) == list(range(first, 4))


async def test_the_cap_takes_undelivered_events_and_says_so(
    store: Store, clock: FakeClock, things: Things, receiver: Receiver, waiting: Hub
) -> None:
    """A partner that never comes back cannot fill the disk."""
    for number in range(20):
        await things.add(f"t{number}")
    loop = pruner(store, clock, event_retention_cap=8)
    with structlog.testing.capture_logs() as logs:
        assert await loop_result(loop, clock) == 12
    assert await kept(store) == list(range(13, 21))
    (warning,) = logs
    assert "did not get" in warning["event"]
    assert (warning["up_to"], warning["unread_from"]) == (12, 1)
    with structlog.testing.capture_logs() as logs:
        await waiting.start()
        await clock.advance(2)
    (error,) = [each for each in logs if each["log_level"] == "error"]
    assert (error["first"], error["last"]) == (1, 12)
    assert len(receiver.events) == 8


async def test_parked_events_go_with_their_age_and_it_is_told(
    store: Store, clock: FakeClock, things: Things, receiver: Receiver, waiting: Hub
) -> None:
    """Nobody tries them any more: they are kept as long as others, then a warning names them."""
    receiver.down = {"a"}
    await waiting.start()
    await things.add("a")
    await things.add("b")
    await clock.advance(300)
    assert [each.body.data["state"] for each in await documents(store, DELIVERIES.name)] == [
        "parked"
    ]
    loop = pruner(store, clock, event_retention=200)
    with structlog.testing.capture_logs() as logs:
        assert await loop_result(loop, clock) == 1
    (warning,) = logs
    assert warning["resource"] == "test/thing/a"


async def loop_result(loop: Pruner, clock: FakeClock) -> int:
    """What a round removed, while time passes."""
    task = asyncio.ensure_future(loop.prune())
    await clock.advance(5)
    return await task
