"""Moving a product order and its items on, in a draft. Pure but for the time it is given."""

from collections.abc import Callable

from api.dates import format_date
from api.draft import Draft
from api.jsontypes import JsonObject
from tmf622_product_ordering.items import walk
from tmf622_product_ordering.states import PRODUCT_ORDER, PRODUCT_ORDER_ITEM

__all__ = ["AUTHOR", "add_note", "item_bodies", "move", "set_items", "undone"]

AUTHOR = "turnup"
"""Author of the notes that the server writes."""


def item_bodies(draft: Draft) -> list[JsonObject]:
    """The items of the order, nested ones too, to edit."""
    return list(walk(draft.body.get("productOrderItem") or []))


def add_note(draft: Draft, text: str, now: float) -> None:
    """Says something to whoever reads the order."""
    note = {"author": AUTHOR, "date": format_date(now), "text": text, "@type": "Note"}
    draft.body["note"] = [*(draft.body.get("note") or []), note]


def set_items(draft: Draft, state: Callable[[JsonObject], str]) -> None:
    """Gives each open item a state."""
    for item in item_bodies(draft):
        if item.get("state") not in PRODUCT_ORDER_ITEM.final:
            item["state"] = state(item)


def undone(item: JsonObject) -> None:
    """Says of an item that what it had done is undone."""
    item["state"] = "cancelled"
    if item["action"] == "add":
        item.get("product", {}).pop("realizingService", None)  # they are gone


def move(draft: Draft, state: str, now: float) -> None:
    """Gives the order a state, and dates it where that is final.

    A final order is not looked at again unless somebody asks for it.
    """
    draft.body["state"] = state
    if state in PRODUCT_ORDER.final:
        date = format_date(now)
        draft.body.setdefault("completionDate", date)
        if state == "cancelled":
            draft.body.setdefault("cancellationDate", date)
            if "reason" in draft.process:
                draft.body["cancellationReason"] = draft.process["reason"]
        draft.due = None
