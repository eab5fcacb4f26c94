"""The services that one order item needs, and what waits for what among them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from api.catalog.expression import Expression, ExpressionError
from api.catalog.model import Catalog, Characteristic, Product, ServiceSpecification, Use
from api.jsontypes import JsonObject, JsonValue
from tmf622_product_ordering.existing import Claims, Existing
from tmf622_product_ordering.items import Item

__all__ = ["Branch", "Expansion", "Node", "TooMany", "wait"]

MOST = 2000
"""Services that one order may have."""


class TooMany(Exception):
    """The order needs more services than `MOST`."""


@dataclass(slots=True, eq=False)
class Node:
    """One service of the service order.

    Attributes:
        id: of its service order item.
        item: the product order item that needs it.
        action: what is to be done with it.
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


@dataclass(frozen=True, slots=True)
class _Level:
    """Uses that stand side by side.

    Attributes:
        uses: they.
        given: characteristics of what uses them.
        prefix: path of what uses them.
        above: the existing service that uses them.
        top: whether that is the item itself.
    """

    uses: Sequence[Use]
    given: JsonObject
    prefix: str
    above: Existing | None = None
    top: bool = False


class Expansion:
    """Expands one item.

    Args:
        item: of the product order.
        catalog: what the services are made of.
        claims: the services that exist; None for an ``add``.
        room: how many services it may have; TooMany is raised beyond.
    """

    def __init__(self, item: Item, catalog: Catalog, claims: Claims | None, room: int) -> None:
        self.nodes: list[Node] = []
        self.faults: list[str] = []
        self._item = item
        self._catalog = catalog
        self._claims = claims
        self._room = room

    def expand(self, product: Product) -> list[Node]:
        """The uppermost services of the item; all are in `nodes`."""
        given = self._defaults(dict(self._item.characteristics), product.characteristics)
        level = _Level(product.services, given, self._item.id, top=True)
        return [
            node
            for branches in self._level(level).values()
            for each in branches
            for node in each.tops
        ]

    def _defaults(self, given: JsonObject, known: Mapping[str, Characteristic]) -> JsonObject:
        if self._item.action != "add":
            return given
        fallback = {n: c.default for n, c in known.items() if c.default is not None}
        return {**fallback, **{n: value for n, value in given.items() if value is not None}}

    def _level(self, level: _Level) -> dict[str, list[Branch]]:
        branches: dict[str, list[Branch]] = {}
        for use in level.uses:
            copies = self._copies(use, level)
            branches[use.name] = [
                self._branch(use, level, index if len(copies) > 1 else None, copy)
                for index, copy in enumerate(copies, 1)
            ]
        self._order(level.uses, branches)
        return branches

    def _copies(self, use: Use, level: _Level) -> Sequence[Existing | None]:
        """One entry per service of a use: those that exist, or as many None as are to be made."""
        if self._claims is not None:
            return self._claims.take(use, level.uses, level.above)
        path = f"{level.prefix}.{use.name}"
        if "add" not in use.actions or not self._holds(use.when, level.given, path):
            return []
        count: JsonValue = self._item.quantity if level.top else 1
        if use.count is not None:
            count = self._value(use.count, level.given, f"{path}: count")
        if isinstance(count, float) and count.is_integer():
            count = int(count)
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            self._fault(path, f"its count is {count!r}, not a number from 0")
            return []
        if count > self._room - len(self.nodes):
            raise TooMany
        return [None] * count

    def _branch(
        self, use: Use, level: _Level, number: int | None, existing: Existing | None
    ) -> Branch:
        if len(self.nodes) >= self._room:
            raise TooMany
        path = f"{level.prefix}.{use.name}" + (f"#{number}" if number else "")
        names = self._names(level.given, number or 1)
        values = self._mapped(use, level.given, names, path)
        specification = self._catalog.service_specifications[use.specification]
        own: list[Node] = []
        if self._touched(use, level.given, path) and (
            values or level.top or self._item.action != "modify"
        ):
            id_ = existing.id if existing else None
            own.append(Node(path, self._item, self._item.action, specification, values, id_))
            self.nodes += own
        inner = self._defaults(values, specification.characteristics)
        below = self._level(_Level(specification.requires, inner, path, existing))
        branches = [branch for copies in below.values() for branch in copies]
        tops = [top for branch in branches for top in branch.tops]
        for node in own:
            for top in tops:
                wait(node, top, "reliesOn")
        return Branch(own or tops, [*own, *(n for branch in branches for n in branch.nodes)])

    def _touched(self, use: Use, given: JsonObject, path: str) -> bool:
        action = self._item.action
        if action not in use.actions:
            return False
        if action != "modify":
            return True
        # a modify names only what changes: a condition on what it leaves out says nothing
        if use.when is not None and use.when.names <= given.keys():
            return self._holds(use.when, given, path)
        return True

    def _mapped(self, use: Use, given: JsonObject, names: JsonObject, path: str) -> JsonObject:
        copied = list(given) if use.copies is None else use.copies
        values = {name: given[name] for name in copied if given.get(name) is not None}
        for name, rule in use.characteristics.items():
            # and gives no value that depends on what it leaves out, or on nothing that changes
            if self._item.action == "modify" and not (rule.names and rule.names <= given.keys()):
                continue
            try:
                value = rule.value(names)
            except ExpressionError as error:
                self._fault(path, f"characteristic {name}: {error}")
                continue
            if value is not None:
                values[name] = value
        return {} if self._item.action == "delete" else values

    def _order(self, uses: Sequence[Use], branches: Mapping[str, list[Branch]]) -> None:
        by_name = {use.name: use for use in uses}

        def tops(name: str) -> list[Node]:
            found = [top for branch in branches[name] for top in branch.tops]
            # a use that is not needed passes on what it depends on
            return found or [n for other in by_name[name].depends_on for n in tops(other)]

        for use in uses:
            bases = [top for other in use.depends_on for top in tops(other)]
            for branch in branches[use.name]:
                for node in branch.nodes:
                    for base in bases:
                        wait(node, base, "dependsOn")

    def _names(self, given: JsonObject, index: int = 1) -> JsonObject:
        item = self._item
        return {**given, "quantity": item.quantity, "action": item.action, "index": index}

    def _holds(self, when: Expression | None, given: JsonObject, path: str) -> bool:
        return when is None or bool(self._value(when, given, f"{path}: when"))

    def _value(self, expression: Expression, given: JsonObject, path: str) -> JsonValue:
        try:
            return expression.value(self._names(given))
        except ExpressionError as error:
            self._fault(path, str(error))
            return None

    def _fault(self, path: str, message: str) -> None:
        self.faults.append(f"item {self._item.id}: {path}: {message}")
