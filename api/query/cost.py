"""What a query costs a store that takes documents apart. Pure."""

from api.query.limits import ALL_VALUES, CONDITIONS, ELEMENTS, REGEXES, VALUES, WAYS
from api.query.tree import And, Compare, ElementMatch, Node, Not, Op, Or

__all__ = ["check_cost"]


def check_cost(node: Node) -> None:
    """Raises BadRequest, naming the limit, where there is too much in a query.

    For an element at a path of n names MongoDB is asked in n + 1 ways, one for each place where
    the last array may be, and all that is asked of the element is repeated in each of them.
    """
    conditions, ways, depth = _counted(node)
    ALL_VALUES.check(_values(node))
    CONDITIONS.check(conditions)
    ELEMENTS.check(depth)
    WAYS.check(ways)
    REGEXES.check(_regexes(node))


def _counted(node: Node, *, repeated: bool = False) -> tuple[int, int, int]:
    """Conditions, these by the number of ways, and how deep elements lie in elements.

    Values that an attribute may equal are one condition, as many as one attribute may have: what it
    costs to find the attribute in a document is not repeated for each. Of an element, whose
    conditions are ``repeated``, each counts.
    """
    if isinstance(node, ElementMatch):
        leaves, ways, depth = _counted(node.term, repeated=True)
        return leaves, ways * (len(node.path) + 1), depth + 1
    if isinstance(node, Not):
        return _counted(node.term, repeated=repeated)
    if isinstance(node, Or) and not repeated and _one_of_values(node):
        return 1, 1, 0
    if isinstance(node, And | Or):
        parts = [_counted(term, repeated=repeated) for term in node.terms]
        conditions = sum(part[0] for part in parts)
        ways = sum(part[1] for part in parts)
        return conditions, ways, max((part[2] for part in parts), default=0)
    return 1, 1, 0


def _values(node: Node) -> int:
    if isinstance(node, ElementMatch | Not):
        return _values(node.term)
    return sum(map(_values, node.terms)) if isinstance(node, And | Or) else 1


def _one_of_values(node: Or) -> bool:
    first = node.terms[0] if node.terms else None
    few = len(node.terms) <= VALUES.most
    return (
        few
        and isinstance(first, Compare)
        and all(
            isinstance(term, Compare) and term.op is Op.EQ and term.path == first.path
            for term in node.terms
        )
    )


def _regexes(node: Node) -> int:
    if isinstance(node, Compare):
        return node.op is Op.REGEX
    if isinstance(node, ElementMatch | Not):
        return _regexes(node.term)
    return sum(map(_regexes, node.terms)) if isinstance(node, And | Or) else 0
