"""Parses the ``sort`` parameter. Pure."""

from api.query.limits import SORT_KEYS
from api.query.path import parse_path
from api.query.tree import Sort

__all__ = ["parse_sort"]


def parse_sort(text: str) -> tuple[Sort, ...]:
    """The keys of a decoded ``sort=-a,+b.c``; ascending where there is no sign.

    A ``+`` that was sent unencoded arrives as a space and counts as one. Of an attribute that is
    named again only the first counts. Raises BadRequest where a name cannot be an attribute's.
    """
    parts = [part for part in text.split(",") if part.strip()]
    SORT_KEYS.check(len(parts))
    keys: dict[tuple[str, ...], Sort] = {}
    for part in parts:
        path = parse_path(part.strip().lstrip("+-"))
        keys.setdefault(path, Sort(path, descending=part.strip().startswith("-")))
    return tuple(keys.values())
