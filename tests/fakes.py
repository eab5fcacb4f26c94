"""A server without its edges: all declared APIs and their processes over a store in memory.

`World` wires the real packages, specs, commands and clients, and runs the controllers on fake
time, so that a test sees whole orders being carried, crashes and all, in milliseconds.
"""

import asyncio
import functools
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from api.catalog.model import Catalog, ServiceSpecification
from api.client import Client
from api.commands import Commands
from api.deps import Deps
from api.draft import Draft
from api.errors import Stale
from api.jsontypes import JsonObject
from api.local import LocalClient
from api.process.controller import Controller
from api.process.leases import earliest
from api.registry import LoadedApi, Registry, load_apis
from api.settings import Settings
from api.store.document import Document
from tests.fake_clock import FakeClock
from tests.twin import MemoryStore

__all__ = ["FakeWork", "World", "catalog_of"]

_T = TypeVar("_T")

PACKAGES = ("tmf641_service_ordering", "tmf638_service_inventory", "tmf640_activation")


class FakeWork:
    """Implements `api.process.controller.Work` without leases."""

    def __init__(self, commands: Commands, document: Document, working: set[str]) -> None:
        self._commands = commands
        self._document = document
        self._working = working
        self._started = commands.clock.now()
        self.meanwhile: float | None = None
        """When somebody else, who came between, has asked for a look."""

    @property
    def document(self) -> Document:
        return self._document

    def look_again(self, at: float) -> None:
        """Nothing: no event is lost here, unless all are."""

    async def change(self, edit: Callable[[Draft], None]) -> Document:
        while True:
            before = self._document
            draft = Draft.of(before)
            if self.meanwhile is not None:
                draft.due = self.meanwhile
            elif draft.due is not None and draft.due <= self._started:
                draft.due = None
            draft.working = before.id in self._working
            edit(draft)
            draft.due = earliest(draft.due, self.meanwhile)
            # taken before the write and let go of after it: a crash in between finds it held
            if draft.working:
                self._working.add(before.id)
            try:
                self._document = await self._commands.write(before, draft)
            except Stale:
                self._read_again(before, await self._commands.get(before.id))
                continue
            if not draft.working:
                self._working.discard(before.id)
            return self._document

    def _read_again(self, before: Document, document: Document) -> None:
        if document.due is None:
            self.meanwhile = None
        elif document.due != before.due or document.due == self._started:
            self.meanwhile = earliest(self.meanwhile, document.due)
        self._document = document


@functools.cache
def loaded(packages: tuple[str, ...]) -> tuple[LoadedApi, ...]:
    return tuple(load_apis(packages))


def catalog_of(*specifications: ServiceSpecification) -> Catalog:
    """A catalogue of these service specifications."""
    return replace(Catalog(), service_specifications={each.id: each for each in specifications})


