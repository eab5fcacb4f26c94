"""What a product order waits for, in sentences. Pure: by the order, what is below it, and the time.

What its service order waits for, TMF641 explains; here that is told of the items that it is for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from api.dates import parse_date
from api.jsontypes import JsonObject
from api.ordering.sentences import Finding, reply
from tmf622_product_ordering.items import walk
from tmf622_product_ordering.states import PRODUCT_ORDER

__all__ = ["Below", "explain"]

_RESUME: Final = 'Resume it: PATCH {"state": "inProgress"}.'
_CANCEL: Final = "Cancel it: POST cancelProductOrder."
_BY_HAND: Final = 'Move it along: PATCH {"state": "inProgress"}, then its end.'


@dataclass(frozen=True, slots=True)
class Below:
    """The work below an order.

    Attributes:
        service_order: its id.
        said: what TMF641 explains of it; None where that cannot be told.
        items: the product order item that each service order item is for.
    """

    service_order: str
    said: JsonObject | None
    items: Mapping[str, str]


def explain(
    order: JsonObject,
    process: JsonObject,
    below: Below | None,
    since: Mapping[str | None, str],
    now: float,
) -> JsonObject:
    """The reply to ``GET …/{id}/explain``.

    Args:
        order: as it stands.
        process: what its process remembers.
        below: the work below it; None: there is none.
        since: when the order (None) and its items got the states that they have.
        now: the time.
    """
    state = str(order.get("state"))
    from_then = f" since {since[None]}" if None in since else ""
    findings = list(_findings(order, process, below, now))
    return reply(str(order["id"]), state, f"The order is {state}{from_then}.", findings)


def _findings(
    order: JsonObject, process: JsonObject, below: Below | None, now: float
) -> Iterator[Finding]:
    state = str(order.get("state"))
    notes = [str(note.get("text")) for note in order.get("note") or ()]
    if state in PRODUCT_ORDER.final:
        yield from _ended(order, notes)
        return
    if process.get("manual"):
        left = [text for text in notes if text.startswith("Left to people")]
        yield Finding(left[-1] if left else "It is left to people.", (_BY_HAND, _CANCEL))
        return
    if "cancel" in process:
        yield Finding(f"It is being cancelled by cancelProductOrder {process['cancel']['task']}.")
    elif "givenUp" in process:
        yield Finding("It is given up, and is cancelled when the work below has ended.")
    elif below is None:
        yield _not_begun(order, state, now)
    elif state == "held" and not _stuck(below):
        yield Finding("It was stopped; nothing new is begun.", (_RESUME, _CANCEL))
    if below is not None:
        yield from _of_below(below)


def _not_begun(order: JsonObject, state: str, now: float) -> Finding:
    start = order.get("requestedStartDate")
    if state == "acknowledged" and start is not None and parse_date(start) > now:
        return Finding(
            f"It begins at {start}, as requestedStartDate asks.",
            ("Begin sooner: PATCH requestedStartDate.", _CANCEL),
        )
    if state == "acknowledged":
        return Finding("It has come in and is being planned.", ("Look again in a moment.",))
    return Finding("Nothing is below it that it could wait for.", (_RESUME, _CANCEL))


def _ended(order: JsonObject, notes: Sequence[str]) -> Iterator[Finding]:
    for item in walk(order.get("productOrderItem") or []):
        if item.get("state") in ("failed", "rejected"):
            told = [text for text in notes if text.startswith(f"Item {item['id']} ")]
            text = told[-1] if told else f"Item {item['id']} is {item['state']}."
            yield Finding(text, ("Order it anew once the reason is mended.",), str(item["id"]))
    for text in notes:
        if text.startswith(("Rejected:", "Cancellation ")):
            yield Finding(text)


def _stuck(below: Below) -> bool:
    return bool(below.said and any(each["remedy"] for each in below.said["explanation"]))


def _of_below(below: Below) -> Iterator[Finding]:
    where = f"Service order {below.service_order}"
    if below.said is None:
        yield Finding(f"{where} carries it; TMF641 tells how far it is.")
        return
    for each in below.said["explanation"]:
        item = below.items.get(str(each.get("item")))
        yield Finding(f"{where}: {each['text']}", tuple(each["remedy"]), item)
