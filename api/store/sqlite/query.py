# ruff: noqa: S608 - texts are made of constants and of names that `Table` has checked
"""Makes the SQL of a list. Pure.

A list begins with keys: those in the order that is asked for, or those that meet a condition. Of
each row what else must hold is asked of other keys where they can tell, and of the evaluator where
only the body can: it is ``turnup_test`` in SQL. Values are bound; the text is made of constants
alone, so that lists of the same shape are prepared once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from api.query.literals import Literal, literals
from api.query.tree import And, Compare, Node, Not, Op, Or, Sort
from api.store.sqlite.keys import GREATEST, ID, LEAST, WHOLE, lacking
from api.store.sqlite.lookup import Lookup, Span, spans_of, whole
from api.store.sqlite.rows import Parameter
from api.store.sqlite.stretches import Place
from api.store.sqlite.tables import Table

__all__ = ["Bound", "Chosen", "Select", "Walk", "answered_by_keys", "conjuncts", "sort_walk"]

Bound: TypeAlias = Parameter | Node | Sort
"""What is bound: of a node or sort key, a number by which the functions in SQL know it."""

_RELATIONS = {Op.GT: ">", Op.GTE: ">=", Op.LT: "<", Op.LTE: "<="}


@dataclass(frozen=True, slots=True)
class Walk:
    """Keys in their own order.

    Attributes:
        span: which.
        ends: only those that are the least (or greatest) of their documents'; None: all.
        descending: backwards.
        place: where to begin (backwards: before which); None: with the first.
        lacking: only documents that come before all values at the path of this number; None: all.
    """

    span: Span
    ends: int | None = None
    descending: bool = False
    place: Place | None = None
    lacking: int | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """Documents that keys lead to, in any order.

    Attributes:
        lookup: the keys.
        once: whether no document comes twice by them.
    """

    lookup: Lookup
    once: bool = False


@dataclass(frozen=True, slots=True)
class Select:
    """A list: where it begins, what else must hold, and its order.

    Attributes:
        table: of the collection.
        source: where it begins.
        terms: what else must hold.
        sort: the order; None: that of the walk.
        others: of a walk through an attribute's values: whether the documents without one come,
            too, before or (backwards) behind them.
    """

    table: Table
    source: Walk | Chosen
    terms: tuple[Node, ...] = ()
    sort: tuple[Sort, ...] | None = None
    others: bool = False

    def count(self) -> tuple[str, list[Bound]]:
        """The statement for how many there are, and what it takes."""
        made = _Text(self.table, self.source, self.terms)
        return f"SELECT count(*) FROM {made.source}{made.where}", made.parameters

    def page(self) -> tuple[str, list[Bound]]:
        """The statement for the documents; takes limit and offset behind these."""
        # the rows that the page needs are found first, so that no body goes through the sorter
        rows, parameters = _rows(self)
        if self.others and isinstance(self.source, Walk):
            more, further = _rows(replace(self, source=_lacking(self.source), others=False))
            both = [(more, further), (rows, parameters)]
            if self.source.descending:
                both.reverse()
            # with a limit, each of them keeps its order
            rows = " UNION ALL ".join(f"SELECT seq FROM ({text} LIMIT -1)" for text, _ in both)
            parameters = [*both[0][1], *both[1][1]]
        text = (
            f"SELECT {self.table.columns} FROM ({rows} LIMIT ? OFFSET ?) AS m"
            f" CROSS JOIN {self.table.doc} d ON d.seq = m.seq"
        )
        return text, parameters


def _rows(select: Select) -> tuple[str, list[Bound]]:
    """The documents' numbers, in order."""
    sort = select.sort
    made = _Text(select.table, select.source, select.terms, by_body=bool(sort))
    order = _walk_order(select.source) if sort is None else made.order(sort)
    text = f"SELECT k.doc AS seq FROM {made.source}{made.where} ORDER BY {order}"
    return text, made.parameters


def _lacking(walk: Walk) -> Walk:
    return Walk(whole(WHOLE), descending=walk.descending, lacking=walk.span.path)


def _walk_order(source: Walk | Chosen) -> str:
    names = ("k.value", "k.created", "k.doc")
    down = " DESC" if isinstance(source, Walk) and source.descending else ""
    return ", ".join(f"{name}{down}" for name in names)


def conjuncts(node: Node) -> list[Node]:
    """The conditions that must all hold."""
    if isinstance(node, And):
        return [part for term in node.terms for part in conjuncts(term)]
    return [node]


def answered_by_keys(table: Table, node: Node) -> bool:
    """Whether a document's keys tell if a condition holds for it."""
    if isinstance(node, Not):
        return answered_by_keys(table, node.term)
    if isinstance(node, And | Or):
        return all(answered_by_keys(table, term) for term in node.terms)
    return isinstance(node, Compare) and node.op is not Op.REGEX and node.path in table.paths


