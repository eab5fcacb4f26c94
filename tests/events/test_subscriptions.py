"""Registration at a hub."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from api.draft import Draft
from api.errors import BadRequest, Conflict, NotFound, NotSupported
from api.events.callback import CallbackPolicy
from api.events.kinds import EventKinds
from api.events.options import Options
from api.events.subscription import ENDED, SUBSCRIPTIONS
from api.events.subscriptions import Subscriptions
from api.jsontypes import JsonObject
from api.query.tree import Kind
from api.settings import Settings
from api.store.document import Document
from api.store.protocol import Store
from tests.events.receivers import CALLBACK, Receiver, a_hub, logged
from tests.events.test_take_over import Watched, Write
from tests.fake_clock import FakeClock
from tests.process.things import Things

KINDS = {"state": Kind.STRING, "name": Kind.DATE}
TYPED = EventKinds({("test", "thing"): lambda path: KINDS.get(".".join(path), Kind.ANY)})


@pytest.fixture
def subscriptions(store: Store, clock: FakeClock) -> Subscriptions:
    return Subscriptions(store, clock, CallbackPolicy(Settings()), EventKinds({}))


async def test_register_read_delete(subscriptions: Subscriptions, clock: FakeClock) -> None:
    """What was registered is given back, per API, and gone after DELETE."""
    first = await subscriptions.register("test", {"callback": CALLBACK})
    await clock.advance(1)
    second = await subscriptions.register("test", {"callback": CALLBACK, "query": "eventType=X"})
    other = await subscriptions.register("other", {"callback": CALLBACK})
    assert first.body.data == {"id": first.id, "callback": CALLBACK}
    assert second.body.data == {"id": second.id, "callback": CALLBACK, "query": "eventType=X"}
    assert (await subscriptions.get("test", first.id)).body == first.body
    page = await subscriptions.page("test", offset=1, limit=5)
    assert ([each.id for each in page.documents], page.total) == ([second.id], 2)
    with pytest.raises(NotFound):
        await subscriptions.get("test", other.id)
    await subscriptions.delete("test", first.id)
    for call in (subscriptions.get, subscriptions.delete):
        with pytest.raises(NotFound):
            await call("test", first.id)


async def test_of_identical_pairs_only_one_is_taken(subscriptions: Subscriptions) -> None:
    """Also when they come at the same moment; other API or other query is another pair."""
    calls = [subscriptions.register("test", {"callback": CALLBACK}) for _ in range(5)]
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(each, Conflict) for each in results) == 4
    await subscriptions.register("other", {"callback": CALLBACK})


async def test_where_a_callback_ends_is_no_matter_of_slashes(subscriptions: Subscriptions) -> None:
    """Two pairs are two, though written one behind the other they read alike."""
    await subscriptions.register("test", {"callback": f"{CALLBACK}/a=1", "query": "b=2"})
    await subscriptions.register("test", {"callback": CALLBACK, "query": "a=1/b=2"})


@pytest.mark.parametrize(
    "query",
    [
        "eventTime.gt=yesterday",
        "event.service.state.regex=(",
        "x" * 5000,
        "limit..=x&",
        "filter=$[?(@.a==)]",
        "a=" + "b," * 200,
        "eventType=%ff",
    ],
)
async def test_a_bad_query_is_refused(subscriptions: Subscriptions, query: str) -> None:
    """When it is registered, not when the first event comes; it is told that it is the query."""
    with pytest.raises(BadRequest) as caught:
        await subscriptions.register("test", {"callback": CALLBACK, "query": query})
    for text in (caught.value.reason, caught.value.message):
        assert text.startswith("query: ")
        assert text.count("query: ") == 1


async def test_what_a_query_may_not_ask_yet_is_named_as_its_own(
    subscriptions: Subscriptions,
) -> None:
    """What is lacking of JSONPath is 501, as in lists."""
    with pytest.raises(NotSupported, match=r"^query: "):
        await subscriptions.register("test", {"callback": CALLBACK, "query": "filter=$..x"})


@pytest.mark.parametrize(
    "query",
    [
        "event.thing.name.gt=soon",
        "event.thing.name=2026-01-31",
        "event.thing.state.like=x",
        "filter=$[?(@.event.thing.name=='soon')]",
    ],
)
async def test_what_lists_refuse_of_the_resource_is_refused(
    store: Store, clock: FakeClock, query: str
) -> None:
    """In the query for its API; of another API's resource nothing is known."""
    typed = Subscriptions(store, clock, CallbackPolicy(Settings()), TYPED)
    with pytest.raises(BadRequest):
        await typed.register("test", {"callback": CALLBACK, "query": query})
    await typed.register("other", {"callback": CALLBACK, "query": query})


