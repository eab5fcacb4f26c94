"""Compiles a query to MongoDB's language. Pure.

Every value is the operand of an operator that stands here, so nothing of a request can become an
operator itself. A pattern is one that RE2 took and that has nothing for a backtracking engine to
explode on (`api.query.pattern`).
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

from api.query.evaluate import evaluate
from api.query.literals import literals
from api.query.pattern import portable
from api.query.tree import And, Compare, Node, Not, Op, Or, Sort

__all__ = ["compile_query", "compile_sort"]

Filter: TypeAlias = dict[str, Any]

_RELATIONS = {Op.GT: "$gt", Op.GTE: "$gte", Op.LT: "$lt", Op.LTE: "$lte"}
_ALIVE: Filter = {"created": {"$gte": 0}}
_NEVER: Filter = {"_id": {"$in": []}}


def compile_query(query: Node) -> Filter:
    """The filter for a query.

    What is left of a deleted document has no body. A query that does not match an empty body needs
    no word about them, and can be answered from an attribute's index alone.
    """
    if isinstance(query, And) and not query.terms:
        return _ALIVE
    condition = _condition(query)
    return {"$and": [condition, _ALIVE]} if evaluate(query, {}) else condition


def compile_sort(sort: Sequence[Sort]) -> list[tuple[str, int]]:
    """The order: the given keys, then creation, then id."""
    keys = [(_name(key.path), -1 if key.descending else 1) for key in sort]
    return [*keys, ("created", 1), ("_id", 1)]


def _condition(node: Node) -> Filter:
    if isinstance(node, Compare):
        return _compare(node)
    if isinstance(node, Not):
        return {"$nor": [_condition(node.term)]}
    if not node.terms:
        return {} if isinstance(node, And) else _NEVER
    word = "$or" if isinstance(node, Or) else "$and"
    return {word: [_condition(term) for term in node.terms]}


def _compare(compare: Compare) -> Filter:
    name = _name(compare.path)
    if compare.op is Op.REGEX:
        return {name: {"$regex": portable(str(compare.value))}}
    values = literals(compare)
    if compare.op in (Op.EQ, Op.NE):
        equal = {name: {"$eq": values[0]} if len(values) == 1 else {"$in": list(values)}}
        return {"$nor": [equal]} if compare.op is Op.NE else equal
    relation = _RELATIONS[compare.op]
    ranges = [{name: {relation: value}} for value in values]
    return ranges[0] if len(ranges) == 1 else {"$or": ranges}


def _name(path: tuple[str, ...]) -> str:
    return ".".join(("body", *path))
