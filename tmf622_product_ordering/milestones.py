"""Milestones and jeopardy of a product order, as its service order tells them. Pure.

TMF622 v4 has neither: each is told once in a note, and the plan has them all.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from api.draft import Draft
from api.jsontypes import JsonObject
from tmf622_product_ordering.progress import add_note
from tmf622_product_ordering.states import PRODUCT_ORDER

__all__ = ["tell"]

_LATE: Final = "requestedCompletionDate"
"""The jeopardy that an order tells by itself: see `dates`."""

_DATES: Final = {"milestone": "milestoneDate", "jeopardyAlert": "alertDate"}
"""What dates the entries of these lists, to which the service order only appends."""


def tell(
    draft: Draft, service_order: JsonObject, mapping: Mapping[str, Sequence[str]], now: float
) -> None:
    """Notes what the service order has come to since the last time, in the order of its dates."""
    if draft.state in PRODUCT_ORDER.final:
        return
    told = draft.process.get("told") or {}
    lists = {"milestone": _milestones(service_order), "jeopardyAlert": _alerts(service_order)}
    fresh = [
        (str(each.get(_DATES[kind], "")), _text(kind, each, mapping))
        for kind, entries in lists.items()
        for each in entries[told.get(kind, 0) :]
    ]
    for _, text in sorted(fresh, key=lambda one: one[0]):
        add_note(draft, text, now)
    if fresh:
        draft.process["told"] = {kind: len(entries) for kind, entries in lists.items()}


def _milestones(service_order: JsonObject) -> Sequence[JsonObject]:
    return service_order.get("milestone") or []


def _alerts(service_order: JsonObject) -> Sequence[JsonObject]:
    alerts = service_order.get("jeopardyAlert") or []
    return [each for each in alerts if each.get("jeopardyType") != _LATE]


def _text(kind: str, entry: JsonObject, mapping: Mapping[str, Sequence[str]]) -> str:
    items = ", ".join(_items(entry, mapping))
    where = f"Item {items}: " if items else ""
    if kind == "milestone":
        return f"{where}milestone {entry.get('name')} is reached."
    return f"{where}in jeopardy: {entry.get('message')}"


def _items(entry: JsonObject, mapping: Mapping[str, Sequence[str]]) -> list[str]:
    """The items of the product order that an entry of the service order is about."""
    below = {ref.get("itemId") for ref in entry.get("serviceOrderItem") or ()}
    return [item for item, services in mapping.items() if not below.isdisjoint(services)]