async def test_what_was_taken_before_goes_on(
    store: Store,
    clock: FakeClock,
    things: Things,
    receiver: Receiver,
    subscriptions: Subscriptions,
) -> None:
    """A stored query that would be refused now means what it did, and can be managed."""
    query = "event.thing.state.ne=x&event.thing.name.gt=soon"
    id_ = (await subscriptions.register("test", {"callback": CALLBACK, "query": query})).id
    hub = a_hub(store, clock, receiver, kinds=TYPED)
    with pytest.raises(BadRequest):
        await hub.subscriptions.register("test", {"callback": f"{CALLBACK}/2", "query": query})
    await hub.start()
    await things.insert(Draft(id="a", body={"id": "a", "name": "sooner"}))
    await clock.settle()
    assert receiver.ids() == await logged(store, "a")
    assert (await hub.manager.test("test", id_))["outcome"] == "delivered"
    await hub.subscriptions.delete("test", id_)
    await hub.stop()


async def test_a_date_finds_its_event_in_whatever_form_it_is_asked_for(
    store: Store, clock: FakeClock, things: Things, receiver: Receiver
) -> None:
    """Also where it is what events are looked up by."""
    hub = a_hub(store, clock, receiver, kinds=TYPED)
    await hub.start()
    for at, date in enumerate(
        ("2024-02-29T19:00:00%2B01:00", "2024-02-29T18:00:00Z", "2024-02-28T18:00:00Z")
    ):
        body: JsonObject = {"callback": f"{CALLBACK}/{at}", "query": f"event.thing.name={date}"}
        await hub.subscriptions.register("test", body)
    await clock.settle()
    await things.insert(Draft(id="a", body={"id": "a", "name": "2024-02-29T18:00:00.000Z"}))
    await clock.settle()
    assert sorted(receiver.urls) == [f"{CALLBACK}/0", f"{CALLBACK}/1"]
    await hub.stop()


@pytest.mark.parametrize("stalled", ["get", "delete", "insert"])
async def test_of_those_who_begin_an_ended_one_anew_only_one_is_taken(
    store: Store, clock: FakeClock, stalled: str
) -> None:
    """However slow the store is: the secret that is told signs, and the others get 409."""
    policy = CallbackPolicy(Settings())

    async def carry(call: Write, go: Callable[[], Awaitable[object]]) -> object:
        if call[0] == stalled != "get":
            await clock.sleep(1)  # the request is on its way
        try:
            return await go()
        finally:
            if call[0] == stalled:
                await clock.sleep(1)  # and then its answer

    slow = Subscriptions(Watched(store, carry), clock, policy, EventKinds({}))  # type: ignore[arg-type]
    quick = Subscriptions(store, clock, policy, EventKinds({}))
    first = await quick.register("test", {"callback": CALLBACK})
    process = {**(first.process or {}), "state": ENDED}
    await store.replace(SUBSCRIPTIONS.name, replace(first, rev=2, process=process))
    body: JsonObject = {"callback": CALLBACK}
    calls = [asyncio.ensure_future(slow.register("test", body)) for _ in range(2)]
    for _ in range(3):
        await clock.advance(0.6)
        calls.append(asyncio.ensure_future(quick.register("test", body)))
    await clock.advance(60)
    results = await asyncio.gather(*calls, return_exceptions=True)
    (taken,) = [each for each in results if isinstance(each, Document)]
    assert sum(isinstance(each, Conflict) for each in results) == 4
    stored = await quick.get("test", first.id)
    assert Options.of(stored) == Options.of(taken)
