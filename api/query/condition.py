"""Makes one comparison out of what a client wrote, by the kind of its attribute. Pure."""

import re

from api.dates import normalise_date
from api.errors import BadRequest
from api.query.literals import Literal, number
from api.query.pattern import check_pattern
from api.query.tree import Compare, Kind, Op

__all__ = ["condition"]

_EATEN_PLUS = re.compile(r"(?<=\d) (?=\d\d:\d\d$)")
_RANGES = (Op.GT, Op.GTE, Op.LT, Op.LTE)
_UNSUITABLE = {
    Kind.BOOLEAN: (*_RANGES, Op.REGEX),
    Kind.NUMBER: (Op.REGEX,),
}
_BOOLEANS = {"true": True, "false": False}


def condition(name: str, path: tuple[str, ...], op: Op, text: str, kind: Kind) -> Compare:
    """The comparison of the attribute with the text, read as the kind demands.

    ``name`` is the attribute as the client wrote it, for the error: raises BadRequest where the
    text cannot be read so, the operator does not suit the kind, or a limit is passed.
    """
    if op in _UNSUITABLE.get(kind, ()):
        raise BadRequest(
            f"{name}: a {kind.value} cannot be compared with {op.value}",
            f"{'.'.join(path) or name} is a {kind.value}.",
        )
    if op is Op.REGEX:
        check_pattern(text)
        return Compare(path, op, text, Kind.STRING)
    return Compare(path, op, _literal(name, text, kind), kind)


def _literal(name: str, text: str, kind: Kind) -> Literal:
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
