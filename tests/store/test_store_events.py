"""What every store does with events."""

import asyncio
from dataclasses import replace

import pytest

from api.errors import Stale
from api.store.protocol import Store
from tests.patience import PATIENCE
from tests.store.things import doc, event, logged


async def test_events_carry_what_the_change_left(store: Store) -> None:
    """Each event is in the log once, with the body and revision of its own change."""
    first = doc("one", state="a")
    await store.insert("thing", first, [event("one", "e1")])
    second = replace(doc("one", state="b"), rev=2)
    await store.replace("thing", second, [event("one", "e2"), event("one", "e3")])
    await store.delete("thing", second, [event("one", "e4")])
    log = await logged(store, 4)
    assert [(one.position, one.event.id, one.rev) for one in log] == [
        (1, "e1", 1),
        (2, "e2", 2),
        (3, "e3", 2),
        (4, "e4", 3),
    ]
    sequence = [one.sequence for one in log]
    assert sequence == sorted(set(sequence)), "rises, also within a change"
    assert [one.snapshot.data["state"] for one in log] == ["a", "b", "b", "b"]
    assert log[0].event == event("one", "e1")
    assert log[1].snapshot.raw == second.body.raw


async def test_the_log_can_be_read_on_from_any_position(store: Store) -> None:
    """Reading goes on after a position, at most so many."""
    assert await store.read_log(0, 10) == []
    for n in range(7):
        await store.insert("thing", doc(f"{n}"), [event(f"{n}")])
    await logged(store, 7)
    assert [one.position for one in await store.read_log(2, 3)] == [3, 4, 5]
    assert await store.read_log(7, 3) == []


async def test_a_failed_change_has_no_event(store: Store) -> None:
    """A stale write leaves nothing in the log."""
    await store.insert("thing", doc("one"), [event("one", "good")])
    with pytest.raises(Stale):
        await store.replace("thing", doc("one", rev=3), [event("one", "bad")])
    with pytest.raises(Stale):
        await store.delete("thing", doc("one", rev=3), [event("one", "bad")])
    await store.insert("thing", doc("two"), [event("two", "last")])
    assert {one.event.id for one in await logged(store, 2)} == {"good", "last"}


async def test_concurrent_changes_fill_the_log_without_gaps(store: Store) -> None:
    """Positions are 1 to n, each event once, and in order per resource."""

    async def life(id_: str, name: str) -> None:
        await store.insert(name, doc(id_), [event(id_)])
        for rev in range(2, 5):
            await store.replace(name, doc(id_, rev=rev), [event(id_), event(id_)])
        await store.delete(name, doc(id_, rev=4), [event(id_)])
        await store.insert(name, doc(id_), [event(id_)])

    names = ["thing", "other"] * 4
    await asyncio.gather(*(life(f"{name}{n}", name) for n, name in enumerate(names)))
    log = await logged(store, 9 * len(names))
    assert [one.position for one in log] == list(range(1, 9 * len(names) + 1))
    assert len({one.event.id for one in log}) == len(log)
    for n, name in enumerate(names):
        own = [one.rev for one in log if one.event.resource_id == f"{name}{n}"]
        assert own == [1, 2, 2, 3, 3, 4, 4, 5, 1]


async def test_whoever_asked_is_told_of_new_events(store: Store) -> None:
    """The callback comes after events can be read, and not for a change without any."""
    told = asyncio.Event()
    store.on_append(told.set)
    await store.insert("thing", doc("quiet"))
    await asyncio.sleep(0.05)
    assert not told.is_set()
    await store.insert("thing", doc("loud"), [event("loud")])
    async with asyncio.timeout(PATIENCE):
        await told.wait()
    assert await store.log_end() == 1


async def test_an_event_is_found_by_its_id(store: Store) -> None:
    """The whole entry, or nothing."""
    await store.insert("thing", doc("one"), [event("one", "e1"), event("one", "e2")])
    log = await logged(store, 2)
    assert await store.logged("e2") == log[1]
    assert await store.logged("e3") is None


async def test_events_of_one_change_share_its_snapshot(store: Store) -> None:
    """Wherever reading begins, each event has the whole of it."""
    many = [event("one", f"e{n}") for n in range(10)]
    large = doc("one", text="x" * 100_000)
    await store.insert("thing", large, many)
    await store.insert("thing", doc("two"), [event("two", "last")])
    await logged(store, 11)
    for after in range(10):
        found = await store.read_log(after, 100)
        assert [each.snapshot.raw for each in found[:-1]] == [large.body.raw] * (10 - after)
        assert found[-1].snapshot.data["id"] == "two"
    one = await store.logged("e7")
    assert one is not None
    assert one.snapshot.raw == large.body.raw


@pytest.mark.parametrize(("up_to", "limit"), [(3, 100), (8, 2), (8, 4), (9, 100), (14, 7)])
async def test_no_event_loses_its_snapshot_when_others_are_removed(
    store: Store, up_to: int, limit: int
) -> None:
    """However many go at once, those of a change that stay are as they were."""
    for id_ in ("one", "two", "three"):
        await store.insert("thing", doc(id_), [event(id_, f"{id_}{n}") for n in range(5)])
    before = await logged(store, 15)
    await asyncio.sleep(0.1)  # a relay tidies up behind itself
    gone = 0
    while count := await store.prune_log(up_to, limit):
        gone += count
    assert 0 <= up_to - gone < 5
    assert await store.read_log(0, 100) == before[gone:]


async def pruned(store: Store, up_to: int, limit: int, *, wanted: int) -> None:
    """Prunes until so many are gone: what a relay is about to tidy up stays until it has."""
    gone = await store.prune_log(up_to, limit)
    while gone < wanted:
        await asyncio.sleep(0.01)
        gone += await store.prune_log(up_to, limit - gone)
    assert gone == wanted


async def test_old_events_are_removed_from_the_front(store: Store) -> None:
    """So many, none beyond the position, never the last one; positions go on as if nothing was."""
    for n in range(10):
        await store.insert("thing", doc(f"{n}"), [event(f"{n}", f"e{n}")])
    await logged(store, 10)
    await pruned(store, 7, 3, wanted=3)
    assert [one.position for one in await store.read_log(0, 10)] == [4, 5, 6, 7, 8, 9, 10]
    await pruned(store, 7, 100, wanted=4)
    assert await store.prune_log(7, 100) == 0
    assert await store.logged("e3") is None
    await pruned(store, 1000, 100, wanted=2)
    assert await store.prune_log(1000, 100) == 0
    assert [one.position for one in await store.read_log(0, 10)] == [10]
    assert await store.log_end() == 10
    await store.insert("thing", doc("more"), [event("more", "e10")])
    await logged(store, 11)
    assert [one.event.id for one in await store.read_log(9, 10)] == ["e9", "e10"]
