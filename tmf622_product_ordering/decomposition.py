"""What a product order asks of the services below it: decomposition by the catalogue. Pure.

- Every item that is not ``noChange`` gives the services of its product, with what these require.
  A bundle is done when its parts are; it has services of its own only if the catalogue says so.
- A service relies on those that it requires. All services of an item wait for the uppermost ones
  of the items that it (or a bundle around it) ``reliesOn``. For deletes every direction is turned.
- A modify of price or terms alone gives no services: it is done at once.
- modify and delete touch the services that ``product.realizingService`` names and those below
  them in the inventory; services that a modification gives nothing to change are left alone. A
  place or a status is for all of them.
- A modify adds the services that the changed product needs beyond those it had, and ends those it
  does not need any more; of those that stay, those change that rely on what comes or goes. What it
  adds relies on those that are there as if all were new, and is where they are.
- ``product.productOffering`` beside another one of the item is the offering that the product is
  changed from.
- Ids of service order items are readable and repeatable: the item's id and the path of uses, with
  a number where there are several: ``3.voice.line#2``. Of what a modify adds or ends, the action
  is part of it: ``3.voice.line#3:add``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from api.catalog.model import Catalog, Product
from api.graph import inward
from api.jsontypes import JsonObject
from tmf622_product_ordering.existing import Existing
from tmf622_product_ordering.expansion import MOST, TooMany, expand
from tmf622_product_ordering.items import Item, bases, read_items
from tmf622_product_ordering.nodes import Node, wait
from tmf622_product_ordering.problems import find_problems
from tmf622_product_ordering.service_order import service_order

__all__ = ["Decomposition", "decompose"]


@dataclass(frozen=True, slots=True)
class Decomposition:
    """What a product order comes to.

    Attributes:
        body: of the service order to create; None where there is nothing to do, or a problem.
        services: ids of the service order items of each item, by the item's id.
        parts: ids of the items that each bundle is made of.
        unknown: items that the catalogue does not know, and why.
        faults: why the order cannot be carried; whether it is rejected or left to people depends
            on when that is seen.
    """

    body: JsonObject | None = None
    services: Mapping[str, Sequence[str]] = field(default_factory=dict)
    parts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def decompose(
    order: JsonObject, catalog: Catalog, existing: Mapping[str, Existing] | None = None
) -> Decomposition:
    """Decomposes an order.

    Args:
        order: as stored, with its id.
        catalog: of the products and services.
        existing: by id, services that modify and delete items name, and those below them.
    """
    items = read_items(order)
    problems = find_problems(items, catalog)
    if problems.faults or problems.unknown:
        return Decomposition(unknown=problems.unknown, faults=problems.faults)
    graph = _Graph(catalog, existing or {})
    try:
        for item in items:
            if item.id in problems.products and not item.commercial:
                graph.add(item, problems.products[item.id])
    except TooMany:
        graph.faults.append(f"the order needs more than {MOST} services: split it")
    if graph.faults:
        return Decomposition(faults=tuple(graph.faults))
    graph.relate(items)
    return Decomposition(
        body=service_order(order, graph.nodes) if graph.nodes else None,
        services={item.id: [node.id for node in graph.of.get(item.id, ())] for item in items},
        parts={item.id: item.parts for item in items if item.parts},
    )


class _Graph:
    """The services of all items, as they come together."""

    def __init__(self, catalog: Catalog, existing: Mapping[str, Existing]) -> None:
        self.nodes: list[Node] = []
        self.faults: list[str] = []
        self.of: dict[str, list[Node]] = {}
        self._tops: dict[str, list[Node]] = {}
        self._taken: set[str] = set()
        self._catalog = catalog
        self._existing = existing

    def add(self, item: Item, product: Product) -> None:
        """Adds the services of an item. Raises TooMany."""
        room = MOST - len(self.nodes)
        expansion = expand(item, self._catalog, self._existing, room, product)
        self._tops[item.id] = expansion.tops
        self.of[item.id] = expansion.nodes
        self.faults += expansion.faults
        if item.action != "add" and product.services and not expansion.nodes:
            self.faults.append(
                f"item {item.id}: none of the services in product.realizingService is one of "
                f"{product.name}; name those to {item.action}, each with the name of its kind"
            )
        self._rename(expansion.nodes)
        self.nodes += expansion.nodes

    def _rename(self, nodes: Sequence[Node]) -> None:
        """Gives a new id to what is called as another: clients' item ids may hold dots too."""
        new: dict[str, str] = {}
        for node in nodes:
            id_, number = node.id, 2
            while id_ in self._taken:
                id_, number = f"{node.id}~{number}", number + 1
            self._taken.add(id_)
            new[node.id] = id_
        for node in nodes:
            node.id = new[node.id]
            node.waits = {new[other]: kind for other, kind in node.waits.items()}

    def relate(self, items: Sequence[Item]) -> None:
        """Has the services of each item wait for those of the items that it relies on."""
        parts = {item.id: item.parts for item in items}
        relied = bases(items)
        known: dict[str, list[Node]] = {}

        for id_ in inward({id_: (*parts[id_], *relied[id_]) for id_ in parts}):
            below = [n for part in parts[id_] for n in known[part]]
            found = [*self._tops.get(id_, ()), *below]
            # an item without services passes on what it relies on
            known[id_] = _once(found or [n for base in relied[id_] for n in known[base]])
        for item in items:
            lower = _once(n for base in relied[item.id] for n in known[base])
            for node in self.of.get(item.id, ()):
                for base in lower:
                    wait(node, base, "reliesOn")


def _once(nodes: Iterable[Node]) -> list[Node]:
    return list({node.id: node for node in nodes}.values())
