"""Fixtures for tests over HTTP: a client of the whole server, in this process or in its own."""

import functools
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import hypothesis
import pytest
import structlog

import api.app
import api.catalog.source
import api.registry
from api.app import Server, create_app
from api.bundled import bundled
from api.catalog.load import load_catalog
from api.catalog.model import Catalog
from api.settings import Settings
from tests.mongo import mongodb_server, mongodb_url
from tests.server import ServerProcess, serving

__all__ = ["mongodb_server", "mongodb_url"]

HOST = "http://turnup.test"

# how long an example takes says more of the machine than of the code
_TIMELESS = hypothesis.settings(
    deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
# the same examples every time: a change is judged by what it changes; `make test-all` seeks others
hypothesis.settings.register_profile("same", _TIMELESS, derandomize=True)
hypothesis.settings.register_profile("others", _TIMELESS, print_blob=True)
hypothesis.settings.load_profile("same")


_LONG = 1800
"""Seconds that a slow test gets on a busy machine, unless it says otherwise."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests are stopped late: only what hangs is to be stopped at all."""
    for item in items:
        if item.get_closest_marker("slow") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(_LONG))


@pytest.fixture(autouse=True, scope="session")
def made_once() -> Iterator[None]:
    """Lets all servers of this process share what never changes and takes long to make."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name in (
            (api.registry, "_load"),
            (api.app, "load_event_log"),
            (httpx, "create_ssl_context"),
        ):
            patch.setattr(module, name, functools.cache(getattr(module, name)))
        patch.setattr(api.catalog.source, "load_catalog", _load_catalog)
        yield


def _load_catalog(path: Path) -> Catalog:
    """The catalogue in a file; the bundled one, which no test changes, is read once."""
    return (
        _bundled_catalog(path) if path.is_relative_to(bundled("examples")) else load_catalog(path)
    )


_bundled_catalog = functools.cache(load_catalog)


@pytest.fixture(autouse=True, scope="session")
def plain_log() -> None:
    """Lets lines of the log be plain: to draw one traceback in colours takes half a second."""
    processors = structlog.processors
    structlog.configure([processors.format_exc_info, processors.KeyValueRenderer()])


@pytest.fixture
def database() -> str:
    """Where the server in this process keeps everything; parametrise it for other stores."""
    return "sqlite:///:memory:"


@pytest.fixture
def settings(database: str) -> Settings:
    """Of the server in this process; override it for other ones."""
    # long, so that a slow machine answers 201 all the same: the simulator is done at once
    return Settings(database=database, activation_wait=20)


@pytest.fixture
def server(settings: Settings) -> Server:
    """The server in this process, not started: `client` starts it."""
    return Server(settings, listening=HOST)


@pytest.fixture
async def client(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a whole server in this process; orders and deliveries are carried on."""
    app = create_app(server)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        server.running(),
        httpx.AsyncClient(transport=transport, base_url=HOST) as made,
    ):
        yield made


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server in a process of its own, on a file; SIGTERM ends it."""
    with serving(tmp_path) as process:
        yield process


@pytest.fixture
def untraced() -> None:
    """For tests of the time that something takes: under coverage it would be the tracer's."""
    if sys.gettrace() is not None:
        pytest.skip("a tracer runs: times are measured by `make test`")
