"""Whether a query matches a JSON object: what both stores must agree with. Pure."""

import operator
from collections.abc import Callable

from api.jsontypes import JsonObject, JsonValue
from api.query.leaves import elements, leaves, members
from api.query.literals import Literal, literals
from api.query.pattern import compiled
from api.query.tree import And, Compare, ElementMatch, Exists, IsNull, Node, Op, Or

__all__ = ["evaluate"]

_RELATIONS: dict[Op, Callable[[JsonValue, Literal], bool]] = {
    Op.EQ: operator.eq,
    Op.NE: operator.eq,  # of which the opposite is asked for
    Op.GT: operator.gt,
    Op.GTE: operator.ge,
    Op.LT: operator.lt,
    Op.LTE: operator.le,
}


def evaluate(node: Node, body: JsonObject) -> bool:
    """Whether the object matches; the meaning of each operator stands in `api.query.tree`."""
    if isinstance(node, Compare):
        return _holds(node, body)
    if isinstance(node, And | Or):
        joined = all if isinstance(node, And) else any
        return joined(evaluate(term, body) for term in node.terms)
    if isinstance(node, ElementMatch):
        return any(evaluate(node.term, element) for element in elements(body, node.path))
    if isinstance(node, Exists):
        return bool(members(body, node.path))
    if isinstance(node, IsNull):
        return None in leaves(body, node.path)
    return not evaluate(node.term, body)


def _holds(compare: Compare, body: JsonObject) -> bool:
    values = leaves(body, compare.path)
    if compare.op is Op.REGEX:
        pattern = compiled(str(compare.value))
        return any(isinstance(value, str) and pattern.search(value) for value in values)
    relation = _RELATIONS[compare.op]
    found = any(
        _comparable(value, literal) and relation(value, literal)
        for literal in literals(compare)
        for value in values
    )
    return found is not (compare.op is Op.NE)


def _comparable(value: JsonValue, literal: Literal) -> bool:
    if isinstance(value, bool) or isinstance(literal, bool):
        return isinstance(value, bool) and isinstance(literal, bool)
    if isinstance(literal, str):
        return isinstance(value, str)
    return isinstance(value, int | float)
