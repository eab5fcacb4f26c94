"""Parses the ``fields`` parameter. Pure."""

from api.errors import BadRequest
from api.query.limits import FIELDS
from api.query.path import parse_path

__all__ = ["parse_fields"]

_NONE = "none"


def parse_fields(text: str) -> tuple[tuple[str, ...], ...]:
    """The paths of a decoded ``fields=a,b.c``; none of them for ``none``.

    A name that no attribute can have is skipped, as every unknown one is.
    """
    parts = [part.strip() for part in text.split(",")]
    FIELDS.check(len(parts))
    return tuple(path for part in parts if part != _NONE and (path := _path(part)))


def _path(text: str) -> tuple[str, ...]:
    try:
        return parse_path(text)
    except BadRequest:
        return ()
