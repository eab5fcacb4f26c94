"""The query parameters that are not filters: paging and attribute selection (TMF630 part 1)."""

from collections.abc import Mapping
from urllib.parse import parse_qs

from api.errors import BadRequest
from api.query.fields import parse_fields
from api.query.sort import parse_sort
from api.query.tree import Sort

__all__ = ["DEFAULT_LIMIT", "MAX_LIMIT", "Fields", "Params", "whole_number"]

DEFAULT_LIMIT = 100
"""How many a list gives when the client does not say."""

MAX_LIMIT = 1000
"""How many a list gives at most: a larger limit is cut, and the headers say so."""

_LARGEST = 2**63 - 1
"""Of the numbers that a store can count to; more than that means the same."""

Fields = tuple[tuple[str, ...], ...]


class Params:
    """The reserved parameters of one query string; each raises BadRequest where it is malformed.

    Args:
        query: the query string as it was sent.
    """

    __slots__ = ("_given",)

    def __init__(self, query: str) -> None:
        if "%00" in query:
            raise BadRequest("the query holds the character NUL", "Remove %00 from it.")
        # a ; is an OR of conditions: these parameters are of the whole list in whichever group
        self._given: Mapping[str, list[str]] = _given(query.replace(";", "&")) if query else {}

    @property
    def fields(self) -> Fields | None:
        """The chosen attributes; None: all."""
        given = self._given.get("fields")
        return None if given is None else parse_fields(",".join(given))

    @property
    def sort(self) -> tuple[Sort, ...]:
        """The sort keys."""
        given = self._given.get("sort")
        return () if given is None else parse_sort(",".join(given))

    @property
    def offset(self) -> int:
        """How many to leave out at the beginning of the list."""
        return self._number("offset", 0)

    @property
    def after(self) -> int | None:
        """The position of the log behind which to go on; None: not given."""
        return self._number("after", 0) if "after" in self._given else None

    @property
    def limit(self) -> int:
        """How many to give."""
        return min(self._number("limit", DEFAULT_LIMIT), MAX_LIMIT)

    @property
    def dry_run(self) -> bool:
        """Whether only to tell what would come of it."""
        given = self._given.get("dryRun")
        if given is None:
            return False
        if given[-1] not in ("true", "false"):
            raise BadRequest(f"dryRun: {given[-1][:40]!r} is neither true nor false")
        return given[-1] == "true"

    def one(self, name: str) -> str | None:
        """A parameter of one operation; None: not given."""
        given = self._given.get(name)
        return None if given is None else given[-1]

    def _number(self, name: str, default: int) -> int:
        given = self._given.get(name)
        if given is None:
            return default
        number = whole_number(given[-1])
        if number is None:
            raise BadRequest(f"{name}: {given[-1][:40]!r} is not a number from 0 up")
        return number


def whole_number(text: str) -> int | None:
    """The number from 0 up that a text is, cut to what a store can count to; None: it is none."""
    if not (text.isascii() and text.isdecimal()):
        return None
    return min(int(text.lstrip("0")[:20] or "0"), _LARGEST)


def _given(query: str) -> Mapping[str, list[str]]:
    if "%" in query or "+" in query:
        return parse_qs(query, keep_blank_values=True)
    # nothing is encoded, as in most: the same at a third of the cost
    given: dict[str, list[str]] = {}
    for part in query.split("&"):
        if part:
            name, _, value = part.partition("=")
            given.setdefault(name, []).append(value)
    return given
