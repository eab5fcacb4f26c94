"""The business check: why an order cannot be carried, as far as order and catalogue tell. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from api.catalog.model import Catalog, Product
from tmf622_product_ordering.items import Item, item_faults

__all__ = ["Problems", "find_problems"]


@dataclass(frozen=True, slots=True)
class Problems:
    """What is wrong with an order, and what the catalogue knows of its items.

    Attributes:
        faults: the order makes no sense: it is rejected.
        unknown: items that the catalogue does not know, and why: left to people.
        products: what is known, by item id; noChange items are not looked up.
    """

    faults: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    products: Mapping[str, Product] = field(default_factory=dict)


def find_problems(items: Sequence[Item], catalog: Catalog) -> Problems:
    """Looks at the items of an order."""
    faults, unknown = item_faults(items), []
    products: dict[str, Product] = {}
    for item in items:
        if item.action == "noChange":
            continue
        product = catalog.product(item.offering, item.specification)
        if product is not None and item.former and not catalog.product(item.former, None):
            unknown.append(
                f"item {item.id}: the catalogue does not know product.productOffering "
                f"{item.former!r}, of which another product is to be made"
            )
        elif product is not None:
            products[item.id] = product
            faults += _faults_of(item, product)
        elif item.offering or item.specification or not item.parts:
            unknown.append(_unknown(item))
    return Problems(tuple(faults), tuple(unknown), products)


def _faults_of(item: Item, product: Product) -> list[str]:
    if product.bundles and item.action == "add" and not item.parts:
        parts = ", ".join(product.bundles)
        how = "as items nested in it or related to it by bundles"
        return [f"item {item.id}: {product.name} is a bundle: order its parts ({parts}) {how}"]
    changes = item.action in {"modify", "delete"} and not item.commercial
    if changes and product.services and not item.product.get("realizingService"):
        where = "product.realizingService"
        return [f"item {item.id}: which services to {item.action}? Name them in {where}"]
    return []


def _unknown(item: Item) -> str:
    named = [
        f"{what} {id_!r}"
        for what, id_ in (
            ("productOffering", item.offering),
            ("product.productSpecification", item.specification),
        )
        if id_
    ]
    if not named:
        return f"item {item.id}: it names neither a productOffering nor a productSpecification"
    return f"item {item.id}: the catalogue does not know {' nor '.join(named)}"
