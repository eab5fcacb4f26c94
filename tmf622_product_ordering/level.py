"""Uses of services that stand side by side, and how a change tells on their number. Pure.

A modification gives only what changes. What it leaves out is known from the services that there
are. So the number of services that a use stands for can be computed as it was and as it shall be,
and the difference is what comes or goes; where either cannot be known, nothing does. The quantity
of a product is how many services there are of a use of its own; where a modification gives none,
it stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from api.catalog.expression import Expression
from api.catalog.mapping import Copy
from api.catalog.model import Product, Use
from api.jsontypes import JsonObject
from tmf622_product_ordering.existing import Existing

__all__ = ["Level", "known_of", "reads"]


@dataclass(frozen=True, slots=True)
class Level:
    """Uses that stand side by side.

    Attributes:
        uses: they.
        action: what is done with what uses them.
        given: characteristics of what uses them: all of an add, those that change of a modify.
        prefix: path of what uses them.
        known: the characteristics that it has, where it exists.
        above: the existing service that uses them.
        top: whether that is the item itself.
        former: specifications of the services of the offering that the product is changed from;
            None where it stays of the same one.
        context: what services that are added have from those that there are.
    """

    uses: Sequence[Use]
    action: str
    given: JsonObject
    prefix: str
    known: JsonObject = field(default_factory=dict)
    above: Existing | None = None
    top: bool = False
    former: frozenset[str] | None = None
    context: JsonObject = field(default_factory=dict)

    @property
    def after(self) -> JsonObject:
        """The characteristics as they shall be."""
        return {**self.known, **self.given}


def reads(expression: Expression | None) -> frozenset[str]:
    """The characteristics that an expression reads."""
    return frozenset() if expression is None else expression.names


def known_of(product: Product, services: Mapping[str, Existing]) -> JsonObject:
    """The characteristics that a product has, as far as its services tell."""
    known: JsonObject = {}
    for use in product.services:
        for service in services.values():
            if service.specification != use.specification:
                continue
            names = product.characteristics if use.copies is None else use.copies
            sources = {name: name for name in names} | {
                name: rule.source
                for name, rule in use.characteristics.items()
                if isinstance(rule, Copy)
            }
            for name, source in sources.items():
                if name in service.characteristics:
                    known.setdefault(source, service.characteristics[name])
    return known
