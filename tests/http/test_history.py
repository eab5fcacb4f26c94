"""``GET …/{id}/history`` over HTTP, on both stores."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.http.apis import apis
from tests.patience import PATIENCE
from tests.server import serving

ORDERS = "/tmf-api/serviceOrdering/v4/serviceOrder"
CANCEL = "/tmf-api/serviceOrdering/v4/cancelServiceOrder"
SERVICES = "/tmf-api/serviceInventory/v4/service"


def order(specification: str, **more: Any) -> dict[str, Any]:
    service = {"serviceSpecification": {"id": specification}}
    return {"serviceOrderItem": [{"id": "1", "action": "add", "service": service}], **more}


@pytest.fixture(params=["sqlite", "mongo"])
def database(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return "sqlite:///:memory:"
    url: str = request.getfixturevalue("mongodb_url")
    return url


async def seen(client: httpx.AsyncClient, path: str) -> list[tuple[Any, ...]]:
    reply = await client.get(f"{path}/history")
    assert reply.status_code == 200
    return [(e.get("item"), e.get("old"), e.get("new"), e["cause"]["kind"]) for e in reply.json()]


async def until(client: httpx.AsyncClient, path: str, state: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while (await client.get(path)).json()["state"] != state:  # noqa: ASYNC110 - processes act
            await asyncio.sleep(0.02)


async def test_an_order_that_people_carry(client: httpx.AsyncClient) -> None:
    """Creation, each PATCH with the items that follow, in order, with causes; and in pages."""
    made = (await client.post(ORDERS, json=order("unknown"))).json()
    path = f"{ORDERS}/{made['id']}"
    async with asyncio.timeout(PATIENCE):
        while "note" not in (await client.get(path)).json():  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.02)
    for state in ("inProgress", "completed"):
        assert (await client.patch(path, json={"state": state})).status_code == 200
    assert (await client.patch(path, json={"description": "x"})).status_code == 200
    assert await seen(client, path) == [
        (None, None, "acknowledged", "creation"),
        ("1", None, "acknowledged", "creation"),
        (None, "acknowledged", "inProgress", "client"),
        ("1", "acknowledged", "inProgress", "client"),
        (None, "inProgress", "completed", "client"),
        ("1", "inProgress", "completed", "client"),
    ]
    page = await client.get(f"{path}/history?offset=2&limit=2")
    assert [each["id"] for each in page.json()] == ["3", "4"]
    assert page.headers["X-Total-Count"] == "6"
    assert 'rel="next"' in page.headers["Link"]


async def test_a_cancelled_order(client: httpx.AsyncClient) -> None:
    """The task that cancels an order is the cause of what becomes of it."""
    later = order("cfs-voice", requestedStartDate="2999-01-01T00:00:00Z")
    made = (await client.post(ORDERS, json=later)).json()
    body = {"serviceOrder": {"id": made["id"]}, "cancellationReason": "why"}
    task = (await client.post(CANCEL, json=body)).json()["id"]
    path = f"{ORDERS}/{made['id']}"
    await until(client, path, "cancelled")
    entries = (await client.get(f"{path}/history")).json()
    assert [e["new"] for e in entries if "item" not in e] == [
        "acknowledged",
        "assessingCancellation",
        "pendingCancellation",
        "cancelled",
    ]
    assert {e["cause"].get("name") for e in entries[2:]} == {task}
    await until(client, f"{CANCEL}/{task}", "done")
    assert [new for _, _, new, _ in await seen(client, f"{CANCEL}/{task}")] == [
        "accepted",
        "inProgress",
        "done",
    ]


async def test_edges(client: httpx.AsyncClient) -> None:
    """Unknown resources are 404, other methods 405, other paths below a resource 404."""
    made = (await client.post(ORDERS, json=order("unknown"))).json()
    path = f"{ORDERS}/{made['id']}"
    assert (await client.get(f"{ORDERS}/nothing/history")).status_code == 404
    assert (await client.get(f"{ORDERS}//history")).status_code == 404
    assert (await client.get(f"{path}/histories")).status_code == 404
    assert (await client.get(f"{path}/history/1")).status_code == 404
    assert (await client.get(f"{path}/history?limit=x")).status_code == 400
    refused = await client.post(f"{path}/history", json={})
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert (await client.head(f"{path}/history")).status_code == 200


async def test_every_resource_with_a_lifecycle(client: httpx.AsyncClient) -> None:
    """Each declares its history in its document, and answers for it."""
    for loaded in apis():
        document = (await client.get(f"{loaded.base_path}/openapi.json")).json()
        for resource in loaded.api.resources:
            path = f"/{resource.name}/{{id}}/history"
            assert (path in document["paths"]) == (resource.lifecycle is not None)
            url = f"{loaded.base_path}/{resource.name}/none/history"
            said = (await client.get(url)).json()["reason"]
            assert ("'none'" in said) == (resource.lifecycle is not None)


def test_after_a_restart(tmp_path: Path) -> None:
    """Killed and started again, the server tells the same history, and goes on with it."""
    service = {
        "serviceSpecification": {"id": "s", "@type": "ServiceSpecificationRef"},
        "name": "n",
        "state": "designed",
        "serviceType": "CFS",
    }
    with serving(tmp_path) as server, httpx.Client(base_url=server.url) as client:
        reply = client.post(SERVICES, json=service)
        path = f"{SERVICES}/{reply.json()['id']}"
        client.patch(path, json={"state": "reserved"}).raise_for_status()
        before = client.get(f"{path}/history").json()
        server.kill()
    with serving(tmp_path) as server, httpx.Client(base_url=server.url) as client:
        assert client.get(f"{path}/history").json() == before
        client.patch(path, json={"state": "designed"}).raise_for_status()
        after = client.get(f"{path}/history").json()
    assert after[:-1] == before
    assert [each["new"] for each in after] == ["designed", "reserved", "designed"]
