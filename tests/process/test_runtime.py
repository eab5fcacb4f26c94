"""When documents are looked at: events, due times, errors, restarts."""

import asyncio

import pytest

from api.draft import Draft
from api.process.controller import Work
from api.store.document import Body, Document
from api.store.protocol import Store
from tests.fake_clock import FakeClock
from tests.process.things import THING, Follower, Things, a_runtime, nothing


async def finish(work: Work) -> None:
    """Moves a thing through its states, one step per look."""
    steps = {"new": "busy", "busy": "done"}

    def edit(draft: Draft) -> None:
        draft.body["state"] = steps.get(draft.state, draft.state)

    await work.change(edit)


async def test_events_carry_a_document_to_its_end(
    clock: FakeClock, store: Store, things: Things
) -> None:
    """A created thing is looked at until a look changes nothing, and then no more."""
    follower = Follower(things, finish)
    runtime = a_runtime(store, clock, follower)
    await runtime.start()
    await things.add("a", due=clock.now())
    await clock.settle()
    assert (await things.get("a")).body.data["state"] == "done"
    looks = len(follower.looks)
    assert looks <= 4
    await clock.advance(3600)
    assert len(follower.looks) == looks
    await runtime.stop()


async def test_a_look_that_an_update_asks_for(
    clock: FakeClock, store: Store, things: Things
) -> None:
    """It is taken at once, though no event tells of it and no sweep is near."""
    follower = Follower(things, nothing)
    runtime = a_runtime(store, clock, follower)
    await runtime.start()
    await things.add("a")
    await clock.advance(60)
    looks = len(follower.looks)
    await things.update("a", lambda _, draft: setattr(draft, "due", clock.now()))
    await clock.settle()
    assert len(follower.looks) == looks + 1
    await runtime.stop()


@pytest.mark.parametrize("pause", [0.0, 3.0])
@pytest.mark.parametrize("working", [False, True])
async def test_a_look_that_is_asked_for_during_a_look(
    clock: FakeClock, store: Store, things: Things, working: bool, pause: float
) -> None:
    """Another process changes the thing: the look's own writes do not put the next one off."""
    elsewhere = Things(store, clock)
    looks: list[str] = []

    def wait(draft: Draft) -> None:
        draft.working, draft.due = False, None
        draft.body["looked"] = len(looks)

    async def look(work: Work) -> None:
        looks.append(work.document.body.data["state"])
        if len(looks) > 1:
            return
        if working:
            await work.change(lambda draft: setattr(draft, "working", True))
        await clock.sleep(pause)

        def asked(_: Document, draft: Draft) -> None:
            draft.body["state"], draft.due = "changed", clock.now()

        await elsewhere.update("a", asked)
        await work.change(wait)
        await work.change(lambda draft: setattr(draft, "due", clock.now() + 60))
        await work.change(wait)

    follower = Follower(things, look)
    follower.concerns = lambda _: ()  # type: ignore[method-assign]
    runtime = a_runtime(store, clock, follower)
    await runtime.start()
    await elsewhere.insert(Draft("a", {"id": "a", "state": "new"}, due=clock.now()))
    await clock.advance(120)
    assert looks == ["new", "changed"]
    document = await things.get("a")
    assert (document.due, document.lease) == (None, None)
    await runtime.stop()


async def test_one_document_is_never_worked_on_twice_at_once(
    clock: FakeClock, store: Store, things: Things
) -> None:
    """Serial per document, parallel across documents up to the bound, coalesced while running."""
    running: list[str] = []
    most: list[int] = []

    async def slow(work: Work) -> None:
        assert work.document.id not in running
        running.append(work.document.id)
        most.append(len(running))
        await clock.sleep(10)
        running.remove(work.document.id)

    follower = Follower(things, slow, concurrency=3)
    runtime = a_runtime(store, clock, follower)
    await runtime.start()
    for id_ in "abcde":
        await things.add(id_)
    await clock.advance(1)
    assert len(running) == 3
    for number in range(5):
        await things.put("a", name=str(number))
    await clock.advance(60)
    assert max(most) == 3
    assert follower.looks.count("a") == 2, "five changes while it ran: one more look"
    assert follower.looks.count("b") == 1
    await runtime.stop()


async def test_an_event_of_a_child_wakes_its_parent(
    clock: FakeClock, store: Store, things: Things
) -> None:
    """The controller says whom an event concerns."""
    await things.add("parent")
    follower = Follower(things, nothing)
    runtime = a_runtime(store, clock, follower)
    await runtime.start()
    await clock.settle()
    follower.looks.clear()
    await things.insert(Draft(id="child", body={"id": "child", "parent": "parent"}))
    await clock.settle()
    assert follower.looks == ["parent"]
    await runtime.stop()


async def test_due_times_are_kept_to_the_second(
    clock: FakeClock, store: Store, things: Things
) -> None:
    """A look at the time that was asked for, from this run or an earlier one; then never again."""
    at: list[tuple[str, float]] = []
    begin = clock.now()

    async def look(work: Work) -> None:
        at.append((work.document.id, clock.now() - begin))
        if len(at) == 1:
            await work.change(lambda draft: setattr(draft, "due", begin + 33.5))

    await things.add("a", due=begin + 12.25)
    runtime = a_runtime(store, clock, Follower(things, look))
    await runtime.start()
    await clock.settle()
    assert at == [("a", 0.0)], "the log had an event of it that nobody had followed up"
    await clock.advance(100)
    assert at == [("a", 0.0), ("a", 33.5)]
    assert (await things.get("a")).due is None
    await runtime.stop()


