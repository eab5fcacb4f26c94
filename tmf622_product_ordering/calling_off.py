"""What a cancellation does to its order, step by step. Pure edits of the order's draft.

The order is assessed first. Once the cancellation is accepted, completed items are on their way to
being cancelled too: what they had done is undone.
"""

from typing import Final

from api.draft import Draft
from api.errors import Conflict
from tmf622_product_ordering.progress import add_note, item_bodies, move, set_items, undone
from tmf622_product_ordering.states import PRODUCT_ORDER

__all__ = ["CANCELLING", "accept", "assess", "call_off", "hold", "refuse", "task_of"]

CANCELLING: Final = frozenset({"assessingCancellation", "pendingCancellation"})
"""The states of an order, or a service order, that a cancellation moves."""

_OVER: Final = frozenset({"failed", "rejected", "cancelled"})
"""The states of items that no cancellation moves: of these nothing is left to be undone."""


def task_of(draft: Draft) -> str | None:
    """The task by which the order is being cancelled."""
    task: str | None = (draft.process.get("cancel") or {}).get("task")
    return task


def assess(draft: Draft, task: str) -> None:
    """Puts the order under assessment for this task. Raises Conflict."""
    if task_of(draft) == task:
        return
    if draft.process.get("calledOff") == task:
        raise Conflict("not all that was done could be undone: the order is held")
    if not PRODUCT_ORDER.allows(draft.state, "assessingCancellation"):
        raise Conflict(f"the order is {draft.state}")
    if draft.state == "assessingCancellation":
        raise Conflict("another cancellation of the order is under way")
    items = {item["id"]: item.get("state") for item in item_bodies(draft)}
    draft.process["cancel"] = {"task": task, "from": draft.state, "items": items}
    set_items(draft, lambda _: "assessingCancellation")
    draft.body["state"] = "assessingCancellation"


def accept(draft: Draft, now: float) -> None:
    """The order is cancelled, unless something cannot be undone."""
    if draft.state != "assessingCancellation" or "cancel" not in draft.process:
        return
    for item in item_bodies(draft):
        if item.get("state") not in _OVER:
            item["state"] = "pendingCancellation"
    move(draft, "pendingCancellation", now)


def call_off(draft: Draft, reason: str | None, now: float) -> None:
    """All is undone."""
    if draft.state != "pendingCancellation":
        return
    for item in item_bodies(draft):
        if item.get("state") == "pendingCancellation":
            undone(item)
    if reason is not None:
        draft.body["cancellationReason"] = reason
    draft.body.pop("cancellationDate", None)  # a wish until now
    move(draft, "cancelled", now)


def hold(draft: Draft, task: str, refusal: str, reason: str | None, now: float) -> None:
    """Not all could be undone: the order is held, and is followed on as people solve that."""
    if draft.state != "pendingCancellation":
        return
    move(draft, "held", now)
    draft.process.pop("cancel", None)
    draft.process["calledOff"] = task
    if reason is not None:
        draft.process["reason"] = reason
    draft.body.pop("cancellationDate", None)  # a wish until now
    add_note(draft, f"Cancellation {task}: {refusal.rstrip('.')}.", now)
    draft.notify("InformationRequired", fieldPath="productOrderItem")
    draft.due = now


def refuse(draft: Draft, task: str, refusal: str, now: float) -> None:
    """The task ends; where it had the order under assessment, that goes back."""
    if task_of(draft) == task and draft.state == "assessingCancellation":
        cancel = draft.process.pop("cancel")
        set_items(draft, lambda item: cancel["items"].get(item["id"], cancel["from"]))
        draft.body["state"] = cancel["from"]
        draft.due = now
    if draft.process.get("calledOff") == task:
        return  # held by it, and told
    text = f"Cancellation {task} is refused: {refusal.rstrip('.')}."
    if all(note.get("text") != text for note in draft.body.get("note") or []):
        add_note(draft, text, now)
