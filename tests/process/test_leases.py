"""Who may work on a document: leases, their renewal, and what becomes of a dead process's."""

import os
import subprocess
import sys
from dataclasses import replace

from api.draft import Draft
from api.process.controller import Work
from api.process.leases import Leases
from api.process.owner import dead_owner, new_owner
from api.store.document import Document, Lease
from api.store.protocol import Store
from tests.fake_clock import FakeClock
from tests.process.things import THING, Follower, Things, a_runtime, nothing


def begin(draft: Draft) -> None:
    draft.body["state"] = "busy"
    draft.working = True


def end(draft: Draft) -> None:
    draft.body["state"] = "done"
    draft.working = False


async def leased(things: Things, owner: str, seconds: float = 10.0) -> Document:
    """A thing that another process works on."""
    document = await things.add("a")
    until = things.clock.now() + seconds
    after = replace(document, rev=2, lease=Lease(owner, until), due=until)
    await things.store.replace(THING.collection, after)
    return after


def dead_name(clock: FakeClock) -> str:
    """The owner's name of a process of this host that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pid = process.pid
    host, _, _, _ = new_owner(clock).rsplit("/", 3)
    return f"{host}/{pid}/1/x"


def test_owners(clock: FakeClock) -> None:
    """Only a process of this very host that is gone counts as dead; of others nothing is known."""
    mine = new_owner(clock)
    host, pid, started, _ = mine.rsplit("/", 3)
    assert int(pid) == os.getpid()
    assert not dead_owner(mine)
    assert dead_owner(dead_name(clock))
    assert dead_owner(f"{host}/{pid}/{int(started) + 1}/x"), "the same number, another process"
    assert not dead_owner(f"elsewhere/{pid}/{started}/x")
    assert not dead_owner("nonsense")


async def test_a_lease_is_kept_during_a_long_look(
    clock: FakeClock, store: Store, things: Things
) -> None:
    """While a look takes three minutes, its lease never runs out and nobody else looks."""

    async def look(work: Work) -> None:
        if work.document.body.data["state"] != "new":
            return
        await work.change(begin)
        await clock.sleep(180)
        await work.change(end)

    one, two = Follower(things, look), Follower(things, look)
    first, second = a_runtime(store, clock, one), a_runtime(store, clock, two)
    await first.start()
    await things.add("a", due=clock.now())
    await clock.settle()
    await second.start()
    for _ in range(175):
        await clock.advance(1)
        document = await things.get("a")
        assert document.lease is not None
        assert document.lease.until > clock.now() + 2
    await clock.advance(6)
    document = await things.get("a")
    assert document.body.data["state"] == "done"
    assert (document.lease, document.due) == (None, None)
    await first.stop()
    await second.stop()


async def test_a_lease_is_kept_between_looks(
    clock: FakeClock, store: Store, things: Things
) -> None:
    """A look that ends with work under way keeps the lease; its own due time still counts."""

    def begin_until(draft: Draft) -> None:
        begin(draft)
        draft.due = started + 60

    async def look(work: Work) -> None:
        if work.document.body.data["state"] == "new":
            await work.change(begin_until)
        elif clock.now() >= started + 60:
            await work.change(end)

    started = clock.now()
    runtime = a_runtime(store, clock, Follower(things, look))
    await runtime.start()
    await things.add("a", due=clock.now())
    await clock.advance(52)
    document = await things.get("a")
    assert document.lease is not None
    assert document.due == document.lease.until
    assert document.lease.until > clock.now()
    await clock.advance(9)
    document = await things.get("a")
    assert document.body.data["state"] == "done"
    assert (document.lease, document.due) == (None, None)
    await runtime.stop()


async def test_what_a_living_process_holds_is_left_alone_until_its_lease_ends(
    clock: FakeClock, store: Store, things: Things
) -> None:
    """Another host's lease is waited for, not a second longer."""
    await leased(things, "elsewhere/1/1/x")
    follower = Follower(things, nothing)
    runtime = a_runtime(store, clock, follower)
    await runtime.start()
    await things.put("a", name="changed by a client")
    await clock.advance(9.9)
    assert follower.looks == []
    await clock.advance(0.2)
    assert follower.looks == ["a"]
    document = await things.get("a")
    assert (document.lease, document.due) == (None, None), "the dead one's lease is cleared away"
    await runtime.stop()


