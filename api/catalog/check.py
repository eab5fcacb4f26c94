"""What a schema cannot see: references, names in expressions, cycles."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from api.catalog.marked import Marked, Path
from api.catalog.model import Catalog, Characteristic, Use
from api.graph import cycle

__all__ = ["check"]

Key = TypeVar("Key", bound=Hashable)


def check(catalog: Catalog, marked: Marked) -> None:
    """Adds to ``marked`` the faults of a catalogue that was built from it."""
    _Check(catalog, marked).run()


class _Check:
    def __init__(self, catalog: Catalog, marked: Marked) -> None:
        self._catalog = catalog
        self._marked = marked

    def run(self) -> None:
        catalog = self._catalog
        for path, services in self._places("serviceSpecifications", catalog.service_specifications):
            self._uses(services.requires, (*path, "requires"), services.characteristics)
        for path, products in self._places("productSpecifications", catalog.product_specifications):
            self._uses(products.services, (*path, "services"), products.characteristics)
        for path, sold in self._places("productOfferings", catalog.product_offerings):
            kind = catalog.product_specifications.get(sold.specification or "")
            if sold.specification and kind is None:
                self._unknown(
                    (*path, "productSpecification"),
                    "product specification",
                    sold.specification,
                    catalog.product_specifications,
                )
            for index, part in enumerate(sold.bundles):
                if part not in catalog.product_offerings:
                    self._unknown(
                        (*path, "bundles", index),
                        "product offering",
                        part,
                        catalog.product_offerings,
                    )
            self._uses(sold.services, (*path, "services"), kind.characteristics if kind else {})
        self._cycles()

    def _places(self, key: str, values: Mapping[str, Key]) -> Iterable[tuple[Path, Key]]:
        for index, given in enumerate(self._marked.value.get(key, [])):
            yield (key, index), values[given["id"]]

    def _uses(
        self, uses: Sequence[Use], path: Path, characteristics: Mapping[str, Characteristic]
    ) -> None:
        names = {use.name for use in uses}
        for index, use in enumerate(uses):
            place = (*path, index)
            if use.specification not in self._catalog.service_specifications:
                self._unknown(
                    (*place, "specification"),
                    "service specification",
                    use.specification,
                    self._catalog.service_specifications,
                )
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
        target = self._catalog.service_specification(use.specification)
        if target is None:
            return
        for name in use.characteristics:
            if target.characteristics and name not in target.characteristics:
                self._unknown(
                    (*path, "characteristics", name),
                    f"characteristic of {target.id}",
                    name,
                    target.characteristics,
                )

    def _unknown(self, path: Path, what: str, name: str, known: Iterable[str]) -> None:
        listed = ", ".join(sorted(known)[:12]) or "none"
        self._marked.fault(path, f"there is no {what} {name!r}; there is: {listed}")

    def _cycles(self) -> None:
        specifications = self._catalog.service_specifications
        loop = cycle(
            {
                id_: [
                    use.specification
                    for use in each.requires
                    if use.specification in specifications
                ]
                for id_, each in specifications.items()
            }
        )
        if loop:
            index = list(specifications).index(loop[0])
            self._marked.fault(
                ("serviceSpecifications", index, "requires"),
                f"requires itself in the end: {' → '.join(loop)}",
            )
        offerings = self._catalog.product_offerings
        loop = cycle(
            {
                id_: [part for part in each.bundles if part in offerings]
                for id_, each in offerings.items()
            }
        )
        if loop:
            index = list(offerings).index(loop[0])
            self._marked.fault(
                ("productOfferings", index, "bundles"),
                f"bundles itself in the end: {' → '.join(loop)}",
            )
