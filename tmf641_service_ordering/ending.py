"""How the items of an order roll up into it, and how it ends. Pure edits of its draft."""

from typing import Final

from api.draft import Draft
from api.rollup import roll_up
from tmf641_service_ordering.board import SETTLED, Board
from tmf641_service_ordering.faults import Fault
from tmf641_service_ordering.jeopardy import alert
from tmf641_service_ordering.states import ORDER
from tmf641_service_ordering.step import StepState

__all__ = ["conclude", "trouble", "wake"]

_TASK: Final = "cancelServiceOrder"

_SHOWN: Final = {StepState.HELD: "held", StepState.WAITING: "acknowledged"}
"""What an item that is taken back, and in the order no more, counts as: while it waits for others
it does not move, so that an order which only waits for a person is held."""


def conclude(draft: Draft, board: Board, now: str) -> None:
    """Gives the order the state that its items come to."""
    states = [str(item["state"]) for item in draft.body["serviceOrderItem"]]
    states += [
        _SHOWN.get(step.state, "inProgress")
        for step in board.undos()
        if step.item_id not in board.items and step.state not in SETTLED
    ]
    state = roll_up(states)
    cancellation = draft.process.get("cancellation")
    if state in ORDER.final:
        _end(draft, state, now)
    elif state == "held":
        draft.body["state"] = "held"
    if cancellation is not None and (state in ORDER.final or state == "held"):
        wake(draft, _TASK, str(cancellation["task"]))


def _end(draft: Draft, state: str, now: str) -> None:
    if draft.process.get("ending") == "cancelled":
        state = "cancelled"
        draft.body["cancellationDate"] = now
        cancelled = draft.process.pop("cancellation", None) or {}
        draft.process["cancelledBy"] = cancelled.get("task") or draft.process.get("cancelledBy")
        if cancelled.get("reason"):
            draft.body["cancellationReason"] = cancelled["reason"]
    draft.body["state"] = state
    draft.body["completionDate"] = now
    draft.process.pop("ending", None)


def trouble(draft: Draft, item: str, fault: Fault, now: str) -> None:
    """Tells that an item is held and needs a person."""
    alert(draft, "itemHeld", f"Item {item} is held: {fault.reason}.", now, (item,))
    if all(notice.what != "InformationRequired" for notice in draft.notices):
        draft.notify("InformationRequired", fieldPath="serviceOrderItem.state")


def wake(draft: Draft, resource: str, id_: str) -> None:
    """Has somebody who waits for this order looked at, as soon as this is written."""
    waiting = draft.process.setdefault("wake", [])
    if [resource, id_] not in waiting:
        waiting.append([resource, id_])
