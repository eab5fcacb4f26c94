# ruff: noqa: S608 - texts are made of constants and of names that `Table` has checked
"""What the key table says of a condition: the spans of keys that meet it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from api.query.literals import Literal, literals
from api.query.tree import Compare, Node, Op, Or
from api.store.sqlite.keys import NOTHING, Key, key_rank, key_value
from api.store.sqlite.rows import Parameter
from api.store.sqlite.stretches import END, START, Place
from api.store.sqlite.tables import Table

__all__ = ["Lookup", "Span", "between", "key_lookup", "spans_of", "whole"]

_INT64 = 2**63 - 1
_Edge: TypeAlias = tuple[Key, bool]
"""A value, and whether this is the place after all of its keys (or before them)."""

# in the order of SQLite: nothing, numbers, text (from '' on), blobs (booleans)
_NUMBERS: tuple[_Edge, _Edge] = ((NOTHING, True), ("", False))
_TEXTS: tuple[_Edge, _Edge] = (("", False), (b"", False))
_BOOLEANS: tuple[_Edge, _Edge] = ((b"", False), (b"\xff", False))
_UP = (Op.GT, Op.GTE)
_AFTER = (Op.GT, Op.LTE)


@dataclass(frozen=True, slots=True)
class Span:
    """Keys of one path that follow each other.

    Attributes:
        path: its number.
        low: where it begins.
        high: where it ends.
    """

    path: int
    low: _Edge
    high: _Edge

    @property
    def one(self) -> bool:
        """Whether it is of one value: then no document comes twice, and by creation."""
        return self.low == (self.high[0], False) and self.high[1]

    @property
    def test(self) -> str:
        """The condition on a row ``k`` of the key table; takes `parameters`."""
        if self.one:
            return "k.path = ? AND k.value = ?"
        low, high = ">" if self.low[1] else ">=", "<=" if self.high[1] else "<"
        return f"k.path = ? AND k.value {low} ? AND k.value {high} ?"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Those of the test."""
        values = (self.low[0],) if self.one else (self.low[0], self.high[0])
        return (self.path, *values)

    def from_place(self, place: Place, *, before: bool) -> tuple[str, tuple[Parameter, ...]]:
        """The test of what is in it from a place on, or before that, and what it takes.

        Said in such a way that SQLite begins its search there: with one bound on each side.
        """
        sign = "<" if before else ">="
        value, *rest = place
        if self.one and value == self.low[0]:
            text = f"k.path = ? AND k.value = ? AND (k.created, k.doc) {sign} (?, ?)"
            return text, (self.path, value, *rest)
        (edge, after), other = (self.low, ">") if before else (self.high, "<")
        orequal = "=" if after is not before else ""
        text = f"k.path = ? AND (k.value, k.created, k.doc) {sign} (?, ?, ?)"
        return f"{text} AND k.value {other}{orequal} ?", (self.path, *place, edge)

    @property
    def start(self) -> Place:
        """The place of its first possible key."""
        return _place(self.low)

    @property
    def end(self) -> Place:
        """The place behind its last possible key."""
        return _place(self.high)


def _place(edge: _Edge) -> Place:
    value, after = edge
    return (value, _INT64, _INT64) if after else (value, -_INT64, -_INT64)


def whole(path: int) -> Span:
    """All keys of a path."""
    return Span(path, (START[0], False), (END[0], False))


@dataclass(frozen=True, slots=True)
class Lookup:
    """The keys that meet a condition.

    Attributes:
        spans: alternatives.
        pattern: which texts among them match; None: all.
    """

    spans: tuple[Span, ...]
    pattern: str | None = None

    @property
    def _test(self) -> str:
        return "" if self.pattern is None else " AND turnup_match(?, k.value)"

    def keys(self, table: Table, columns: str, union: str) -> str:
        """The SELECT of these columns, once for each span; takes `parameters`."""
        return f" {union} ".join(
            f"SELECT {columns} FROM {table.rows(span.path)} k WHERE {span.test}{self._test}"
            for span in self.spans
        )

    def counting(self, table: Table) -> str:
        """The statement for how many keys there are, counted up to a limit (-1: none).

        It takes `parameters` and the limit.
        """
        return f"SELECT count(*) FROM ({self.keys(table, '1', 'UNION ALL')} LIMIT ?)"

    @property
    def parameters(self) -> list[Parameter]:
        """Those of `keys` and `counting`."""
        pattern: tuple[Parameter, ...] = () if self.pattern is None else (self.pattern,)
        return [part for span in self.spans for part in (*span.parameters, *pattern)]


def key_lookup(table: Table, node: Node) -> Lookup | None:
    """How to meet a condition by the key table alone; None where that cannot be."""
    if isinstance(node, Or):
        return _either(table, node.terms)
    if not isinstance(node, Compare) or node.op is Op.NE:
        return None
    number = table.paths.get(node.path)
    if number is None:
        return None
    if node.op is Op.REGEX:
        return Lookup((Span(number, *_TEXTS),), str(node.value))
    return Lookup(tuple(spans_of(number, node)))


def _either(table: Table, terms: Sequence[Node]) -> Lookup | None:
    found = [key_lookup(table, term) for term in terms]
    spans = [span for one in found if one and one.pattern is None for span in one.spans]
    if not found or any(one is None or one.pattern is not None for one in found):
        return None
    return Lookup(tuple(dict.fromkeys(spans)))


def spans_of(number: int, compare: Compare) -> list[Span]:
    """The keys that a comparison holds for (of NE: its opposite), by type."""
    return [_span(number, compare.op, value) for value in literals(compare)]


def _span(number: int, op: Op, literal: Literal) -> Span:
    value = key_value(literal)
    if op in (Op.EQ, Op.NE):
        return Span(number, (value, False), (value, True))
    low, high = _kind(literal)
    edge = (value, op in _AFTER)
    return Span(number, edge, high) if op in _UP else Span(number, low, edge)


def _kind(literal: Literal) -> tuple[_Edge, _Edge]:
    if isinstance(literal, bool):
        return _BOOLEANS
    return _TEXTS if isinstance(literal, str) else _NUMBERS


def between(one: Span, other: Span) -> Span:
    """What is in both: right for documents only where none has several values at the path."""
    low, high = max(one.low, other.low, key=_order), min(one.high, other.high, key=_order)
    return Span(one.path, low, high)


def _order(edge: _Edge) -> tuple[int, Key, bool]:
    value, after = edge
    return (key_rank(value), value, after)
