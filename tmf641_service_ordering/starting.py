"""Which waiting steps may start, and how: edits of an order's draft, decided by it alone. Pure.

What the inventory holds comes in as `Seen`, read before the edit: a step that needs to know its
service starts only where that was read, so that what was there before is written down with the
start, before anything is done.
"""

from collections.abc import Mapping
from typing import Final

from api.clock import derived_id
from api.draft import Draft
from api.jsontypes import JsonObject
from api.rollup import roll_up
from tmf641_service_ordering import bodies
from tmf641_service_ordering.board import Board
from tmf641_service_ordering.bodies import Link
from tmf641_service_ordering.ending import trouble
from tmf641_service_ordering.faults import Fault
from tmf641_service_ordering.items import action, nested, open_items, service_id
from tmf641_service_ordering.recording import done, failed, known
from tmf641_service_ordering.seen import Seen
from tmf641_service_ordering.states import RUNNING
from tmf641_service_ordering.step import Kind, Step, StepState

__all__ = ["LOST", "links", "look", "unseen"]

LOST: Final = frozenset({StepState.FAILED, StepState.DROPPED})
"""The states in which a step is of no use to those that depend on it."""


def unseen(draft: Draft, seen: Mapping[str, Seen]) -> set[str]:
    """Ids of the services that must be read before `advance` can go as far as it could.

    One that is held may be so only because nothing of it could start unseen.
    """
    if draft.state not in RUNNING and draft.state != "held":
        return set()
    board = Board(draft)
    return {
        service
        for step in board.carries()
        if step.action in ("modify", "delete")
        and step.state is StepState.WAITING
        and _ready(board, step)
        and (service := service_id(board.items[step.id]))
        and not _was_read(seen, service, step.action)
    }


def _was_read(seen: Mapping[str, Seen], service: str, action: str) -> bool:
    return service in seen and seen[service].tells(action)


def look(draft: Draft, board: Board, step: Step, seen: Mapping[str, Seen], now: str) -> None:
    """Starts a waiting step that may start; fails one that never can."""
    lost = _lost(board, step)
    if _ready(board, step):
        _start(draft, board, step, seen, now)
    elif lost and step.begun:
        _stop(draft, board, step, lost, now)
    elif lost and not any(True for _ in open_items(nested(board.items[step.id]))):
        _block(board, step, lost, now)


def _lost(board: Board, step: Step) -> list[str]:
    """Ids of the items that it depends on and that will not be completed."""
    return [
        other
        for other in step.after
        if board[other].kind is Kind.CARRY and board[other].state in LOST
    ]


def _ready(board: Board, step: Step) -> bool:
    """Whether a step may start; what a person has done by hand does not need what is lost."""
    lost = _lost(board, step) if step.by_hand else ()
    return all(other in lost or _over(board[other]) for other in step.after)


def _over(other: Step) -> bool:
    """Whether what comes after a step may begin: of one that takes back, also if nothing was."""
    return other.state is StepState.DONE or (
        other.kind is Kind.UNDO and other.state is StepState.DROPPED
    )


def _block(board: Board, step: Step, causes: list[str], now: str) -> None:
    """A step that can never start; an item with nested ones says what became of those."""
    fault = _blocked(causes, "order both again")
    board.set(step.id, fault, now, state=StepState.FAILED, ended=now)
    item = board.items[step.id]
    item["state"] = roll_up([*(str(each["state"]) for each in nested(item)), "failed"])


def _stop(draft: Draft, board: Board, step: Step, causes: list[str], now: str) -> None:
    """A step that was to be carried anew, and cannot: its service is up, so people decide."""
    fault = _blocked(causes, "amend the order, skip this item, or complete it by hand")
    board.set(step.id, fault, now, state=StepState.HELD, ended=now)
    trouble(draft, step.id, fault, now)


def _blocked(causes: list[str], remedy: str) -> Fault:
    named = ", ".join(causes)
    return Fault(
        "dependencyFailed",
        f"it depends on item {named}, which was not completed",
        f"See the errorMessage of item {named}, and {remedy}.",
    )


