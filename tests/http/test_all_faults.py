"""All that is wrong with a body is told at once, whichever check finds it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from api.patch import JSON_PATCH
from api.settings import Settings

PRODUCT_ORDER = "/tmf-api/productOrderingManagement/v4/productOrder"
SERVICE_ORDER = "/tmf-api/serviceOrdering/v4/serviceOrder"
INVENTORY = "/tmf-api/serviceInventory/v4/service"
ACTIVATION = "/tmf-api/ServiceActivationAndConfiguration/v4/service"
SCHEMAS = "https://schemas.example.net"
FAR = "https://far.example.net"
VLAN = f"{SCHEMAS}/vlan.json"
CATALOG = """
name: Test
productOfferings: [{id: po, name: Line, productSpecification: ps}]
productSpecifications:
  - id: ps
    name: Line
    characteristics: &known [{name: speed, type: integer}, {name: site, required: true}]
    services: [{specification: cfs}]
serviceSpecifications: [{id: cfs, name: Line, type: CFS, characteristics: *known}]
"""
OWNED = "Leave out what the server sets, or send its present value."
LATER = {"requestedStartDate": "2099-01-01T00:00:00Z"}


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    """With a catalogue and a schema of extension attributes."""
    (tmp_path / "catalog.yaml").write_text(CATALOG)
    (tmp_path / "schemas").mkdir()
    vlan = {"properties": {"vlan": {"type": "integer"}, "name": {"type": "string"}}}
    (tmp_path / "schemas" / "vlan.json").write_bytes(orjson.dumps(vlan))
    return Settings(
        database=database,
        catalog=tmp_path / "catalog.yaml",
        extension_schemas=tmp_path / "schemas",
        extension_base=SCHEMAS,
        extension_prefixes=[FAR],
        activation_wait=20,
    )


def product_order() -> dict[str, Any]:
    product = {
        "productCharacteristic": [{"name": "speed", "value": 1}, {"name": "site", "value": "B"}]
    }
    item = {"id": "1", "action": "add", "productOffering": {"id": "po"}, "product": product}
    return {"productOrderItem": [{"id": "0", "action": "noChange", "productOrderItem": [item]}]}


def service_order() -> dict[str, Any]:
    wanted = {
        "serviceSpecification": {"id": "cfs"},
        "serviceCharacteristic": [{"name": "speed", "value": 1}, {"name": "site", "value": "B"}],
    }
    item = {"id": "1", "action": "add", "service": wanted}
    return {
        "serviceOrderItem": [
            {"id": "0", "action": "add", "service": {}, "serviceOrderItem": [item]}
        ]
    }


def service() -> dict[str, Any]:
    return {
        "state": "designed",
        "serviceSpecification": {"id": "cfs"},
        "serviceCharacteristic": [{"name": "speed", "value": 1}],
    }


PLACES: list[tuple[str, Any]] = [
    (PRODUCT_ORDER, product_order),
    (SERVICE_ORDER, service_order),
    (INVENTORY, service),
    (ACTIVATION, service),
]


async def create(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    reply = await client.post(path, json=body)
    assert reply.status_code == 201, reply.text
    made: dict[str, Any] = reply.json()
    return made


def assert_told(reply: httpx.Response, *faults: str, hint: str = "") -> None:
    """These faults and no others: the first is the reason, all are the message."""
    assert reply.status_code == 400, reply.text
    assert reply.json()["reason"] == faults[0]
    assert reply.json()["message"] == "; ".join(faults) + (f". {hint}" if hint else "")


async def test_a_patch_of_owned_fixed_and_wrong_attributes(client: httpx.AsyncClient) -> None:
    """The server's own first, by name, then what cannot be changed, then what has no sense."""
    made = await create(client, SERVICE_ORDER, service_order() | LATER | {"category": "c"})
    change = {
        "priority": 5,
        "orderDate": "2020-01-01T00:00:00Z",
        "completionDate": 7,
        "category": "x",
        "cancellationReason": "z",
        "@schemaLocation": VLAN,
        "vlan": "7",
    }
    assert_told(
        await client.patch(made["href"], json=change),
        "completionDate: is set by the server",
        "orderDate: is set by the server",
        "cancellationReason: is given at creation and cannot be changed",
        "category: is given at creation and cannot be changed",
        'priority: 5 is not of type "string"',
        'vlan: "7" is not of type "integer"',
        hint=OWNED,
    )


async def test_a_patch_of_an_owned_and_a_wrong_attribute(client: httpx.AsyncClient) -> None:
    """An attribute that the server sets is not told of again for its type."""
    made = await create(client, INVENTORY, service())
    reply = await client.patch(made["href"], json={"id": 4, "name": 4})
    assert_told(reply, "id: is set by the server", 'name: 4 is not of type "string"', hint=OWNED)


