"""What a query costs a store that takes documents apart. Pure."""

from api.query.limits import ELEMENTS, REGEXES, VALUES, WAYS
from api.query.tree import And, Compare, ElementMatch, Node, Not, Op, Or

__all__ = ["check_cost"]


def check_cost(node: Node) -> None:
    """Raises BadRequest, naming the limit, where there is too much in a query.

    For an element at a path of n names MongoDB is asked in n + 1 ways, one for each place where
    the last array may be, and all that is asked of the element is repeated in each of them.
    """
    leaves, ways, depth = _counted(node)
    VALUES.check(leaves)
    ELEMENTS.check(depth)
    WAYS.check(ways)
    REGEXES.check(_regexes(node))


def _counted(node: Node) -> tuple[int, int, int]:
    """Conditions, these by the number of ways, and how deep elements lie in elements."""
    if isinstance(node, ElementMatch):
        leaves, ways, depth = _counted(node.term)
        return leaves, ways * (len(node.path) + 1), depth + 1
    if isinstance(node, Not):
        return _counted(node.term)
    if isinstance(node, And | Or):
        parts = [_counted(term) for term in node.terms]
        leaves = sum(part[0] for part in parts)
        return leaves, sum(part[1] for part in parts), max((part[2] for part in parts), default=0)
    return 1, 1, 0


def _regexes(node: Node) -> int:
    if isinstance(node, Compare):
        return node.op is Op.REGEX
    if isinstance(node, ElementMatch | Not):
        return _regexes(node.term)
    return sum(map(_regexes, node.terms)) if isinstance(node, And | Or) else 0
