"""Parses the ``sort`` parameter. Pure."""

from api.errors import BadRequest
from api.query.limits import SORT, SORT_KEYS
from api.query.path import parse_path
from api.query.tree import Sort

__all__ = ["parse_sort"]

_BLANK = " "


def parse_sort(text: str) -> tuple[Sort, ...]:
    """The keys of a decoded ``sort=-a,+b.c``; ascending where there is no sign.

    A ``+`` that was sent unencoded arrives as a space and counts as one. Of an attribute that is
    named again only the first counts. Raises BadRequest where a name cannot be an attribute's.
    """
    SORT.check(len(text))
    parts = text.split(",")
    SORT_KEYS.check(len(parts))
    keys: dict[tuple[str, ...], Sort] = {}
    for part in parts:
        key = part.strip(_BLANK)
        if key:
            path = _path(key.lstrip("+-"))
            keys.setdefault(path, Sort(path, descending=key.startswith("-")))
    return tuple(keys.values())


def _path(text: str) -> tuple[str, ...]:
    names = parse_path(text, longest=SORT)  # a pattern cannot tell how long each name is
    if any(name != name.strip(_BLANK) for name in names):
        raise BadRequest(
            f"{text[:80]!r} is not an attribute", "Leave out the blanks around names and signs."
        )
    return names
