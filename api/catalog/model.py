"""The catalogue's content as values. Pure; `load` makes them from YAML."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from api.calendar import Calendar
from api.catalog.characteristic import Characteristic
from api.catalog.expression import Expression
from api.catalog.handling import Handling
from api.catalog.mapping import Rule
from api.jsontypes import JsonValue

__all__ = [
    "ACTIONS",
    "Catalog",
    "Characteristic",
    "Product",
    "ProductOffering",
    "ProductSpecification",
    "ServiceSpecification",
    "ServiceType",
    "Use",
]

ACTIONS = frozenset({"add", "modify", "delete"})
"""What an order item may ask for that gives work."""


class ServiceType(StrEnum):
    """Whether a customer sees the service or the network carries it (SID)."""

    CFS = "CFS"
    RFS = "RFS"


@dataclass(frozen=True, slots=True)
class Use:
    """A service that a product, or a service above it, is made of.

    Conditions, counts and values are computed from the characteristics of what uses it: of the
    product, or of the service above.

    Attributes:
        name: unique among the uses beside it; part of the ids of service order items.
        specification: id of the service specification.
        when: the condition under which it is needed; None: always.
        actions: the order item actions that touch it.
        count: how many; None: one, and of a product's own uses one per quantity ordered.
        copies: characteristics copied under their own name; None: all.
        characteristics: where the others take their values from, by name.
        depends_on: names of uses beside it that must be up before.
    """

    name: str
    specification: str
    when: Expression | None = None
    actions: frozenset[str] = ACTIONS
    count: Expression | None = None
    copies: tuple[str, ...] | None = ()
    characteristics: Mapping[str, Rule] = field(default_factory=dict)
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceSpecification:
    """One kind of service and how it is brought up.

    Attributes:
        id: as orders name it in ``serviceSpecification.id``.
        name: for people.
        version: of the specification.
        type: customer-facing or resource-facing.
        category: copied to the services made of it.
        adapter: the network adapter that activates it.
        options: what that adapter wants to know about this specification (see the adapter).
        usual: how actions on it are handled.
        calendar: id of the calendar in whose hours its steps are expected to be worked on.
        actions: how an action is handled where that differs.
        characteristics: its properties, by name.
        requires: the services that it relies on.
    """

    id: str
    name: str
    version: str = "1.0"
    type: ServiceType = ServiceType.CFS
    category: str | None = None
    adapter: str = "simulator"
    options: Mapping[str, JsonValue] = field(default_factory=dict)
    usual: Handling = field(default_factory=Handling)
    calendar: str | None = None
    actions: Mapping[str, Handling] = field(default_factory=dict)
    characteristics: Mapping[str, Characteristic] = field(default_factory=dict)
    requires: tuple[Use, ...] = ()

    def handling(self, action: str) -> Handling:
        """How an order item's action (add, modify, delete) on such a service is handled."""
        return self.actions.get(action, self.usual)


@dataclass(frozen=True, slots=True)
class ProductSpecification:
    """One kind of product.

    Attributes:
        id: as orders name it in ``product.productSpecification.id``.
        name: for people.
        characteristics: its properties, by name.
        services: what it is made of.
    """

    id: str
    name: str
    characteristics: Mapping[str, Characteristic] = field(default_factory=dict)
    services: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductOffering:
    """What is sold.

    Attributes:
        id: as orders name it in ``productOffering.id``.
        name: for people.
        specification: id of the product specification it is of.
        bundles: ids of the offerings that it bundles: an order names them as items of their own.
        services: what it is made of beside the services of its specification.
    """

    id: str
    name: str
    specification: str | None = None
    bundles: tuple[str, ...] = ()
    services: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class Product:
    """What the catalogue knows of the product of an order item.

    Attributes:
        name: for people.
        bundles: the offerings that it bundles.
        characteristics: by name.
        services: what it is made of.
    """

    name: str
    bundles: tuple[str, ...] = ()
    characteristics: Mapping[str, Characteristic] = field(default_factory=dict)
    services: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalog:
    """All that is known about products and services. Everything is looked up by id, not by name.

    Attributes:
        version: a digest of the content: an order pins the one it was planned with.
        service_specifications: by id.
        product_specifications: by id.
        product_offerings: by id.
        calendars: by id.
    """

    version: str = ""
    service_specifications: Mapping[str, ServiceSpecification] = field(default_factory=dict)
    product_specifications: Mapping[str, ProductSpecification] = field(default_factory=dict)
    product_offerings: Mapping[str, ProductOffering] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)

    def service_specification(self, id_: str | None) -> ServiceSpecification | None:
        """The specification of that id, or None."""
        return self.service_specifications.get(id_) if id_ else None

    def product(self, offering: str | None, specification: str | None) -> Product | None:
        """What an order item with these ids is of; None where neither is known.

        The offering goes first, with the specification that the catalogue says it is of; the
        item's own specification counts where the offering is unknown, or has neither a
        specification nor services of its own.
        """
        sold = self.product_offerings.get(offering) if offering else None
        if sold is not None and (sold.specification or sold.services):
            specification = sold.specification
        kind = self.product_specifications.get(specification) if specification else None
        if sold is None and kind is None:
            return None
        return Product(
            name=sold.name if sold else kind.name if kind else "",
            bundles=sold.bundles if sold else (),
            characteristics=kind.characteristics if kind else {},
            services=(*(sold.services if sold else ()), *(kind.services if kind else ())),
        )
