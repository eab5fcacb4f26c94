"""The characteristics that a service order gives, beside what the catalogue says of them. Pure."""

from collections.abc import Iterator

from api.catalog.model import Catalog
from api.jsontypes import JsonValue
from api.schema.characteristics import Given
from api.schema.unchecked import object_in, objects, text_in

__all__ = ["ordered_values"]

_CHECKED = frozenset({"add", "modify"})
_ITEMS = "serviceOrderItem"


def ordered_values(
    items: JsonValue, catalog: Catalog, place: tuple[str | int, ...] = ()
) -> Iterator[Given]:
    """Of all items that name a service specification which the catalogue has.

    What of an order breaks its schema is passed over.
    """
    for index, item in objects(items):
        here = (*place, _ITEMS, index)
        service, action = object_in(item, "service"), text_in(item, "action")
        named = text_in(object_in(service, "serviceSpecification"), "id")
        specification = catalog.service_specification(named)
        if specification is not None and action in _CHECKED:
            yield Given(
                (*here, "service", "serviceCharacteristic"),
                service.get("serviceCharacteristic"),
                specification.characteristics,
                specification.name,
                complete=action == "add",
            )
        yield from ordered_values(item.get(_ITEMS), catalog, here)