async def test_a_look_in_case_an_event_is_lost(
    clock: FakeClock, store: Store, things: Things
) -> None:
    """It comes at its time, and nothing is written for it."""
    at: list[float] = []
    begin = clock.now()

    async def look(work: Work) -> None:
        at.append(clock.now() - begin)
        work.look_again(clock.now() + 40)

    made = await things.add("a")
    runtime = a_runtime(store, clock, Follower(things, look))
    await runtime.start()
    await clock.settle()
    await clock.advance(100)
    assert at == [0.0, 40.0, 80.0]
    assert await things.get("a") == made
    await runtime.stop()


async def test_what_comes_due_during_a_sweep_is_looked_at_next(
    clock: FakeClock, store: Store, things: Things
) -> None:
    """Not at the sweep after, half a lease later, though it was not due yet when this one began."""
    follower = Follower(things, nothing)
    runtime = a_runtime(store, clock, follower)
    await runtime.start()
    await clock.settle()
    # another process has put it there
    document = Document("a", _body("a"), created=1, due=clock.now() + 5.5)
    await store.insert(THING.collection, document, ())
    next_due = store.next_due

    async def slow(collection: str) -> float | None:
        found = await next_due(collection)
        await clock.sleep(1.0)
        return found

    store.next_due = slow  # type: ignore[method-assign]
    await clock.advance(6.1)  # a sweep begins at 5, and asks until 6
    assert follower.looks == ["a"]
    await runtime.stop()


async def test_errors_are_retried_with_backoff(
    clock: FakeClock, store: Store, things: Things
) -> None:
    """A look that fails is repeated, less and less often, and the document stays due meanwhile."""

    async def fail(work: Work) -> None:
        raise RuntimeError("no luck")

    follower = Follower(things, fail)
    runtime = a_runtime(store, clock, follower)
    await runtime.start()
    await things.add("a")
    await clock.advance(10)
    assert 4 <= len(follower.looks) <= 7
    document = await things.get("a")
    assert document.due is not None
    assert document.due > clock.now() - 1
    before = len(follower.looks)
    await clock.advance(600)
    assert 8 <= len(follower.looks) - before <= 20
    await runtime.stop()


async def test_a_failing_document_does_not_hold_up_others(
    clock: FakeClock, store: Store, things: Things
) -> None:
    """Errors of one document are its own."""

    async def look(work: Work) -> None:
        if work.document.id == "bad":
            raise RuntimeError("no luck")
        await finish(work)

    runtime = a_runtime(store, clock, Follower(things, look, concurrency=1))
    await runtime.start()
    await things.add("bad", due=clock.now())
    await things.add("good", due=clock.now())
    await clock.advance(1)
    assert (await things.get("good")).body.data["state"] == "done"
    await runtime.stop()


async def test_what_was_due_before_the_start_is_found_in_pages(
    clock: FakeClock, store: Store, things: Things
) -> None:
    """1,000 due documents are all looked at once, though never more than a page is read."""
    for number in range(1000):
        document = Document(f"t{number}", _body(f"t{number}"), created=number, due=clock.now() - 1)
        await store.insert(THING.collection, document, ())
    sizes: list[int] = []
    due = store.due

    async def counted(collection: str, until: float, limit: int) -> list[Document]:
        found = await due(collection, until, limit)
        sizes.append(len(found))
        return found

    store.due = counted  # type: ignore[method-assign]

    async def look(work: Work) -> None:
        await clock.sleep(0.01)

    follower = Follower(things, look)
    runtime = a_runtime(store, clock, follower)
    await runtime.start()
    await clock.advance(4)
    assert sorted(follower.looks) == sorted(f"t{number}" for number in range(1000))
    assert max(sizes) < 500
    await runtime.stop()


async def test_an_event_that_nobody_followed_up_is_not_lost(
    clock: FakeClock, store: Store, things: Things
) -> None:
    """After a crash the log is read again from the checkpoint, not from its end."""
    await things.add("parent")
    first = a_runtime(store, clock, Follower(things, nothing))
    await first.start()
    await clock.advance(5)
    await first.stop()
    await things.insert(Draft(id="child", body={"id": "child", "parent": "parent"}))
    follower = Follower(things, nothing)
    second = a_runtime(store, clock, follower)
    await second.start()
    await clock.settle()
    assert follower.looks == ["parent"], "and what was followed up before is not repeated"
    await second.stop()


async def test_an_event_from_elsewhere_wakes_too(
    clock: FakeClock, store: Store, things: Things
) -> None:
    """`Runtime.look` takes events that stand in no log of ours."""
    follower = Follower(things, nothing)
    runtime = a_runtime(store, clock, follower)
    await runtime.start()
    await things.add("a")
    await clock.settle()
    follower.looks.clear()
    entry = (await store.read_log(0, 1))[0]
    runtime.look(type(entry)(position=0, rev=0, event=entry.event, snapshot=entry.snapshot))
    await clock.settle()
    assert follower.looks == ["a"]
    await runtime.stop()


async def test_stop_waits_for_what_runs(clock: FakeClock, store: Store, things: Things) -> None:
    """A look under way is finished when the runtime stops, and nothing new is begun."""
    gate = asyncio.Event()

    async def look(work: Work) -> None:
        await gate.wait()
        await finish(work)

    follower = Follower(things, look, concurrency=1)
    runtime = a_runtime(store, clock, follower)
    await runtime.start()
    await things.add("a", due=clock.now())
    await things.add("b", due=clock.now())
    await clock.settle()
    stopping = asyncio.create_task(runtime.stop())
    await clock.settle()
    gate.set()
    await stopping
    assert follower.looks == ["a"]
    assert (await things.get("a")).body.data["state"] == "busy"
    assert (await things.get("b")).due is not None


def _body(id_: str) -> Body:
    return Body(data={"id": id_, "state": "new"})
