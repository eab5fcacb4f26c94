"""The same behaviour over HTTP when MongoDB keeps everything."""

import asyncio

import httpx
import pytest

from api.app import Server
from tests.http import test_bad_input as bad
from tests.http import test_event_log as log
from tests.http import test_filter as filters
from tests.http import test_resources as resources
from tests.http.apis import Case
from tests.patience import PATIENCE


@pytest.fixture
def database(mongodb_url: str) -> str:
    """A database of its own, instead of SQLite's memory."""
    return mongodb_url


@pytest.mark.parametrize("case", resources.CREATABLE, ids=repr)
async def test_reading(client: httpx.AsyncClient, case: Case) -> None:
    """Pages, totals and their order are those of the other store."""
    await resources.test_list_and_paging(client, case)


@pytest.mark.parametrize("case", resources.CREATABLE, ids=repr)
async def test_finding(client: httpx.AsyncClient, case: Case) -> None:
    """Filters find what they find on the other store."""
    await resources.test_filter_by_equality(client, case)


@pytest.mark.parametrize("case", resources.CHANGEABLE, ids=repr)
async def test_changing(client: httpx.AsyncClient, case: Case) -> None:
    """Patches, revisions and deletes go as on the other store."""
    await resources.test_patch(client, case, "application/merge-patch+json")
    await resources.test_revisions(client, case)
    await resources.test_deletes(client, case)


@pytest.mark.parametrize("case", resources.CREATABLE, ids=repr)
async def test_the_edges_are_kept(client: httpx.AsyncClient, case: Case) -> None:
    """Bodies just inside the limits come back as they were sent from here too."""
    await bad.test_the_edges_are_taken(client, case)


async def test_filters(client: httpx.AsyncClient) -> None:
    """``filter=`` finds what it finds on the other store, and is refused alike."""
    await filters.check(client)


async def test_the_event_log(client: httpx.AsyncClient, server: Server) -> None:
    """It is read, searched and cut off as on the other store."""
    await log.make(client, "a", "b")
    assert log.positions(await log.listed(client)) == [1, 2, 3, 4]
    removed = 0
    async with asyncio.timeout(PATIENCE):
        while removed < 2:  # the relay has not let go of them yet
            removed += await server.store.prune_log(2, 100)
    gone = await client.get(f"{log.EVENTS}?after=1")
    assert (gone.status_code, gone.headers.get("Link")) == (410, None)
    far = await client.get(f"{log.EVENTS}?after={10**20}")
    assert (far.status_code, "past the end" in far.text) == (400, True)
    state = await log.listed(client, "event.service.state=reserved")
    assert log.positions(state)[-1:] == [4]
    async with log.reading(server, "after=3") as reader:
        await log.make(client, "more")
        assert [each["position"] for each in await reader.until(3)] == [4, 5, 6]
