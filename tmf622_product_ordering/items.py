"""The items of a product order as values, and what orders their work. Pure.

Items come nested in one another or flat, related by ``bundles``; here they are one list either
way, in the order of the document, and a bundle knows its parts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from api.graph import cycle
from api.jsontypes import JsonObject

__all__ = ["Item", "bases", "item_faults", "placed_items", "read_items", "walk"]

Place = tuple[str | int, ...]

_ITEMS = "productOrderItem"

_COMMERCIAL: Final = (
    "billingAccount",
    "itemPrice",
    "itemTerm",
    "itemTotalPrice",
    "payment",
)
"""Attributes of an item that only money has to do with."""

_COMMERCIAL_PRODUCT: Final = ("billingAccount", "productPrice", "productTerm")

_OF_SERVICES: Final = ("place", "productCharacteristic", "status")
"""Attributes of a product by which services change."""


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One item of an order.

    Attributes:
        id: unique within the order.
        action: add, modify, delete or noChange.
        body: the item as it stands in the order.
        quantity: how many of the product; None where the order does not say.
        parts: ids of the items that it bundles.
        relies_on: ids of the items that must be done before.
        related: ids of all items that it is related to, in whatever way.
    """

    id: str
    action: str
    body: JsonObject
    quantity: int | None = None
    parts: tuple[str, ...] = ()
    relies_on: tuple[str, ...] = ()
    related: tuple[str, ...] = ()

    @property
    def product(self) -> JsonObject:
        """The product that it is of; {} where it says none."""
        return self.body.get("product") or {}

    @property
    def offering(self) -> str | None:
        """Id of the product offering."""
        named = self.body.get("productOffering") or self.product.get("productOffering") or {}
        return named.get("id")

    @property
    def former(self) -> str | None:
        """Id of the offering that a modify makes another one of; None where it stays of the same.

        What the product is of, the product says; what it shall be of, the item says.
        """
        of = (self.product.get("productOffering") or {}).get("id")
        return of if self.action == "modify" and of != self.offering else None

    @property
    def specification(self) -> str | None:
        """Id of the product specification."""
        return (self.product.get("productSpecification") or {}).get("id")

    @property
    def commercial(self) -> bool:
        """Whether it changes the price or the terms of a product, and nothing of its services."""
        touched = any(self.product.get(name) for name in _OF_SERVICES)
        prices = any(self.body.get(name) for name in _COMMERCIAL)
        prices = prices or any(self.product.get(name) for name in _COMMERCIAL_PRODUCT)
        return self.action == "modify" and prices and not touched and self.former is None

    @property
    def touches_all(self) -> bool:
        """Whether it changes each service of its product: where it is, or whether it is up."""
        status = self.product.get("status")
        return bool(self.product.get("place")) or status in ("suspended", "active")

    @property
    def characteristics(self) -> Mapping[str, object]:
        """The product's characteristics by name."""
        given = self.product.get("productCharacteristic") or []
        return {each["name"]: each.get("value") for each in given}


def walk(items: Sequence[JsonObject]) -> Iterator[JsonObject]:
    """Item bodies, nested ones after the one around them."""
    for body in items:
        yield body
        yield from walk(body.get("productOrderItem") or [])


def read_items(order: JsonObject) -> list[Item]:
    """All items of an order."""
    bodies = list(walk(order.get("productOrderItem") or []))
    empty = any(body["id"] == "" for body in bodies)
    return [_item(body, empty=empty) for body in bodies]


def placed_items(order: JsonObject, place: Place = ()) -> Iterator[tuple[Place, Item]]:
    """All items of an order, each with where it lies in the order's body."""
    for index, body in enumerate(order.get(_ITEMS) or []):
        here = (*place, _ITEMS, index)
        yield here, _item(body)
        yield from placed_items(body, here)


def _item(body: JsonObject, *, empty: bool = False) -> Item:
    """An item; ``empty``: whether a relation to an empty id means an item, not nothing."""
    relations = body.get("productOrderItemRelationship") or []
    related = [(str(r.get("relationshipType", "")), r.get("id")) for r in relations]
    named = [(kind, id_) for kind, id_ in related if id_ or (empty and id_ == "")]
    nested = [part["id"] for part in body.get("productOrderItem") or []]
    bundled = [id_ for kind, id_ in named if kind == "bundles"]
    return Item(
        id=body["id"],
        action=body["action"],
        body=body,
        quantity=None if body.get("quantity") is None else int(body["quantity"]),  # 2.0 is 2
        parts=tuple(dict.fromkeys([*nested, *bundled])),
        relies_on=tuple(dict.fromkeys(id_ for kind, id_ in named if kind == "reliesOn")),
        related=tuple(id_ for _, id_ in named),
    )


def item_faults(items: Sequence[Item]) -> list[str]:
    """Why these items make no order: doubled ids, relations to nothing, circles."""
    known = {item.id for item in items}
    faults = []
    seen: set[str] = set()
    for item in items:
        if item.id in seen:
            faults.append(f"item {item.id}: its id is used twice; give every item its own")
        seen.add(item.id)
        faults += [
            f"item {item.id}: is related to item {other}, which is not in the order"
            for other in dict.fromkeys(item.related)
            if other not in known
        ]
        if item.quantity is not None and item.quantity < 0:
            faults.append(f"item {item.id}: quantity: {item.quantity} is less than 0")
    if not faults and (loop := _circle(items)):
        faults.append(f"items rely on one another in a circle: {' → '.join(loop)}")
    return faults


def _circle(items: Sequence[Item]) -> list[str]:
    contained = {item.id: item.parts for item in items}
    if loop := cycle(contained):
        return loop
    return cycle({id_: (*contained[id_], *others) for id_, others in bases(items).items()})


@dataclass(slots=True)
class _Above:
    """The bundles around each item, nearest first."""

    of: dict[str, list[str]] = field(default_factory=dict)

    def all(self, id_: str) -> list[str]:
        found: dict[str, None] = {}
        waiting = list(self.of.get(id_, []))
        while waiting:
            bundle = waiting.pop(0)
            if bundle not in found:
                found[bundle] = None
                waiting += self.of.get(bundle, [])
        return list(found)


def bases(items: Sequence[Item]) -> dict[str, tuple[str, ...]]:
    """For each item the items that it relies on: its own, and those of the bundles around it."""
    above = _Above()
    for item in items:
        for part in item.parts:
            above.of.setdefault(part, []).append(item.id)
    own = {item.id: item.relies_on for item in items}
    result = {}
    for item in items:
        around = above.all(item.id)
        inherited = [base for bundle in around for base in own.get(bundle, ())]
        spared = {item.id, *around}
        kept = [base for base in inherited if base not in spared]
        result[item.id] = tuple(dict.fromkeys([*item.relies_on, *kept]))
    return result