@dataclass(slots=True)
class _Text:
    """Makes the FROM and WHERE of a list."""

    table: Table
    begin: Walk | Chosen
    terms: Sequence[Node]
    by_body: bool = False
    source: str = ""
    where: str = ""
    parameters: list[Bound] = field(default_factory=list)

    def __post_init__(self) -> None:
        tests = self._begin()
        of_keys = [term for term in self.terms if answered_by_keys(self.table, term)]
        tests += [self._condition(term) for term in of_keys]
        others = tuple(term for term in self.terms if not answered_by_keys(self.table, term))
        if others:
            tests.append("turnup_test(?, CAST(d.body AS BLOB))")
            self.parameters.append(others[0] if len(others) == 1 else And(others))
        if self.by_body or any("d." in test for test in tests):
            self.source += f" CROSS JOIN {self.table.doc} d ON d.seq = k.doc"
        self.where = f" WHERE {' AND '.join(tests)}" if tests else ""

    def _begin(self) -> list[str]:
        begin = self.begin
        if isinstance(begin, Chosen):
            union, word = ("UNION ALL", "") if begin.once else ("UNION", "DISTINCT ")
            rows = begin.lookup.keys(self.table, f"{word}k.created, k.doc", union)
            self.source = f"({rows}) k"
            self.parameters += begin.lookup.parameters
            return []
        self.source = f"{self.table.rows(begin.span.path)} k"
        if begin.place is None:
            tests = [begin.span.test]
            self.parameters += begin.span.parameters
        else:
            text, parameters = begin.span.from_place(begin.place, before=begin.descending)
            tests = [text]
            self.parameters += parameters
        if begin.ends is not None:
            tests.append(f"k.ends & {begin.ends}")
        if begin.lacking is not None:
            tests.append(f"k.ends & {lacking(begin.lacking, descending=begin.descending)}")
        return tests

    def _condition(self, node: Node) -> str:
        """The SQL of a condition that keys answer; its parameters are bound."""
        if isinstance(node, Not):
            return f"NOT {self._condition(node.term)}"
        if isinstance(node, And | Or):
            word, none = (" AND ", "1") if isinstance(node, And) else (" OR ", "0")
            return f"({word.join(self._condition(term) for term in node.terms) or none})"
        if not isinstance(node, Compare):
            raise TypeError(node)
        if node.op in _RELATIONS:
            return self._in_range(node)
        number = self.table.paths[node.path]
        tests = []
        for span in spans_of(number, node):
            tests.append(
                f"EXISTS (SELECT 1 FROM {self.table.rows(number)} WHERE path = ? AND value = ?"
                " AND created = k.created AND doc = k.doc)"
            )
            self.parameters += span.parameters
        return f"{'NOT ' if node.op is Op.NE else ''}({' OR '.join(tests)})"

    def _in_range(self, compare: Compare) -> str:
        """Of keys in a range no one place is known: so the envelope's copy of them is asked."""
        values = literals(compare)
        relation = _RELATIONS[compare.op]
        if self.table.paths[compare.path] == ID:
            texts = [value for value in values if isinstance(value, str)]
            self.parameters += texts
            return f"({' OR '.join(f'd.id {relation} ?' for _ in texts) or '0'})"
        tests = (f"(v.type IN {_types(value)} AND v.atom {relation} ?)" for value in values)
        self.parameters += [f"$[{self.table.paths[compare.path]}]", *values]
        return f"EXISTS (SELECT 1 FROM json_each(d.keys, ?) v WHERE {' OR '.join(tests)})"

    def order(self, sort: Sequence[Sort]) -> str:
        """The ORDER BY for these keys; takes parameters."""
        terms: list[str] = []
        for key in sort:
            number = self.table.paths.get(key.path)
            if number == ID:
                term = "d.id"
            elif number is None:
                term = "turnup_key(?, CAST(d.body AS BLOB))"
                self.parameters.append(key)
            else:
                term = (
                    "CASE json_type(d.keys, ?) WHEN 'true' THEN x'01' WHEN 'false' THEN x'00'"
                    " ELSE json_extract(d.keys, ?) END"
                )
                place = "#-1" if key.descending else "0"
                self.parameters += [f"$[{number}][{place}]"] * 2
            terms.append(f"{term} DESC" if key.descending else term)
        down = " DESC" if sort and sort[0].descending else ""
        return ", ".join([*terms, f"k.created{down}", f"k.doc{down}"])


def sort_walk(table: Table, sort: Sequence[Sort], span: Span) -> Walk | None:
    """The walk through keys in that order; None where there is none."""
    if not sort:
        return Walk(span)
    if len(sort) > 1 or table.paths.get(sort[0].path) != span.path:
        return None
    down = sort[0].descending
    return Walk(span, GREATEST if down else LEAST, down)


def _types(literal: Literal) -> str:
    if isinstance(literal, bool):
        return "('true', 'false')"
    return "('text')" if isinstance(literal, str) else "('integer', 'real')"
