"""Sorting: a table of queries and the orders that they give."""

from typing import Final

from api.conformance.rule import Level, Rule
from api.conformance.rules.table import PART1, orders

__all__ = ["RULES"]

_HERE: Final = f"{PART1}, sorting"
_UP: Final = ["alpha", "beta", "gamma", "delta", "epsilon"]
_DOWN: Final = _UP[::-1]
_TEXT: Final = ["alpha", "beta", "epsilon", "delta", "gamma"]
_CREATED: Final = ["alpha", "epsilon", "beta", "delta", "gamma"]

_ORDERS: Final[tuple[tuple[str, str, Level, str, tuple[list[str], ...]], ...]] = (
    ("ASCENDING", "sort=name sorts upwards.", Level.SHOULD, "sort={date}&{mine}", (_UP,)),
    ("DESCENDING", "sort=-name sorts downwards.", Level.SHOULD, "sort=-{date}&{mine}", (_DOWN,)),
    ("PLUS", "sort=+name, encoded, sorts upwards.", Level.SHOULD, "sort=%2B{date}&{mine}", (_UP,)),
    ("PLUS-SPACE", "An unencoded + arrives as a space and is one all the same.", Level.OURS,
     "sort=+{date}&{mine}", (_UP,)),
    ("TEXT", "Texts sort as texts; equal ones stand together.", Level.SHOULD,
     "sort={text}&{mine}", (_TEXT, _CREATED)),
    ("TIES", "Equal keys stand in the order of creation.", Level.OURS,
     "sort={text}&{mine}", (_CREATED,)),
    ("SEVERAL", "Where the first key is equal the second counts.", Level.SHOULD,
     "sort={text},{date}&{mine}", (_TEXT,)),
    ("NUMBER", "Numbers sort as numbers, at the end of a dotted path.", Level.SHOULD,
     "sort=-{number}&{mine}", (_DOWN,)),
)  # fmt: skip

RULES: Final[tuple[Rule, ...]] = tuple(
    Rule(f"TMF630-SORT-{name}", title, _HERE, level, "sorting", orders(query, *allowed))
    for name, title, level, query, allowed in _ORDERS
)
