"""What a condition in the path of a JSON Patch Query looks at. Pure.

The condition is asked of a view of the resource, in which arrays on the path hold one element. So
``$.item[?(@.id=='1' && @.state=='held')]`` asks there what ``item.id=1&item.state=held`` does, and
is taken apart like that: each part is asked anew only where what it looks at is another element.
"""

from collections.abc import Iterator
from dataclasses import replace

from api.query.tree import EVERYTHING, And, Compare, ElementMatch, Exists, IsNull, Node, Not, Or

__all__ = ["asked", "looked_at", "shared", "taken_apart"]

Path = tuple[str, ...]


def taken_apart(node: Node, arrays: Path) -> Node:
    """The condition without conditions on one element of what holds one element only.

    Args:
        node: the condition.
        arrays: names that lead to the last array of which the view holds one element.
    """
    if isinstance(node, And | Or):
        return type(node)(tuple(taken_apart(term, arrays) for term in node.terms))
    if isinstance(node, Not):
        return Not(taken_apart(node.term, arrays))
    if not isinstance(node, ElementMatch) or node.path != arrays[: len(node.path)]:
        return node
    inside = taken_apart(_below(node.path, node.term), arrays)
    # a plain value is no element, and of none nothing holds, not even that it is unlike another
    return And((ElementMatch(node.path, EVERYTHING), inside))


def _below(path: Path, node: Node) -> Node:
    """The condition on an element, asked of what has the element at the path."""
    if isinstance(node, And | Or):
        return type(node)(tuple(_below(path, term) for term in node.terms))
    if isinstance(node, Not):
        return Not(_below(path, node.term))
    return replace(node, path=(*path, *node.path))


def asked(node: Node) -> int:
    """How many parts a condition has that look into the resource."""
    if isinstance(node, And | Or):
        return sum(map(asked, node.terms))
    return asked(node.term) if isinstance(node, Not) else len(list(looked_at(node)))


def looked_at(node: Node, base: Path = ()) -> Iterator[Path]:
    """The paths that a condition looks at, from the root of the resource."""
    if isinstance(node, And | Or):
        for term in node.terms:
            yield from looked_at(term, base)
    elif isinstance(node, Not):
        yield from looked_at(node.term, base)
    else:
        path = (*base, *node.path)
        yield path
        if isinstance(node, ElementMatch):
            yield from looked_at(node.term, path)


def shared(node: Compare | Exists | IsNull | ElementMatch, names: Path) -> int:
    """With how many names, at most, a path begins that a part of a condition looks at."""
    return max(_same(path, names) for path in looked_at(node))


def _same(path: Path, names: Path) -> int:
    same = [one == other for one, other in zip(path, names, strict=False)]
    return same.index(False) if False in same else len(same)
