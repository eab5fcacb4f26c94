"""How an order ends that was given up, or whose cancellation could not undo all. Pure.

It goes where its service order goes, and is over when that is. Of an order that was given up what
is completed stays; of one whose cancellation was accepted all is undone.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from api.graph import inward
from api.jsontypes import JsonObject
from tmf622_product_ordering.items import read_items
from tmf622_product_ordering.plan import FINAL, STOPPED, Progress

__all__ = ["GIVEN_UP", "ending"]

GIVEN_UP: Final = (
    "The order is given up: it is cancelled when what runs has ended and what is held is undone."
)


def ending(
    progress: Progress, order: JsonObject, service_order: JsonObject | None, process: JsonObject
) -> Progress:
    """The progress of an order that is to end cancelled; of any other one, the progress as it is.

    Args:
        progress: as the work below has it.
        order: the product order.
        service_order: as it is now; None where there was nothing to order.
        process: what the order's process remembers.
    """
    whole = "cancelled" if service_order is None else str(service_order.get("state"))
    items: Mapping[str, str]
    if "calledOff" in process:
        items = {id_: _undone(state) for id_, state in progress.items.items()}
    elif "givenUp" not in process:
        return progress
    elif service_order is None:
        items = dict.fromkeys(progress.items, "cancelled")
    else:
        items = _left(progress, order)
    if whole == "cancelled":
        return replace(progress, order="cancelled", items=items)
    if whole in FINAL:
        return replace(progress, items=items)  # it was over before it could be given up
    return replace(progress, order=whole if whole in STOPPED else "inProgress", items=items)


def _undone(state: str) -> str:
    return "cancelled" if state in FINAL else state


def _left(progress: Progress, order: JsonObject) -> Mapping[str, str]:
    """The items, of which one that has come up in part is cancelled, unless something failed."""
    parts = {item.id: item.parts for item in read_items(order)}
    failed: set[str] = set()
    for id_ in inward(parts):
        if progress.reasons.get(id_) or not failed.isdisjoint(parts[id_]):
            failed.add(id_)
    return {
        id_: "cancelled" if state == "partial" and id_ not in failed else state
        for id_, state in progress.items.items()
    }
