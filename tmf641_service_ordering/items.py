"""The items of a service order as they lie in its body. Pure."""

from collections.abc import Iterable, Iterator
from typing import Final

from api.jsontypes import JsonObject, JsonValue
from tmf641_service_ordering.states import ITEM

__all__ = [
    "action",
    "begun",
    "ends_of",
    "item_named",
    "nested",
    "open_items",
    "path_of",
    "placed",
    "related",
    "service_id",
    "services_of",
    "specification_id",
    "told_of",
    "walk",
]

_NOT_BEGUN: Final = frozenset({"acknowledged", "pending", "held"})


def walk(items: Iterable[JsonObject]) -> Iterator[JsonObject]:
    """All items, nested ones behind the one that holds them."""
    for item in items:
        yield item
        if inner := nested(item):
            yield from walk(inner)


def placed(
    items: Iterable[JsonObject], field: str = "serviceOrderItem"
) -> Iterator[tuple[str, JsonObject]]:
    """All items as `walk` gives them, each with the path by which messages name it."""
    for index, item in enumerate(items):
        yield f"{field}[{index}]", item
        yield from placed(nested(item), f"{field}[{index}].serviceOrderItem")


def path_of(items: Iterable[JsonObject], id_: str) -> str | None:
    """The path of the item with an id; None where there is none."""
    return next((path for path, item in placed(items) if str(item["id"]) == id_), None)


def told_of(items: Iterable[JsonObject], id_: str) -> tuple[str, str]:
    """How a refusal begins that is about an item, and what its message calls it.

    One that a client has left out has no path any more.
    """
    path = path_of(items, id_)
    named = f"item {id_}"
    return (f"serviceOrderItem: {named}", named) if path is None else (f"{path}:", path)


def nested(item: JsonObject) -> list[JsonObject]:
    """The items inside an item."""
    found: list[JsonObject] = item.get("serviceOrderItem") or []
    return found


def item_named(reference: JsonObject) -> JsonValue:
    """The id that a ``ServiceOrderItemRef`` names an item by, if it names one.

    v4.1.0 of the document requires an ``id`` that it does not define: some send only that.
    """
    return reference.get("itemId") or reference.get("id")


def related(item: JsonObject) -> JsonValue:
    """An item's relationships, alike whether they name items by ``itemId``, ``id`` or both."""
    relationships = item.get("serviceOrderItemRelationship")
    if not relationships:
        return relationships
    return [{**each, "orderItem": _named(each.get("orderItem") or {})} for each in relationships]


def _named(reference: JsonObject) -> JsonObject:
    rest = {name: value for name, value in reference.items() if name != "id"}
    return {**rest, "itemId": item_named(reference)}


def action(item: JsonObject) -> str:
    """add, modify, delete or noChange."""
    return str(item["action"])


def service_id(item: JsonObject) -> str | None:
    """The id of the service that the item is about, where it is known."""
    found = item["service"].get("id")
    return str(found) if found else None


def specification_id(item: JsonObject) -> str | None:
    """The id of the kind of service that the item orders."""
    found = (item["service"].get("serviceSpecification") or {}).get("id")
    return str(found) if found else None


def services_of(body: JsonObject) -> list[str]:
    """Ids of the services that an order changes or ends, in order, each once."""
    found = {
        id_
        for item in walk(body["serviceOrderItem"])
        if action(item) in ("modify", "delete") and (id_ := service_id(item)) is not None
    }
    return sorted(found)


def ends_of(body: JsonObject) -> list[str]:
    """Ids of the services that an order ends."""
    ended = (
        service_id(item) for item in walk(body["serviceOrderItem"]) if action(item) == "delete"
    )
    return [each for each in ended if each is not None]


def open_items(items: Iterable[JsonObject]) -> Iterator[JsonObject]:
    """Those, nested ones too, that are not at their end."""
    return (item for item in walk(items) if item.get("state") not in ITEM.final)


def begun(items: Iterable[JsonObject]) -> list[str]:
    """Ids of those for which something was done in the network, or is being done now."""
    return [str(item["id"]) for item in walk(items) if item.get("state") not in _NOT_BEGUN]
