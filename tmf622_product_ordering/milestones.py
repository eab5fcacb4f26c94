"""Milestones and jeopardy of a product order, as its service order tells them. Pure.

TMF622 v4 has neither: each is told once in a note, and the plan has them all.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from api.draft import Draft
from api.jsontypes import JsonObject
from tmf622_product_ordering.progress import add_note
from tmf622_product_ordering.states import PRODUCT_ORDER

__all__ = ["tell"]

_LATE: Final = "requestedCompletionDate"
"""The jeopardy that an order tells by itself: see `dates`."""


def tell(
    draft: Draft, service_order: JsonObject, mapping: Mapping[str, Sequence[str]], now: float
) -> None:
    """Notes what the service order has come to since the last time."""
    if draft.state in PRODUCT_ORDER.final:
        return
    said = list(_said(service_order, mapping))
    told = draft.process.get("told", 0)
    for text in said[told:]:
        add_note(draft, text, now)
    if len(said) > told:
        draft.process["told"] = len(said)


def _said(service_order: JsonObject, mapping: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Each milestone and each alert as a note, in the order of their dates."""
    milestones = service_order.get("milestone") or ()
    alerts = [
        each
        for each in service_order.get("jeopardyAlert") or ()
        if each.get("jeopardyType") != _LATE
    ]
    dated = [(str(each.get("milestoneDate", "")), 0, each) for each in milestones]
    dated += [(str(each.get("alertDate", "")), 1, each) for each in alerts]
    for _, is_alert, each in sorted(dated, key=lambda one: one[:2]):
        items = ", ".join(_items(each, mapping))
        where = f"Item {items}: " if items else ""
        if is_alert:
            yield f"{where}in jeopardy: {each.get('message')}"
        else:
            yield f"{where}milestone {each.get('name')} is reached."


def _items(entry: JsonObject, mapping: Mapping[str, Sequence[str]]) -> list[str]:
    """The items of the product order that an entry of the service order is about."""
    below = {ref.get("itemId") for ref in entry.get("serviceOrderItem") or ()}
    return [item for item, services in mapping.items() if not below.isdisjoint(services)]
