r"""Parses the conditions in a query string (TMF630 part 1) to a tree. Pure.

- ``&`` is AND, ``;`` is OR between what it separates; AND binds tighter.
- Several values of one attribute are alternatives: ``state=a,b`` and ``state=a&state=b``. For
  ``ne`` they are all excluded. Ranges that are written apart all hold: ``n.gt=1&n.lt=9``.
- ``\,`` is a comma that separates nothing. A regular expression is not split at commas.
- The last name of a path is an operator when it is one of the known. Where it is not, it is an
  extension attribute's name (TMF630 lets anybody add attributes), unless the schema says that the
  attribute before it is a plain value: nothing can be inside of that, so it was meant as an
  operator, and is an unknown one.
- ``filter=`` holds JSONPath (`api.query.jsonpath`). Each one must hold beside all else, whatever
  ``;`` stands around it. ``&&`` in it need not be encoded.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from api.errors import BadRequest
from api.query.condition import condition
from api.query.cost import check_cost
from api.query.jsonpath import parse_jsonpath
from api.query.limits import ALL_VALUES, FILTER, QUERY, VALUES
from api.query.path import parse_path
from api.query.term import Term, split_query, split_term
from api.query.tree import EVERYTHING, And, Compare, Kind, Node, Op, Or

__all__ = ["RESERVED", "Types", "parse_query"]

Types = Callable[[tuple[str, ...]], Kind]
"""Tells the kind of an attribute; ANY where the schema does not know it or has no one type."""

RESERVED = frozenset({"fields", "offset", "limit", "sort", "filter"})
"""Parameters of the API's own, which are no conditions."""

_KEPT = 128
"""Queries whose trees are kept: clients ask for the same lists again and again."""

_SHORT = 2000
"""Characters of the longest queries that are kept: a tree takes many times its text."""

_SUFFIXES = frozenset(op.value for op in Op)
_COMMA = re.compile(r"(?<!\\),")
_FILTER = "filter"


def parse_query(
    raw_query: str, types: Types, reserved: frozenset[str] = RESERVED, *, tilde: bool = False
) -> Node:
    """The condition that a raw (still encoded) query string states.

    Raises BadRequest for what cannot be read, naming the attribute or the position in a filter;
    NotSupported for JSONPath that is not offered.

    Args:
        raw_query: without the ``?``.
        types: tells the kinds of attributes.
        reserved: parameters that are no conditions.
        tilde: whether ``a=~x`` asks for the text ``~x`` where x is no regular expression.
    """
    parsed = _parsed if len(raw_query) <= _SHORT else _parsed.__wrapped__
    return parsed(raw_query, types, reserved, tilde)


@lru_cache(maxsize=_KEPT)
def _parsed(raw_query: str, types: Types, reserved: frozenset[str], tilde: bool) -> Node:
    QUERY.check(len(raw_query))
    groups: list[list[list[Compare]]] = []
    filters: list[Node] = []
    values = 0
    raw_groups = [
        [raw for raw in terms if not _is_other(raw, reserved)] for terms in split_query(raw_query)
    ]
    ALL_VALUES.check(sum(map(len, raw_groups)))  # before the work: each has a value at least
    for raw_terms in raw_groups:
        terms = [split_term(raw) for raw in raw_terms]
        kept = [term for term in terms if term.name not in reserved]
        if _FILTER in reserved:
            filters += [_filter(term, types) for term in terms if term.name == _FILTER]
        group = [_compares(term, types, tilde=tilde) for term in kept]
        values += sum(map(len, group))
        ALL_VALUES.check(values)
        if group:
            groups.append(group)
    if not (groups or filters):
        return EVERYTHING
    nodes = [_all_of(group) for group in groups]
    plain = nodes[0] if len(nodes) == 1 else Or(tuple(nodes)) if nodes else None
    return _with_filters(plain, filters)


def _is_other(raw: str, reserved: frozenset[str]) -> bool:
    """Whether it shows at a glance that a term is no condition: most lists have no other ones."""
    name, _, value = raw.partition("=")
    return name in reserved and name != _FILTER and value.isalnum()


def _with_filters(plain: Node | None, filters: list[Node]) -> Node:
    nodes = filters if plain is None else [plain, *filters]
    node = nodes[0] if len(nodes) == 1 else And(tuple(nodes))
    check_cost(node)
    return node


def _filter(term: Term, types: Types) -> Node:
    if term.op is not None:
        raise BadRequest("filter: two operators", "Write filter= and then the JSONPath.")
    FILTER.check(len(term.value))
    return parse_jsonpath(term.value, types)


def _all_of(terms: Iterable[list[Compare]]) -> Node:
    """Joins the conditions of one group: alternatives first.

    The values of one term are alternatives, but for those of ``ne``; so are those of several terms
    that ask the same attribute for equality, or for a match.
    """
    alternatives: dict[tuple[tuple[str, ...], Op, int], list[Compare]] = {}
    for place, compares in enumerate(terms):
        for compare in compares:
            apart = {Op.EQ: -1, Op.REGEX: -1, Op.NE: -2 - len(alternatives)}
            key = (compare.path, compare.op, apart.get(compare.op, place))
            alternatives.setdefault(key, []).append(compare)
    nodes = [one[0] if len(one) == 1 else Or(tuple(one)) for one in alternatives.values()]
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes))


def _compares(term: Term, types: Types, *, tilde: bool) -> list[Compare]:
    path, op = _subject(term, types)
    kind = types(path)
    if op is Op.REGEX:
        try:
            return [condition(term.name, path, op, term.value, kind)]
        except BadRequest:
            if not (tilde and term.bare):
                raise
            return _compares(Term(term.name, None, f"~{term.value}"), types, tilde=tilde)
    texts = [part.replace("\\,", ",") for part in _COMMA.split(term.value)]
    VALUES.check(len(texts))
    return [condition(term.name, path, op, text, kind) for text in texts]


def _subject(term: Term, types: Types) -> tuple[tuple[str, ...], Op]:
    """The path and operator of a term, the latter perhaps the path's last name."""
    path = parse_path(term.name)
    suffix = path[-1] if len(path) > 1 else ""
    if suffix in _SUFFIXES:
        if term.op is not None:
            raise BadRequest(
                f"{term.name}: two operators", f"Write either .{suffix}= or {term.op.value}."
            )
        return path[:-1], Op(suffix)
    if suffix and types(path[:-1]) is not Kind.ANY:
        known = ", ".join(op.value for op in Op)
        raise BadRequest(f"{term.name}: {suffix} is not an operator", f"The operators are {known}.")
    return path, term.op or Op.EQ
