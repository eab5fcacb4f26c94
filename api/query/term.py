"""One condition of a query string, taken apart: name, operator and value. Pure.

The forms of TMF630 (part 1, filtering): ``a=x``, ``a.gte=5`` and ``a>=5``, the latter with any of
its characters percent-encoded. A client that builds its query from a table of names and values
sends ``a%3E%3D=5``: the lone ``=`` after an encoded operator is dropped. ``a=~x`` is a match, as
``a%3D~x`` is; a value that begins with ``~`` is found by ``a.eq=~x``, and by ``a=~x`` where a list
is asked for and x is no regular expression: to a client that knows no ``=~`` it is a value.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from api.errors import BadRequest
from api.query.tree import Op

__all__ = ["Term", "decode", "split_query", "split_term"]

_OPERATOR = re.compile(
    r"""(?P<gte>(?:>|%3E)(?:=|%3D))
    |(?P<lte>(?:<|%3C)(?:=|%3D))
    |(?P<gt>>|%3E)
    |(?P<lt><|%3C)
    |(?P<ne>(?:!|%21)(?:=|%3D))
    |(?P<regex>=~|%3D(?:~|%7E))
    |(?P<eq>==|%3D(?:=|%3D))
    |(?P<plain>=|%3D)""",
    re.VERBOSE | re.IGNORECASE,
)
_PLAIN = "plain"
_BARE = "=~"
_SUFFIXES = tuple(f".{op.value}" for op in Op)
_TERM = re.compile(r"filter=(?:&&|[^&])*|[^&]+")


@dataclass(frozen=True, slots=True)
class Term:
    """A condition as it was written.

    Attributes:
        name: the attribute, perhaps with an operator as its suffix; decoded.
        op: the operator between name and value; None: a plain ``=``.
        value: what follows, decoded.
        bare: whether the operator is ``=~``, which may as well be ``=`` and a value that begins
            with ``~``.
    """

    name: str
    op: Op | None
    value: str
    bare: bool = False


def split_query(raw: str) -> list[list[str]]:
    """The raw terms of a raw query string, in groups: ``;`` is between groups, ``&`` in them.

    No group is empty. In a ``filter`` a ``&&`` is a part of it.
    """
    return [terms for group in raw.split(";") if (terms := _TERM.findall(group))]


def split_term(raw: str) -> Term:
    """Takes a raw condition apart. Raises BadRequest where it compares with nothing."""
    match = _OPERATOR.search(raw)
    if match is None:
        raise BadRequest(
            f"{decode(raw)[:80]!r} is not a condition", "Write attribute=value or attribute.gt=5."
        )
    name, start = decode(raw[: match.start()]), match.start()
    if raw[start] == "=" and name.endswith(_SUFFIXES):
        # the operator is there already: what follows the = is the value, such as "~x"
        return Term(name, None, decode(raw[start + 1 :]))
    word = match.lastgroup or _PLAIN
    rest = raw[match.end() :]
    if word != _PLAIN and "%" in match.group() and rest.startswith("="):
        rest = rest[1:]
    op = None if word == _PLAIN else Op(word)
    return Term(name, op, decode(rest), bare=match.group() == _BARE)


def decode(raw: str) -> str:
    """Undoes the encoding of a query string. Raises BadRequest where it is not UTF-8."""
    try:
        text = unquote(raw.replace("+", " "), errors="strict")
    except UnicodeDecodeError:
        raise BadRequest(f"{raw[:80]!r} is not UTF-8") from None
    if "\0" in text:
        raise BadRequest("A query cannot have a NUL character")
    return text
