"""Items of orders, written shortly."""

from collections.abc import Mapping

from api.jsontypes import JsonObject, JsonValue

__all__ = ["product", "service"]


def service(
    id_: str,
    kind: str | None = None,
    *after: str,
    action: str = "add",
    real: str | None = None,
    simulate: Mapping[str, JsonValue] | None = None,
    state: str | None = None,
    **values: JsonValue,
) -> JsonObject:
    """An item of a service order.

    Args:
        id_: of the item.
        kind: specification of its service.
        after: ids of the items that it relies on.
        action: add, modify, delete, noChange.
        real: id of the service in the inventory.
        simulate: what the network shall do, see the simulator.
        state: of the service, as ordered.
        values: of its characteristics.
    """
    ordered: JsonObject = {"id": real, "state": state}
    if kind is not None:
        ordered["serviceSpecification"] = {"id": kind}
    given = values | {f"simulate.{name}": value for name, value in (simulate or {}).items()}
    if given:
        ordered["serviceCharacteristic"] = [{"name": k, "value": v} for k, v in given.items()]
    ordered = {name: value for name, value in ordered.items() if value is not None}
    item: JsonObject = {"id": id_, "action": action, "service": ordered}
    if after:
        item["serviceOrderItemRelationship"] = [
            {"relationshipType": "reliesOn", "orderItem": {"itemId": other}} for other in after
        ]
    return item


def product(
    id_: str,
    offering: str,
    *,
    action: str = "add",
    real: JsonValue = None,
    attributes: Mapping[str, JsonValue] | None = None,
    **values: JsonValue,
) -> JsonObject:
    """An item of a product order.

    Args:
        id_: of the item.
        offering: id of the product offering.
        action: add, modify, delete, noChange.
        real: the product's ``realizingService``.
        attributes: further ones of the product.
        values: of its characteristics.
    """
    ordered: JsonObject = {"realizingService": real, **(attributes or {})}
    if values:
        ordered["productCharacteristic"] = [{"name": k, "value": v} for k, v in values.items()]
    ordered = {name: value for name, value in ordered.items() if value is not None}
    item: JsonObject = {"id": id_, "action": action, "productOffering": {"id": offering}}
    return item | ({"product": ordered} if ordered else {})
