"""Chooses how to read a list, by what the ways would cost.

Costs are rough and in microseconds. What they decide is which of a few ways is taken, and whether
the event loop may wait for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from api.query.tree import Compare, ElementMatch, Node, Op, Sort
from api.store.sqlite.keys import GREATEST, ID, LEAST, WHOLE
from api.store.sqlite.lookup import Lookup, Span, between, key_lookup, spans_of, whole
from api.store.sqlite.query import Chosen, Select, Walk, answered_by_keys, conjuncts, sort_walk
from api.store.sqlite.stretches import END, SIZE, START, Rows, Spread, Spreads
from api.store.sqlite.tables import STATE, Table

__all__ = ["MANY", "Plan", "Planner"]

MANY = 1000
"""Keys from which on their number is estimated."""

LARGE = SIZE
"""Documents from which on stretches are worth their keeping."""

_PROBED = 8  # conditions of which it is asked how many documents meet them
_SKIP, _KEY, _RANGE, _BODY, _SORTED = 0.05, 1.0, 3.0, 30.0, 1.5
_UNEVEN = 4  # what matches may stand together, far from where a walk begins
_RANGES = (Op.GT, Op.GTE, Op.LT, Op.LTE)


@dataclass(frozen=True, slots=True)
class Plan:
    """How to read a list.

    Attributes:
        select: the statements.
        offset: what is left to skip.
        total: how many match, where that is known; else ``counting`` tells.
        counting: its statement counts.
        cost: of all of it.
    """

    select: Select
    offset: int
    total: int | None
    counting: Select
    cost: float


@dataclass(frozen=True, slots=True)
class _Begin:
    """A condition that a list may begin with.

    Attributes:
        lookup: the keys that meet it.
        covers: the terms that need no test any more.
        size: about how many keys.
        once: whether no document comes twice.
    """

    lookup: Lookup
    covers: tuple[Node, ...]
    size: int
    once: bool

    @property
    def span(self) -> Span | None:
        """The only span, if it is one."""
        spans = self.lookup.spans
        return spans[0] if len(spans) == 1 and self.lookup.pattern is None else None


@dataclass(slots=True)
class Planner:
    """Makes plans for one collection, in one state of it.

    Attributes:
        table: of the collection.
        rows: gives the rows of a statement.
        spreads: the stretches, in this state.
        cuttable: paths that should be cut into stretches, as was found.
    """

    table: Table
    rows: Rows
    spreads: Spreads
    cuttable: set[int] = field(default_factory=set)
    _several: dict[int, bool] = field(default_factory=dict)
    _total: int = 0

    def plan(
        self, query: Node, sort: Sequence[Sort], offset: int, limit: int, *, counting: bool
    ) -> Plan:
        """The cheapest way."""
        self._total, lacking = self.rows(STATE.SIZE, (self.table.name,))[0]
        self.table = self.table.with_keys(lacking)
        terms = tuple(dict.fromkeys(conjuncts(query)))
        begins = self._begins(terms)
        best = min(begins, key=lambda one: one.size, default=None)
        cost, select = min(
            self._ways(terms, tuple(sort), begins, best, offset + limit), key=lambda way: way[0]
        )
        left = offset
        in_order = select.sort is None and not select.terms
        if in_order and isinstance(select.source, Walk) and offset > SIZE:
            select, left, cost = self._shorter(select, select.source, offset, limit, cost)
        total, counted, more = self._counting(terms, best) if counting else (0, select, 0.0)
        return Plan(select, left, total, counted, cost + more)

    # -- where to begin

    def _begins(self, terms: Sequence[Node]) -> list[_Begin]:
        """The conditions that keys meet, with how many do; the smallest have exact sizes."""
        found: list[_Begin] = []
        fewest = MANY
        for covers, lookup in self._lookups(terms)[:_PROBED]:
            size = self._size(lookup, fewest)
            fewest = min(fewest, size)
            found.append(_Begin(lookup, covers, size, self._once(lookup)))
        return found

    def _lookups(self, terms: Sequence[Node]) -> list[tuple[tuple[Node, ...], Lookup]]:
        found: list[tuple[tuple[Node, ...], Lookup]] = []
        ranges: dict[int, tuple[tuple[Node, ...], Span]] = {}
        for term in terms:
            lookup = key_lookup(self.table, term)
            if lookup is None:
                found += [((), one) for one in self._implied(term)]
                continue
            span = lookup.spans[0]
            if len(lookup.spans) > 1 or not isinstance(term, Compare) or term.op not in _RANGES:
                found.append(((term,), lookup))
            elif span.path not in ranges:
                ranges[span.path] = ((term,), span)
            elif self._has_several(span.path):  # its values may meet them one by one
                found.append(((term,), lookup))
            else:
                covers, known = ranges[span.path]
                ranges[span.path] = ((*covers, term), between(known, span))
        found += [(covers, Lookup((span,))) for covers, span in ranges.values()]
        return found

    def _implied(self, match: Node) -> list[Lookup]:
        """Conditions on declared attributes that hold wherever one on an element does."""
        if not isinstance(match, ElementMatch):
            return []
        implied = (
            replace(term, path=(*match.path, *term.path))
            for term in conjuncts(match.term)
            if isinstance(term, Compare)
        )
        lookups = (key_lookup(self.table, one) for one in implied)
        return [one for one in lookups if one is not None]

    def _size(self, lookup: Lookup, most: int) -> int:
        """How many keys: exact up to so many (-1: in any case), from there on about."""
        if lookup.pattern is not None:
            return self._total  # of all texts it must be asked whether they match
        size: int = self.rows(lookup.counting(self.table), (*lookup.parameters, most))[0][0]
        if most < 0 or size < most:
            return size
        return max(size, sum(map(self._about, lookup.spans)))

    def _about(self, span: Span) -> int:
        spread = self._spread(span.path)
        return spread.count(span.start, span.end) if spread else self._total

    def _spread(self, path: int) -> Spread | None:
        """The stretches of a path, if they are counted; notes if they should be."""
        if self._total < LARGE or path == ID:
            return None
        spread = self.spreads.of(self.table, path)
        if not spread.counted or spread.overgrown:
            self.cuttable.add(path)
        return spread if spread.counted else None

    def _has_several(self, path: int) -> bool:
        """Whether any document has several values at a path."""
        if path < 0:
            return False
        if path not in self._several:
            self._several[path] = bool(self.rows(self.table.several, (path,))[0][0])
        return self._several[path]

    def _once(self, lookup: Lookup) -> bool:
        spans = lookup.spans
        if len(spans) == 1 and spans[0].one:
            return True
        apart = len(spans) == 1 or all(span.one for span in spans)
        return (
            apart
            and not any(self._has_several(path) for path in {s.path for s in spans})
            and (len({span.path for span in spans}) == 1)
        )

    # -- how to go on

    def _ways(
        self,
        terms: tuple[Node, ...],
        sort: tuple[Sort, ...],
        begins: list[_Begin],
        best: _Begin | None,
        need: int,
    ) -> list[tuple[float, Select]]:
        """All ways to a page, with their costs."""
        table, total = self.table, self._total
        ways: list[tuple[float, Select]] = []
        share = max(best.size if best else total, 1) / max(total, 1)
        path = table.paths.get(sort[0].path, WHOLE) if sort else WHOLE
        walk = sort_walk(table, sort, whole(path))
        if walk is not None:
            walked = min(total, need / share if terms else need)
            others, more = self._others(walk, walked, tested=bool(terms))
            risk = _UNEVEN if terms else 1
            cost = risk * walked * (_SKIP + self._tests(terms)) + more * _SKIP
            ways.append((cost, Select(table, walk, terms, others=others)))
        for begin in begins:
            if begin.span is None or not begin.covers:
                continue
            rest = _without(terms, begin.covers)
            narrow = self._narrow(begin, begin.span, sort)
            if narrow is not None:
                part = begin.size / max(total, 1)
                walked = min(begin.size, need / share * part if rest else need)
                ways.append((walked * (_SKIP + self._tests(rest)), Select(table, narrow, rest)))
        if best is None:
            all_of_them = Walk(whole(WHOLE))
            cost = total * (_SKIP + self._tests(terms) + self._sorting(sort))
            ways.append((cost, Select(table, all_of_them, terms, sort)))
        else:
            rest = _without(terms, best.covers)
            cost = best.size * (_SKIP + self._tests(rest) + self._sorting(sort))
            ways.append((cost, Select(table, Chosen(best.lookup, best.once), rest, sort)))
        return ways

    def _narrow(self, begin: _Begin, span: Span, sort: tuple[Sort, ...]) -> Walk | None:
        """The walk through the keys of one condition in the order of the list, if it is theirs."""
        if not sort:
            return Walk(span) if span.one else None
        return (
            sort_walk(self.table, sort, span)
            if begin.once and not self._has_several(span.path)
            else None
        )

    def _tests(self, terms: Sequence[Node]) -> float:
        """What it costs to test one row."""
        return sum(
            _BODY
            if not answered_by_keys(self.table, term)
            else _KEY
            if not _ranges(term)
            else _RANGE
            for term in terms
        )

    def _sorting(self, sort: Sequence[Sort]) -> float:
        known = [key.path in self.table.paths for key in sort]
        return _SORTED + sum(_RANGE if one else _BODY for one in known)

    def _without_value(self, walk: Walk) -> int | None:
        """How many documents no key of a walk leads to, for want of a value; None: who knows."""
        path = walk.span.path
        if path < 0:
            return 0
        spread = self._spread(path)
        end = GREATEST if walk.descending else LEAST
        return None if spread is None else self._total - spread.count(START, END, end)

    def _others(self, walk: Walk, walked: float, *, tested: bool) -> tuple[bool, float]:
        """Whether documents without a value belong to a list, and how many it takes to find them.

        They come first, or (backwards) last: then a page may end before them. What is tested may
        fail, so it is not known where such a page ends.
        """
        lacking = self._without_value(walk)
        if lacking is None:
            return True, self._total
        if walk.descending and walked <= self._total - lacking:
            return tested and lacking > 0, 0.0
        return lacking > 0, min(self._total, walked * self._total / max(lacking, 1))

    def _shorter(
        self, select: Select, walk: Walk, offset: int, limit: int, cost: float
    ) -> tuple[Select, int, float]:
        """A deep page, begun near to where it is."""
        spread = self._spread(walk.span.path)
        lacking = self._without_value(walk) if select.others else 0
        if spread is None or lacking is None:
            return select, offset, cost
        if not walk.descending and lacking:
            if offset < lacking:
                return select, offset, cost
            offset -= lacking  # they are all before it
            select = replace(select, others=False)
        column = 0 if walk.ends is None else walk.ends
        start, end = walk.span.start, walk.span.end
        place, left = spread.seek(start, end, column, offset, descending=walk.descending)
        begun = replace(select, source=replace(walk, place=place))
        return begun, left, (left + limit) * _SKIP

    # -- how many

    def _counting(
        self, terms: tuple[Node, ...], best: _Begin | None
    ) -> tuple[int | None, Select, float]:
        """The number of all, if it is known; else the statement that counts; and its cost."""
        begin = Chosen(best.lookup, best.once) if best else Walk(whole(WHOLE))
        rest = _without(terms, best.covers) if best else terms
        size = best.size if best else self._total
        select = Select(self.table, begin, rest)
        if not terms:
            return self._total, select, 0.0
        if not rest and best and best.once and best.lookup.pattern is None:
            spans = best.lookup.spans
            if size < MANY:
                return size, select, 0.0
            if all(self._spread(span.path) for span in spans):
                return sum(map(self._exactly, spans)), select, 0.0
            return None, select, size * _SKIP
        opposite = self._opposite(terms)
        if opposite is not None:
            return self._total - self._exactly(opposite), select, 0.0
        each = _SKIP if best and best.once else _SORTED
        return None, select, size * (each + self._tests(rest))

    def _opposite(self, terms: tuple[Node, ...]) -> Span | None:
        """The keys of all documents that do not match, if they are so simple to tell."""
        if len(terms) != 1 or not isinstance(terms[0], Compare) or terms[0].op is not Op.NE:
            return None
        number = self.table.paths.get(terms[0].path)
        if number is None or (self._total >= LARGE and self._spread(number) is None):
            return None
        spans = spans_of(number, terms[0])
        return spans[0] if len(spans) == 1 else None

    def _exactly(self, span: Span) -> int:
        spread = self._spread(span.path)
        if spread is not None:
            return spread.count(span.start, span.end)
        return self._size(Lookup((span,)), -1)


def _without(terms: tuple[Node, ...], covered: tuple[Node, ...]) -> tuple[Node, ...]:
    return tuple(term for term in terms if term not in covered)


def _ranges(node: Node) -> bool:
    """Whether a condition that keys answer asks for a range."""
    if isinstance(node, Compare):
        return node.op in _RANGES
    parts = node.terms if hasattr(node, "terms") else (node.term,)  # type: ignore[union-attr]
    return any(map(_ranges, parts))
