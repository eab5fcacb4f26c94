"""The values of characteristics in a body against what the catalogue says of them. Pure.

What the catalogue does not describe is an extension and passes; so does null, which says that
there is no value.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from api.catalog.model import Catalog, Characteristic
from api.errors import AND_MORE, Invalid
from api.jsontypes import JsonObject, JsonValue
from api.patch import identical
from api.schema.unchecked import object_in, objects, text_in
from api.schema.validator import path_text, texts

__all__ = ["Given", "check_values", "service_values"]

_MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Given:
    """One array of characteristics.

    Attributes:
        place: where it lies in the body.
        values: the array; None where there is none.
        known: what the catalogue describes, by name.
        owner: the name of the specification, for people.
        complete: whether those that are required must be there.
        present: elements that stand in the stored resource as they are: they pass.
    """

    place: tuple[str | int, ...]
    values: JsonValue
    known: Mapping[str, Characteristic]
    owner: str
    complete: bool = False
    present: JsonValue = None


def check_values(arrays: Iterable[Given]) -> None:
    """Raises Invalid, naming every value by its path, where some are not as described."""
    faults = [fault for given in arrays if given.known for fault in _faults(given)]
    if faults:
        more = [AND_MORE] if len(faults) > _MOST_FAULTS else []
        raise Invalid([*faults[:_MOST_FAULTS], *more])


def service_values(
    before: JsonObject | None, body: JsonObject, catalog: Catalog
) -> Iterator[Given]:
    """The characteristics of a service, where the catalogue has its specification.

    It may lack required ones: what is recorded of a service need not be all.
    """
    named = object_in(body, "serviceSpecification")
    specification = catalog.service_specification(text_in(named, "id"))
    if specification is not None:
        same = before is not None and identical(before.get("serviceSpecification"), named)
        yield Given(
            ("serviceCharacteristic",),
            body.get("serviceCharacteristic"),
            specification.characteristics,
            specification.name,
            present=before.get("serviceCharacteristic") if before and same else None,
        )


def _faults(given: Given) -> Iterator[str]:
    seen: set[str] = set()
    present = given.present or ()
    for index, each in objects(given.values):
        known = given.known.get(text_in(each, "name") or "")
        if known is None or each.get("value") is None:
            continue
        place = (*given.place, index)
        if known.name in seen:
            yield f"{path_text((*place, 'name'))}: {known.name} is given twice"
        seen.add(known.name)
        if not any(identical(each, one) for one in present):
            found = known.faults(each["value"])
            yield from texts(((*place, "value", *inside), message) for inside, message in found)
    for name, known in given.known.items():
        if given.complete and known.required and known.default is None and name not in seen:
            yield f"{path_text(given.place)}: {name} is required by {given.owner}"
