"""What subscriptions with callbacks at one origin share: bounds, pace, breaker, and its end."""

from dataclasses import replace

import httpx
import pytest

from api.events.endpoint import Ticket
from api.events.endpoints import Endpoints
from api.events.hub import Hub
from api.events.limits import LIMITS, Breaking, Schedule
from api.events.record import DELIVERIES
from api.events.subscription import SUBSCRIPTIONS
from api.store.protocol import Store
from tests.events.receivers import CALLBACK, Receiver, a_hub, documents, logged
from tests.events.test_lapse import Counted
from tests.events.test_take_over import Watched
from tests.fake_clock import FakeClock
from tests.process.things import Things

RETURN = LIMITS.breaking.most * (1 + LIMITS.breaking.jitter) + 10
"""Seconds between two probes of an endpoint that is away for long, at most."""

BREAKING = Breaking(failures=3, first=10, factor=2, most=40, jitter=0)


class Answering(Receiver):
    """Answers as told, by host or path; counts the tries, by host."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.answers: dict[str, httpx.Response | Exception] = {}
        self.hanging: set[str] = set()
        """Paths that never answer."""
        self.tries: list[tuple[str, float]] = []
        self.paths: list[str] = []

    async def handle(self, request: httpx.Request) -> httpx.Response:
        self.tries.append((request.url.host, self._clock.now()))
        self.paths.append(request.url.path)
        path = request.url.path
        answer = self.answers.get(path, self.answers.get(request.url.host))
        if path in self.hanging:
            await self._clock.sleep(10)
            raise httpx.ReadTimeout("no answer")
        if isinstance(answer, Exception):
            raise answer
        if answer is not None:
            body = httpx.ByteStream(b"no")
            return httpx.Response(answer.status_code, headers=answer.headers, stream=body)
        return await super().handle(request)

    def times(self, host: str, begin: float) -> list[float]:
        return [round(at - begin, 1) for each, at in self.tries if each == host]


@pytest.mark.parametrize("limits", [replace(LIMITS, parallel=4)])
async def test_parallel_deliveries_are_bound_per_endpoint(
    clock: FakeClock, things: Things, receiver: Receiver, hub: Hub
) -> None:
    """Three subscriptions at one origin have the bound of one, and each gets its share."""
    for number in range(3):
        await hub.subscriptions.register("test", {"callback": f"{CALLBACK}/{number}"})
    await clock.settle()
    await things.add("warm")
    await clock.settle()
    receiver.latency = 1.0
    for number in range(8):
        await things.add(f"t{number}")
    await clock.advance(2.5)
    assert receiver.most == 4
    assert len(set(receiver.urls[-8:])) == 3
    await clock.advance(30)
    assert len(receiver.events) == 27


async def test_who_has_much_to_deliver_keeps_its_place(clock: FakeClock) -> None:
    """Wanting again while it waits does not send it back behind the others."""
    endpoint = Endpoints(clock, replace(LIMITS, unsure=1)).of(CALLBACK)
    turns: list[str] = []
    tickets: list[Ticket] = []

    class Named:
        sure = False
        answered = 0.0

        def __init__(self, name: str) -> None:
            self.name = name

        def run(self, ticket: Ticket) -> bool:
            turns.append(self.name)
            tickets.append(ticket)
            return False

        def probe(self) -> bool:
            return False

        def opened(self) -> None: ...

        def closed(self) -> None: ...

    first, busy, third = map(Named, "abc")
    for each in (first, busy, third, busy):
        endpoint.want(each)
    for _ in range(3):
        endpoint.done(tickets.pop(0))
    assert turns == ["a", "b", "c"]


@pytest.mark.parametrize("limits", [replace(LIMITS, total=3, probes=2)])
async def test_all_endpoints_together_are_bound(
    clock: FakeClock, things: Things, receiver: Receiver, hub: Hub
) -> None:
    """Whoever finds no room is served when there is some."""
    for number in range(10):
        body = {"callback": f"http://127.0.0.1:{9000 + number}/events"}
        await hub.subscriptions.register("test", body)
    await clock.settle()
    receiver.latency = 1.0
    for number in range(5):
        await things.add(f"t{number}")
    await clock.advance(60)
    assert receiver.most == 5, "three to those that work, two to those of which nothing is known"
    assert len(receiver.events) == 50


@pytest.mark.parametrize("limits", [replace(LIMITS, rate=5)])
async def test_the_rate_is_kept(
    clock: FakeClock, things: Things, receiver: Receiver, hub: Hub
) -> None:
    """Five per second, whatever the number of resources and subscriptions."""
    for number in range(2):
        await hub.subscriptions.register("test", {"callback": f"{CALLBACK}/{number}"})
    await clock.settle()
    begin = clock.now()
    for number in range(20):
        await things.add(f"t{number}")
    await clock.advance(30)
    times = [at - begin for at in receiver.at]
    assert len(times) == 40
    for start in times:
        assert sum(start <= at < start + 1 for at in times) <= 10
    assert 6.5 <= times[-1] <= 8


async def test_a_busy_endpoint_is_left_alone_as_long_as_it_says(
    clock: FakeClock, store: Store, things: Things
) -> None:
    """429 with Retry-After holds up all its resources and subscriptions; others go on."""
    receiver = Answering(clock)
    hub = a_hub(store, clock, receiver)
    await hub.start()
    for path in ("one", "two"):
        await hub.subscriptions.register("test", {"callback": f"http://127.0.0.1:8000/{path}"})
    await hub.subscriptions.register("test", {"callback": "http://127.0.0.2:8000/"})
    await clock.settle()
    receiver.answers["127.0.0.1"] = httpx.Response(429, headers={"retry-after": "100"})
    begin = clock.now()
    await things.add("a")
    await clock.settle()
    receiver.answers.clear()
    await things.add("b")
    await clock.advance(99)
    assert receiver.times("127.0.0.1", begin) == [0, 0], "each subscription's first, at once"
    assert receiver.times("127.0.0.2", begin) == [0, 0]
    await clock.advance(10)
    assert len(receiver.events) == 6
    assert await documents(store, DELIVERIES.name) == []
    await hub.stop()


async def test_without_retry_after_the_waits_grow(
    clock: FakeClock, store: Store, things: Things
) -> None:
    """503 again and again: one try after 1, 2, 4 … seconds, whatever there is to deliver."""
    receiver = Answering(clock)
    limits = replace(LIMITS, breaking=Breaking(failures=1000))
    hub = a_hub(store, clock, receiver, limits=limits)
    await hub.start()
    await hub.subscriptions.register("test", {"callback": "http://127.0.0.1:8000/"})
    await clock.settle()
    receiver.answers["127.0.0.1"] = httpx.Response(503)
    begin = clock.now()
    for number in range(30):
        await things.add(f"t{number}")
    await clock.advance(60)
    assert receiver.times("127.0.0.1", begin) == [0, 1, 3, 7, 15, 31]
    await hub.stop()


async def test_a_dead_endpoint_is_probed_and_nobody_else_notices(
    clock: FakeClock, store: Store, things: Things
) -> None:
    """After three failures one probe at a time, ever more seldom; back again, all comes at once."""
    receiver = Answering(clock)
    limits, schedule = replace(LIMITS, breaking=BREAKING), Schedule((500.0,) * 3)
    hub = a_hub(store, clock, receiver, limits=limits, schedule=schedule)
    await hub.start()
    for host in ("127.0.0.1", "127.0.0.2"):
        await hub.subscriptions.register("test", {"callback": f"http://{host}:8000/"})
    await clock.settle()
    receiver.answers["127.0.0.1"] = httpx.ConnectError("refused")
    begin = clock.now()
    for number in range(50):
        await things.add(f"t{number}")
        await clock.advance(0.01)
    await clock.advance(200)
    assert len(receiver.times("127.0.0.2", begin)) == 50
    tries = receiver.times("127.0.0.1", begin)
    assert tries[:3] == [0, 0, 0]
    assert [round(at, -1) for at in tries[3:]] == [10, 30, 70, 110, 150, 190]
    assert len(await documents(store, DELIVERIES.name)) <= len(tries)
    receiver.answers.clear()
    await clock.advance(40)
    for number in range(50):
        assert receiver.ids().count((await logged(store, f"t{number}"))[0]) == 2
    assert await documents(store, DELIVERIES.name) == []
    await hub.stop()


BAD = [f"/bad{number}" for number in range(8)]


async def neighbours(hub: Hub) -> None:
    """Subscriptions at one origin: one is good, the others are to be bad."""
    for path in ("/ok", *BAD):
        await hub.subscriptions.register("test", {"callback": f"http://127.0.0.1:8000{path}"})


@pytest.mark.parametrize("status", [404, 500])
async def test_bad_answers_of_one_url_are_nothing_to_others(
    clock: FakeClock, store: Store, things: Things, status: int
) -> None:
    """Each event comes at once where all is well; the others are tried ever more seldom."""
    receiver = Answering(clock)
    receiver.answers = dict.fromkeys(BAD, httpx.Response(status))
    hub = a_hub(store, clock, receiver, schedule=Schedule((3600.0,) * 3))
    await hub.start()
    await neighbours(hub)
    for number in range(40):
        await things.add(f"t{number}")
        await clock.advance(1)
        assert receiver.names(f"t{number}") == [""]
    assert receiver.paths.count("/bad7") in range(7, 10), "five, and probes after 5, 10, 20 … s"
    receiver.answers.clear()
    await clock.advance(400)
    for path in ("/ok", "/bad7"):
        assert len(receiver.by_thing(f"http://127.0.0.1:8000{path}")) == 40, "it is over at once"
    await hub.stop()


async def test_urls_that_hang_are_nothing_to_others(
    clock: FakeClock, store: Store, things: Things
) -> None:
    """The origin answers others: what hangs has few places, and counts against itself alone."""
    receiver = Answering(clock)
    receiver.hanging = set(BAD)
    hub = a_hub(store, clock, receiver, schedule=Schedule((3600.0,) * 3))
    await hub.start()
    await hub.subscriptions.register("test", {"callback": "http://127.0.0.1:8000/ok"})
    await clock.settle()
    await things.add("first")
    await clock.advance(1)
    for path in BAD:
        await hub.subscriptions.register("test", {"callback": f"http://127.0.0.1:8000{path}"})
    await clock.settle()
    for number in range(200):
        await things.add(f"t{number}")
        await clock.advance(1)
        assert receiver.names(f"t{number}") == [""]
    assert len(receiver.paths) - 201 <= 4 * 20, "few at once"
    await clock.advance(1000)
    before = len(receiver.paths)
    await clock.advance(600)
    assert len(receiver.paths) - before <= 3 * len(BAD), "each is probed every five minutes"
    await hub.stop()


async def test_who_was_answered_last_finds_out_that_an_origin_is_back(
    clock: FakeClock, store: Store, things: Things
) -> None:
    """Behind an origin that was away, URLs that hang do not hide for long that another is well."""
    receiver = Answering(clock)
    receiver.hanging = set(BAD)
    hub = a_hub(store, clock, receiver, schedule=Schedule((3600.0,) * 3))
    await hub.start()
    await neighbours(hub)
    for number in range(10):
        await things.add(f"t{number}")
        await clock.advance(10)
    receiver.answers["127.0.0.1"] = httpx.ConnectError("refused")
    for number in range(10):
        await things.add(f"u{number}")
        await clock.advance(600)
    assert receiver.names("u9") == []
    receiver.answers.clear()
    await clock.advance(2 * RETURN)
    assert receiver.by_thing()["u9"] == await logged(store, "u9")
    await hub.stop()


async def test_a_first_delivery_that_hangs_holds_up_nobody(
    clock: FakeClock, store: Store, things: Things
) -> None:
    """Nothing is known of the origin yet, and still the others have their events at once."""
    receiver = Answering(clock)
    receiver.hanging = {"/a"}
    hub = a_hub(store, clock, receiver)
    await hub.start()
    for path in ("/a", "/b", "/c"):
        await hub.subscriptions.register("test", {"callback": f"http://127.0.0.1:8000{path}"})
    await things.add("t")
    await clock.advance(1)
    assert sorted(receiver.urls) == [f"http://127.0.0.1:8000/{each}" for each in "bc"]
    await hub.stop()


@pytest.mark.usefixtures("id_")
@pytest.mark.parametrize("limits", [replace(LIMITS, breaking=BREAKING)])
async def test_one_bad_resource_does_not_open_the_breaker(
    clock: FakeClock, things: Things, receiver: Receiver
) -> None:
    """However often it fails, others are delivered at once."""
    receiver.down.add("bad")
    await things.add("bad")
    await clock.advance(100)
    await things.add("good")
    await clock.settle()
    assert receiver.names("good") == [""]


@pytest.mark.usefixtures("id_")
@pytest.mark.parametrize("limits", [replace(LIMITS, breaking=BREAKING)])
async def test_resources_that_cannot_be_taken_do_not_hide_that_others_can(
    clock: FakeClock, things: Things, receiver: Receiver
) -> None:
    """Enough bad ones in a row open the breaker; the probes come to others by and by."""
    receiver.down |= {"b0", "b1", "b2", "b3"}
    for bad in sorted(receiver.down):
        await things.add(bad)
    await clock.advance(1)
    await things.add("good")
    await clock.advance(100)
    assert receiver.names("good") == [""]


async def test_410_ends_the_subscription(clock: FakeClock, store: Store, things: Things) -> None:
    """Nothing more is sent, by no process; it stays there to be read."""
    receiver = Answering(clock)
    hubs = [a_hub(store, clock, receiver) for _ in range(2)]
    for hub in hubs:
        await hub.start()
    body = {"callback": "http://127.0.0.1:8000/"}
    registered = await hubs[0].subscriptions.register("test", body)
    await clock.settle()
    receiver.answers["127.0.0.1"] = httpx.Response(410)
    await things.add("a")
    await clock.advance(1)
    receiver.answers.clear()
    await things.add("b")
    await clock.advance(100)
    assert len(receiver.tries) == 1
    document = await hubs[1].subscriptions.get("test", registered.id)
    assert document.process
    assert document.process["state"] == "ended"
    assert document.process["ended"]["detail"] == "410 no"
    (told,) = await hubs[1].manager.deliveries("test", registered.id, None)
    assert (told["outcome"], told["status"]) == ("failed", 410)
    assert document.lease is None
    assert document.due is None
    assert await documents(store, DELIVERIES.name) == []
    for hub in hubs:
        await hub.stop()


async def test_a_dead_endpoint_costs_nothing_per_event(
    clock: FakeClock, store: Store, things: Things
) -> None:
    """Its events stay in the log: nothing is written or read for them, and all come in the end."""
    answering, counted = Answering(clock), Counted()
    answering.answers["127.0.0.1"] = httpx.ConnectError("refused")
    watched, schedule = Watched(store, counted.carry), Schedule((10.0, 86400.0))
    hub = a_hub(watched, clock, answering, schedule=schedule)  # type: ignore[arg-type]
    await hub.start()
    await hub.subscriptions.register("test", {"callback": CALLBACK})
    for number in range(10):
        await things.add(f"t{number}")
    await clock.advance(3600)
    (delivery,) = hub._holdings.active
    held, tries = delivery._courier.lanes.open, len(answering.tries)
    counted.writes.clear()
    for number in range(300):
        await things.put(f"t{number % 10}", name=str(number))
        await clock.advance(10)
    tries = len(answering.tries) - tries
    assert tries in range(9, 14), "a probe every five minutes"
    assert counted.writes[DELIVERIES.name] == 0, "what has failed already is probed with"
    assert counted.writes[SUBSCRIPTIONS.name] <= tries + 1
    assert delivery._courier.lanes.open == held
    answering.answers.clear()
    await clock.advance(400)
    for number in range(10):
        assert answering.by_thing()[f"t{number}"] == await logged(store, f"t{number}")
    await hub.stop()
