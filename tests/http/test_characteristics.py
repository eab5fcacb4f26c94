"""Characteristic values against the catalogue, over HTTP: a 400 that names the value."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import Server
from api.settings import Settings

BASE = "/tmf-api"
PRODUCT_ORDER = f"{BASE}/productOrderingManagement/v4/productOrder"
SERVICE_ORDER = f"{BASE}/serviceOrdering/v4/serviceOrder"
INVENTORY = f"{BASE}/serviceInventory/v4/service"
ACTIVATION = f"{BASE}/ServiceActivationAndConfiguration/v4/service"
CATALOG = """
name: Test
productOfferings:
  - {{id: po, name: Line, productSpecification: ps}}
productSpecifications:
  - id: ps
    name: Line
    characteristics: &known
      - {{name: speed, type: integer, minimum: 1, maximum: {most}}}
      - {{name: grade, type: string, allowed: [gold, silver], default: silver}}
      - {{name: number, type: string, pattern: '\\+[0-9]+'}}
      - {{name: site, type: string, required: true}}
    services: [{{specification: cfs}}]
serviceSpecifications:
  - {{id: cfs, name: Line, type: CFS, characteristics: *known}}
"""
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"speed": "fast"}, '"fast" is not of type "integer"'),
    ({"speed": 0}, "0 is less than"),
    ({"speed": 11}, "11 is greater than"),
    ({"grade": "bronze"}, "must be one of gold, silver"),
    ({"number": "030"}, "does not match"),
]


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    """With a catalogue of one product."""
    (tmp_path / "catalog.yaml").write_text(CATALOG.format(most=10))
    return Settings(database=database, catalog=tmp_path / "catalog.yaml", activation_wait=20)


def characteristics(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"name": name, "value": value} for name, value in values.items()]


def product_order(values: dict[str, Any], action: str = "add") -> dict[str, Any]:
    product: dict[str, Any] = {"productCharacteristic": characteristics(values)}
    item = {"id": "1", "action": action, "productOffering": {"id": "po"}, "product": product}
    around = {"id": "0", "action": "noChange", "productOrderItem": [item]}
    return {"productOrderItem": [around]}


def service_order(values: dict[str, Any], action: str = "add") -> dict[str, Any]:
    service = {
        "serviceSpecification": {"id": "cfs"},
        "serviceCharacteristic": characteristics(values),
    }
    return {"serviceOrderItem": [{"id": "1", "action": action, "service": service}]}


def service(values: dict[str, Any]) -> dict[str, Any]:
    return {
        "state": "designed",
        "serviceSpecification": {"id": "cfs"},
        "serviceCharacteristic": characteristics(values),
    }


PLACES: list[tuple[str, Any, str]] = [
    (
        PRODUCT_ORDER,
        product_order,
        "productOrderItem[0].productOrderItem[0].product.productCharacteristic",
    ),
    (SERVICE_ORDER, service_order, "serviceOrderItem[0].service.serviceCharacteristic"),
    (INVENTORY, service, "serviceCharacteristic"),
    (ACTIVATION, service, "serviceCharacteristic"),
]
ORDERS = PLACES[:2]
SERVICES = PLACES[2:]


def assert_refused(reply: httpx.Response, *words: str) -> None:
    assert reply.status_code == 400, reply.text
    for word in words:
        assert word in reply.json()["message"]


@pytest.mark.parametrize(("path", "body", "place"), PLACES)
async def test_a_wrong_value(client: httpx.AsyncClient, path: str, body: Any, place: str) -> None:
    """In orders and in services: 400 with the full path; all faults are told at once."""
    for values, why in WRONG:
        reply = await client.post(path, json=body({"site": "B", "other": {}, **values}))
        assert_refused(reply, f"{place}[2].value: ", why)
    both = {"site": "B", "speed": "x", "grade": "y"}
    assert_refused(await client.post(path, json=body(both)), f"{place}[1]", f"{place}[2]")
    fine = body({"site": "B", "speed": 10, "grade": "gold", "number": "+4930", "other": {}})
    reply = await client.post(path, json=fine)
    assert reply.status_code == 201, reply.text


@pytest.mark.parametrize(("path", "body", "place"), ORDERS)
async def test_what_an_order_must_give(
    client: httpx.AsyncClient, path: str, body: Any, place: str
) -> None:
    """An add names all that is required; a modify only what changes, a delete nothing."""
    assert_refused(await client.post(path, json=body({"speed": 1})), f"{place}: site is required")
    assert_refused(await client.post(path, json=body({"speed": "x"}, "modify")), f"{place}[0]")
    for values, action in (({"speed": 1}, "modify"), ({"speed": "x"}, "delete")):
        reply = await client.post(path, json=body(values, action))
        assert reply.status_code == 201, reply.text


@pytest.mark.parametrize(("path", "body", "place"), SERVICES)
async def test_a_patch_of_a_service(
    client: httpx.AsyncClient, server: Server, tmp_path: Path, path: str, body: Any, place: str
) -> None:
    """What it sets is checked by the catalogue as it is; what stands there already is not."""
    made = await client.post(path, json=body({"speed": 10}))
    href = made.json()["href"]
    change = {"serviceCharacteristic": characteristics({"speed": 10, "grade": "bronze"})}
    assert_refused(await client.patch(href, json=change), f"{place}[1].value")
    (tmp_path / "catalog.yaml").write_text(CATALOG.format(most=5))
    server.catalog.reload()
    change = {"serviceCharacteristic": characteristics({"speed": 10, "grade": "gold"})}
    assert (await client.patch(href, json=change)).status_code == 200
    change = {"serviceCharacteristic": characteristics({"speed": 9})}
    assert_refused(await client.patch(href, json=change), f"{place}[0].value: 9 is greater than")


@pytest.mark.parametrize(("path", "body", "place"), ORDERS)
async def test_a_patch_of_an_order(
    client: httpx.AsyncClient, server: Server, tmp_path: Path, path: str, body: Any, place: str
) -> None:
    """Changed items are checked as new ones are; a catalogue that changed leaves notes alone."""
    later = {"requestedStartDate": "2099-01-01T00:00:00Z"}
    made = await client.post(path, json={**body({"site": "B", "speed": 10}), **later})
    assert made.status_code == 201, made.text
    href = made.json()["href"]
    assert_refused(await client.patch(href, json=body({"site": "B", "speed": 11})), place)
    (tmp_path / "catalog.yaml").write_text(CATALOG.format(most=5))
    server.catalog.reload()
    assert (await client.patch(href, json={"description": "d"})).status_code == 200
    assert_refused(await client.patch(href, json=body({"site": "C", "speed": 10})), place)
