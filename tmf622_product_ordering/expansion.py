"""The services that one order item needs, and what waits for what among them. Pure.

An add needs them all, a delete ends those that there are. A modify is the difference between what
the product is made of and what it shall be made of: services stay and change, come, or go. One
that stays changes also where what it relies on comes or goes: which these are is known when all
are expanded, so that they are expanded once more then.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from api.catalog.expression import Expression, ExpressionError
from api.catalog.model import Catalog, Characteristic, Product, ServiceSpecification, Use
from api.jsontypes import JsonObject, JsonValue
from tmf622_product_ordering.existing import Claims, Existing
from tmf622_product_ordering.items import Item
from tmf622_product_ordering.level import Level, known_of, reads
from tmf622_product_ordering.nodes import Branch, Node, wait

__all__ = ["MOST", "Expansion", "TooMany", "expand"]

MOST = 2000
"""Services that one order may have."""


class TooMany(Exception):
    """The order needs more services than `MOST`."""


class _Copy(NamedTuple):
    """One of the services of a use: what is done with it, and which it is, if it exists."""

    action: str
    existing: Existing | None = None


def expand(
    item: Item,
    catalog: Catalog,
    existing: Mapping[str, Existing],
    room: int,
    product: Product,
) -> "Expansion":
    """Expands an item of that product; see `Expansion`."""
    former = catalog.product(item.former, None)
    relinked: frozenset[str] = frozenset()
    while True:
        claims = None if item.action == "add" else Claims.of(item, catalog, existing)
        expansion = Expansion(item, catalog, claims, room, relinked)
        expansion.expand(product, former)
        if expansion.unlinked <= relinked:
            return expansion
        relinked |= expansion.unlinked


class Expansion:
    """Expands one item.

    Args:
        item: of the product order.
        catalog: what the services are made of.
        claims: the services that exist; None for an ``add``.
        room: how many services it may have; TooMany is raised beyond.
        relinked: ids of existing services that change because what they rely on comes or goes.

    Attributes:
        nodes: all services.
        tops: the uppermost ones.
        faults: why there is no carrying it.
        unlinked: ids of services that should have been ``relinked``.
    """

    def __init__(
        self,
        item: Item,
        catalog: Catalog,
        claims: Claims | None,
        room: int,
        relinked: frozenset[str] = frozenset(),
    ) -> None:
        self.nodes: list[Node] = []
        self.tops: list[Node] = []
        self.faults: list[str] = []
        self.unlinked: set[str] = set()
        self._relinked = relinked
        self._alone: list[Existing] = []
        self._item = item
        self._catalog = catalog
        self._claims = claims
        self._room = room
        self._was = self._quantity = 1 if item.quantity is None else item.quantity

    def expand(self, product: Product, former: Product | None = None) -> None:
        """Expands it. ``former`` is the product before, where a modify makes another one of it."""
        item, claims = self._item, self._claims
        given = dict(item.characteristics)
        known: JsonObject = {}
        if item.action == "add" or former is not None:
            given = _defaults(given, product.characteristics)
        if item.action == "modify" and claims is not None:
            known = known_of(former or product, claims.free)
            self._was = claims.quantity((former or product).services) or self._quantity
            self._quantity = self._was if item.quantity is None else item.quantity
        kinds = None if former is None else frozenset(use.specification for use in former.services)
        if former is not None:  # all of it is given anew
            given = {**given, **_allowed(known, product.characteristics), **item.characteristics}
        context = claims.context() if claims is not None else {}
        self.tops += self._tops(
            Level(
                product.services,
                item.action,
                given,
                item.id,
                known,
                top=True,
                former=kinds,
                context=context,
            )
        )
        if former is not None:
            kept = {use.specification for use in product.services}
            gone = [use for use in former.services if use.specification not in kept]
            self.tops += self._tops(Level(gone, "delete", {}, item.id, top=True))
        self._part()

    def _part(self) -> None:
        """Has services end after those that rely on them and stay, which must part with them."""
        ends = {node.service: node for node in self.nodes if node.action == "delete"}
        for node in self.nodes:
            if node.action == "modify" and node.existing is not None:
                for base in node.existing.relies_on:
                    if base in ends:
                        wait(node, ends[base], "dependsOn")
        self.unlinked |= {
            each.id for each in self._alone if not ends.keys().isdisjoint(each.relies_on)
        }

    def _tops(self, level: Level) -> list[Node]:
        branches = self._level(level).values()
        return [node for copies in branches for each in copies for node in each.tops]

    def _level(self, level: Level) -> dict[str, list[Branch]]:
        branches: dict[str, list[Branch]] = {}
        for use in level.uses:
            copies = self._copies(use, level)
            branches[use.name] = [
                self._branch(use, level, index if len(copies) > 1 else None, copy)
                for index, copy in enumerate(copies, 1)
            ]
        self._order(level.uses, branches)
        return branches

    def _copies(self, use: Use, level: Level) -> Sequence[_Copy]:
        """One entry per service of a use: those that exist, and those that are to be made."""
        path = f"{level.prefix}.{use.name}"
        if level.action == "add":
            wanted = self._number(use, level, level.given, path) if "add" in use.actions else 0
            return [_Copy("add")] * self._fitting(wanted or 0)
        if self._claims is None:
            return []
        strict = self._item.action == "modify"
        found = self._claims.take(use, level.uses, level.above, strict=strict)
        if level.action == "delete":
            return [_Copy("delete", each) for each in found]
        change = self._change(use, level, len(found), path)
        more = change if "add" in use.actions else 0
        left = len(found) + change if "delete" in use.actions else len(found)
        return [
            *(_Copy("modify", each) for each in found[:left]),
            *(_Copy("delete", each) for each in found[left:]),
            *([_Copy("add")] * self._fitting(more)),
        ]

    def _change(self, use: Use, level: Level, present: int, path: str) -> int:
        """How many services of a use a modify brings (or takes away), as far as that is known."""
        was: int | None = None  # of what its former offering had not, it has what is found
        if level.former is None or use.specification in level.former:
            was = self._number(use, level, level.known, path, asked=False)
        now = self._number(use, level, level.after, path)
        if now is None or (now == was and not self._asked(use, level)):
            return 0
        return max(now - max(was or 0, present), -present)

    def _asked(self, use: Use, level: Level) -> bool:
        """Whether the order says anything that the number of a use's services may depend on."""
        read = reads(use.when) | reads(use.count)
        return self._item.quantity is not None or not read.isdisjoint(level.given)

    def _number(
        self, use: Use, level: Level, names: JsonObject, path: str, *, asked: bool = True
    ) -> int | None:
        """How many services of a use there are with these characteristics; None: it depends."""
        complete = level.action == "add"
        if not complete and not reads(use.when) <= names.keys():
            return None
        quantity = self._quantity if asked else self._was
        if use.when is not None and not self._value(use.when, names, f"{path}: when", quantity):
            return 0
        if use.count is None:
            return quantity if level.top else 1
        if not complete and not reads(use.count) <= names.keys():
            return None
        count = self._value(use.count, names, f"{path}: count", quantity)
        if isinstance(count, float) and count.is_integer():
            count = int(count)
        if isinstance(count, int) and not isinstance(count, bool) and count >= 0:
            return count
        if asked:
            self._fault(path, f"its count is {count!r}, not a number from 0")
        return 0 if asked else None

    def _fitting(self, count: int) -> int:
        if count > self._room - len(self.nodes):
            raise TooMany
        return max(0, count)

    def _branch(self, use: Use, level: Level, number: int | None, copy: _Copy) -> Branch:
        if len(self.nodes) >= self._room:
            raise TooMany
        path = f"{level.prefix}.{use.name}" + (f"#{number}" if number else "")
        action, existing = copy
        values = self._mapped(use, level, action, number or 1, path)
        specification = self._catalog.service_specifications[use.specification]
        place = len(self.nodes)
        below = self._below(specification, action, values, path, existing, level.context)
        branches = [branch for copies in below.values() for branch in copies]
        tops = [top for branch in branches for top in branch.tops]
        moved = any(top.action != action for top in tops)
        own: list[Node] = []
        alone = existing if action == "modify" else None
        relinked = existing is not None and existing.id in self._relinked
        if action in use.actions and (
            values or level.top or moved or relinked or self._item.touches_all or action != "modify"
        ):
            # an amendment may turn what comes, goes or changes into another of these
            name = path if action == self._item.action else f"{path}:{action}"
            own.append(Node(name, self._item, action, specification, values, existing))
            if action == "add":
                own[0].context = level.context
            self.nodes[place:place] = own
            alone = None
        for node in own:
            for top in tops:
                wait(node, top, "reliesOn")
        nodes = [*own, *(node for branch in branches for node in branch.nodes)]
        below_alone = [each for branch in branches for each in branch.alone]
        mine = [alone] if alone is not None and action in use.actions else []
        self._alone += mine
        return Branch(own or tops, nodes, alone, [*mine, *below_alone])

    def _below(
        self,
        specification: ServiceSpecification,
        action: str,
        values: JsonObject,
        path: str,
        existing: Existing | None,
        context: JsonObject,
    ) -> dict[str, list[Branch]]:
        given = _defaults(values, specification.characteristics) if action == "add" else values
        known = existing.characteristics if existing is not None and action == "modify" else {}
        return self._level(
            Level(
                specification.requires,
                action,
                given,
                path,
                known,
                above=existing,
                context=context if existing is None else {**context, **existing.context},
            )
        )

    def _mapped(self, use: Use, level: Level, action: str, number: int, path: str) -> JsonObject:
        if action == "delete":
            return {}
        whole = action == "add" or level.former is not None
        names = level.after if action == "add" or level.former is None else level.given
        copied = names if action == "add" else level.given
        values = {
            name: copied[name]
            for name in (copied if use.copies is None else use.copies)
            if copied.get(name) is not None
        }
        for name, rule in use.characteristics.items():
            # a modify gives no value that depends on what it leaves out, or on nothing that changes
            told = rule.names <= names.keys() and rule.names & level.given.keys()
            if not whole and not told:
                continue
            try:
                value = rule.value(self._names(names, self._quantity, number))
            except ExpressionError as error:
                self._fault(path, f"characteristic {name}: {error}")
                continue
            if value is not None:
                values[name] = value
        return values

    def _order(self, uses: Sequence[Use], branches: Mapping[str, list[Branch]]) -> None:
        by_name = {use.name: use for use in uses}

        def bases(use: Use) -> list[Branch]:
            # what a former offering depended on besides may stand on another level
            named = [other for other in use.depends_on if other in by_name]
            return [branch for other in named for branch in there(by_name[other])]

        def there(use: Use) -> list[Branch]:
            found = [each for each in branches[use.name] if each.tops or each.existing]
            # a use that is not needed passes on what it depends on
            return found or bases(use)

        for use in uses:
            lower = bases(use)
            for branch in branches[use.name]:
                for base in lower:
                    self._put_on(branch, base)

    def _put_on(self, branch: Branch, base: Branch) -> None:
        """Has all of a branch wait for a sibling that it depends on, or rely on it as it is."""
        for node in branch.nodes:
            for top in base.tops:
                wait(node, top, "dependsOn")
            if base.existing is not None and node.action == "add":
                node.carried_by.append(base.existing)
        if any(top.action == "add" for top in base.tops):
            self.unlinked |= {each.id for each in branch.alone}

    def _names(self, given: JsonObject, quantity: int, index: int = 1) -> JsonObject:
        return {**given, "quantity": quantity, "action": self._item.action, "index": index}

    def _value(
        self, expression: Expression, given: JsonObject, path: str, quantity: int
    ) -> JsonValue:
        try:
            return expression.value(self._names(given, quantity))
        except ExpressionError as error:
            self._fault(path, str(error))
            return None

    def _fault(self, path: str, message: str) -> None:
        self.faults.append(f"item {self._item.id}: {path}: {message}")


def _allowed(values: JsonObject, known: Mapping[str, Characteristic]) -> JsonObject:
    """Those of the values that a product may have."""
    return {n: v for n, v in values.items() if n not in known or not known[n].faults(v)}


def _defaults(given: JsonObject, known: Mapping[str, Characteristic]) -> JsonObject:
    fallback = {n: c.default for n, c in known.items() if c.default is not None}
    return {**fallback, **{n: value for n, value in given.items() if value is not None}}
