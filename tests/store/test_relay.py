"""The relay that moves events from documents to MongoDB's log."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase

from api.clock import SystemClock
from api.errors import DuplicateId
from api.store.mongo import MongoStore
from api.store.mongo.envelope import Raw, pending, stored
from api.store.mongo.lease import SECONDS, LeaseBook
from api.store.mongo.relay import Relay
from tests.fake_clock import FakeClock
from tests.patience import PATIENCE
from tests.store.things import COLLECTIONS, doc, event, logged


@pytest.fixture
async def database(mongodb_url: str) -> AsyncIterator[AsyncDatabase[Raw]]:
    """A database with collections and indexes, and no relay of its own at work."""
    store = opened(mongodb_url)
    await store.open(COLLECTIONS)
    await store.close()
    client: AsyncMongoClient[Raw] = AsyncMongoClient(mongodb_url, w="majority")
    yield client.get_default_database()
    await client.close()


def opened(url: str) -> MongoStore:
    server, name = url.rsplit("/", 1)
    return MongoStore(server, name, SystemClock())


def relay(database: AsyncDatabase[Raw], clock: SystemClock | FakeClock | None = None) -> Relay:
    clock = clock or SystemClock()
    leases = LeaseBook(database["relay_lease"], clock)
    return Relay([database["thing"]], database["event_log"], leases, clock, lambda: None)


async def put(database: AsyncDatabase[Raw], id_: str, *names: str, since: int = 1) -> None:
    one = doc(id_)
    carried = pending([event(id_, name) for name in names], 1, one.body)
    await database["thing"].insert_one(stored(one) | {"pending": carried, "waiting": since})


async def log_of(database: AsyncDatabase[Raw]) -> list[tuple[int, str]]:
    entries = await database["event_log"].find({}, sort=[("_id", 1)]).to_list()
    return [(one["_id"], one["eventId"]) for one in entries]


async def test_a_relay_that_died_between_the_steps_is_made_up_for(
    database: AsyncDatabase[Raw],
) -> None:
    """Events that are in the log and still in their document are only taken out."""
    await put(database, "one", "e1", "e2")
    whole = await database["thing"].find_one({"_id": "one"})
    assert whole is not None
    await database["event_log"].insert_one({"_id": 1, **whole["pending"][0]})
    assert await relay(database).drain() == 1
    assert await log_of(database) == [(1, "e1"), (2, "e2")]
    left = await database["thing"].find_one({"_id": "one"})
    assert left == stored(doc("one"))


async def test_a_stalled_relay_that_comes_back_late_does_no_harm(
    database: AsyncDatabase[Raw],
) -> None:
    """It read documents, another relay moved them and more: its own attempt changes nothing."""
    await put(database, "one", "e1")
    late = relay(database)
    batch = await late._pending()
    await relay(database).drain()
    await put(database, "two", "e2")
    await relay(database).drain()
    await late.move(batch)
    assert await log_of(database) == [(1, "e1"), (2, "e2")]


async def test_relays_that_race_keep_the_log_whole(database: AsyncDatabase[Raw]) -> None:
    """Several without any lease, on the same documents: no gap, nothing twice, in order."""
    for n in range(30):
        await put(database, f"{n:02}", f"{n:02}a", f"{n:02}b", since=n)

    async def careless() -> None:
        one = relay(database)
        while batch := await one._pending():
            await one.move(batch[:3])

    await asyncio.gather(*(careless() for _ in range(4)))
    log = await log_of(database)
    assert [position for position, _ in log] == list(range(1, 61))
    assert [name for _, name in log] == sorted(f"{n:02}{x}" for n in range(30) for x in "ab")


async def test_one_relay_at_a_time(database: AsyncDatabase[Raw]) -> None:
    """While one has the lease, others wait; a holder that vanished is followed after its time."""
    clock = FakeClock()
    leases = LeaseBook(database["relay_lease"], clock)
    await put(database, "one", "e1")
    held = await leases.take()
    assert held is not None
    assert await relay(database, clock).drain() is None
    await clock.advance(SECONDS)
    assert await relay(database, clock).drain() == 1
    assert not await leases.keep(held)


async def test_an_event_that_comes_while_its_document_is_relayed_stays(
    database: AsyncDatabase[Raw],
) -> None:
    """Only the events that were logged are taken out, and the rest follows behind them."""
    await put(database, "one", "e1")
    one = relay(database)
    batch = await one._pending()
    more = pending([event("one", "e2")], 2, doc("one").body)
    await database["thing"].update_one(
        {"_id": "one"}, {"$push": {"pending": {"$each": more}}, "$set": {"rev": 2}}
    )
    await one.move(batch)
    await one.drain()
    assert await log_of(database) == [(1, "e1"), (2, "e2")]


async def test_what_is_left_of_a_deleted_document_goes(mongodb_url: str) -> None:
    """After its last event is in the log, nothing of it is in the collection."""
    store = opened(mongodb_url)
    await store.open(COLLECTIONS)
    await store.insert("thing", doc("one"))
    await store.delete("thing", doc("one"), [event("one", "gone")])
    await store.insert("thing", doc("two"))
    await store.delete("thing", doc("two"))
    assert [one.event.id for one in await logged(store, 1)] == ["gone"]
    async with asyncio.timeout(PATIENCE):
        while await store._collections["thing"].find_one({}):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await store.close()


async def test_an_id_is_free_however_its_deleted_document_goes(mongodb_url: str) -> None:
    """The relay removes what is left of it just between two requests of the insert."""
    store = opened(mongodb_url)
    await store.open(COLLECTIONS)
    await store._relay.stop()
    await store.insert("thing", doc("one"))
    await store.delete("thing", doc("one"))
    thing = store._collections["thing"]
    store._collections["thing"] = Swept(thing, store._relay)  # type: ignore[assignment]
    await store.insert("thing", doc("one", 2))
    assert await store.get("thing", "one") == doc("one", 2)
    with pytest.raises(DuplicateId):
        await store.insert("thing", doc("one", 3))
    await store.close()


class Swept:
    """A collection whose relay works just before each update."""

    def __init__(self, collection: AsyncCollection[Raw], relay: Relay) -> None:
        self._collection = collection
        self._relay = relay

    def __getattr__(self, name: str) -> object:
        return getattr(self._collection, name)

    async def update_one(self, *args: Any) -> object:
        await self._relay.drain()
        return await self._collection.update_one(*args)


async def test_what_is_still_in_its_document_stays_in_the_log(
    database: AsyncDatabase[Raw], mongodb_url: str
) -> None:
    """A relay that died between the steps is made up for, however old the events are by then."""
    store = opened(mongodb_url)
    await store.open(COLLECTIONS)
    await store._relay.stop()
    await put(database, "one", "e1")
    document = await database["thing"].find_one({"_id": "one"})
    assert document is not None
    names = ["e-2", "e-1", "e1", "e2", "e3"]
    entries = [{**document["pending"][0], "eventId": name} for name in names]
    await database["event_log"].insert_many(
        [{"_id": position, **each} for position, each in enumerate(entries, 1)]
    )
    assert await store.prune_log(4, 100) == 2
    assert await store.prune_log(4, 100) == 0
    assert await relay(database).drain() == 1
    assert await store.prune_log(4, 100) == 2
    assert await log_of(database) == [(5, "e3")]
    await store.close()
