"""Base paths that integrators meet elsewhere: the same answers, with official hrefs."""

import httpx
import pytest

from api.settings import Settings
from tests.http.apis import Case, apis, cases

ALIASES = [(alias, case) for case in cases("GET", "POST") for alias in case.loaded.api.aliases]
KNOWN = {
    "/tmf-api/serviceInventoryManagement/v4": "/tmf-api/serviceInventory/v4",
    "/tmf-api/serviceOrderingManagement/v4": "/tmf-api/serviceOrdering/v4",
    "/tmf-api/serviceActivationAndConfiguration/v4": (
        "/tmf-api/ServiceActivationAndConfiguration/v4"
    ),
    "/tmf-api/serviceActivationConfiguration/v4": "/tmf-api/ServiceActivationAndConfiguration/v4",
    "/tmf-api/productOrdering/v4": "/tmf-api/productOrderingManagement/v4",
}


def test_which_there_are() -> None:
    """Those that are met elsewhere, each also without /tmf-api; none twice, none official."""
    declared = {alias: each.base_path for each in apis() for alias in each.api.aliases}
    assert len(declared) == sum(len(each.api.aliases) for each in apis())
    official = {each.base_path for each in apis()}
    assert not official & declared.keys()
    for alias, base in KNOWN.items():
        assert declared[alias] == declared[alias.removeprefix("/tmf-api")] == base
        assert declared[base.removeprefix("/tmf-api")] == base


@pytest.mark.parametrize(("alias", "case"), ALIASES)
async def test_the_same_answers(client: httpx.AsyncClient, alias: str, case: Case) -> None:
    """What is created under an alias has the official href and Location and is read at both."""
    made = await client.post(f"{alias}/{case.name}", json=case.body())
    assert made.status_code == 201, made.text
    body = made.json()
    assert made.headers["location"] == body["href"]
    assert body["href"] == f"http://turnup.test{case.path}/{body['id']}"
    for path in (f"/{case.name}", f"/{case.name}?limit=1", "/hub", "/openapi.json", "/nothing"):
        here = await client.get(alias + path)
        there = await client.get(case.loaded.base_path + path)
        assert (here.status_code, here.content) == (there.status_code, there.content)
        assert here.headers == there.headers
    assert (await client.get(f"{alias}/{case.name}/{body['id']}")).json()["id"] == body["id"]
    assert (await client.put(f"{alias}/{case.name}")).status_code == 405


async def test_only_whole_segments_count(client: httpx.AsyncClient) -> None:
    """What only begins like an alias is 404, and so is the alias alone."""
    for path in ("/serviceOrdering/v4", "/serviceOrdering/v42/serviceOrder", "/serviceOrdering"):
        assert (await client.get(path)).status_code == 404, path


class TestOff:
    """The setting turned off."""

    @pytest.fixture
    def settings(self, database: str) -> Settings:
        return Settings(database=database, base_path_aliases=False)

    async def test_there_are_none(self, client: httpx.AsyncClient) -> None:
        """Only the official base paths are served."""
        for alias, case in ALIASES:
            assert (await client.get(f"{alias}/{case.name}")).status_code == 404
            assert (await client.get(case.path)).status_code == 200
