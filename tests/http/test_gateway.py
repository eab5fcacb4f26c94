"""A server behind a gateway that clients reach by another URL, which has a path."""

import re

import httpx
import pytest

from api.app import load_event_log
from api.registry import LoadedApi
from api.settings import Settings
from tests.http.apis import apis

PREFIX = "/pre/fix"
GATEWAY = f"https://gw.example.net{PREFIX}"
APIS = [*apis(), load_event_log()]


@pytest.fixture
def settings(database: str) -> Settings:
    return Settings(database=database, public_url=f"{GATEWAY}/")


@pytest.mark.parametrize("loaded", APIS, ids=lambda each: str(each.api.name))
async def test_documents_name_the_gateway(client: httpx.AsyncClient, loaded: LoadedApi) -> None:
    """Generated clients call it: the address before all paths is the beginning of hrefs."""
    document = (await client.get(f"{loaded.base_path}/openapi.json")).json()
    assert document["servers"] == [{"url": f"{GATEWAY}{loaded.base_path}"}]
    events = (await client.get(f"{loaded.base_path}/asyncapi.json")).json()
    assert f"{GATEWAY}{loaded.base_path}/hub`" in events["info"]["description"]


async def test_pages_lead_through_the_gateway(client: httpx.AsyncClient) -> None:
    """Every link has the gateway's path before it, and leads somewhere without it."""
    for page in ("/docs", *(f"{each.base_path}/docs" for each in APIS)):
        text = (await client.get(page)).text
        links = re.findall(r"(?:src|href)=\"(/[^\"]+)\"|url: '(/[^']+)'", text)
        assert len(links) >= 3
        for link in map("".join, links):
            assert link.startswith(f"{PREFIX}/"), link
            assert (await client.get(link.removeprefix(PREFIX))).status_code == 200, link
