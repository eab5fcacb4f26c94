"""The strict reading of paging, as a setting: 206 for a part of a list, 416 past its end."""

from typing import Any

import httpx
import pytest
from openapi_spec_validator import validate

from api.http.openapi import handed_out
from api.registry import LoadedApi
from api.settings import PartialPage, Settings
from tests.http.apis import Case, apis, cases

SERVICES = "/tmf-api/serviceInventory/v4/service"
HUBS = [f"{each.base_path}/hub" for each in apis()]


@pytest.fixture
def settings(database: str) -> Settings:
    """The setting under test, given as the environment gives it."""
    return Settings.model_validate(
        {"database": database, "activation_wait": 20, "partial_page_status": "206"}
    )


@pytest.mark.parametrize("case", cases("GET", "POST"), ids=repr)
async def test_parts_are_206(client: httpx.AsyncClient, case: Case) -> None:
    """The whole list is 200, also an empty one; whatever is less is 206; past the end is 416."""
    assert (await client.get(case.path)).status_code == 200
    for _ in range(3):
        assert (await client.post(case.path, json=case.body())).status_code == 201
    for query, status, count in (
        ("", 200, 3),
        ("limit=3", 200, 3),
        ("limit=2", 206, 2),
        ("limit=0", 206, 0),
        ("offset=1", 206, 2),
        ("offset=2&limit=5", 206, 1),
        ("no=such", 200, 0),
    ):
        reply = await client.get(f"{case.path}?{query}")
        assert (reply.status_code, len(reply.json())) == (status, count), query
        assert reply.headers["x-result-count"] == str(count)
    for query in ("offset=3", "offset=99&limit=0", "no=such&offset=1"):
        reply = await client.get(f"{case.path}?{query}")
        assert reply.status_code == 416, query
        assert (reply.json()["code"], reply.json()["@type"]) == ("416", "Error")
        assert reply.headers["x-total-count"] == ("0" if "no=" in query else "3")


@pytest.mark.parametrize("path", HUBS)
async def test_hubs_too(client: httpx.AsyncClient, path: str) -> None:
    """The list of registrations is read in the same way."""
    for port in (9001, 9002):
        body = {"callback": f"http://127.0.0.1:{port}/"}
        assert (await client.post(path, json=body)).status_code == 201
    assert (await client.get(path)).status_code == 200
    assert (await client.get(f"{path}?limit=1")).status_code == 206
    assert (await client.get(f"{path}?offset=2")).status_code == 416


async def test_histories_too(client: httpx.AsyncClient) -> None:
    """And the list of what has changed."""
    spec = {"serviceSpecification": {"id": "line"}}
    made = await client.post(SERVICES, json={"state": "designed", **spec})
    path = made.json()["href"]
    assert (await client.patch(path, json={"state": "reserved"})).status_code == 200
    for query, status in (("", 200), ("?limit=1", 206), ("?offset=1", 206), ("?offset=2", 416)):
        assert (await client.get(f"{path}/history{query}")).status_code == status, query


@pytest.mark.parametrize("loaded", apis(), ids=lambda loaded: loaded.api.name)
async def test_the_document_says_so(client: httpx.AsyncClient, loaded: LoadedApi) -> None:
    """Of every list both statuses are in the document, which is still valid."""
    document = (await client.get(f"{loaded.base_path}/openapi.json")).json()
    validate(document)
    found = lists(document)
    names = [resource.name for resource in loaded.api.resources]
    assert {f"/{name}" for name in names} <= found.keys()
    assert {"/hub", "/hub/{id}/deliveries", "/hub/{id}/parked"} <= found.keys()
    assert any(path.endswith("/history") for path in found)
    for replies in found.values():
        assert replies["206"]["content"] == replies["200"]["content"]
        assert {"X-Total-Count", "X-Result-Count", "Link"} <= replies["206"]["headers"].keys()
        assert "#/components/schemas/Error" in str(replies["416"]["content"])


def lists(document: dict[str, Any]) -> dict[str, Any]:
    """The replies of every operation that takes an offset, by its path."""
    parameters = document["components"]["parameters"]
    return {
        path: item["get"]["responses"]
        for path, item in document["paths"].items()
        if any(
            parameters.get(each.get("$ref", "").rpartition("/")[2], each)["name"] == "offset"
            for each in item.get("get", {}).get("parameters", [])
        )
    }


@pytest.mark.parametrize("loaded", apis(), ids=lambda loaded: loaded.api.name)
def test_without_the_setting_nothing_of_it_is_declared(loaded: LoadedApi) -> None:
    """By default a part of a list is 200, and the document knows no other status."""
    assert Settings().partial_page_status is PartialPage.OK
    for replies in lists(handed_out(loaded)).values():
        assert not {"206", "416"} & replies.keys()
