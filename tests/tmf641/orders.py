"""Service orders for the tests, and how they fare."""

import random
from collections.abc import Mapping, Sequence
from typing import cast

from api.catalog.handling import Handling, OnFailure, PointOfNoReturn
from api.catalog.model import ServiceSpecification, ServiceType
from api.commands import Commands
from api.jsontypes import JsonObject, JsonValue
from api.retry import RetryPolicy
from api.store.document import Document
from tests.fakes import World, by_id, catalog_of

SPECIFICATIONS = (
    ServiceSpecification(
        "cfs-voice", "Voice", category="CFS", usual=Handling(milestone="Voice ready")
    ),
    ServiceSpecification(
        "rfs-sealed",
        "Sealed",
        usual=Handling(point_of_no_return=PointOfNoReturn.COMPLETED, duration=20.0),
    ),
    ServiceSpecification(
        "rfs-stubborn", "Stubborn", usual=Handling(retry=RetryPolicy(attempts=2, jitter=0.0))
    ),
    ServiceSpecification("rfs-careful", "Careful", usual=Handling(on_failure=OnFailure.COMPENSATE)),
    ServiceSpecification(
        "rfs-port",
        "Port",
        type=ServiceType.RFS,
        category="RFS",
        options={"assign": {"port": "p-1"}},
        usual=Handling(
            retry=RetryPolicy(attempts=3, first=1.0, jitter=0.0), on_failure=OnFailure.FAIL
        ),
    ),
)


def world(**settings: object) -> World:
    return World(catalog_of(*SPECIFICATIONS), **settings)


def item(
    id_: str,
    *after: str,
    action: str = "add",
    spec: str | None = "rfs-port",
    service: Mapping[str, JsonValue] | None = None,
    nested: list[JsonObject] | None = None,
    **simulate: JsonValue,
) -> JsonObject:
    ordered: JsonObject = {"state": "active"} if action == "add" else {}
    if spec is not None and action == "add":
        ordered["serviceSpecification"] = {"id": spec}
    if simulate:
        ordered["serviceCharacteristic"] = [
            {"name": f"simulate.{name}", "value": value} for name, value in simulate.items()
        ]
    body: JsonObject = {"id": id_, "action": action, "service": ordered | dict(service or {})}
    if after:
        body["serviceOrderItemRelationship"] = [
            {"relationshipType": "reliesOn", "orderItem": {"itemId": other}} for other in after
        ]
    if nested:
        body["serviceOrderItem"] = nested
    return body


def odd_ids(chance: random.Random, usual: Sequence[str]) -> dict[str, str]:
    """Other ids for these in one case of four: whatever a client may name its items."""
    if chance.random() < 0.75:
        return {each: each for each in usual}
    odd = ["", " ", "undo ", "undo undo ", "undo  ", "undo 0", "0", "0.access", "0/1", "a, b", "é"]
    return dict(zip(usual, chance.sample(odd, len(usual)), strict=True))


def orders(here: World) -> Commands:
    return here.commands("tmf641", "serviceOrder")


async def post(here: World, *items: JsonObject, **attributes: JsonValue) -> str:
    made = await orders(here).create({"serviceOrderItem": list(items), **attributes})
    return cast(Document, made).id


async def carried(here: World, *items: JsonObject, **attributes: JsonValue) -> JsonObject:
    """The order after all is done."""
    id_ = await post(here, *items, **attributes)
    await here.run()
    return await order(here, id_)


async def order(here: World, id_: str) -> JsonObject:
    return await here.body("tmf641", "serviceOrder", id_)


async def patch(here: World, id_: str, **changes: JsonValue) -> JsonObject:
    changed = await orders(here).patch(id_, changes)
    return cast(Document, changed).body.data


def states(body: JsonObject) -> dict[str, str]:
    """The order's state under "" and those of its top items."""
    return {"": body["state"]} | {each["id"]: each["state"] for each in body["serviceOrderItem"]}


def items_of(body: JsonObject) -> Mapping[str, JsonObject]:
    return by_id(body["serviceOrderItem"])


def reason(body: JsonObject, item_id: str) -> str:
    """Why an item has failed."""
    return str(items_of(body)[item_id]["errorMessage"][0]["reason"])


def inventory(here: World) -> list[JsonObject]:
    return list(here.all("tmf638", "service"))


def network(here: World) -> list[JsonObject]:
    return list(here.all("tmf640", "service"))


def characteristics(service: JsonObject) -> JsonObject:
    return {each["name"]: each["value"] for each in service.get("serviceCharacteristic") or ()}