class World:
    """All APIs of `PACKAGES`, wired, with their controllers.

    Args:
        catalog: as `catalog_of` makes it.
        packages: whose APIs there are; `PACKAGES` where none are given.
        beside: another process, whose store and time this one shares.
        settings: differing from the defaults.
    """

    def __init__(
        self,
        catalog: Catalog | None = None,
        packages: tuple[str, ...] | None = None,
        beside: "World | None" = None,
        **settings: object,
    ) -> None:
        self.clock = beside.clock if beside else FakeClock()
        self.store = beside.store if beside else MemoryStore()
        self.catalog = catalog or Catalog()
        self.registry = Registry(loaded(packages or PACKAGES), self.store, self.clock)
        self._read = 0
        self.deaf = False
        """Whether all events are lost: processes look at their documents only when they are due."""
        self._tasks: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._working: set[str] = set()
        self._wanted: dict[tuple[str, str], Controller] = {}
        self._controllers: dict[str, Controller] = {}
        self.registry.wire(
            Deps(
                settings=Settings.model_validate(settings),
                clock=self.clock,
                store=self.store,
                catalog=lambda: self.catalog,
                client=self.client,
                commands=self.registry.commands,
            )
        )

    def client(self, api: str) -> Client:
        registry = self.registry
        return LocalClient(
            functools.partial(registry.commands, api),
            functools.partial(registry.view, api),
            functools.partial(registry.dry_run, api),
        )

    def commands(self, api: str, resource: str) -> Commands:
        return self.registry.commands(api, resource)

    async def body(self, api: str, resource: str, id_: str) -> JsonObject:
        return (await self.commands(api, resource).get(id_)).body.data

    def all(self, api: str, resource: str) -> Iterable[JsonObject]:
        return [each.body.data for each in self.store.of(f"{api}_{resource}").values()]

    def events(self, resource_id: str) -> list[str]:
        return [e.event.type for e in self.store.log if e.event.resource_id == resource_id]

    async def run(self, seconds: float = 3600.0) -> None:
        """Lets the processes run until nothing is left to do, at most so many seconds."""
        until = self.clock.now() + seconds
        while True:
            await self.clock.settle()
            if await self._dispatch():
                continue
            following = await self._next()
            if following is None and not self._tasks:
                return
            if following is None or following > until:
                await self.clock.advance(until - self.clock.now())
                return
            await self.clock.advance(max(0.0, following - self.clock.now()))

    async def during(self, call: Coroutine[Any, Any, _T], seconds: float = 60.0) -> _T:
        """The outcome of a call while the processes run."""
        task = asyncio.ensure_future(call)
        await self.run(seconds)
        while not task.done():
            await self.run(0.1)
        return await task

    def crash(self) -> None:
        """Kills all that is under way, as kill -9 and a new start would.

        What was being looked at is looked at again: its events had not been followed up.
        """
        for key, task in self._tasks.items():
            task.cancel()
            self._wanted[key] = self._controllers[key[0]]
        self._tasks.clear()
        for collection in self.store.documents.values():
            for id_ in self._working & collection.keys():
                collection[id_] = replace(collection[id_], due=self.clock.now())
        self._working.clear()

    def crash_after(self, writes: int) -> None:
        """Has the next write but so many be the last before a crash."""
        self.store.limit = self.store.writes + writes
        self.store.on_limit = self.crash

    def meddle(self, writes: int, act: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Has a client act between so many writes from now on and the next, as from elsewhere."""
        self.store.writes_before = self.store.writes + writes
        self.store.between = act

    async def _dispatch(self) -> bool:
        found = self._from_log() | await self._from_due()
        self._wanted.update(found)
        started = False
        for key, controller in list(self._wanted.items()):
            if key not in self._tasks:
                del self._wanted[key]
                self._controllers[key[0]] = controller
                self._tasks[key] = asyncio.ensure_future(self._reconcile(key, controller))
                started = True
        return started

    def _from_log(self) -> dict[tuple[str, str], Controller]:
        entries, self._read = self.store.log[self._read :], len(self.store.log)
        if self.deaf:
            entries = []
        return {
            (controller.commands.resource.collection, id_): controller
            for entry in entries
            for controller in self.registry.controllers
            for id_ in controller.concerns(entry)
        }

    async def _from_due(self) -> dict[tuple[str, str], Controller]:
        found: dict[tuple[str, str], Controller] = {}
        for controller in self.registry.controllers:
            collection = controller.commands.resource.collection
            for document in await self.store.due(collection, self.clock.now(), 1000):
                if (collection, document.id) not in self._tasks:
                    found[collection, document.id] = controller
        return found

    async def _reconcile(self, key: tuple[str, str], controller: Controller) -> None:
        collection, id_ = key
        started = self.clock.now()
        try:
            document = await self.store.get(collection, id_)
            if document is not None:
                work = FakeWork(controller.commands, document, self._working)
                await controller.reconcile(work)
                if self._tasks.get(key) is asyncio.current_task():  # not killed by its last write
                    self._use_up(collection, work, started)
        finally:
            if self._tasks.get(key) is asyncio.current_task():
                del self._tasks[key]

    def _use_up(self, collection: str, work: FakeWork, started: float) -> None:
        """A due time that has brought about a look is used up; one that came meanwhile is not."""
        present = self.store.of(collection).get(work.document.id)
        if present is None or present.rev != work.document.rev or present.due is None:
            return
        if present.due <= started and work.meanwhile is None:
            self.store.of(collection)[present.id] = replace(present, due=None)

    async def _next(self) -> float | None:
        times = [at for at, _, sleeper in self.clock._sleepers if not sleeper.done()]
        for controller in self.registry.controllers:
            collection = controller.commands.resource.collection
            times += [
                document.due
                for document in self.store.of(collection).values()
                if document.due is not None and (collection, document.id) not in self._tasks
            ]
        return min(times, default=None)


def by_id(items: Iterable[JsonObject]) -> Mapping[str, JsonObject]:
    """The objects by their ``id``."""
    return {each["id"]: each for each in items}
