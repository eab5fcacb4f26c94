"""``dryRun=true`` over HTTP: told, not done."""

import json
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest

from api.app import Server
from tests.http.apis import Case, apis, cases

ORDERS = [each for each in cases("POST") if each.loaded.resource(each.name).dry_run]
OTHERS = [each for each in cases("POST") if not each.loaded.resource(each.name).dry_run]
EXAMPLES = Path(__file__).parents[2] / "examples"
PRODUCT_ORDERS = "/tmf-api/productOrderingManagement/v4/productOrder"


async def totals(client: httpx.AsyncClient, server: Server) -> list[Any]:
    """How many there are of everything, and the end of the event log."""
    await client.get("/health/ready")
    paths = [f"{api.base_path}/{each.name}?limit=0" for api in apis() for each in api.api.resources]
    replies = [await client.get(path) for path in paths]
    counts = [reply.headers.get("X-Total-Count") for reply in replies]
    return [*counts, await server.store.log_end()]


async def valid(client: httpx.AsyncClient, case: Case, told: dict[str, Any]) -> None:
    """Whether the reply is what the document says."""
    document = (await client.get(f"{case.loaded.base_path}/openapi.json")).json()
    schema = {"$ref": "#/components/schemas/DryRun", "components": document["components"]}
    jsonschema_rs.Draft202012Validator(schema, validate_formats=True).validate(told)


@pytest.mark.parametrize("case", ORDERS, ids=repr)
async def test_nothing_is_stored(client: httpx.AsyncClient, server: Server, case: Case) -> None:
    """A dry create gives 200 with what would be, without an id; no document and no event comes."""
    before = await totals(client, server)
    reply = await client.post(f"{case.path}?dryRun=true", json=case.body())
    assert reply.status_code == 200, reply.text
    told = reply.json()
    await valid(client, case, told)
    assert told["dryRun"] is True
    assert "id" not in told["outcome"]
    assert "Location" not in reply.headers
    assert await totals(client, server) == before


@pytest.mark.parametrize("case", ORDERS, ids=repr)
async def test_errors_are_those_of_the_true_call(client: httpx.AsyncClient, case: Case) -> None:
    """What a create refuses, a dry one refuses with the same words."""
    for body in ({}, [], {**case.body(), "@type": 5}):
        true, dry = [
            await client.post(f"{case.path}{query}", json=body) for query in ("", "?dryRun=true")
        ]
        assert dry.status_code == true.status_code == 400
        assert dry.json() == true.json()


@pytest.mark.parametrize("case", cases("POST"), ids=repr)
@pytest.mark.parametrize("value", ["", "yes", "True", "1"])
async def test_other_values(client: httpx.AsyncClient, case: Case, value: str) -> None:
    """Anything but true and false is 400, wherever it is asked: never taken for false."""
    reply = await client.post(f"{case.path}?dryRun={value}", json=case.body())
    assert reply.status_code == 400
    assert "dryRun" in reply.json()["reason"]


@pytest.mark.parametrize("case", OTHERS, ids=repr)
async def test_where_there_is_none(client: httpx.AsyncClient, server: Server, case: Case) -> None:
    """A resource without dry runs refuses them rather than doing the work."""
    before = await totals(client, server)
    reply = await client.post(f"{case.path}?dryRun=true", json=case.body())
    assert (reply.status_code, await totals(client, server)) == (400, before)
    if case.operation("DELETE", item=True):
        assert (await client.delete(f"{case.path}/x?dryRun=true")).status_code == 400


async def test_a_product_order(client: httpx.AsyncClient) -> None:
    """A bundle's dry run gives its service order and plan; the true order then has that plan."""
    body = json.loads((EXAMPLES / "residential-bundle.json").read_text())
    told = (await client.post(f"{PRODUCT_ORDERS}?dryRun=true", json=body)).json()
    assert told["problem"] == []
    (below,) = told["serviceOrder"]
    steps = {each["id"]: each["dependsOn"] for each in told["plan"]["step"]}
    assert steps
    assert {each["id"] for each in below["serviceOrderItem"]} == set(steps)
    assert "externalReference" not in below
    made = (await client.post(PRODUCT_ORDERS, json=body)).json()
    view = (await client.get(f"{PRODUCT_ORDERS}/{made['id']}/plan")).json()
    assert {each["id"]: each["dependsOn"] for each in view["step"]} == steps
    of_items = [{each["id"]: each["step"] for each in v["item"]} for v in (told["plan"], view)]
    assert of_items[0] == of_items[1]


async def test_a_product_order_that_cannot_be(client: httpx.AsyncClient) -> None:
    """What the catalogue does not know is a problem that a dry run tells."""
    item = {"id": "1", "action": "add", "productOffering": {"id": "nobody-knows"}}
    body = {"productOrderItem": [item]}
    told = (await client.post(f"{PRODUCT_ORDERS}?dryRun=true", json=body)).json()
    assert "nobody-knows" in told["problem"][0]["reason"]
    assert told["serviceOrder"] == []


async def test_a_patch(client: httpx.AsyncClient, server: Server) -> None:
    """A dry patch tells what the order would be and changes nothing; refusals are the true ones."""
    item = {"id": "1", "action": "add", "productOffering": {"id": "nobody-knows"}}
    later = {"productOrderItem": [item], "requestedStartDate": "2999-01-01T00:00:00Z"}
    made = (await client.post(PRODUCT_ORDERS, json=later)).json()
    path = f"{PRODUCT_ORDERS}/{made['id']}"
    before = await totals(client, server)
    told = await client.patch(f"{path}?dryRun=true", json={"description": "new"})
    assert told.json()["outcome"]["description"] == "new"
    assert "description" not in (await client.get(path)).json()
    assert await totals(client, server) == before
    for change in ({"state": "completed"}, {"id": "x"}, {"state": "nonsense"}):
        true, dry = [await client.patch(f"{path}{q}", json=change) for q in ("", "?dryRun=true")]
        assert dry.status_code == true.status_code
        assert dry.status_code in (400, 409)
        assert dry.json() == true.json()
    stale = await client.patch(
        f"{path}?dryRun=true", json={"description": "x"}, headers={"If-Match": '"999"'}
    )
    assert stale.status_code == 412
    assert (await client.patch(f"{PRODUCT_ORDERS}/x?dryRun=true", json={})).status_code == 404
