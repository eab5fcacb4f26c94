"""The official sample payloads, posted as they are, and what becomes of them."""

import asyncio
from typing import Any

import httpx
import pytest

from api.app import Server
from api.registry import LoadedApi
from tests.official import samples

FINAL = {"completed", "partial", "failed", "rejected", "cancelled"}
SAMPLES = dict(samples())
needed = pytest.mark.skipif(not SAMPLES, reason="the official samples are not at hand")


def of(server: Server, number: str) -> LoadedApi:
    return next(each for each in server.registry.apis if each.api.name == f"tmf{number}")


async def carried(client: httpx.AsyncClient, path: str, body: Any) -> Any:
    """The posted order once it is final."""
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    href = answer.headers["location"]
    for _ in range(400):
        order = (await client.get(href)).json()
        if order["state"] in FINAL:
            return order
        await asyncio.sleep(0.05)
    raise AssertionError(f"still {order['state']}: {order.get('note')}")


@needed
async def test_the_product_order_is_completed(client: httpx.AsyncClient, server: Server) -> None:
    """The sample product order, whose offerings the example catalogue has, is carried to its end.

    The server's own attributes in it (id, state, dates) are ignored, not taken over.
    """
    sample = SAMPLES["TMF622-ProductOrder"]
    path = f"{of(server, '622').base_path}/productOrder"
    order = await carried(client, path, sample)
    assert order["state"] == "completed", order.get("note")
    assert {item["state"] for item in order["productOrderItem"]} == {"completed"}
    assert order["id"] != sample["id"]
    assert order["orderDate"] != sample["orderDate"]


@needed
async def test_the_service_order_is_partial(client: httpx.AsyncClient, server: Server) -> None:
    """Its two new services come up; its two modifications name services that do not exist."""
    path = f"{of(server, '641').base_path}/serviceOrder"
    order = await carried(client, path, SAMPLES["TMF641-ServiceOrder"])
    assert order["state"] == "partial"
    items = {item["id"]: item for item in order["serviceOrderItem"]}
    assert {id_: item["state"] for id_, item in items.items()} == {
        "1": "completed",
        "2": "failed",
        "3": "completed",
        "4": "failed",
    }
    for id_, service in (("2", "456"), ("4", "12")):
        (fault,) = items[id_]["errorMessage"]
        assert f"service {service} does not exist" in fault["reason"]


@needed
@pytest.mark.parametrize("name", ["TMF638-Service", "TMF640-Service"])
async def test_a_sample_service_is_taken(
    client: httpx.AsyncClient, server: Server, name: str
) -> None:
    """Services post as they are, other spellings and hrefs that are no URIs included."""
    path = f"{of(server, name[3:6]).base_path}/service"
    answer = await client.post(path, json=SAMPLES[name])
    assert answer.status_code == 201, answer.text
    assert answer.json()["state"] == SAMPLES[name]["state"]


@needed
@pytest.mark.parametrize("name", ["TMF622-CancelProductOrder", "TMF641-CancelServiceOrder"])
async def test_a_cancellation_of_an_unknown_order_ends_in_error(
    client: httpx.AsyncClient, server: Server, name: str
) -> None:
    """The sample tasks are taken; the orders they name do not exist, and that is how they end."""
    number, _, resource = name[3:].partition("-")
    path = f"{of(server, number).base_path}/{resource[0].lower()}{resource[1:]}"
    answer = await client.post(path, json=SAMPLES[name])
    assert answer.status_code == 201, answer.text
    for _ in range(200):
        task = (await client.get(answer.headers["location"])).json()
        if task["state"] == "terminatedWithError":
            return
        await asyncio.sleep(0.05)
    raise AssertionError(task)
