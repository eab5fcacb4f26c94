"""The steps of an order that run, as jobs. Pure."""

from api.draft import Draft
from api.jsontypes import JsonObject
from api.store.document import Document
from tmf641_service_ordering.board import Board
from tmf641_service_ordering.job import ItemJob
from tmf641_service_ordering.progress import planned
from tmf641_service_ordering.starting import links
from tmf641_service_ordering.step import Kind, Step, StepState

__all__ = ["jobs_of"]


def jobs_of(document: Document) -> list[ItemJob]:
    """What is to be carried on."""
    if not planned(document.process):
        return []
    draft = Draft.of(document)
    board = Board(draft)
    return [_job(draft, board, step) for step in board.in_state(StepState.RUNNING)]


def _job(draft: Draft, board: Board, step: Step) -> ItemJob:
    carried = board[step.item_id] if step.kind is Kind.UNDO else None
    return ItemJob(
        draft.id,
        step.under_way or board.items.get(step.item_id) or _dropped(step),
        step,
        links(board, step) if carried is None else (),
        carried,
        unwinding="ending" in draft.process,
    )


def _dropped(step: Step) -> JsonObject:
    """What is known of an item that is in the order no more."""
    return {"id": step.item_id, "action": step.action, "service": {"id": step.service}}
