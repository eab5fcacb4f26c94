"""The services that an item sends to the inventory and to the network. Pure.

641 lets an ordered service leave out what 638 requires of one, so it is brought into a form that
both APIs take: references less what only a written-out service has, features with an ``id``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from api.catalog.model import ServiceSpecification
from api.jsontypes import JsonObject
from tmf641_service_ordering.items import action

__all__ = ["Link", "changes", "new_service", "outcome_of", "termination", "together"]

_NOT_ORDERED: Final = frozenset({"id", "href", "serviceDate", "@referredType"})
"""What the inventory gives a service, whatever the order says."""

_NOT_CHANGED: Final = _NOT_ORDERED | {"@type", "@baseType", "@schemaLocation"}

_REFERENCE: Final = ("id", "href", "name", "@type", "@referredType")

_FROM_NETWORK: Final = (
    "state",
    "serviceCharacteristic",
    "startDate",
    "endDate",
)
"""What the network decides, and the inventory takes over from it."""

_BY_NAME: Final = ("serviceCharacteristic", "feature")
"""Arrays whose elements are known by their names."""

_ROLES: Final = {"add": "initiator", "modify": "modification", "delete": "termination"}


@dataclass(frozen=True, slots=True)
class Link:
    """A service that the item's service is carried by: that of an item it depends on."""

    service: str
    name: str | None = None

    def reference(self) -> JsonObject:
        """As a ``ServiceRef``."""
        named = {"name": self.name} if self.name else {}
        return {"id": self.service, **named, "@referredType": "Service"}


def new_service(
    order_id: str,
    item: JsonObject,
    links: Sequence[Link] = (),
    specification: ServiceSpecification | None = None,
) -> JsonObject:
    """A service that is added; ``state`` is as ordered, active when the order says nothing."""
    ordered = _clean({k: v for k, v in item["service"].items() if k not in _NOT_ORDERED})
    body = {"state": "active", **_from_catalog(specification), **ordered}
    if not body.get("name"):
        body["name"] = (ordered.get("serviceSpecification") or {}).get("name")
    body = {name: value for name, value in body.items() if value is not None}
    return _linked({}, {**body, **_order_item({}, order_id, item)}, links)


def changes(
    present: JsonObject, order_id: str, item: JsonObject, links: Sequence[Link] = ()
) -> JsonObject:
    """The merge-patch that makes the present service the ordered one.

    Characteristics and features are merged by name; what the order does not name stays.
    """
    patch = _clean({k: v for k, v in item["service"].items() if k not in _NOT_CHANGED})
    for name in _BY_NAME:
        if name in patch:
            patch[name] = _merged(present.get(name) or (), patch[name])
    return _linked(present, {**patch, **_order_item(present, order_id, item)}, links)


def termination(present: JsonObject, order_id: str, item: JsonObject) -> JsonObject:
    """The merge-patch that ends a service."""
    return {"state": "terminated", **_order_item(present, order_id, item)}


def outcome_of(activated: JsonObject, present: JsonObject) -> JsonObject:
    """What the inventory, as it is, takes over from the service as the network has it."""
    taken: JsonObject = {name: activated[name] for name in _FROM_NETWORK if name in activated}
    if "serviceCharacteristic" in taken:
        own = present.get("serviceCharacteristic") or ()
        taken["serviceCharacteristic"] = _merged(own, taken["serviceCharacteristic"])
    return taken


def together(inventory: JsonObject, network: JsonObject) -> JsonObject:
    """The service as both know it: the network's word counts, by name in what has names."""
    whole = {**inventory, **network}
    for name in _BY_NAME:
        if name in whole:
            whole[name] = _merged(inventory.get(name) or (), network.get(name) or ())
    return whole


def _from_catalog(specification: ServiceSpecification | None) -> JsonObject:
    if specification is None:
        return {}
    return {
        "name": specification.name,
        "category": specification.category,
        "serviceType": specification.type.value,
    }


def _order_item(present: JsonObject, order_id: str, item: JsonObject) -> JsonObject:
    """``serviceOrderItem`` with a reference to this item behind those that are there."""
    own = {
        "serviceOrderId": order_id,
        "itemId": str(item["id"]),
        "itemAction": action(item),
        "role": _ROLES.get(action(item), action(item)),
        "@referredType": "ServiceOrder",
    }
    others = [
        each
        for each in present.get("serviceOrderItem") or ()
        if (each.get("serviceOrderId"), each.get("itemId")) != (order_id, own["itemId"])
    ]
    return {"serviceOrderItem": [*others, own]}


def _linked(present: JsonObject, body: JsonObject, links: Sequence[Link]) -> JsonObject:
    """The body with links to services that it is carried by, each once."""
    if not links:
        return body
    supporting = list(body.get("supportingService", present.get("supportingService")) or ())
    relations = list(body.get("serviceRelationship", present.get("serviceRelationship")) or ())
    supported = {each.get("id") for each in supporting}
    related = {(each.get("service") or {}).get("id") for each in relations}
    supporting += [link.reference() for link in links if link.service not in supported]
    relations += [
        {"relationshipType": "reliesOn", "service": link.reference()}
        for link in links
        if link.service not in related
    ]
    return {**body, "supportingService": supporting, "serviceRelationship": relations}


def _merged(present: Iterable[JsonObject], new: Iterable[JsonObject]) -> list[JsonObject]:
    merged: dict[str, JsonObject] = {str(each["name"]): each for each in present}
    for each in new:
        name = str(each["name"])
        merged[name] = {**merged.get(name, {}), **each}
    return list(merged.values())


def _clean(service: JsonObject) -> JsonObject:
    """The ordered service in a form that both other APIs take."""
    clean = {name: value for name, value in service.items() if value is not None}
    for name, requires in _REQUIRED.items():
        if name in clean:
            clean[name] = [each for each in clean[name] if _has(each, requires)]
    if "feature" in clean:
        clean["feature"] = [{"id": each["name"], **each} for each in clean["feature"]]
    if "supportingService" in clean:
        clean["supportingService"] = [_reference(each) for each in clean["supportingService"]]
    if "serviceRelationship" in clean:
        clean["serviceRelationship"] = [
            {**each, "service": _reference(each["service"])}
            for each in clean["serviceRelationship"]
        ]
    clean.pop("serviceOrderItem", None)
    return {name: value for name, value in clean.items() if value not in ([], {})}


_REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "note": ("author", "date"),
    "supportingService": ("id",),
    "serviceRelationship": ("service.id",),
}
"""What 638 requires of elements and 641 does not: elements without it stay in the order only."""


def _has(element: JsonObject, paths: Iterable[str]) -> bool:
    for path in paths:
        value: object = element
        for name in path.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        if not value:
            return False
    return True


def _reference(service: JsonObject) -> JsonObject:
    return {name: service[name] for name in _REFERENCE if name in service}
