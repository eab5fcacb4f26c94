"""Where a server is put together: everything is made and wired here, and nowhere else."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from starlette.types import ASGIApp

from api import __version__
from api.catalog.source import CatalogSource
from api.client import Client
from api.clock import Clock, SystemClock
from api.deps import Deps
from api.events.callback import CallbackPolicy
from api.events.guard import ANSWER, GuardedTransport
from api.events.href import Hrefs
from api.events.hub import Hub
from api.events.inbox import Inbox
from api.events.loops import Loops
from api.events.message import Message
from api.events.retention import Pruner
from api.events.stream import Streams
from api.history.trail import ARCHIVE
from api.http.around import around
from api.http.docs import add_docs, add_docs_index
from api.http.event_log import event_log_table, load_event_log
from api.http.faults import add_fault_handlers
from api.http.front import Front
from api.http.health import health_routes
from api.http.origin import Origin
from api.http.paging import Paging
from api.http.routes import ApiRoute
from api.http.tables import route_table
from api.idempotency import KEYS, Idempotency
from api.local import LocalClient
from api.process.runtime import Runtime
from api.registry import LoadedApi, Registry, load_apis
from api.schemas import LIMITS as SCHEMAS
from api.schemas import Schemas
from api.settings import PartialPage, Settings
from api.store import open_store
from api.store.protocol import Store

__all__ = ["Server", "create_app"]


class Server:
    """The parts of one server, wired but not started.

    Args:
        settings: as the operator set them.
        clock: time, ids and chance; the machine's own by default.
        specs: folder of the documents; those that come with the program by default.
        listening: where it will listen, e.g. ``http://127.0.0.1:8080``.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        specs: Path | None = None,
        listening: str | None = None,
    ) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self.catalog = CatalogSource(settings.catalog)
        self.store: Store = open_store(settings.database, self.clock)
        self.schemas = Schemas(
            settings,
            self.clock,
            lambda: GuardedTransport(CallbackPolicy(settings), most=ANSWER + SCHEMAS.size),
        )
        self.registry = Registry(
            load_apis(settings.apis, specs), self.store, self.clock, self.schemas.extensions
        )
        listening = listening or f"http://{settings.host}:{settings.port}"
        self.origin = Origin(settings.public_url, settings.trusted_proxies, listening)
        self.inbox = Inbox()
        self.idempotency = Idempotency(self.store, self.clock)
        self.registry.wire(self._deps())
        api_names = [each.api.name for each in self.registry.apis]
        own = (listening, self.origin.default)
        href = self.href(self.origin.default)
        self.kinds = self.registry.kinds
        self.hub = Hub(self.store, self.clock, settings, href, api_names, self.kinds, own=own)
        self.streams = Streams(self.store, self.clock, lambda entry: Message(entry, href))
        self.event_log = load_event_log()
        self.pruner = Pruner(self.store, self.clock, settings)
        self.runtime = Runtime(self.registry.controllers, self.store, self.clock, settings)
        self.inbox.listen(self.runtime.look)

    def _deps(self) -> Deps:
        def client(api: str) -> Client:
            return LocalClient(
                partial(self.registry.commands, api),
                partial(self.registry.view, api),
                partial(self.registry.dry_run, api),
            )

        return Deps(
            settings=self.settings,
            clock=self.clock,
            store=self.store,
            catalog=self.catalog.current,
            client=client,
            commands=self.registry.commands,
        )

    def href(self, origin: str) -> Hrefs:
        """What makes hrefs of resources, by API, resource name and id, that begin like that."""
        apis = self.registry.apis
        bases = {each.api.name: each.base_path for each in apis}
        resources = [each for loaded in apis for each in loaded.api.resources]
        addresses = {(each.api, each.name): each.addresses for each in resources if each.addresses}
        return Hrefs(origin, bases, addresses)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Opens the store and runs the processes and deliveries until left."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.store.close)
            stack.push_async_callback(self.schemas.close)
            await self.store.open(
                [
                    *self.registry.collections(),
                    *self.hub.collections(),
                    *self.runtime.collections(),
                    KEYS,
                    ARCHIVE,
                ]
            )
            stack.push_async_callback(self.streams.stop)
            stack.push_async_callback(self.hub.close)
            if self.settings.worker:
                stack.push_async_callback(self.hub.stop)
                await self.hub.start()
                stack.push_async_callback(self.pruner.stop)
                await self.pruner.start()
                stack.push_async_callback(self.runtime.stop)
                await self.runtime.start()
            yield


def create_app(server: Server) -> ASGIApp:
    """The ASGI application of a server."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with server.running():
            yield

    app = FastAPI(
        title="Turnup",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    add_fault_handlers(app)
    app.router.routes.extend(health_routes(server.store))
    add_docs_index(app, [*server.registry.apis, server.event_log], server.origin.public)
    routes = [_route(server, each) for each in server.registry.apis]
    routes.append(_event_log_route(server))
    return around(Front(app, routes, _aliases(server)), server.settings)


def _route(server: Server, loaded: LoadedApi) -> ApiRoute:
    """The paths of one API."""
    strict_pages = server.settings.partial_page_status is PartialPage.PARTIAL
    table = route_table(
        loaded,
        partial(server.registry.commands, loaded.api.name),
        partial(server.registry.view, loaded.api.name),
        partial(server.registry.dry_run, loaded.api.name),
        server.hub,
        server.inbox,
        Loops(server.store),
        server.origin,
        Paging(strict_pages),
        server.idempotency,
        server.schemas,
    )
    add_docs(table, loaded, strict_pages=strict_pages, public=server.origin.public)
    return ApiRoute(loaded.base_path, table, server.settings.max_body)


def _event_log_route(server: Server) -> ApiRoute:
    """The paths of the event log."""
    loaded = server.event_log
    table = event_log_table(
        loaded.base_path,
        server.kinds.every,
        server.store,
        server.clock,
        server.streams,
        server.origin,
        server.href,
    )
    add_docs(table, loaded, strict_pages=False, public=server.origin.public)
    return ApiRoute(loaded.base_path, table, server.settings.max_body)


def _aliases(server: Server) -> dict[str, str]:
    """The official base path by each alias, unless the settings turn them off."""
    if not server.settings.base_path_aliases:
        return {}
    apis = [*server.registry.apis, server.event_log]
    return {alias: each.base_path for each in apis for alias in each.api.aliases}
