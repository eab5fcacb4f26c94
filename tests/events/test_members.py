"""Several processes share the subscriptions: evenly, at once after a stop, soon after a death."""

from collections import Counter

import pytest

from api.events.hub import Hub
from api.events.member import MEMBERS
from api.events.share import Share
from api.events.subscription import SUBSCRIPTIONS
from api.store.protocol import Store
from tests.events.receivers import CALLBACK, Receiver, a_hub, documents, logged
from tests.events.test_hub import crash
from tests.fake_clock import FakeClock
from tests.process.things import Things


@pytest.mark.parametrize(
    ("mine", "others", "free", "room", "excess"),
    [
        (0, [], 7, 7, 0),
        (7, [], 0, 0, 0),
        (0, [0], 7, 4, 0),
        (10, [0], 0, 0, 5),
        (3, [2], 0, 0, 0),
        (4, [2, 0], 0, 0, 2),
        (5, [1], 6, 1, 0),
        (2, [2, 2], 1, 1, 0),
    ],
)
def test_shares(mine: int, others: list[int], free: int, room: int, excess: int) -> None:
    """Nobody takes more than falls to it, and nobody gives what no other has room for."""
    share = Share(mine, others, free)
    assert (share.room, share.excess) == (room, excess)


async def holders(store: Store) -> Counter[str]:
    found = await documents(store, SUBSCRIPTIONS.name)
    return Counter(each.lease.owner if each.lease else "" for each in found)


async def subscribed(hub: Hub, count: int) -> None:
    for number in range(count):
        await hub.subscriptions.register("test", {"callback": f"{CALLBACK}/{number}"})


async def test_a_newcomer_gets_his_share_and_a_stop_hands_over_at_once(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver
) -> None:
    """Twelve subscriptions among one, two, three and two processes; nothing is lost or repeated."""
    hubs = [a_hub(store, clock, receiver) for _ in range(3)]
    await hubs[0].start()
    await subscribed(hubs[0], 12)
    await clock.advance(1)
    assert sorted((await holders(store)).values()) == [12]
    for count in (2, 3):
        await hubs[count - 1].start()
        await clock.advance(5)
        assert sorted((await holders(store)).values()) == [12 // count] * count
        await things.add(f"t{count}")
        await clock.advance(1)
    await hubs[1].stop()
    await things.add("stopped")
    await clock.advance(2)
    assert sorted((await holders(store)).values()) == [6, 6]
    assert len(receiver.events) == 36
    assert len(await documents(store, MEMBERS.name)) == 2
    for hub in (hubs[0], hubs[2]):
        await hub.stop()
    assert await documents(store, MEMBERS.name) == []


async def test_what_a_dead_process_had_goes_on_within_ten_seconds(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver
) -> None:
    """Wherever in its lease's life it dies; every event arrives, in order."""
    survivor = a_hub(store, clock, receiver)
    await survivor.start()
    await subscribed(survivor, 6)
    for round_ in range(4):
        victim = a_hub(store, clock, receiver)
        await victim.start()
        await clock.advance(5 + round_)
        assert sorted((await holders(store)).values()) == [3, 3]
        crash(victim)
        await things.add(f"t{round_}")
        await clock.advance(10)
        assert receiver.by_thing()[f"t{round_}"] == await logged(store, f"t{round_}")
        arrived = Counter(
            receiver.urls[at]
            for at, event in enumerate(receiver.events)
            if event["event"]["thing"]["id"] == f"t{round_}"
        )
        assert len(arrived) == 6
    await survivor.stop()


async def test_what_nobody_takes_is_taken_all_the_same(
    clock: FakeClock, store: Store, things: Things, receiver: Receiver
) -> None:
    """A process that tells of itself and takes nothing holds nobody up for long."""
    hub, idle = a_hub(store, clock, receiver), a_hub(store, clock, receiver)
    await hub.start()
    await subscribed(hub, 4)
    await clock.advance(1)
    await hub.stop()
    await hub.start()
    for _ in range(8):
        await idle._members.tell(0)
        await clock.advance(1)
    await things.add("a")
    for _ in range(8):
        await idle._members.tell(0)
        await clock.advance(1)
    assert len(receiver.events) >= 4
    assert set(receiver.urls) == {f"{CALLBACK}/{number}" for number in range(4)}
    await hub.stop()
