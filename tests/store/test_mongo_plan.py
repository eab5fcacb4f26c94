"""MongoDB answers lists by declared attributes, and what processes ask, from an index.

What the store sends is taken from the server's profiler, and ``explain`` tells how it is answered.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import Any, Final

import pytest
from pymongo import ASCENDING, AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase

from api.clock import SystemClock
from api.declare import Resource
from api.query.tree import EVERYTHING, And, Node, Op, Or, Sort
from api.store.mongo import MongoStore
from api.store.mongo.documents import drop_partial
from api.store.mongo.envelope import Raw
from api.store.protocol import Collection
from tests.store.test_relay import opened
from tests.store.test_sqlite_plan import RESOURCES, body_with
from tests.store.things import COLLECTIONS, doc, is_

COUNT: Final = 16
ENDS: Final = ("find", "aggregate")
SESSION: Final = ("lsid", "$db", "$clusterTime", "txnNumber", "$readPreference", "readConcern")
SPARSE: Final = ("due", "waiting", "lease.owner")


@pytest.fixture
async def database(mongodb_url: str) -> AsyncIterator[AsyncDatabase[Raw]]:
    client: AsyncMongoClient[Raw] = AsyncMongoClient(mongodb_url, w="majority")
    yield client.get_default_database()
    await client.close()


@pytest.fixture
async def store(mongodb_url: str, request: pytest.FixtureRequest) -> AsyncIterator[MongoStore]:
    """With documents of the test's resource that have all declared attributes."""
    resource: Resource = request.node.callspec.params["resource"]
    made = opened(mongodb_url)
    await made.open([Collection(resource.collection, resource.indexes)])
    bodies = [body_with(resource.indexes, f"v{number % 8}") for number in range(COUNT)]
    documents = (doc(f"{number:03}", number, **body) for number, body in enumerate(bodies))
    await asyncio.gather(*(made.insert(resource.collection, one) for one in documents))
    yield made
    await made.close()


async def sent(
    database: AsyncDatabase[Raw], collection: str, call: Callable[[], Awaitable[object]]
) -> list[Raw]:
    """What the store asks of a collection in a call, as commands."""
    await database["system.profile"].drop()
    await database.command("profile", 2)
    await call()
    await database.command("profile", 0)
    found = await database["system.profile"].find({"ns": f"{database.name}.{collection}"}).to_list()
    commands = [one["command"] for one in found if next(iter(one["command"])) in ENDS]
    return [{k: v for k, v in one.items() if k not in SESSION} for one in commands]


async def indexes(database: AsyncDatabase[Raw], command: Raw) -> set[str]:
    """The indexes from which a command is answered; "" stands for the whole collection."""
    told = await database.command("explain", command, verbosity="queryPlanner")
    return {each.get("indexName", "") for each in stages(told) if "SCAN" in each["stage"]}


def stages(told: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(told, Mapping):
        if "stage" in told:
            yield told
        told = [part for name, part in told.items() if name != "rejectedPlans"]
    if isinstance(told, list):
        for part in told:
            yield from stages(part)


def lists(path: str) -> Iterator[tuple[Node, tuple[Sort, ...]]]:
    names = tuple(path.split("."))
    one, other = is_(path, "v1"), is_(path, "v3", Op.GT)
    for query in (one, other, And((other, is_(path, "v5", Op.LTE))), Or((one, is_(path, "v2")))):
        for sort in ((), (Sort(names),), (Sort(names, descending=True),)):
            yield query, sort


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.collection)
async def test_lists_by_declared_attributes_are_looked_up(
    store: MongoStore, database: AsyncDatabase[Raw], resource: Resource
) -> None:
    """Equality and ranges, alone and in any order, page and count: from the attribute's index."""
    for path in resource.indexes:
        for query, sort in lists(path):
            commands = await sent(
                database,
                resource.collection,
                lambda q=query, s=sort: store.page(resource.collection, q, sort=s, limit=5),
            )
            asked = [one for one in commands if "waiting" not in one.get("filter", ())]
            assert {next(iter(one)) for one in asked} == {*ENDS}
            for one in asked:
                assert await indexes(database, one) == {f"body.{path}_1_created_1__id_1"}, one


@pytest.mark.parametrize("resource", RESOURCES[:1], ids=lambda resource: resource.collection)
async def test_what_processes_ask_is_looked_up(
    store: MongoStore, database: AsyncDatabase[Raw], resource: Resource
) -> None:
    """What is due, when the next is, and which events wait; and lists that say nothing."""
    name = resource.collection
    for call, index in (
        (lambda: store.due(name, 10.0, 5), "due_1"),
        (lambda: store.next_due(name), "due_1"),
        (lambda: store.find(name, EVERYTHING, limit=5), "created_1__id_1"),
    ):
        asked = await sent(database, name, call)
        used = [await indexes(database, one) for one in asked if "waiting" not in one["filter"]]
        assert used == [{index}]
    waiting: Raw = {"find": name, "filter": {"waiting": {"$exists": True}}, "sort": {"waiting": 1}}
    assert await indexes(database, waiting) == {"waiting_1"}


async def test_indexes_of_an_older_version_are_made_anew(
    mongodb_url: str, database: AsyncDatabase[Raw]
) -> None:
    """They were partial; one of the operator's own stays, and a second start changes nothing."""
    things = database[COLLECTIONS[0].name]
    for name in SPARSE:
        there = {name: {"$exists": True}}
        await things.create_index([(name, ASCENDING)], partialFilterExpression=there)
    there = {"mine": {"$exists": True}}
    await things.create_index([("mine", ASCENDING)], partialFilterExpression=there)
    before: dict[str, object] = {}
    for _ in range(2):
        store = MongoStore(*mongodb_url.rsplit("/", 1), SystemClock())
        await store.open(COLLECTIONS)
        await store.close()
        found = await things.index_information()
        assert all(found[f"{name}_1"].get("sparse") for name in SPARSE)
        assert "partialFilterExpression" in found["mine_1"]
        assert before in ({}, found)
        before = dict(found)
    await drop_partial(database["there is no such collection"])
