"""The characteristics that a service order gives, beside what the catalogue says of them. Pure."""

from collections.abc import Iterator, Sequence

from api.catalog.model import Catalog
from api.jsontypes import JsonObject
from api.schema.characteristics import Given
from tmf641_service_ordering.items import action, nested, specification_id

__all__ = ["ordered_values"]

_CHECKED = frozenset({"add", "modify"})
_ITEMS = "serviceOrderItem"


def ordered_values(
    items: Sequence[JsonObject], catalog: Catalog, place: tuple[str | int, ...] = ()
) -> Iterator[Given]:
    """Of all items that name a service specification which the catalogue has."""
    for index, item in enumerate(items):
        here = (*place, _ITEMS, index)
        specification = catalog.service_specification(specification_id(item))
        if specification is not None and action(item) in _CHECKED:
            yield Given(
                (*here, "service", "serviceCharacteristic"),
                item["service"].get("serviceCharacteristic"),
                specification.characteristics,
                specification.name,
                complete=action(item) == "add",
            )
        if inner := nested(item):
            yield from ordered_values(inner, catalog, here)
