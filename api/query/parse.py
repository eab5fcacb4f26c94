r"""Parses the filter in a query string (TMF630 part 1) to a tree. Pure.

- ``&`` is AND, ``;`` is OR between what it separates; AND binds tighter.
- Several values of one attribute are alternatives: ``state=a,b`` and ``state=a&state=b``. For
  ``ne`` they are all excluded. Ranges that are written apart all hold: ``n.gt=1&n.lt=9``.
- ``\,`` is a comma that separates nothing. A regular expression is not split at commas.
- The last name of a path is an operator when it is one of the known. Where it is not, it is an
  extension attribute's name (TMF630 lets anybody add attributes), unless the schema says that the
  attribute before it is a plain value: nothing can be inside of that, so it was meant as an
  operator, and is an unknown one.
"""

import re
from collections.abc import Callable, Iterable

from api.dates import normalise_date
from api.errors import BadRequest, NotSupported
from api.query.limits import LITERAL, QUERY, VALUES
from api.query.literals import Literal, number
from api.query.path import parse_path
from api.query.pattern import check_pattern
from api.query.term import Term, split_term
from api.query.tree import And, Compare, Kind, Node, Op, Or

__all__ = ["RESERVED", "Types", "parse_query"]

Types = Callable[[tuple[str, ...]], Kind]
"""Tells the kind of an attribute; ANY where the schema does not know it or has no one type."""

RESERVED = frozenset({"fields", "offset", "limit", "sort", "filter"})
"""Parameters of the API's own, which are no conditions."""

_SUFFIXES = frozenset(op.value for op in Op)
_COMMA = re.compile(r"(?<!\\),")
_EATEN_PLUS = re.compile(r"(?<=\d) (?=\d\d:\d\d$)")
_RANGES = (Op.GT, Op.GTE, Op.LT, Op.LTE)
_UNSUITABLE = {
    Kind.BOOLEAN: (*_RANGES, Op.REGEX),
    Kind.NUMBER: (Op.REGEX,),
}
_BOOLEANS = {"true": True, "false": False}


def parse_query(raw_query: str, types: Types, reserved: frozenset[str] = RESERVED) -> Node:
    """The condition that a raw (still encoded) query string states.

    Raises BadRequest for what cannot be read, naming the attribute; NotSupported for ``filter=``.
    """
    QUERY.check(len(raw_query))
    groups: list[list[list[Compare]]] = []
    values = 0
    for raw_group in raw_query.split(";"):
        terms = [split_term(raw) for raw in raw_group.split("&") if raw]
        if "filter" in reserved and any(term.name == "filter" for term in terms):
            raise NotSupported(
                "filter= is not offered", "Use conditions on attributes, for example state=held."
            )
        kept = [term for term in terms if term.name not in reserved]
        group = [_compares(term, types) for term in kept]
        values += sum(map(len, group))
        VALUES.check(values)
        if group:
            groups.append(group)
    nodes = [_all_of(group) for group in groups]
    return nodes[0] if len(nodes) == 1 else Or(tuple(nodes)) if nodes else And(())


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


def _compares(term: Term, types: Types) -> list[Compare]:
    path, op = _subject(term, types)
    kind = types(path)
    if op in _UNSUITABLE.get(kind, ()):
        raise BadRequest(
            f"{term.name}: a {kind.value} cannot be compared with {op.value}",
            f"{'.'.join(path)} is a {kind.value}.",
        )
    if op is Op.REGEX:
        LITERAL.check(len(term.value))
        check_pattern(term.value)
        return [Compare(path, op, term.value, Kind.STRING)]
    texts = [part.replace("\\,", ",") for part in _COMMA.split(term.value)]
    return [Compare(path, op, _literal(term.name, text, kind), kind) for text in texts]


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


def _literal(name: str, text: str, kind: Kind) -> Literal:
    LITERAL.check(len(text))
    if kind is Kind.NUMBER:
        value = number(text)
        if value is None:
            raise BadRequest(f"{name}: {text[:40]!r} is not a number")
        return value
    if kind is Kind.BOOLEAN:
        if text not in _BOOLEANS:
            raise BadRequest(f"{name}: {text[:40]!r} is neither true nor false")
        return _BOOLEANS[text]
    if kind is Kind.DATE:
        return _date(name, text)
    return text


def _date(name: str, text: str) -> str:
    # an offset's + that was sent unencoded arrives as a space
    try:
        return normalise_date(_EATEN_PLUS.sub("+", text))
    except BadRequest as error:
        raise BadRequest(f"{name}: {error.reason}", error.message) from None
