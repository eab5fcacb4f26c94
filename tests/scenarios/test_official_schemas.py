"""What the server makes of orders, held against the official schemas, as strict clients do."""

from collections.abc import Iterator

import pytest

from api.jsontypes import JsonObject, JsonValue
from api.schema.validator import Validator
from api.spec import SpecDocument, load
from tests.http.apis import apis
from tests.official import official
from tests.scenarios.desk import PRODUCT, SERVICE, Desk
from tests.scenarios.orders import product, service


@pytest.fixture(scope="module")
def strict() -> SpecDocument:
    """The official document of service orders."""
    (ours,) = [each.spec for each in apis() if each.api.name == "tmf641"]
    return load(official(ours))


def check(strict: SpecDocument, name: str, body: JsonObject) -> None:
    Validator({"$ref": f"#/components/schemas/{name}"}, strict.schemas).check(body)


def references(node: JsonValue, path: str = "") -> Iterator[tuple[str, JsonObject]]:
    """The references to items of service orders, each with where it is."""
    if isinstance(node, list):
        for each in node:
            yield from references(each, path)
    elif isinstance(node, dict):
        if node.get("@type") == "ServiceOrderItemRef":
            yield path, node
        for name, value in node.items():
            yield from references(value, f"{path}.{name}".lstrip("."))


async def test_service_orders_and_their_events(desk: Desk, strict: SpecDocument) -> None:
    """With relationships, a milestone, an alert and an error message, each of which names items.

    Their references have the id that the official document requires but does not define.
    """
    phone = product("2", "phone", **{"simulate.fail": "no"})
    phone["productOrderItemRelationship"] = [{"id": "1", "relationshipType": "reliesOn"}]
    top = await desk.order(PRODUCT, product("1", "internet", boxes=1), phone)
    await desk.until(PRODUCT, top, "held")
    plan = await desk.get(PRODUCT, top, "plan")
    held = await desk.until(SERVICE, plan["serviceOrder"][0]["id"], "held")
    twice = await desk.order(SERVICE, service("1", "rfs-line"), service("1", "rfs-line"))
    rejected = await desk.until(SERVICE, twice, "rejected")
    told = ("Create", "inProgress", "Milestone", "held", "Jeopardy", "InformationRequired")
    await desk.told(held["id"], *told)
    await desk.told(twice, "Create", "rejected")
    seen = set()
    for order in (held, rejected):
        check(strict, "ServiceOrder", order)
        for event in desk.subscriber.about(order["id"]):
            check(strict, event["eventType"], event)
        for path, each in references(order):
            assert each["id"] == each["itemId"]
            seen.add(path)
    assert seen == {
        "serviceOrderItem.serviceOrderItemRelationship.orderItem",
        "milestone.serviceOrderItem",
        "jeopardyAlert.serviceOrderItem",
        "errorMessage.serviceOrderItem",
    }
