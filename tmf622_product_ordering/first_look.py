"""The first look at an order that may begin: whether people carry it.

Its process takes it. Where a client asks for a state before that, it is taken for the client, by
the same write: so the answer is the same whoever of the two is first.
"""

from collections.abc import Mapping

from api.draft import Draft
from api.jsontypes import JsonObject
from api.patch import identical
from api.store.document import Document
from tmf622_product_ordering.choices import waits_for_its_day
from tmf622_product_ordering.decomposition import Decomposition
from tmf622_product_ordering.progress import add_note

__all__ = ["found_ahead", "is_new", "leave_to_people", "look_first"]


def is_new(document: Document) -> bool:
    """Whether nobody has looked at the order yet, or it waits for its day."""
    process = document.process or {}
    taken = "plan" in process or process.get("manual")
    return document.body.data.get("state") == "acknowledged" and not taken


def found_ahead(order: JsonObject, plan: Decomposition) -> Mapping[str, JsonObject]:
    """What `look_first` must know of a new order: what it was found to come to."""
    problems = [*plan.faults, *plan.unknown]
    return {order["id"]: {"items": order.get("productOrderItem"), "problems": problems}}


def look_first(before: Document, draft: Draft, now: float) -> None:
    """Leaves a new order to people, where its process would."""
    found = draft.known.get(before.id)
    if found is None or not is_new(before) or waits_for_its_day(before.body.data, now):
        return
    # else it was changed meanwhile, and nobody knows yet what it comes to now
    same = identical(found["items"], before.body.data.get("productOrderItem"))
    if same and found["problems"]:
        leave_to_people(draft, "; ".join(found["problems"]), now)


def leave_to_people(draft: Draft, problem: str, now: float) -> None:
    """Has people carry the order: says why, and asks for them."""
    draft.process["manual"] = True
    draft.due = None
    add_note(draft, f"Left to people: {problem}.", now)
    draft.notify("InformationRequired", fieldPath="productOrderItem")
