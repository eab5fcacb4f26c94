"""How an order with a plan moves on: edits of its draft, decided by the draft alone. Pure.

What came of steps is written down by `recording`, how waiting ones start stands in `starting`, what
the order comes to by that in `ending`.
"""

from collections.abc import Mapping

from api.catalog.handling import Compensation
from api.draft import Draft
from api.jsontypes import JsonObject
from tmf641_service_ordering.board import SETTLED, Board
from tmf641_service_ordering.ending import conclude
from tmf641_service_ordering.plan import Plan
from tmf641_service_ordering.seen import Seen
from tmf641_service_ordering.starting import LOST, look
from tmf641_service_ordering.states import ORDER, RUNNING
from tmf641_service_ordering.step import Kind, Step, StepState
from tmf641_service_ordering.unwinding import take_back_stopped, waits_for

__all__ = ["advance", "begin", "give_up", "manual", "planned", "retry", "running", "to_undo"]


def planned(process: JsonObject | None) -> bool:
    """Whether the order has a plan that carries it."""
    return bool(process and "plan" in process)


def manual(process: JsonObject | None) -> bool:
    """Whether the order is left to people."""
    return bool(process and process.get("manual"))


def running(process: JsonObject | None) -> list[Step]:
    """The steps for which something is being done."""
    if process is None or "plan" not in process:
        return []
    return [
        Step.of_json(each) for each in process["plan"] if each.get("state") == StepState.RUNNING
    ]


def to_undo(process: JsonObject | None) -> bool:
    """Whether something is still to be taken back."""
    return any(
        each.get("kind") == Kind.UNDO and each.get("state", StepState.WAITING) == StepState.WAITING
        for each in (process or {}).get("plan", ())
    )


def begin(draft: Draft, plan: Plan, catalog_version: str, now: str) -> None:
    """Puts an acknowledged order under its plan."""
    draft.process["plan"] = plan.to_json()
    draft.process["catalog"] = catalog_version
    draft.body["state"] = "inProgress"
    draft.body.setdefault("startDate", now)


def advance(draft: Draft, seen: Mapping[str, Seen], now: str, *, fresh: bool = False) -> None:
    """Starts what may start, fails what never can, and rolls the items up into the order.

    An order that is ``fresh``, put under its plan by the same write, is not at its end by that.
    """
    if draft.state in ORDER.final:
        board = Board(draft)
        _undo(board, now)  # what was held when the order was given up
        board.save()
        return
    if draft.state not in RUNNING:
        return
    board = Board(draft)
    for step in board.carries():  # each comes after those that it depends on
        if step.state is StepState.WAITING:
            look(draft, board, step, seen, now)
    _undo(board, now)
    board.save()
    if not fresh:
        conclude(draft, board, now)


def _undo(board: Board, now: str) -> None:
    """Starts to undo what may be undone now."""
    moved = True
    while moved:
        moved = False
        for step in board.undos():
            if step.state is not StepState.WAITING or waits_for(board, step.id):
                continue
            moved = True
            carried = board[step.item_id]
            if carried.state in LOST:
                board.set(step.id, state=StepState.DROPPED, ended=now)
            elif step.compensation is Compensation.KEEP:
                board.set(step.id, state=StepState.DONE, ended=now)
                board.set(carried.id, state=StepState.DROPPED)
            else:
                board.set(step.id, state=StepState.RUNNING, attempts=step.attempts + 1, started=now)


def give_up(draft: Draft, now: str) -> None:
    """Drops what has not begun, and takes back what is held; what runs is recorded when it ends.

    The order is cancelled when all that is over, at once where there is nothing to wait for.
    """
    board = Board(draft)
    take_back_stopped(board, now)
    board.save()
    if any(step.state not in SETTLED for step in board):
        draft.process["ending"] = "cancelled"
        draft.body["state"] = "inProgress"


def retry(draft: Draft) -> None:
    """Has all that is held tried again."""
    board = Board(draft)
    for step in board.in_state(StepState.HELD):
        if step.kind is Kind.UNDO or board.undo_of(step.id) is None:
            board.retry(step.id)
    board.save()
