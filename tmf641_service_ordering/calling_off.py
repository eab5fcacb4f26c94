"""What a cancellation does to its order, one step at a time. Pure edits of the order's draft.

An order can be called off until one of its items is past its point of no return, which is data of
the catalogue. To be sure of it the order is put into ``assessingCancellation`` first, in which
nothing new is begun, and looked at then. What was begun is undone by the order's own process; an
order that people carry can only be called off before they have begun.
"""

from dataclasses import dataclass
from typing import TypeAlias

from api.draft import Draft
from api.history.changes import Cause
from tmf641_service_ordering import unwinding
from tmf641_service_ordering.board import Board
from tmf641_service_ordering.faults import Fault
from tmf641_service_ordering.items import begun, open_items, walk
from tmf641_service_ordering.precedence import left
from tmf641_service_ordering.progress import planned
from tmf641_service_ordering.states import ORDER

__all__ = ["CalledOff", "Moved", "Refused", "Stage", "Underway", "call_off"]


@dataclass(frozen=True, slots=True)
class Moved:
    """The order has gone a step; there are more."""


@dataclass(frozen=True, slots=True)
class CalledOff:
    """The order is cancelled, by this cancellation."""


@dataclass(frozen=True, slots=True)
class Underway:
    """What the order has done is being undone; the order tells when that is over."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The order cannot be cancelled, or not all of it could be undone."""

    fault: Fault


Stage: TypeAlias = Moved | CalledOff | Underway | Refused


def call_off(draft: Draft, task: str, reason: str | None, now: float, today: str) -> Stage:
    """Moves the order one step towards being cancelled by this task, or tells why not.

    Decides by the order alone, so that a repeated step, after a crash, finds where it stands.
    """
    draft.cause = Cause("cancellation", task, reason)
    if draft.state in ORDER.final:
        return CalledOff() if draft.process.get("cancelledBy") == task else _over(draft)
    held_by = draft.process.get("cancellation")
    if held_by is None:
        return _take(draft, task, reason)
    if held_by["task"] != task:
        return _busy(draft, f"cancelServiceOrder {held_by['task']}")
    return _go_on(draft, task, str(held_by["from"]), now, today)


def _go_on(draft: Draft, task: str, came_from: str, now: float, today: str) -> Stage:
    """The next step of an order that this task has taken."""
    if draft.state == "assessingCancellation":
        return _assess(draft, came_from, now, today)
    if "ending" in draft.process:
        return _stuck(draft) if draft.state == "held" else Underway()
    if draft.state == "pendingCancellation":
        return _cancel(draft, task, now, today)
    return _moved_on(draft)


def _take(draft: Draft, task: str, reason: str | None) -> Stage:
    if draft.state in ("assessingCancellation", "pendingCancellation"):
        return _busy(draft, "people")
    if "ending" in draft.process:
        return _unwinding(draft)
    draft.process["cancellation"] = {"task": task, "from": draft.state, "reason": reason}
    draft.body["state"] = "assessingCancellation"
    return Moved()


def _assess(draft: Draft, came_from: str, now: float, today: str) -> Stage:
    if not planned(draft.process):
        started = begun(draft.body["serviceOrderItem"])
        return _deny(draft, came_from, now, started) if started else _accept(draft)
    board = Board(draft)
    past = unwinding.past_return(board)
    if past:
        return _deny(draft, came_from, now, past)
    if unwinding.begun(board) or board.undos():
        draft.process["ending"] = "cancelled"
        unwinding.unwind(board, today)
        board.save()
        draft.due = now
    return _accept(draft)


def _accept(draft: Draft) -> Stage:
    draft.process.pop("suspended", None)
    draft.body["state"] = "pendingCancellation"
    return Moved()


def _deny(draft: Draft, came_from: str, now: float, items: list[str]) -> Stage:
    draft.body["state"] = came_from
    del draft.process["cancellation"]
    draft.due = now  # it goes on where it was stopped
    several = "s" if len(items) > 1 else ""
    return Refused(
        Fault(
            "pointOfNoReturn",
            f"the order is past its point of no return: item{several} {', '.join(items)} "
            "cannot be undone",
            "Wait for the order's end, then order the services' deletion.",
            "409",
        )
    )


def _stuck(draft: Draft) -> Stage:
    """Something could not be undone: people have to solve that."""
    cancellation = draft.process.pop("cancellation")
    draft.process |= {"cancelledBy": cancellation["task"], "reason": cancellation.get("reason")}
    held = [
        str(item["id"])
        for item in walk(draft.body["serviceOrderItem"])
        if item.get("state") == "held"
    ]
    return Refused(
        Fault(
            "compensationFailed",
            f"what the order has done could not all be undone: item {', '.join(held)} is held",
            "See the errorMessage of the items, and retry them, or undo them by hand.",
            "409",
        )
    )


def _unwinding(draft: Draft) -> Refused:
    return Refused(
        Fault(
            "orderUnwinding",
            f"the order is {draft.state}, and what it has done is being undone already",
            "Retry what is held, or undo it by hand and say so."
            if draft.state == "held"
            else "Wait for its end.",
            "409",
        )
    )


def _cancel(draft: Draft, task: str, now: float, today: str) -> Stage:
    reason = draft.process["cancellation"].get("reason")
    draft.body["state"] = "cancelled"
    draft.body["cancellationDate"] = today
    draft.body["completionDate"] = today
    if reason:
        draft.body["cancellationReason"] = reason
    if planned(draft.process):
        board = Board(draft)
        unwinding.unwind(board, today)
        board.save()
    for item in open_items(draft.body["serviceOrderItem"]):
        item["state"] = "cancelled"
    del draft.process["cancellation"]
    draft.process["cancelledBy"] = task
    draft.due = now if left(draft.process) else None
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
