"""Receivers of callbacks, in memory, that answer as a test tells them; and a hub over them."""

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import orjson

from api.events.hub import Hub
from api.events.kinds import EventKinds
from api.events.limits import LIMITS, Limits, Schedule
from api.jsontypes import JsonObject
from api.settings import Settings
from api.store import open_store
from api.store.document import Document
from api.store.protocol import Collection, Store
from tests.fake_clock import FakeClock
from tests.process.things import THING

CALLBACK = "http://127.0.0.1:9000/events"
SCHEDULE = Schedule((1.0, 5.0, 30.0, 120.0), jitter=0.0)


class Receiver:
    """Takes what is posted; fails where it is told to."""

    def __init__(self, clock: FakeClock) -> None:
        self.events: list[JsonObject] = []
        self.at: list[float] = []
        self.urls: list[str] = []
        self.headers: list[httpx.Headers] = []
        self.down: set[str] = set()
        """Ids of resources whose events are answered with 500; ``*`` for all."""
        self.latency = 0.0
        self.running = 0
        self.most = 0
        self._clock = clock

    async def handle(self, request: httpx.Request) -> httpx.Response:
        body = orjson.loads(await request.aread())
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            if self.latency:
                await self._clock.sleep(self.latency)
        finally:
            self.running -= 1
        (resource,) = body["event"].values()
        self.at.append(self._clock.now())
        if "*" in self.down or resource["id"] in self.down:
            return httpx.Response(500, stream=httpx.ByteStream(b"down"))
        self.events.append(body)
        self.urls.append(str(request.url))
        self.headers.append(request.headers)
        return httpx.Response(204, stream=httpx.ByteStream(b""))

    def names(self, id_: str) -> list[str]:
        """The names that a thing had in the events about it, in the order of their arrival."""
        bodies = [each["event"]["thing"] for each in self.events]
        return [each.get("name", "") for each in bodies if each["id"] == id_]

    def ids(self) -> list[str]:
        return [each["eventId"] for each in self.events]

    def by_thing(self, url: str | None = None) -> dict[str, list[str]]:
        """Event ids by resource, repeats left out; of one callback, if it is given."""
        found: dict[str, list[str]] = defaultdict(list)
        for each, callback in zip(self.events, self.urls, strict=True):
            if url not in (None, callback):
                continue
            known = found[each["event"]["thing"]["id"]]
            if each["eventId"] not in known:
                known.append(each["eventId"])
        return found


@asynccontextmanager
async def a_store(clock: FakeClock) -> AsyncIterator[Store]:
    store = open_store("sqlite:///:memory:", clock)
    await store.open([Collection(THING.collection), *Hub.collections()])
    try:
        yield store
    finally:
        await store.close()


def a_hub(
    store: Store,
    clock: FakeClock,
    receiver: Receiver,
    *,
    limits: Limits = LIMITS,
    schedule: Schedule = SCHEDULE,
    lease: float = 10.0,
    kinds: EventKinds | None = None,
) -> Hub:
    return Hub(
        store,
        clock,
        Settings(lease=lease),
        lambda api, resource, id_: f"http://turnup.test/{api}/{resource}/{id_}",
        ["test"],
        kinds or EventKinds({}),
        transport=httpx.MockTransport(receiver.handle),
        limits=limits,
        schedule=schedule,
    )


async def logged(store: Store, id_: str) -> list[str]:
    """The ids of all events of a thing, in order."""
    entries = await store.read_log(0, 100_000)
    return [each.event.id for each in entries if each.event.resource_id == id_]


async def documents(store: Store, collection: str) -> list[Document]:
    return await store.find(collection, limit=1000)
