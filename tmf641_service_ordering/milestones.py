"""The milestones of an order: completions that the catalogue gives a name. Pure."""

from api.draft import Draft
from tmf641_service_ordering.faults import item_reference
from tmf641_service_ordering.step import Step

__all__ = ["reach"]


def reach(draft: Draft, step: Step, now: str) -> None:
    """Writes down that a step's milestone is reached, and tells it."""
    reached = draft.body.get("milestone") or []
    milestone = {
        "id": str(len(reached) + 1),
        "name": step.milestone,
        "description": f"Item {step.id} is completed",
        "message": f"{step.milestone}: item {step.id} is completed.",
        "milestoneDate": now,
        "status": "achieved",
        "serviceOrderItem": [item_reference(draft.id, step.id)],
        "@type": "ServiceOrderMilestone",
    }
    draft.body["milestone"] = [*reached, milestone]
    draft.notify("Milestone")
