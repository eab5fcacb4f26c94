"""What persons decide about items that are held. Pure."""

from dataclasses import dataclass

from api.draft import Draft
from api.errors import BadRequest, Conflict
from api.store.document import Document
from tmf641_service_ordering.board import Board
from tmf641_service_ordering.states import ITEM_CHANGES
from tmf641_service_ordering.step import Kind, Step, StepState
from tmf641_service_ordering.unwinding import in_turn, relying, take_back

__all__ = ["Decision", "decide"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decides about an item.

    Attributes:
        item: its id.
        path: by which messages name it.
        was: the state that it had before the same PATCH edited it.
        state: the one that it shall have.
    """

    item: str
    path: str
    was: str
    state: str


def decide(before: Document, draft: Draft, board: Board, decision: Decision, now: str) -> None:
    """Takes a decision over into the plan of the patched order.

    Raises Conflict where nobody may decide that now, BadRequest where no reason is given.
    """
    id_, was, state = decision.item, decision.was, decision.state
    undo = board.undo_of(id_)
    kind = Kind.CARRY if undo is None else Kind.UNDO
    allowed = ITEM_CHANGES.get((kind.value, was), frozenset())
    field = f"{decision.path}.state"
    if state not in allowed:
        named = ", ".join(sorted(allowed)) or "nothing"
        raise Conflict(
            f"{field}: {was} cannot become {state} by a client",
            f"The order's plan moves its items. From {was} a client may set {field} to: {named}.",
        )
    step = board[id_] if undo is None else undo
    if state == "inProgress":
        board.retry(step.id)
        return
    if len(draft.body.get("note") or ()) <= len(before.body.data.get("note") or ()):
        raise BadRequest(
            f"{field}: say why it becomes {state}",
            f"Add a note to the order in the PATCH that sets {field}.",
        )
    if undo is not None:
        board.set(undo.id, state=StepState.WAITING, by_hand=True)
    elif state == "completed":
        board.set(id_, state=StepState.WAITING, by_hand=True)
    elif step.begun:
        _skip(board, step, field)
    else:
        board.set(id_, state=StepState.DROPPED, ended=now)


def _skip(board: Board, step: Step, field: str) -> None:
    """Has what was begun for an item undone."""
    others = relying(board, step.id)
    if others:
        named = ", ".join(others)
        raise Conflict(
            f"{field}: cannot be skipped, item {named} relies on it",
            f"Retry it (set {field} to inProgress), or complete it by hand. To have item {named} "
            "undone as well, drop that by the same PATCH, or cancel the order.",
        )
    take_back(board, step)
    in_turn(board)
