# ruff: noqa: S608 - texts are made of constants; names and values are bound
"""Compiles a condition to SQL that takes the body apart. Pure.

There is a ``json_each`` for every array that may lie on the way. JSON paths and values are bound.
"""

from dataclasses import dataclass
from typing import TypeAlias

from api.query.literals import Literal, literals
from api.query.tree import And, Compare, ElementMatch, Exists, IsNull, Node, Not, Op, Sort
from api.store.sqlite.rows import Parameter

__all__ = ["RELATIONS", "BodyTest", "extreme"]

RELATIONS = {Op.EQ: "=", Op.NE: "=", Op.GT: ">", Op.GTE: ">=", Op.LT: "<", Op.LTE: "<="}
_ROOT = "d.body"
_Path: TypeAlias = tuple[str, ...]


@dataclass(slots=True)
class BodyTest:
    """Makes conditions on one JSON object.

    Attributes:
        parameters: take those of the conditions, in the order of their ``?``.
        root: the object; by default the body of a document.
        level: how many arrays were gone into before, so that each has a name of its own.
    """

    parameters: list[Parameter]
    root: str = _ROOT
    level: int = 0

    def condition(self, node: Node) -> str:
        """The SQL of a condition; its parameters are bound."""
        if isinstance(node, Not):
            return f"NOT {self.condition(node.term)}"
        if isinstance(node, Compare):
            return self._compare(node)
        if isinstance(node, Exists):
            return self._exists(node.path)
        if isinstance(node, IsNull):
            return self._some_leaf(node.path, "leaf.type = 'null'", [])
        if isinstance(node, ElementMatch):
            return self._element(node)
        word, none = (" AND ", "1") if isinstance(node, And) else (" OR ", "0")
        return f"({word.join(self.condition(term) for term in node.terms) or none})"

    def _compare(self, compare: Compare) -> str:
        if compare.op is Op.REGEX:
            test = "leaf.type = 'text' AND turnup_match(?, leaf.value)"
            return self._some_leaf(compare.path, test, [compare.value])
        values = literals(compare)
        tests = (
            f"(leaf.type IN {_types(value)} AND leaf.value {RELATIONS[compare.op]} ?)"
            for value in values
        )
        found = self._some_leaf(compare.path, f"({' OR '.join(tests)})", list(values))
        return f"NOT {found}" if compare.op is Op.NE else found

    def _some_leaf(self, path: _Path, test: str, values: list[Parameter]) -> str:
        """That some value at the path meets a test of ``leaf``."""
        sources, holder = _unfold(path[:-1], self.root, self.level)
        last = _step(path[-1])
        self.parameters += [*_marks(path[:-1]), last, *values, last]
        return (
            f"EXISTS (SELECT 1 FROM {sources}json_each({holder}, ?) AS leaf"
            f" WHERE {test} AND json_type({holder}, ?) <> 'object')"
        )

    def _exists(self, path: _Path) -> str:
        sources, holder = _unfold(path[:-1], self.root, self.level)
        self.parameters += [*_marks(path[:-1]), _step(path[-1])]
        return (
            f"EXISTS (SELECT 1 FROM {sources}(SELECT 1) WHERE json_type({holder}, ?) IS NOT NULL)"
        )

    def _element(self, match: ElementMatch) -> str:
        sources, holder = _unfold(match.path, self.root, self.level)
        self.parameters += _marks(match.path)
        inner = self.level + len(match.path)
        test = BodyTest(self.parameters, holder, inner).condition(match.term)
        kind = f"e{inner - 1}.type = 'object'"
        return f"EXISTS (SELECT 1 FROM {sources}(SELECT 1) WHERE {kind} AND {test})"


def extreme(key: Sort, parameters: list[Parameter]) -> str:
    """The value to sort by: the least of an attribute's ascending, the greatest descending."""
    sources, holder = _unfold(key.path[:-1], _ROOT, 0)
    function = "max" if key.descending else "min"
    parameters += [*_marks(key.path[:-1]), *[_step(key.path[-1])] * 2]
    return (
        f"(SELECT {function}(leaf.atom) FROM {sources}json_each({holder}, ?) AS leaf"
        f" WHERE json_type({holder}, ?) <> 'object')"
    )


def _unfold(path: _Path, root: str, level: int) -> tuple[str, str]:
    """The joins that go down a path, and the objects at its end.

    Each name takes three parameters, its `_marks`. What is no object becomes an empty one: SQLite
    would refuse to take a string apart.
    """
    holder, sources = root, ""
    for number in range(level, level + len(path)):
        element = f"e{number}"
        sources += (
            f"json_each(CASE json_type({holder}, ?)"
            f" WHEN 'array' THEN json_extract({holder}, ?)"
            f" WHEN 'object' THEN json_array(json_extract({holder}, ?))"
            f" ELSE '[]' END) AS {element}, "
        )
        holder = f"CASE {element}.type WHEN 'object' THEN {element}.value ELSE '{{}}' END"
    return sources, holder


def _marks(path: _Path) -> list[Parameter]:
    return [mark for name in path for mark in [_step(name)] * 3]


def _step(name: str) -> str:
    """The JSON path of a member. Names with a quote in them were refused by the parser."""
    return f'$."{name}"'


def _types(literal: Literal) -> str:
    if isinstance(literal, bool):
        return "('true', 'false')"
    return "('text')" if isinstance(literal, str) else "('integer', 'real')"
