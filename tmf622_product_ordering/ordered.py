"""The characteristics that a product order gives, beside what the catalogue says of them. Pure."""

from collections.abc import Iterator

from api.catalog.model import Catalog, Product
from api.jsontypes import JsonObject, JsonValue
from api.schema.characteristics import Given
from api.schema.unchecked import object_in, objects, text_in

__all__ = ["ordered_values"]

_CHECKED = frozenset({"add", "modify"})
_ITEMS = "productOrderItem"


def ordered_values(
    items: JsonValue, catalog: Catalog, place: tuple[str | int, ...] = ()
) -> Iterator[Given]:
    """Of all items whose offering or specification the catalogue has.

    What of an order breaks its schema is passed over.
    """
    for index, item in objects(items):
        here = (*place, _ITEMS, index)
        product, action = object_in(item, "product"), text_in(item, "action")
        known = _product(item, product, catalog) if action in _CHECKED else None
        if known is not None:
            yield Given(
                (*here, "product", "productCharacteristic"),
                product.get("productCharacteristic"),
                known.characteristics,
                known.name,
                complete=action == "add",
            )
        yield from ordered_values(item.get(_ITEMS), catalog, here)


def _product(item: JsonObject, product: JsonObject, catalog: Catalog) -> Product | None:
    """What an item is of; see `tmf622_product_ordering.items.Item`, which reads valid ones."""
    offering = object_in(item, "productOffering") or object_in(product, "productOffering")
    specification = object_in(product, "productSpecification")
    return catalog.product(text_in(offering, "id"), text_in(specification, "id"))
