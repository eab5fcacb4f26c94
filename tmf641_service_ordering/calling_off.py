"""What a cancellation does to its order, one step at a time. Pure edits of the order's draft.

An order can be called off as long as nothing was begun for any of its items: that is its point of
no return. To be sure of it the order is put into ``assessingCancellation`` first, in which nothing
new is begun, and looked at then.
"""

from dataclasses import dataclass
from typing import TypeAlias

from api.draft import Draft
from api.history.changes import Cause
from tmf641_service_ordering.faults import Fault
from tmf641_service_ordering.items import begun, open_items
from tmf641_service_ordering.states import ORDER

__all__ = ["CalledOff", "Moved", "Refused", "Step", "step"]


@dataclass(frozen=True, slots=True)
class Moved:
    """The order has gone a step; there are more."""


@dataclass(frozen=True, slots=True)
class CalledOff:
    """The order is cancelled, by this cancellation."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The order cannot be cancelled; it is as it was before."""

    fault: Fault


Step: TypeAlias = Moved | CalledOff | Refused


def step(draft: Draft, task: str, reason: str | None, now: float, today: str) -> Step:
    """Moves the order one step towards being cancelled by this task, or tells why not.

    Decides by the order alone, so that a repeated step, after a crash, finds where it stands.
    """
    draft.cause = Cause("cancellation", task, reason)
    if draft.state in ORDER.final:
        return CalledOff() if draft.process.get("cancelledBy") == task else _over(draft)
    held_by = draft.process.get("cancellation")
    if held_by is None:
        return _take(draft, task)
    if held_by["task"] != task:
        return _busy(draft, f"cancelServiceOrder {held_by['task']}")
    if draft.state == "assessingCancellation":
        return _assess(draft, str(held_by["from"]), now)
    if draft.state == "pendingCancellation":
        return _cancel(draft, task, reason, today)
    return _moved_on(draft)


def _take(draft: Draft, task: str) -> Step:
    if draft.state in ("assessingCancellation", "pendingCancellation"):
        return _busy(draft, "people")
    draft.process["cancellation"] = {"task": task, "from": draft.state}
    draft.body["state"] = "assessingCancellation"
    return Moved()


def _assess(draft: Draft, came_from: str, now: float) -> Step:
    started = begun(draft.body["serviceOrderItem"])
    if not started:
        draft.body["state"] = "pendingCancellation"
        return Moved()
    draft.body["state"] = came_from
    del draft.process["cancellation"]
    draft.due = now  # it goes on where it was stopped
    several = "s" if len(started) > 1 else ""
    return Refused(
        Fault(
            "pointOfNoReturn",
            f"the order is past its point of no return: item{several} {', '.join(started)} "
            "had begun",
            "Wait for the order's end, then order the services' deletion.",
            "409",
        )
    )


def _cancel(draft: Draft, task: str, reason: str | None, today: str) -> Step:
    draft.body["state"] = "cancelled"
    draft.body["cancellationDate"] = today
    draft.body["completionDate"] = today
    if reason:
        draft.body["cancellationReason"] = reason
    for item in open_items(draft.body["serviceOrderItem"]):
        item["state"] = "cancelled"
    del draft.process["cancellation"]
    draft.process["cancelledBy"] = task
    draft.due = None
    return CalledOff()


def _over(draft: Draft) -> Refused:
    return Refused(
        Fault(
            "orderFinal",
            f"the order is {draft.state} already",
            "Nothing is left to be cancelled; order the services' deletion instead.",
            "409",
        )
    )


def _busy(draft: Draft, who: str) -> Refused:
    return Refused(
        Fault(
            "cancellationUnderWay",
            f"the order is {draft.state}: it is being cancelled by {who}",
            "Wait for that cancellation's end.",
            "409",
        )
    )


def _moved_on(draft: Draft) -> Refused:
    """People have taken an order of theirs out of the cancellation."""
    del draft.process["cancellation"]
    return Refused(
        Fault(
            "orderMoved",
            f"the order was made {draft.state} while its cancellation was assessed",
            "Cancel it again if it shall still be cancelled.",
            "409",
        )
    )
