"""How large a query may be. Everything beyond is a 400 that names the limit. Pure."""

from dataclasses import dataclass
from typing import Final

from api.errors import BadRequest

__all__ = [
    "ALL_VALUES",
    "CONDITIONS",
    "DEPTH",
    "ELEMENTS",
    "FIELDS",
    "FILTER",
    "NAME",
    "NESTING",
    "QUERY",
    "REGEXES",
    "SORT",
    "SORT_KEYS",
    "VALUES",
    "WAYS",
    "Limit",
]


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that is taken of something.

    Attributes:
        most: how many.
        what: of what, as the client is told.
    """

    most: int
    what: str

    def check(self, size: int) -> None:
        """Raises BadRequest where it is more."""
        if size > self.most:
            raise BadRequest(
                f"The query has more than {self.most} {self.what}",
                f"At most {self.most} {self.what} are allowed; it has {size}.",
            )


QUERY: Final = Limit(60_000, "characters")
CONDITIONS: Final = Limit(100, "conditions")
VALUES: Final = Limit(100, "values to compare an attribute with")
ALL_VALUES: Final = Limit(1500, "values to compare attributes with")
DEPTH: Final = Limit(16, "names in a path")
NAME: Final = Limit(100, "characters in a name")
FILTER: Final = Limit(8000, "characters in a filter")
NESTING: Final = Limit(12, "levels of parentheses, [?] and ! in a filter")
ELEMENTS: Final = Limit(3, "levels of [?] inside of [?] in a filter")
WAYS: Final = Limit(1000, "comparisons, each counted for every array that may lie on its way")
REGEXES: Final = Limit(10, "regular expressions")
SORT: Final = Limit(1000, "characters in sort")
SORT_KEYS: Final = Limit(8, "attributes to sort by")
FIELDS: Final = Limit(100, "attributes to select")
