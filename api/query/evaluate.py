"""Whether a query matches a JSON object: what both stores must agree with. Pure.

A query is made into a function first, once: what does not depend on the object is worked out then,
and conditions on one path share one way down to its values.
"""

import operator
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeAlias

from api.jsontypes import JsonObject, JsonValue
from api.query.leaves import elements, leaves, members
from api.query.literals import Literal, literals
from api.query.pattern import compiled
from api.query.tree import And, Compare, ElementMatch, Exists, IsNull, Node, Op, Or

__all__ = ["Matcher", "evaluate", "matcher"]

Matcher: TypeAlias = Callable[[JsonObject], bool]
_Test: TypeAlias = Callable[[list[JsonValue]], bool]

_RELATIONS: dict[Op, Callable[[JsonValue, Literal], bool]] = {
    Op.GT: operator.gt,
    Op.GTE: operator.ge,
    Op.LT: operator.lt,
    Op.LTE: operator.le,
}
_NUMBERS = frozenset({int, float})


def evaluate(node: Node, body: JsonObject) -> bool:
    """Whether the object matches; the meaning of each operator stands in `api.query.tree`."""
    return matcher(node)(body)


@lru_cache(maxsize=256)
def matcher(node: Node) -> Matcher:
    """The function that tells whether an object matches."""
    if isinstance(node, And | Or):
        return _joined(node)
    if isinstance(node, Compare):
        path, test = node.path, _test(node)
        return lambda body: test(leaves(body, path))
    if isinstance(node, ElementMatch):
        inner, path = matcher(node.term), node.path
        return lambda body: any(map(inner, elements(body, path)))
    if isinstance(node, Exists):
        path = node.path
        return lambda body: bool(members(body, path))
    if isinstance(node, IsNull):
        path = node.path
        return lambda body: None in leaves(body, path)
    term = matcher(node.term)
    return lambda body: not term(body)


def _joined(node: And | Or) -> Matcher:
    join: Callable[[Iterable[bool]], bool] = all if isinstance(node, And) else any
    # of these, all of one path are one look into a set
    mergeable = Op.NE if isinstance(node, And) else Op.EQ
    merged: dict[tuple[str, ...], list[Literal]] = {}
    by_path: dict[tuple[str, ...], list[_Test]] = {}
    rest: list[Matcher] = []
    for term in dict.fromkeys(node.terms):
        if not isinstance(term, Compare):
            rest.append(matcher(term))
        elif term.op is mergeable:
            merged.setdefault(term.path, []).extend(literals(term))
        else:
            by_path.setdefault(term.path, []).append(_test(term))
    for path, wanted in merged.items():
        by_path.setdefault(path, []).append(_equal(wanted, negated=mergeable is Op.NE))

    def together(path: tuple[str, ...], tests: list[_Test]) -> Matcher:
        def matches(body: JsonObject) -> bool:
            values = leaves(body, path)
            return join(test(values) for test in tests)

        return matches

    parts = [together(path, tests) for path, tests in by_path.items()] + rest
    return lambda body: join(part(body) for part in parts)


def _test(compare: Compare) -> _Test:
    """The test of all values at the condition's path."""
    if compare.op is Op.REGEX:
        search = compiled(str(compare.value)).search
        return lambda values: any(isinstance(one, str) and bool(search(one)) for one in values)
    wanted = literals(compare)
    if compare.op not in _RELATIONS:
        return _equal(wanted, negated=compare.op is Op.NE)
    relation = _RELATIONS[compare.op]
    typed = [(_kinds(literal), literal) for literal in wanted]
    return lambda values: any(
        type(one) in kinds and relation(one, literal) for kinds, literal in typed for one in values
    )


def _equal(wanted: Iterable[Literal], *, negated: bool) -> _Test:
    """Whether some value is equal to one of these (negated: none is)."""
    found: dict[type, set[Literal]] = {str: set(), bool: set(), int: set(), float: set()}
    for literal in wanted:
        for kind in _kinds(literal):
            found[kind].add(literal)
    kinds = {kind: frozenset(literals) for kind, literals in found.items()}
    none: frozenset[Literal] = frozenset()

    def test(values: list[JsonValue]) -> bool:
        for one in values:
            same = kinds.get(type(one), none)
            if same and one in same:
                return not negated
        return negated

    return test


def _kinds(literal: Literal) -> frozenset[type]:
    """The types that a value must have one of to be compared with the literal."""
    if isinstance(literal, bool):
        return frozenset({bool})
    return frozenset({str}) if isinstance(literal, str) else _NUMBERS
