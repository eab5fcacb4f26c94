"""Taking back what an order has done: which steps, in which order. Pure edits of its board."""

from tmf641_service_ordering.board import SETTLED, Board
from tmf641_service_ordering.step import Kind, Step, StepState

__all__ = [
    "begun",
    "in_turn",
    "past_return",
    "relying",
    "take_back",
    "take_back_stopped",
    "unwind",
    "waits_for",
]


def begun(board: Board) -> list[str]:
    """Ids of the items for which something was done that would have to be undone."""
    return [step.id for step in board.carries() if step.begun]


def past_return(board: Board) -> list[str]:
    """Ids of the items that are past their point of no return."""
    return [step.id for step in board.carries() if step.past_return]


def unwind(board: Board, now: str) -> None:
    """Plans to undo all that was begun, dependants first, and drops what was not.

    What runs is awaited first.
    """
    followers: dict[str, list[str]] = {}
    for step in board.carries():
        if step.begun:
            for other in step.after:
                followers.setdefault(other, []).append(step.id)
    for step in reversed(board.carries()):
        if step.begun:
            if board.undo_of(step.id) is None:
                undone = [board.undo_of(each) for each in followers.get(step.id, ())]
                board.add_undo(step, tuple(each.id for each in undone if each is not None))
            if step.state is StepState.WAITING:  # amended, and not begun again
                board.set(step.id, state=StepState.DONE)
        elif step.state not in SETTLED:
            board.set(step.id, state=StepState.DROPPED, ended=now)
    in_turn(board)


def in_turn(board: Board) -> None:
    """Has what waits for an item, to be undone after it, wait for the undoing of that one too."""
    for step in board.undos():
        undone = [board.undo_of(each) for each in step.after]
        more = [each.id for each in undone if each is not None and each.id not in step.after]
        if more:
            board.set(step.id, after=(*step.after, *more))


def take_back_stopped(board: Board, now: str) -> None:
    """Plans to undo what is held or waits to be carried anew; what else waits is dropped.

    What could not be undone before is tried again. What others rely on that stay is left as it is:
    held, or to be carried anew.
    """
    for step in reversed(board.carries()):
        undo = board.undo_of(step.id)
        if undo is not None:
            if undo.state is StepState.HELD:
                board.retry(undo.id)
        elif step.state not in (StepState.HELD, StepState.WAITING):
            continue
        elif not step.begun:
            board.set(step.id, state=StepState.DROPPED, ended=now)
        elif not relying(board, step.id):
            take_back(board, step)
    in_turn(board)


def relying(board: Board, id_: str) -> list[str]:
    """Ids of the items that rely on that one: carried after it, and not to be undone."""
    return [
        each.id
        for each in board.carries()
        if id_ in each.after and each.begun and board.undo_of(each.id) is None
    ]


def take_back(board: Board, step: Step) -> None:
    """Plans to undo one that was begun, after the others that are undone and came after it."""
    followers = [board.undo_of(each.id) for each in board.carries() if step.id in each.after]
    board.add_undo(step, tuple(each.id for each in followers if each is not None))
    if step.state is StepState.WAITING:  # amended, and not begun again
        board.set(step.id, state=StepState.DONE)


def waits_for(board: Board, id_: str) -> bool:
    """Whether a step that takes an item back still waits for another one, or for the item's end."""
    step = board[id_]
    if board[step.item_id].state in (StepState.RUNNING, StepState.WAITING):
        return True
    return any(
        board[other].state not in SETTLED and not _given_up(board, other) for other in step.after
    )


def _given_up(board: Board, id_: str) -> bool:
    """Whether a held item need not be waited for, since it is to be taken back itself."""
    step = board[id_]
    return step.kind is Kind.CARRY and board.undo_of(id_) is not None
