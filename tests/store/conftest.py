"""Every store, one after the other, for the tests of what they have in common."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api.clock import SystemClock
from api.store import open_store
from api.store.protocol import Store
from tests.mongo import mongodb_server, mongodb_url
from tests.store.things import COLLECTIONS
from tests.twin import MemoryStore

__all__ = ["mongodb_server", "mongodb_url"]

KINDS = ("sqlite-file", "sqlite-memory", "mongo")


@pytest.fixture(params=KINDS)
def store_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty store of each kind."""
    return _url(request, request.param)


def _url(request: pytest.FixtureRequest, kind: str) -> str:
    if kind == "mongo":
        url: str = request.getfixturevalue("mongodb_url")
        return url
    folder: Path = request.getfixturevalue("tmp_path")
    return f"sqlite:///{folder / 'turnup.db' if kind == 'sqlite-file' else ':memory:'}"


@pytest.fixture(params=(*KINDS, "twin"))
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    """An empty, open store of each kind, and the twin that other tests stand on."""
    opened: Store = MemoryStore()
    if request.param != "twin":
        opened = open_store(_url(request, request.param), SystemClock())
    await opened.open(COLLECTIONS)
    yield opened
    await opened.close()
