"""The plan of a product order as clients read it: its items, and the steps that carry them. Pure.

The steps are those of its service order, as TMF641 tells them.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from api.jsontypes import JsonObject
from tmf622_product_ordering.decomposition import Decomposition
from tmf622_product_ordering.items import read_items

__all__ = ["TAKEN", "plan_view", "problems_of"]

TAKEN: Final = (
    "estimatedCompletionDate",
    "criticalPath",
    "pointOfNoReturn",
    "step",
    "milestone",
    "jeopardy",
)
"""What a product order's plan takes over from that of its service order."""


def plan_view(
    order: JsonObject,
    mapping: Mapping[str, Sequence[str]],
    below: JsonObject | None,
    *,
    catalog_version: str,
    made: bool,
    service_order: str | None,
) -> JsonObject:
    """The reply to ``GET …/{id}/plan``.

    Args:
        order: the product order.
        mapping: ids of the service order items of each item.
        below: the plan of its service order; None where there is none, or it cannot be told.
        catalog_version: that the order was, or would be, decomposed with.
        made: whether it is decomposed.
        service_order: the id of its service order, once there is one.
    """
    taken: JsonObject = {name: below[name] for name in TAKEN if name in below} if below else {}
    view: JsonObject = {
        "id": order.get("id"),
        "state": order.get("state"),
        "made": made,
        "catalogVersion": catalog_version,
        "criticalPath": [],
        "step": [],
        **taken,
    }
    view["item"] = [
        {
            "id": item.id,
            "action": item.action,
            **({"state": item.body["state"]} if "state" in item.body else {}),
            "step": list(mapping.get(item.id, ())),
            "item": list(item.parts),
        }
        for item in read_items(order)
    ]
    view["serviceOrder"] = []
    if service_order is not None:
        state = {"state": below["state"]} if below else {}
        view["serviceOrder"] = [{"id": service_order, **state}]
    return view


def problems_of(plan: Decomposition) -> list[JsonObject]:
    """Why an order cannot be decomposed, as a dry run tells it."""
    faults = [{"reason": each, "message": "Mend the order."} for each in plan.faults]
    unknown = [
        {"reason": each, "message": "Left to people, unless the catalogue learns of it."}
        for each in plan.unknown
    ]
    return [*faults, *unknown]
