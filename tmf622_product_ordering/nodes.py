"""The services of a service order to be, and what waits for what among them. Pure."""

from dataclasses import dataclass, field

from api.catalog.model import ServiceSpecification
from api.jsontypes import JsonObject
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
        service: id of the service to modify or delete.
        waits: ids of the nodes that must be done before, and the type of that relationship.
    """

    id: str
    item: Item
    action: str
    specification: ServiceSpecification
    characteristics: JsonObject
    service: str | None = None
    waits: dict[str, str] = field(default_factory=dict)


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
    """

    tops: list[Node]
    nodes: list[Node]
