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
from api.query.tree import And, Compare, ElementMatch, Exists, IsNull, Node, Not, Op, Or, Sort

__all__ = ["compile_query", "compile_sort"]

Filter: TypeAlias = dict[str, Any]

_RELATIONS = {Op.GT: "$gt", Op.GTE: "$gte", Op.LT: "$lt", Op.LTE: "$lte"}
_ALIVE: Filter = {"created": {"$gte": 0}}
_BODY = "body"
_ID, _ID_NAME = "_id", "id"
_OBJECT: Filter = {"$type": "object", "$not": {"$type": "array"}}
_ANY_OBJECT: Filter = {"id": {"$nin": []}}
"""Always true, and tells ``$elemMatch`` by its name that objects are asked for."""
_NEVER: Filter = {"_id": {"$in": []}}


def compile_query(query: Node) -> Filter:
    """The filter for a query.

    What is left of a deleted document has its id, but neither a body nor a time of creation. A
    query that does not match an empty body needs no word about them, and can be answered from an
    attribute's index alone.
    """
    if isinstance(query, And) and not query.terms:
        return _ALIVE
    condition = _condition(query, _BODY)
    told = evaluate(query, {}) or _names_id(query)
    return _all([condition, _ALIVE]) if told else condition


def compile_sort(sort: Sequence[Sort]) -> list[tuple[str, int]]:
    """The order: the given keys, then creation, then id, in the direction of the first key.

    So an attribute's index gives both directions, read forwards or backwards.
    """
    keys = [(_name(_BODY, key.path), -1 if key.descending else 1) for key in sort]
    last = keys[0][1] if keys else 1
    if any(name == _ID for name, _ in keys):  # no two documents are equal in it
        return keys
    return [*keys, ("created", last), (_ID, last)]


def _names_id(node: Node) -> bool:
    if isinstance(node, Compare | Exists | IsNull):
        return node.path == (_ID_NAME,)
    if isinstance(node, Not):
        return _names_id(node.term)
    return not isinstance(node, ElementMatch) and any(map(_names_id, node.terms))


def _condition(node: Node, root: str) -> Filter:
    """The filter for a condition on what stands under the root, a field's name; "": on itself."""
    if isinstance(node, Compare):
        return _compare(node, root)
    if isinstance(node, Exists | IsNull):
        there: Filter = {"$exists": True} if isinstance(node, Exists) else {"$type": "null"}
        return {_name(root, node.path): there}
    if isinstance(node, ElementMatch):
        return _element(node, root)
    if isinstance(node, Not):
        return {"$nor": [_condition(node.term, root)]}
    if not node.terms:
        return {} if isinstance(node, And) else _NEVER
    terms = [_condition(term, root) for term in node.terms]
    return _any(terms) if isinstance(node, Or) else _all(terms)


def _all(conditions: Sequence[Filter]) -> Filter:
    """What holds where all of these hold: in one filter where no word comes twice, else ``$and``.

    Said of one field, it is as if each word stood alone: of an array, each may hold of another
    element. So a range is one look into an index, for planners that keep conditions apart too.
    """
    whole: Filter = {}
    for condition in conditions:
        for name, said in condition.items():
            known = whole.get(name)
            if known is None:
                whole[name] = said
            elif name.startswith("$") or not said.keys().isdisjoint(known):
                return {"$and": list(conditions)}
            else:
                whole[name] = {**known, **said}
    return whole


def _any(conditions: Sequence[Filter]) -> Filter:
    """What holds where one of these holds: values of one field as one ``$in``, else ``$or``."""
    names = {name for condition in conditions for name in condition}
    values: list[Any] = []
    for condition in conditions:
        said = next(iter(condition.values()), None)
        match said if len(names) == len(condition) == 1 else None:
            case {"$eq": value, **more} if not more:
                values.append(value)
            case {"$in": several, **more} if not more:
                values += several
            case _:
                return {"$or": list(conditions)}
    return {names.pop(): {"$in": values}}


def _compare(compare: Compare, root: str) -> Filter:
    name = _name(root, compare.path)
    if compare.op is Op.REGEX:
        return {name: {"$regex": portable(str(compare.value))}}
    values = literals(compare)
    if compare.op in (Op.EQ, Op.NE):
        equal = {name: {"$eq": values[0]} if len(values) == 1 else {"$in": list(values)}}
        return {"$nor": [equal]} if compare.op is Op.NE else equal
    relation = _RELATIONS[compare.op]
    ranges = [{name: {relation: value}} for value in values]
    return ranges[0] if len(ranges) == 1 else {"$or": ranges}


def _element(match: ElementMatch, root: str) -> Filter:
    """One filter for each place where the last array of the path may be, and one for no array.

    MongoDB's ``$elemMatch`` takes elements of arrays alone, and goes through arrays before. To it
    an array in an array is an element without attributes; what is negated may match that.
    """
    ways = [_plainly(match, 0, root)]
    for length in range(1, len(match.path) + 1):
        one = {**_ANY_OBJECT, **_plainly(match, length, "")}
        ways.append({_name(root, match.path[:length]): {"$elemMatch": one}})
    return {"$or": ways}


def _plainly(match: ElementMatch, start: int, root: str) -> Filter:
    """The filter for the rest of the path where no array is on it."""
    names = [_name(root, match.path[start:end]) for end in range(start + 1, len(match.path) + 1)]
    objects: list[Filter] = [{name: _OBJECT} for name in names]
    return _all([*objects, _condition(match.term, names[-1] if names else root)])


def _name(root: str, path: tuple[str, ...]) -> str:
    if root == _BODY and path == (_ID_NAME,):
        return _ID
    return ".".join((root, *path) if root else path)
