"""The services of a service order to be, and what waits for what among them. Pure."""

from dataclasses import dataclass, field

from api.catalog.model import ServiceSpecification
from api.jsontypes import JsonObject
from tmf622_product_ordering.existing import Existing
from tmf622_product_ordering.items import Item

__all__ = ["Branch", "Node", "wait"]


@dataclass(slots=True, eq=False)
class Node:
    """One service of the service order.

    Attributes:
        id: of its service order item.
        item: the product order item that needs it.
        action: what is to be done with it; a modify of a product adds and ends services too.
        specification: of the service.
        characteristics: by name.
        existing: the service to modify or delete.
        carried_by: services that one that is added relies on, and that stay as they are.
        context: what a service that a modify adds has from those that there are.
        waits: ids of the nodes that must be done before, and the type of that relationship.
    """

    id: str
    item: Item
    action: str
    specification: ServiceSpecification
    characteristics: JsonObject
    existing: Existing | None = None
    carried_by: list[Existing] = field(default_factory=list)
    context: JsonObject = field(default_factory=dict)
    waits: dict[str, str] = field(default_factory=dict)

    @property
    def service(self) -> str | None:
        """Id of the service to modify or delete."""
        return None if self.existing is None else self.existing.id


def wait(dependent: Node, base: Node, kind: str) -> None:
    """Has one wait for the other, as their actions want it.

    A service comes up after what it relies on; for a delete it is the other way round, as what
    relies on it must be gone, or moved away, before.
    """
    if base.action == "delete":
        base.waits.setdefault(dependent.id, "dependsOn")
    elif dependent.action != "delete":
        dependent.waits.setdefault(base.id, kind)


@dataclass(slots=True)
class Branch:
    """A service and all below it.

    Attributes:
        tops: the service itself; where it is not touched, the uppermost ones below it.
        nodes: all of them.
        existing: the service itself, where it exists and is left alone.
        alone: all that are left alone and could be changed.
    """

    tops: list[Node]
    nodes: list[Node]
    existing: Existing | None = None
    alone: list[Existing] = field(default_factory=list)
