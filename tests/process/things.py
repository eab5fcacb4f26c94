"""A resource that only the runtime's tests know, and controllers over it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import cast

from api.clock import Clock
from api.commands import Commands
from api.declare import Resource
from api.draft import Draft
from api.process.controller import Work
from api.process.runtime import Runtime
from api.schema.resource import ResourceSchema
from api.settings import Settings
from api.store import open_store
from api.store.document import Document, LogEntry
from api.store.protocol import Collection, Store
from tests.fake_clock import FakeClock

THING = Resource(api="test", name="thing", type="Thing")

_SCHEMA = SimpleNamespace(events=frozenset({THING.event_type("AttributeValueChange")}))

Look = Callable[[Work], Awaitable[None]]


class Things(Commands):
    """Commands whose resources need no schema but for their events."""

    def __init__(self, store: Store, clock: Clock) -> None:
        super().__init__(THING, cast(ResourceSchema, _SCHEMA), store, clock)

    async def add(self, id_: str, *, due: float | None = None, state: str = "new") -> Document:
        return await self.insert(Draft(id=id_, body={"id": id_, "state": state}, due=due))

    async def put(self, id_: str, **attributes: str) -> Document:
        return await self.update(id_, lambda _before, draft: draft.body.update(attributes))


class Follower:
    """A controller that looks at a thing whenever the thing itself, or a child of it, changes."""

    def __init__(self, commands: Commands, look: Look, concurrency: int = 10) -> None:
        self.commands = commands
        self.concurrency = concurrency
        self.looks: list[str] = []
        self._look = look

    def concerns(self, entry: LogEntry) -> Iterable[str]:
        parent = entry.snapshot.data.get("parent")
        return [parent or entry.event.resource_id]

    async def reconcile(self, work: Work) -> None:
        self.looks.append(work.document.id)
        await self._look(work)


@asynccontextmanager
async def a_store(clock: FakeClock) -> AsyncIterator[Store]:
    store = open_store("sqlite:///:memory:", clock)
    await store.open([Collection(THING.collection), *Runtime.collections()])
    try:
        yield store
    finally:
        await store.close()


def a_runtime(store: Store, clock: FakeClock, *controllers: Follower) -> Runtime:
    return Runtime(controllers, store, clock, Settings(lease=10.0))


async def nothing(_work: Work) -> None:
    """A look that finds nothing to do."""