async def test_what_is_asked_for_while_another_process_works_outlives_both(
    clock: FakeClock, store: Store, things: Things
) -> None:
    """It ends its work, and neither of them lives to take the look: the next one takes it."""
    held = await leased(things, "elsewhere/1/1/x")
    first = a_runtime(store, clock, Follower(things, nothing))
    await first.start()
    await clock.advance(1)
    await things.insert(Draft(id="child", body={"id": "child", "parent": "a"}))
    await clock.advance(3)
    await first.stop()
    await store.replace(THING.collection, replace(held, rev=held.rev + 1, lease=None, due=None))
    follower = Follower(things, nothing)
    second = a_runtime(store, clock, follower)
    await second.start()
    await clock.settle()
    assert "a" in follower.looks
    await second.stop()


async def test_after_a_kill_the_restart_goes_on_at_once(
    clock: FakeClock, store: Store, things: Things
) -> None:
    """The lease of a process of this host that is gone counts for nothing."""
    await leased(things, dead_name(clock))
    follower = Follower(things, nothing)
    runtime = a_runtime(store, clock, follower)
    await runtime.start()
    await clock.settle()
    assert set(follower.looks) == {"a"}, "before any time has passed"
    await runtime.stop()


async def test_who_lost_the_lease_stops(clock: FakeClock, store: Store, things: Things) -> None:
    """When another process has taken over, the next write is refused and the look ends."""
    reached: list[str] = []

    async def look(work: Work) -> None:
        await work.change(begin)
        reached.append("begun")
        document = await things.get("a")
        other = Lease("elsewhere/1/1/x", clock.now() + 10)
        await store.replace(
            THING.collection, replace(document, rev=document.rev + 1, lease=other, due=other.until)
        )
        await work.change(end)
        reached.append("ended")

    runtime = a_runtime(store, clock, Follower(things, look))
    await runtime.start()
    await things.add("a", due=clock.now())
    await clock.settle()
    assert reached == ["begun"]
    assert (await things.get("a")).body.data["state"] == "busy"
    await runtime.stop()


async def test_stop_lets_go(clock: FakeClock, store: Store, things: Things) -> None:
    """A clean stop ends the leases and makes the documents due, so that others go on at once."""

    async def look(work: Work) -> None:
        await work.change(begin)

    runtime = a_runtime(store, clock, Follower(things, look))
    await runtime.start()
    await things.add("a", due=clock.now())
    await clock.settle()
    assert (await things.get("a")).lease is not None
    await runtime.stop()
    document = await things.get("a")
    assert document.lease is None
    assert document.due == clock.now()


async def test_a_change_from_outside_meanwhile_is_merged(
    clock: FakeClock, store: Store, things: Things
) -> None:
    """An edit is applied again to what somebody else wrote; one without effect writes nothing."""
    done: list[int] = []

    async def look(work: Work) -> None:
        if work.document.body.data["state"] == "done":
            return
        await things.put("a", name="meanwhile")
        document = await work.change(end)
        again = await work.change(end)
        done.append(again.rev - document.rev)

    runtime = a_runtime(store, clock, Follower(things, look))
    await runtime.start()
    await things.add("a", due=clock.now())
    await clock.settle()
    body = (await things.get("a")).body.data
    assert (body["state"], body["name"]) == ("done", "meanwhile")
    assert done == [0]
    await runtime.stop()


async def test_a_look_that_somebody_takes_back_is_not_asked_for(
    clock: FakeClock, store: Store, things: Things
) -> None:
    """A due time that was taken away meanwhile does not come back with the next write."""

    async def look(work: Work) -> None:
        if work.document.body.data["state"] == "new":

            def end(_before: object, draft: Draft) -> None:
                draft.body["state"], draft.due = "done", None

            await things.update("a", end)
            await work.change(lambda draft: draft.body.update(seen=True))

    runtime = a_runtime(store, clock, Follower(things, look))
    await runtime.start()
    await things.add("a", due=clock.now() + 30)
    await clock.settle()
    document = await things.get("a")
    assert (document.body.data["seen"], document.due) == (True, None)
    await runtime.stop()


def test_a_lease_that_is_good_is_not_written_again(clock: FakeClock) -> None:
    """Only when less than half is left is it renewed."""
    leases = Leases(clock, 10)
    lease = Lease(leases.owner, clock.now() + 6)
    assert leases.kept(lease) is lease
    worn = Lease(leases.owner, clock.now() + 4)
    assert leases.kept(worn).until == clock.now() + 10
