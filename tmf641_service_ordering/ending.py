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

_STILL: Final = "acknowledged"
"""What an item counts as that waits for others to be taken back: it does not move, so that an
order which only waits for a person is held."""


def conclude(draft: Draft, board: Board, now: str) -> None:
    """Gives the order the state that its items come to, nested ones too, and what it takes back."""
    states = [_counts_as(board, id_, str(item["state"])) for id_, item in board.items.items()]
    states += [
        "held" if step.state is StepState.HELD else _counts_as(board, step.item_id, "inProgress")
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


def _counts_as(board: Board, item: str, state: str) -> str:
    undo = board.undo_of(item)
    if undo is None or undo.state is not StepState.WAITING:
        return state
    return state if board[item].state is StepState.RUNNING else _STILL


def _end(draft: Draft, state: str, now: str) -> None:
    if draft.process.get("ending") == "cancelled":
        state = "cancelled"
        draft.body["cancellationDate"] = now
        cancelled = draft.process.pop("cancellation", None) or {}
        draft.process["cancelledBy"] = cancelled.get("task") or draft.process.get("cancelledBy")
        if reason := cancelled.get("reason") or draft.process.get("reason"):
            draft.body["cancellationReason"] = reason
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
