"""Every store, one after the other, for the tests of what they have in common."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api.clock import SystemClock
from api.store import open_store
from api.store.protocol import Store
from tests.mongo import mongodb_server, mongodb_url
from tests.store.things import COLLECTIONS

__all__ = ["mongodb_server", "mongodb_url"]

KINDS = ("sqlite-file", "sqlite-memory", "mongo")


@pytest.fixture(params=KINDS)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store of each kind."""
    if request.param == "mongo":
        url: str = request.getfixturevalue("mongodb_url")
        return url
    return f"sqlite:///{tmp_path / 'turnup.db' if request.param == 'sqlite-file' else ':memory:'}"


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    """An empty, open store of each kind."""
    opened = open_store(store_url, SystemClock())
    await opened.open(COLLECTIONS)
    yield opened
    await opened.close()
