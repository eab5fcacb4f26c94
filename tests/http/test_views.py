"""``plan`` and ``explain`` of orders over HTTP: as declared, and as they are answered."""

import asyncio
from typing import Any

import httpx
import jsonschema_rs
import pytest

from tests.http.apis import Case, cases

ORDERS = [each for each in cases("POST") if each.loaded.resource(each.name).views]


async def made(client: httpx.AsyncClient, case: Case) -> str:
    reply = await client.post(case.path, json=case.body())
    assert reply.status_code == 201
    return f"{case.path}/{reply.json()['id']}"


async def checked(client: httpx.AsyncClient, case: Case, path: str, view: str) -> dict[str, Any]:
    """The view, once it is found to be what the document says."""
    reply = await client.get(f"{path}/{view}")
    assert reply.status_code == 200, reply.text
    document = (await client.get(f"{case.loaded.base_path}/openapi.json")).json()
    operation = document["paths"][f"/{case.name}/{{id}}/{view}"]["get"]
    (content,) = operation["responses"]["200"]["content"].values()
    schema = {**content["schema"], "components": document["components"]}
    jsonschema_rs.Draft202012Validator(schema, validate_formats=True).validate(reply.json())
    found: dict[str, Any] = reply.json()
    return found


@pytest.mark.parametrize("case", ORDERS, ids=repr)
async def test_views(client: httpx.AsyncClient, case: Case) -> None:
    """Every order has a plan and an explanation, from its first moment to its last."""
    path = await made(client, case)
    for _ in range(3):
        plan = await checked(client, case, path, "plan")
        said = await checked(client, case, path, "explain")
        assert plan["id"] == said["id"] == path.rpartition("/")[2]
        assert set(plan["criticalPath"]) <= {each["id"] for each in plan["step"]}
        assert said["summary"].endswith(".")
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("case", ORDERS, ids=repr)
async def test_edges(client: httpx.AsyncClient, case: Case) -> None:
    """Nothing there: 404; another method: 405; no JSON wanted: 406."""
    path = await made(client, case)
    for view in ("plan", "explain"):
        assert (await client.get(f"{case.path}/none/{view}")).status_code == 404
        assert (await client.delete(f"{path}/{view}")).status_code == 405
        refused = await client.get(f"{path}/{view}", headers={"Accept": "text/html"})
        assert refused.status_code == 406
