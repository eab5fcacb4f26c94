"""What the explanations of orders are put together from. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from api.dates import format_date
from api.jsontypes import JsonObject

__all__ = ["Finding", "listed", "reply", "several", "since", "when"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that an order waits for, or that has come of it.

    Attributes:
        text: what it is, in a sentence.
        remedy: what can be done about it, each in a sentence.
        item: the item that it is about.
    """

    text: str
    remedy: tuple[str, ...] = ()
    item: str | None = None


def reply(id_: str, state: str, summary: str, findings: Sequence[Finding]) -> JsonObject:
    """An ``OrderExplanation``."""
    return {
        "id": id_,
        "state": state,
        "summary": summary,
        "explanation": [
            {
                **({} if each.item is None else {"item": each.item}),
                "text": each.text,
                "remedy": list(each.remedy),
            }
            for each in findings
        ],
    }


def since(history: Iterable[Mapping[str, str]]) -> dict[str | None, str]:
    """When the order (None) and its items got the states that they have, by its history."""
    return {each.get("item"): each["date"] for each in history if "new" in each}


def listed(parts: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    *front, last = parts
    return f"{', '.join(front)} and {last}" if front else last


def several(number: int) -> str:
    """The ending of a noun."""
    return "" if number == 1 else "s"


def when(moment: float) -> str:
    """A time in a sentence."""
    return format_date(moment)
