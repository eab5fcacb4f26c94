"""The characteristics that a product order gives, beside what the catalogue says of them. Pure."""

from collections.abc import Iterator

from api.catalog.model import Catalog
from api.jsontypes import JsonObject
from api.schema.characteristics import Given
from tmf622_product_ordering.items import Item, placed_items

__all__ = ["ordered_values"]

_CHECKED = frozenset({"add", "modify"})


def ordered_values(order: JsonObject, catalog: Catalog) -> Iterator[Given]:
    """Of all items whose offering or specification the catalogue has."""
    for place, item in placed_items(order):
        given = _given(place, item, catalog)
        if item.action in _CHECKED and given is not None:
            yield given


def _given(place: tuple[str | int, ...], item: Item, catalog: Catalog) -> Given | None:
    product = catalog.product(item.offering, item.specification)
    if product is None:
        return None
    return Given(
        (*place, "product", "productCharacteristic"),
        item.product.get("productCharacteristic"),
        product.characteristics,
        product.name,
        complete=item.action == "add",
    )