@pytest.mark.parametrize(("path", "body"), PLACES[2:])
async def test_a_create(client: httpx.AsyncClient, path: str, body: Any) -> None:
    """Faults by the document, by a schema that is named, and by the catalogue; each once."""
    wrong = body() | {"@schemaLocation": VLAN, "vlan": "7", "name": 4, "endDate": "soon"}
    wrong["serviceCharacteristic"] = [{"name": "speed", "value": "x"}, 5, {"value": 1}]
    reply = await client.post(path, json=wrong)
    assert reply.status_code == 400, reply.text
    told = reply.json()["message"].split("; ")
    assert {each.partition(": ")[0] for each in told} == {
        "name",
        "endDate",
        "serviceCharacteristic[1]",
        "serviceCharacteristic[2].name",
        "vlan",
        "serviceCharacteristic[0].value",
    }
    assert len(told) == 6
    assert told[0] == reply.json()["reason"]
    assert told[-1].startswith("serviceCharacteristic[0].value"), "the catalogue's come last"


@pytest.mark.parametrize(("path", "body"), PLACES[:2])
async def test_a_create_of_an_order(client: httpx.AsyncClient, path: str, body: Any) -> None:
    """What an item lacks by the catalogue is told beside what it lacks by the document."""
    wrong = body()
    (name,) = wrong
    (item,) = wrong[name][0][name]
    del item["id"]
    (holder,) = (item[part] for part in ("product", "service") if part in item)
    (values,) = (part for part in holder.values() if isinstance(part, list))
    values.pop()
    reply = await client.post(path, json=wrong)
    place = f"{name}[0].{name}[0]"
    kind = "product" if path == PRODUCT_ORDER else "service"
    assert_told(
        reply,
        f"{place}.id: is required",
        f"{place}.{kind}.{kind}Characteristic: site is required by Line",
    )


@pytest.mark.parametrize(("path", "body"), PLACES[:2])
async def test_a_fault_goes_before_a_forbidden_state(
    client: httpx.AsyncClient, path: str, body: Any
) -> None:
    """409 is for what is right in itself."""
    made = await create(client, path, body() | LATER)
    change: dict[str, Any] = {"state": "completed"}
    assert (await client.patch(made["href"], json=change)).status_code == 409
    change |= {"@schemaLocation": VLAN, "vlan": "7"}
    assert_told(await client.patch(made["href"], json=change), 'vlan: "7" is not of type "integer"')


async def test_a_fault_goes_before_what_a_patch_takes_for_granted(
    client: httpx.AsyncClient,
) -> None:
    """A part of an object that is not there is a conflict where nothing else is wrong."""
    made = await create(client, PRODUCT_ORDER, product_order() | LATER)
    change: dict[str, Any] = {"billingAccount": {"name": "n"}}
    reply = await client.patch(made["href"], json=change)
    assert reply.status_code == 409, reply.text
    assert reply.json()["reason"] == "billingAccount.id: is required"
    change |= {"@schemaLocation": VLAN, "vlan": "7"}
    assert_told(
        await client.patch(made["href"], json=change),
        "billingAccount.id: is required",
        'vlan: "7" is not of type "integer"',
    )


async def test_nothing_is_fetched_for_a_body_that_is_refused(client: httpx.AsyncClient) -> None:
    """Its faults are told as far as they are known: no other server is asked."""
    made = await create(client, INVENTORY, service())
    reply = await client.patch(
        made["href"], json={"part": {"@schemaLocation": f"{FAR}/x.json"}, "name": 4}
    )
    assert_told(reply, 'name: 4 is not of type "string"')


async def test_an_operation_that_removes_what_the_server_sets(client: httpx.AsyncClient) -> None:
    """It is told once, though the document requires it, too."""
    made = await create(client, SERVICE_ORDER, service_order() | LATER)
    reply = await client.patch(
        made["href"],
        content=orjson.dumps(
            [{"op": "remove", "path": "/id"}, {"op": "remove", "path": "/orderDate"}]
        ),
        headers={"content-type": JSON_PATCH},
    )
    assert_told(reply, "id: is set by the server", "orderDate: is set by the server", hint=OWNED)


WRONG: tuple[Any, ...] = (None, 5, "x", [], {}, [5], [[{}]], {"id": []}, [{"name": []}], [None])


def spoiled(value: Any) -> Iterator[Any]:
    """The body with each of its values, one after the other, made another; and taken out."""
    if isinstance(value, dict):
        for name, part in value.items():
            rest = {other: each for other, each in value.items() if other != name}
            yield rest
            yield from ({**value, name: wrong} for wrong in (*WRONG, *spoiled(part)))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            for wrong in (*WRONG, *spoiled(part)):
                yield [*value[:index], wrong, *value[index + 1 :]]


@pytest.mark.parametrize(("path", "body"), PLACES)
async def test_any_shape_is_told_of(client: httpx.AsyncClient, path: str, body: Any) -> None:
    """No check falls over what another has found, in a create nor in a patch."""
    made = await create(client, path, body() | LATER)
    seen = set()
    for wrong in spoiled(body()):
        for marred in (wrong, wrong | {"category": 5}):
            for reply in (
                await client.post(path, json=marred | LATER | {"name": 5, "priority": 5}),
                await client.patch(made["href"], json=marred | {"priority": 5, "name": 5}),
            ):
                assert reply.status_code in (200, 201, 400, 409), (marred, reply.text)
                seen.add(reply.status_code)
    assert 400 in seen
