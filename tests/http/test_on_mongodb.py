"""The same behaviour over HTTP when MongoDB keeps everything."""

import httpx
import pytest

from tests.http import test_bad_input as bad
from tests.http import test_filter as filters
from tests.http import test_resources as resources
from tests.http.apis import Case


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
