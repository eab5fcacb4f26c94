"""The way that a JSONPath goes, and the condition that it can be gone. Pure."""

from dataclasses import replace
from typing import TypeAlias

from api.errors import BadRequest
from api.query.path import parse_path
from api.query.tokens import Token, lacking, wrong
from api.query.tree import And, Compare, ElementMatch, Exists, IsNull, Node, Not, Op, Or

__all__ = ["Path", "Way", "bare", "named", "null"]

Path: TypeAlias = tuple[str, ...]


class Way:
    """Where steps lead to: filters passed on the way, and the names since the last of them."""

    def __init__(self, base: Path, at: int) -> None:
        self.base = base
        self.at = at
        self.names: Path = ()
        self.passed: list[tuple[Path, Node]] = []
        self.starred = False

    @property
    def whole(self) -> Path:
        """All names, from the resource's root."""
        return (*self.base, *(name for path, _ in self.passed for name in path), *self.names)

    def node(self, end: Node | None) -> Node:
        """The condition that the way can be gone, and that its end meets this one."""
        for path, term in reversed(self.passed):
            both = term if end is None else And((term, end))
            end = _within(path, both, self.at) if path else both
        if end is None:
            raise wrong("a path to nothing", self.at)
        return end

    def exists(self) -> Node:
        """The condition that something is there."""
        if self.starred:
            raise lacking("a path that ends with [*]", self.at)
        return self.node(Exists(self.names) if self.names else None)


def null(way: Way, op: Op, value: Token) -> Node:
    """The condition that an attribute has no value; that it has one. Raises BadRequest."""
    if op not in (Op.EQ, Op.NE) or not way.names:
        raise wrong("null", value.at, "Only an attribute's == and != can be asked of null.")
    empty = Or((IsNull(way.names), Not(Exists(way.names))))
    return way.node(empty if op is Op.EQ else Not(empty))


def named(token: Token) -> Path:
    """The one name that a token is. Raises BadRequest where no attribute can have it."""
    try:
        names = parse_path(token.text)
    except BadRequest as error:
        raise wrong(error.reason, token.at, error.message) from None
    if len(names) > 1:
        raise wrong("a name with a dot in it", token.at, "No attribute has such a name.")
    return names


def _within(path: Path, term: Node, at: int) -> Node:
    """The condition on one element; of the element's own value, that is one on the array."""
    if isinstance(term, Compare) and not term.path and term.op is not Op.NE:
        return replace(term, path=path)
    if isinstance(term, Or) and all(map(bare, term.terms)):
        return Or(tuple(_within(path, one, at) for one in term.terms))
    if bare(term):
        raise lacking("@ alone beside other conditions", at)
    return ElementMatch(path, term)


def bare(node: Node) -> bool:
    """Whether the element itself is compared, not an attribute of it."""
    if isinstance(node, And | Or):
        return any(map(bare, node.terms))
    return bare(node.term) if isinstance(node, Not) else node.path == ()
