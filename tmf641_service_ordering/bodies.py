"""The services that an item sends to the inventory and to the network. Pure.

641 lets an ordered service leave out what 638 requires of one, so it is brought into a form that
both APIs take: references less what only a written-out service has, features with an ``id``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from api.catalog.model import ServiceSpecification
from api.jsontypes import JsonObject, JsonValue
from api.patch import difference
from tmf641_service_ordering.items import action

__all__ = [
    "Link",
    "asked",
    "changes",
    "joined",
    "new_service",
    "outcome_of",
    "reference",
    "revision",
    "termination",
    "together",
    "undoing",
]

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

_KEYS: Final[Mapping[str, Callable[[JsonObject], str]]] = {
    "serviceCharacteristic": lambda each: str(each.get("name")),
    "feature": lambda each: str(each.get("name")),
    "supportingService": lambda each: str(each.get("id")),
    "serviceRelationship": lambda each: (
        f"{each.get('relationshipType')} {(each.get('service') or {}).get('id')}"
    ),
}
"""Arrays of which single elements are taken back, and what each is known by."""

_ROLES: Final = {"add": "initiator", "modify": "modification", "delete": "termination"}


@dataclass(frozen=True, slots=True)
class Link:
    """A service that the item's service is carried by: that of an item it depends on.

    Attributes:
        service: its id.
        name: its name.
        gone: whether it is so no more: the order ends it afterwards.
    """

    service: str
    name: str | None = None
    gone: bool = False

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
    return _linked({}, {**body, **reference({}, order_id, item)}, links)


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
    return _linked(present, {**patch, **reference(present, order_id, item)}, links)


def asked(item: JsonObject, links: Sequence[Link] = ()) -> JsonObject:
    """What an item asks of its service, links included: what is to be taken back with it."""
    touched = [replace(link, gone=False) for link in links]
    return _linked({}, _clean({k: v for k, v in item["service"].items() if k != "id"}), touched)


def joined(former: JsonObject | None, more: JsonObject | None) -> JsonObject:
    """What two attempts at an item asked for."""
    whole: JsonObject = {**(former or {}), **(more or {})}
    for name, key in _KEYS.items():
        both = [*((former or {}).get(name) or ()), *((more or {}).get(name) or ())]
        if both:
            whole[name] = list({key(each): each for each in both}.values())
    return whole


def revision(
    present: JsonObject,
    order_id: str,
    item: JsonObject,
    links: Sequence[Link] = (),
    *,
    former: JsonObject | None = None,
    before: JsonObject | None = None,
    new: JsonObject | None = None,
) -> JsonObject:
    """The merge-patch, of what differs only, that makes the present service the ordered one.

    Args:
        present: the service as it is.
        order_id: of the item's order.
        item: what is ordered.
        links: the services that it is carried by.
        former: what earlier attempts at the item asked for: where it is not asked for any more,
            the service has again what it had before.
        before: the service as it was before the order.
        new: the whole ordered service, of an item that adds one.
    """
    base = _restored(present, before or {}, former or {})
    if new is None:
        patch = changes(base, order_id, item, links)
    else:
        patch = {**new, "serviceCharacteristic": _merged_list(base, new, "serviceCharacteristic")}
    found = difference(present, {**base, **patch})
    # that this order names it is no change of the service, but goes with one
    return found if found.keys() - {"serviceOrderItem"} else {}


def undoing(
    present: JsonObject, before: JsonObject, order_id: str, former: JsonObject
) -> JsonObject:
    """The merge-patch that takes back what an order did to a service.

    What the order did not touch stays as it is, but for characteristics: the network may have
    chosen some, so they are those of before.
    """
    after = _restored(present, before, former)
    for name in ("state", "startDate", "endDate", "serviceCharacteristic"):
        _put(after, name, before.get(name))
    refs = [
        each
        for each in present.get("serviceOrderItem") or ()
        if each.get("serviceOrderId") != order_id or each in (before.get("serviceOrderItem") or ())
    ]
    _put(after, "serviceOrderItem", refs or before.get("serviceOrderItem"))
    return difference(present, after)


def termination(present: JsonObject, order_id: str, item: JsonObject) -> JsonObject:
    """The merge-patch that ends a service."""
    return {"state": "terminated", **reference(present, order_id, item)}


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


def reference(present: JsonObject, order_id: str, item: JsonObject) -> JsonObject:
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
    """The body with links to services that it is carried by, each once, and without those gone."""
    if not links:
        return body
    gone = {link.service for link in links if link.gone}
    supporting = list(body.get("supportingService", present.get("supportingService")) or ())
    relations = list(body.get("serviceRelationship", present.get("serviceRelationship")) or ())
    supported = {each.get("id") for each in supporting} | gone
    related = {(each.get("service") or {}).get("id") for each in relations} | gone
    supporting += [link.reference() for link in links if link.service not in supported]
    relations += [
        {"relationshipType": "reliesOn", "service": link.reference()}
        for link in links
        if link.service not in related
    ]
    supporting = [each for each in supporting if each.get("id") not in gone]
    relations = [each for each in relations if (each.get("service") or {}).get("id") not in gone]
    return {
        **body,
        "supportingService": supporting or None,
        "serviceRelationship": relations or None,
    }


def _restored(present: JsonObject, before: JsonObject, former: JsonObject) -> JsonObject:
    """The present service, less what was asked for formerly: that is as it was before."""
    body = dict(present)
    for name in former:
        key = _KEYS.get(name)
        if key is None:
            _put(body, name, before.get(name))
            continue
        gone = {key(each) for each in former[name]}
        old = {key(each): each for each in before.get(name) or ()}
        kept = {key(each): each for each in present.get(name) or () if key(each) not in gone}
        # links that an item gives replace all there were; what has a name stands beside others
        back = {id_: each for id_, each in old.items() if id_ in gone or name not in _BY_NAME}
        in_turn = {
            id_: kept.get(id_, each) for id_, each in old.items() if id_ in back or id_ in kept
        }
        _put(body, name, list({**in_turn, **kept}.values()) or None)
    return body


def _put(body: JsonObject, name: str, value: JsonValue) -> None:
    if value is None:
        body.pop(name, None)
    else:
        body[name] = value


def _merged_list(base: JsonObject, new: JsonObject, name: str) -> list[JsonObject] | None:
    return _merged(base.get(name) or (), new.get(name) or ()) or None


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
