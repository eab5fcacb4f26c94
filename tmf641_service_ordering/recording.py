"""What came of steps, written down in the order's draft. Pure."""

from collections.abc import Mapping

from api.catalog.handling import OnFailure
from api.draft import Draft
from api.jsontypes import JsonObject
from tmf641_service_ordering import bodies
from tmf641_service_ordering.board import Board
from tmf641_service_ordering.ending import trouble
from tmf641_service_ordering.faults import Fault
from tmf641_service_ordering.milestones import reach
from tmf641_service_ordering.outcome import Done, Failed, Held, Outcome, Waiting
from tmf641_service_ordering.step import Kind, Step, StepState
from tmf641_service_ordering.unwinding import past_return, unwind

__all__ = ["begin_again", "done", "failed", "known", "record"]


def record(draft: Draft, outcomes: Mapping[str, Outcome], now: str) -> None:
    """Writes down what came of steps, by their ids."""
    if not outcomes:
        return
    board = Board(draft)
    for id_, outcome in outcomes.items():
        step = board.get(id_)
        if step is not None and step.state is StepState.RUNNING:
            _record(draft, board, step, outcome, now)
    board.save()


def _record(draft: Draft, board: Board, step: Step, outcome: Outcome, now: str) -> None:
    match outcome:
        case Waiting(monitor):
            board.set(step.id, monitor=monitor)
        case Done(service, state):
            done(draft, board, step, known(id=service, state=state), now)
        case Held() | Failed() if step.under_way is not None and board.undo_of(step.id) is None:
            begin_again(board, step, nothing_left=isinstance(outcome, Failed))
        case Held(fault):
            board.set(step.id, fault, now, state=StepState.HELD, monitor=None, ended=now)
            trouble(draft, step.item_id, fault, now)
        case Failed(fault):
            failed(draft, board, step, fault, now)


def begin_again(board: Board, step: Step, *, nothing_left: bool = False) -> None:
    """Has a step that was begun carried anew, with what its item asks for now."""
    board.set(
        step.id,
        state=StepState.WAITING,
        monitor=None,
        after=step.after if step.next_after is None else step.next_after,
        next_after=None,
        under_way=None,
        by_hand=False,
        **(
            {"earlier": step.earlier + step.attempts, "attempts": 0, "before": None}
            | {"ordered": None, "former": None}
            if nothing_left
            else {"former": bodies.joined(step.former, step.ordered)}
        ),
    )


def known(**attributes: str | None) -> JsonObject:
    """What there is of it: attributes of a service that have a value."""
    return {name: value for name, value in attributes.items() if value}


def done(draft: Draft, board: Board, step: Step, known: JsonObject, now: str) -> None:
    """A step is done; what is known of its service is written into its item."""
    board.set(step.id, state=StepState.DONE, monitor=None, ended=now, by_hand=False)
    if step.under_way is not None and board.undo_of(step.id) is None:
        begin_again(board, board[step.id])
        return
    service = board.service_of(step.item_id)
    if step.kind is Kind.UNDO:
        board.set(step.item_id, state=StepState.DROPPED)
        board.set(step.id)
        if service is not None and step.action == "add":
            service.pop("id", None)
            service.pop("state", None)
        return
    if service is not None:
        service.update(known)
    if step.milestone is not None:
        reach(draft, step, now)


def failed(draft: Draft, board: Board, step: Step, fault: Fault, now: str) -> None:
    """A step has failed for good; what the order did is undone where its specification says so."""
    board.set(step.id, fault, now, state=StepState.FAILED, monitor=None, ended=now)
    service = board.service_of(step.id)
    if service is not None and step.action == "add":
        service.pop("id", None)  # there is no such service
    if step.on_failure is OnFailure.COMPENSATE and "ending" not in draft.process:
        past = past_return(board)
        if not past:
            draft.process["ending"] = "failed"
            unwind(board, now)
            return
        named = ", ".join(past)
        stuck = Fault(
            "pointOfNoReturn",
            f"{fault.reason}; what was done cannot be undone: item {named} is past its point of "
            "no return",
            "Retry the item, skip it, or complete it by hand.",
        )
        board.set(step.id, stuck, now, state=StepState.HELD)
        trouble(draft, step.id, stuck, now)
