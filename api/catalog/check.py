"""What a schema cannot see: references, names in expressions, cycles."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from api.catalog.expression import Expression, ExpressionError, Names
from api.catalog.mapping import Constant
from api.catalog.marked import Marked, Path
from api.catalog.model import (
    Catalog,
    Characteristic,
    ProductOffering,
    ServiceSpecification,
    Use,
)
from api.graph import cycle

__all__ = ["check"]

T = TypeVar("T")

_FIRST: Names = {"quantity": 1, "action": "add", "index": 1}
"""What an expression may read of the plainest order item."""


def check(catalog: Catalog, marked: Marked) -> None:
    """Adds to ``marked`` the faults of a catalogue that was built from it."""
    _Check(catalog, marked).run()


class _Check:
    def __init__(self, catalog: Catalog, marked: Marked) -> None:
        self._catalog = catalog
        self._marked = marked

    def run(self) -> None:
        catalog = self._catalog
        for path, service in self._places("serviceSpecifications", catalog.service_specifications):
            self._uses(service.requires, (*path, "requires"), service.characteristics)
            if service.calendar is not None and service.calendar not in catalog.calendars:
                self._unknown((*path, "calendar"), "calendar", service.calendar, catalog.calendars)
        for path, kind in self._places("productSpecifications", catalog.product_specifications):
            self._uses(kind.services, (*path, "services"), kind.characteristics)
        for path, sold in self._places("productOfferings", catalog.product_offerings):
            self._offering(sold, path)
        services = catalog.service_specifications
        self._circle(
            "serviceSpecifications",
            "requires",
            {id_: [use.specification for use in each.requires] for id_, each in services.items()},
        )
        offerings = catalog.product_offerings
        self._circle(
            "productOfferings", "bundles", {id_: each.bundles for id_, each in offerings.items()}
        )

    def _offering(self, sold: ProductOffering, path: Path) -> None:
        kinds, offerings = self._catalog.product_specifications, self._catalog.product_offerings
        kind = kinds.get(sold.specification or "")
        if sold.specification and kind is None:
            place = (*path, "productSpecification")
            self._unknown(place, "product specification", sold.specification, kinds)
        for index, part in enumerate(sold.bundles):
            if part not in offerings:
                self._unknown((*path, "bundles", index), "product offering", part, offerings)
        self._uses(sold.services, (*path, "services"), kind.characteristics if kind else {})
        twice = {use.name for use in sold.services} & {
            use.name for use in (kind.services if kind else ())
        }
        for name in sorted(twice):
            message = f"{name!r} is the name of a service of {sold.specification} too: give it one"
            self._marked.fault((*path, "services"), message)

    def _places(self, key: str, values: Mapping[str, T]) -> Iterable[tuple[Path, T]]:
        for index, given in enumerate(self._marked.value.get(key, [])):
            yield (key, index), values[given["id"]]

    def _uses(
        self, uses: Sequence[Use], path: Path, characteristics: Mapping[str, Characteristic]
    ) -> None:
        names = {use.name for use in uses}
        for index, use in enumerate(uses):
            place = (*path, index)
            if use.specification not in self._catalog.service_specifications:
                known = self._catalog.service_specifications
                where = (*place, "specification")
                self._unknown(where, "service specification", use.specification, known)
            for number, other in enumerate(use.depends_on):
                if other not in names:
                    self._unknown((*place, "dependsOn", number), "use beside it", other, names)
            self._names(use, place, characteristics)
        loop = cycle({use.name: [n for n in use.depends_on if n in names] for use in uses})
        if loop:
            self._marked.fault(path, f"dependsOn goes round in a circle: {' → '.join(loop)}")

    def _names(self, use: Use, path: Path, characteristics: Mapping[str, Characteristic]) -> None:
        read: list[tuple[Path, Iterable[str]]] = [
            ((*path, "copy"), use.copies or ()),
            ((*path, "when"), use.when.names if use.when else ()),
            ((*path, "count"), use.count.names if use.count else ()),
        ]
        read += [
            ((*path, "characteristics", name), rule.names)
            for name, rule in use.characteristics.items()
        ]
        for place, names in read:
            for name in sorted(set(names) - set(characteristics)):
                self._unknown(place, "characteristic", name, characteristics)
        if use.count and (fault := _no_count(use.count)):
            self._marked.fault((*path, "count"), fault)
        target = self._catalog.service_specification(use.specification)
        if target is None:
            return
        if target.characteristics:
            self._sets(use, target, path, characteristics)

    def _sets(
        self,
        use: Use,
        target: ServiceSpecification,
        path: Path,
        characteristics: Mapping[str, Characteristic],
    ) -> None:
        """What a use sets of a service that lists its characteristics."""
        what, known = f"characteristic of {target.id}", target.characteristics
        copies = characteristics if use.copies is None else use.copies
        for name in copies:
            if name not in known:
                self._unknown((*path, "copy"), what, name, known)
        for name, rule in use.characteristics.items():
            place = (*path, "characteristics", name)
            if name not in known:
                self._unknown(place, what, name, known)
            elif isinstance(rule, Constant):
                for _, message in known[name].faults(rule.constant):
                    self._marked.fault(place, f"no {what} can be so: {message}")

    def _unknown(self, path: Path, what: str, name: str, known: Iterable[str]) -> None:
        listed = ", ".join(sorted(known)[:12]) or "none"
        self._marked.fault(path, f"there is no {what} {name!r}; there is: {listed}")

    def _circle(self, key: str, attribute: str, edges: Mapping[str, Sequence[str]]) -> None:
        loop = cycle({id_: [each for each in to if each in edges] for id_, to in edges.items()})
        if loop:
            path = (key, list(edges).index(loop[0]), attribute)
            self._marked.fault(path, f"{attribute} goes round in a circle: {' → '.join(loop)}")


def _no_count(count: Expression) -> str | None:
    """Why an expression that reads no characteristic gives no number of services; None: it does."""
    if count.names:
        return None
    try:
        value = count.value(_FIRST)
    except ExpressionError as error:
        return str(error)
    whole = isinstance(value, int | float) and not isinstance(value, bool) and value == int(value)
    return None if whole and value >= 0 else f"{count.text!r} gives {value!r}: no number from 0"
