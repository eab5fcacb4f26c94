"""In which sequence waiting work is done: by priority, with ageing, so that nothing starves. Pure.

The priorities of TMF622 and TMF641 go from 0, the highest, to 4. Work ranks by the time since when
it waits, and each step of priority counts as a minute of waiting: what has waited four minutes
longer goes before anything, whatever came in since.
"""

from typing import Final

from api.jsontypes import JsonObject

__all__ = ["AGEING", "LOWEST", "priority_of", "rank"]

LOWEST: Final = 4
"""Of work that asks for none."""

AGEING: Final = 60.0
"""Seconds of waiting that make up for one step of priority."""


def priority_of(body: JsonObject) -> int:
    """The priority that a resource asks for; nonsense counts as none."""
    text = str(body.get("priority", "")).strip()
    if not text.isascii() or not text.isdecimal():
        return LOWEST
    digits = text.lstrip("0") or "0"
    return min(int(digits[:2]), LOWEST)  # of thousands of digits Python makes no number


def rank(since: float, priority: int) -> float:
    """The rank of work that waits since then: the lowest goes first."""
    return since + priority * AGEING