def _start(draft: Draft, board: Board, step: Step, seen: Mapping[str, Seen], now: str) -> None:
    item = board.items[step.id]
    match step.action:
        case "add":
            item["service"].pop("href", None)
            item["service"]["id"] = derived_id(draft.id, step.id)
            _run(board, step, None, now)
        case "modify" | "delete":
            service = service_id(item)
            if service is None or _was_read(seen, service, step.action):
                present = seen[service] if service else Seen()
                _start_on(draft, board, step, present, now)
        case _:
            done(draft, board, step, {}, now)


def _start_on(draft: Draft, board: Board, step: Step, seen: Seen, now: str) -> None:
    """Starts a change of a service, unless there is none, or nothing to change."""
    fault = _unfit(board.items[step.id], seen)
    if fault is not None and step.before is None:
        failed(draft, board, step, fault, now)
    elif step.action == "delete" and (others := _others(board, seen)):
        _stay(draft, board, step, others, seen.state, now)
    elif step.action == "modify" and step.former is None and not _differs(draft, board, step, seen):
        done(draft, board, step, known(state=seen.state), now)
    else:
        _run(board, step, step.before or seen.service, now)


def _unfit(item: JsonObject, seen: Seen) -> Fault | None:
    wanted, service = action(item), service_id(item)
    if service is None:
        return Fault(
            "serviceMissing",
            f"{wanted} needs service.id, and the item has none",
            f"Name the service to {wanted} by its id in the service inventory.",
        )
    if seen.service is None:
        return Fault(
            "serviceMissing",
            f"service {service} does not exist in the service inventory",
            f"Order the {wanted} of a service that exists, or add a new one.",
            "404",
        )
    if seen.state == "terminated":
        return Fault(
            "serviceTerminated",
            f"service {service} is terminated already",
            f"Order the {wanted} of a service that is not, or add a new one.",
            "409",
        )
    return None


def _others(board: Board, seen: Seen) -> list[str]:
    """The services that rely on one that is to end, and that do not end with it."""
    ending = {
        step.service
        for step in board.carries()
        if step.action == "delete" and board.undo_of(step.id) is None
    }
    return [each for each in seen.dependants or () if each not in ending]


def _stay(draft: Draft, board: Board, step: Step, others: list[str], state: str, now: str) -> None:
    """A service that others still rely on is not ended."""
    named = ", ".join(others[:5])
    note = {
        "id": str(len(draft.body.get("note") or ()) + 1),
        "author": "turnup",
        "date": now,
        "text": f"Item {step.id}: service {step.service} stays, since others rely on it: {named}.",
        "@type": "Note",
    }
    draft.body["note"] = [*(draft.body.get("note") or ()), note]
    done(draft, board, step, known(id=step.service, state=state), now)


def _differs(draft: Draft, board: Board, step: Step, seen: Seen) -> bool:
    item, present = board.items[step.id], seen.service or {}
    return bool(bodies.revision(present, draft.id, item, links(board, step)))


def _run(board: Board, step: Step, before: JsonObject | None, now: str) -> None:
    item = board.items[step.id]
    board.set(
        step.id,
        state=StepState.RUNNING,
        attempts=step.attempts + 1,
        started=now,
        ended=None,
        service=service_id(item),
        before=before,
        ordered=bodies.asked(item, links(board, step)),
    )


def links(board: Board, step: Step) -> list[Link]:
    """The services that carry an item's own: those of the items it came after.

    Those that the order ends behind it carry it no more.
    """
    found: list[Link] = []
    for other in step.after:
        item = board.items.get(other)
        if item is None or action(item) == "delete":
            continue
        service = service_id(item)
        if service is not None and service != step.service:
            found.append(Link(service, item["service"].get("name")))
    if step.action == "modify":
        ends = (each for each in board.ended_after(step.id) if each.id in board.items)
        found += [Link(str(each.service), gone=True) for each in ends]
    return found
