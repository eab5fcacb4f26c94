"""Many patches of one resource at once: each is in the end, whoever wrote between."""

import asyncio

import httpx
import pytest

from api.app import Server
from api.patch import JSON_PATCH, Patch
from api.registry import Registry
from tests.http.apis import apis

SERVICE = "/tmf-api/serviceInventory/v4/service"
NEW = {"state": "designed", "serviceSpecification": {"id": "line"}}
MANY = 20


@pytest.fixture(params=["sqlite", "mongodb"])
def database(request: pytest.FixtureRequest) -> str:
    """Both stores."""
    if request.param == "sqlite":
        return "sqlite:///:memory:"
    url: str = request.getfixturevalue("mongodb_url")
    return url


async def test_no_update_is_lost(server: Server, client: httpx.AsyncClient) -> None:
    """Different attributes, and one array by operations; all over HTTP, half as merge-patches.

    A second process writes the same resource meanwhile: commands of its own on the same store.
    """
    made = await client.post(SERVICE, json={**NEW, "parts": []})
    url, id_ = made.json()["href"], made.json()["id"]
    elsewhere = Registry(apis(), server.store, server.clock).commands("tmf638", "service")

    async def attribute(number: int) -> None:
        reply = await client.patch(url, json={f"a{number}": number})
        assert reply.status_code == 200, reply.text

    async def element(number: int) -> None:
        add = [{"op": "add", "path": "/parts/-", "value": number}]
        reply = await client.patch(url, json=add, headers={"content-type": JSON_PATCH})
        assert reply.status_code == 200, reply.text

    async def other_process(number: int) -> None:
        if number % 2:
            await elsewhere.patch(id_, {f"b{number}": number})
        else:
            add = [{"op": "add", "path": "/parts/-", "value": -number}]
            await elsewhere.patch(id_, Patch(add, JSON_PATCH))

    async def foreign() -> None:
        for number in range(1, 5):
            await other_process(number)

    every = [each(n) for n in range(MANY) for each in (attribute, element)]
    await asyncio.gather(*every, foreign())
    body = (await client.get(url)).json()
    assert sorted(body["parts"]) == sorted([*range(MANY), -2, -4])
    assert [body[f"a{number}"] for number in range(MANY)] == list(range(MANY))
    assert (body["b1"], body["b3"]) == (1, 3)


async def test_a_revision_is_patched_once(client: httpx.AsyncClient) -> None:
    """Of many patches that name the same revision one is done; the others are told: 412."""
    made = await client.post(SERVICE, json=NEW)
    headers = {"if-match": made.headers["etag"]}

    async def attempt(number: int) -> int:
        url = made.json()["href"]
        reply = await client.patch(url, json={f"a{number}": number}, headers=headers)
        return reply.status_code

    statuses = await asyncio.gather(*(attempt(number) for number in range(MANY)))
    assert sorted(statuses) == [200] + [412] * (MANY - 1)
    body = (await client.get(made.json()["href"])).json()
    assert len([name for name in body if name.startswith("a")]) == 1
