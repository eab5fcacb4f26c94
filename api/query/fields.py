"""Parses the ``fields`` parameter. Pure."""

from api.query.limits import FIELDS
from api.query.path import parse_path

__all__ = ["parse_fields"]

_NONE = "none"


def parse_fields(text: str) -> tuple[tuple[str, ...], ...]:
    """The paths of a decoded ``fields=a,b.c``; none of them for ``none``.

    Raises BadRequest where a name cannot be an attribute's.
    """
    parts = [part.strip() for part in text.split(",")]
    parts = [part for part in parts if part and part != _NONE]
    FIELDS.check(len(parts))
    return tuple(parse_path(part) for part in parts)
