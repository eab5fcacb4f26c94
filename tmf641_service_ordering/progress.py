"""How an order with a plan moves on: edits of its draft, decided by the draft alone. Pure.

What the inventory holds comes in as `Seen`, read before the edit: a step that needs to know its
service starts only where that was read, so that what was there before is written down with the
start, before anything is done.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from api.catalog.handling import Compensation, OnFailure
from api.clock import derived_id
from api.draft import Draft
from api.jsontypes import JsonObject
from api.rollup import roll_up
from tmf641_service_ordering import bodies
from tmf641_service_ordering.board import Board
from tmf641_service_ordering.bodies import Link
from tmf641_service_ordering.ending import conclude, trouble
from tmf641_service_ordering.faults import Fault
from tmf641_service_ordering.items import action, nested, open_items, service_id
from tmf641_service_ordering.milestones import reach
from tmf641_service_ordering.outcome import Done, Failed, Held, Outcome, Waiting
from tmf641_service_ordering.plan import Plan
from tmf641_service_ordering.states import ORDER, RUNNING
from tmf641_service_ordering.step import Kind, Step, StepState
from tmf641_service_ordering.unwinding import past_return, unwind, waits_for

__all__ = [
    "Seen",
    "advance",
    "begin",
    "begin_again",
    "give_up",
    "links",
    "planned",
    "record",
    "retry",
    "running",
    "to_undo",
    "unseen",
]

_LOST: Final = frozenset({StepState.FAILED, StepState.DROPPED})
"""The states in which a step is of no use to those that depend on it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A service as the inventory holds it.

    Attributes:
        service: None where there is none.
        dependants: ids of the services that rely on it and have not ended.
    """

    service: JsonObject | None = None
    dependants: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """The service's state; empty where there is none."""
        return str((self.service or {}).get("state", ""))


def planned(process: JsonObject | None) -> bool:
    """Whether the order has a plan that carries it."""
    return bool(process and "plan" in process)


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
            _done(draft, board, step, _known(id=service, state=state), now)
        case Held() | Failed() if step.under_way is not None and board.undo_of(step.id) is None:
            begin_again(board, step, nothing_left=isinstance(outcome, Failed))
        case Held(fault):
            board.set(step.id, fault, now, state=StepState.HELD, monitor=None, ended=now)
            trouble(draft, step.item_id, fault, now)
        case Failed(fault):
            _failed(draft, board, step, fault, now)


def begin_again(board: Board, step: Step, *, nothing_left: bool = False) -> None:
    """Has a step that was begun carried anew, with what its item asks for now."""
    board.set(
        step.id,
        state=StepState.WAITING,
        monitor=None,
        after=step.after if step.next_after is None else step.next_after,
        next_after=None,
        under_way=None,
        **(
            {"earlier": step.earlier + step.attempts, "attempts": 0, "before": None}
            | {"ordered": None, "former": None}
            if nothing_left
            else {"former": bodies.joined(step.former, step.ordered)}
        ),
    )


def _known(**attributes: str | None) -> JsonObject:
    return {name: value for name, value in attributes.items() if value}


def _done(draft: Draft, board: Board, step: Step, known: JsonObject, now: str) -> None:
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


def _failed(draft: Draft, board: Board, step: Step, fault: Fault, now: str) -> None:
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


def unseen(draft: Draft, seen: Mapping[str, Seen]) -> set[str]:
    """Ids of the services that must be read before `advance` can go as far as it could."""
    if draft.state not in RUNNING:
        return set()
    board = Board(draft)
    return {
        service
        for step in board.carries()
        if step.action in ("modify", "delete")
        and step.state is StepState.WAITING
        and all(board[other].state is StepState.DONE for other in step.after)
        and (service := service_id(board.items[step.id]))
        and service not in seen
    }


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
            _look(draft, board, step, seen, now)
    _undo(board, now)
    board.save()
    if not fresh:
        conclude(draft, board, now)


def _look(draft: Draft, board: Board, step: Step, seen: Mapping[str, Seen], now: str) -> None:
    """Starts a waiting step that may start; fails one that never can."""
    lost = [other for other in step.after if board[other].state in _LOST]
    if lost:
        if not any(True for _ in open_items(nested(board.items[step.id]))):
            _block(board, step, lost, now)
    elif all(board[other].state is StepState.DONE for other in step.after):
        _start(draft, board, step, seen, now)


def _block(board: Board, step: Step, causes: list[str], now: str) -> None:
    """A step that can never start; an item with nested ones says what became of those."""
    named = ", ".join(causes)
    fault = Fault(
        "dependencyFailed",
        f"it depends on item {named}, which was not completed",
        f"See the errorMessage of item {named}, and order both again.",
    )
    board.set(step.id, fault, now, state=StepState.FAILED, ended=now)
    item = board.items[step.id]
    item["state"] = roll_up([*(str(each["state"]) for each in nested(item)), "failed"])


def _start(draft: Draft, board: Board, step: Step, seen: Mapping[str, Seen], now: str) -> None:
    item = board.items[step.id]
    match step.action:
        case "add":
            item["service"].pop("href", None)
            item["service"]["id"] = derived_id(draft.id, step.id)
            _run(board, step, None, now)
        case "modify" | "delete":
            service = service_id(item)
            if service is None or service in seen:
                present = seen[service] if service else Seen()
                _start_on(draft, board, step, present, now)
        case _:
            _done(draft, board, step, {}, now)


def _start_on(draft: Draft, board: Board, step: Step, seen: Seen, now: str) -> None:
    """Starts a change of a service, unless there is none, or nothing to change."""
    fault = _unfit(board.items[step.id], seen)
    if fault is not None and step.before is None:
        _failed(draft, board, step, fault, now)
    elif step.action == "delete" and (others := _others(board, seen)):
        _stay(draft, board, step, others, seen.state, now)
    elif step.action == "modify" and step.former is None and not _differs(draft, board, step, seen):
        _done(draft, board, step, _known(state=seen.state), now)
    else:
        if step.action == "delete":
            step = board.set(step.id, dependants=seen.dependants)
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
    ending = {step.service for step in board.carries() if step.action == "delete"}
    return [each for each in seen.dependants if each not in ending]


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
    _done(draft, board, step, _known(id=step.service, state=state), now)


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
    """The services that carry an item's own: those of the items it came after."""
    found: list[Link] = []
    for other in step.after:
        item = board.items.get(other)
        if item is None or action(item) == "delete":
            continue
        service = service_id(item)
        if service is not None and service != step.service:
            found.append(Link(service, item["service"].get("name")))
    return found


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
            if carried.state in _LOST:
                board.set(step.id, state=StepState.DROPPED, ended=now)
            elif step.compensation is Compensation.KEEP:
                board.set(step.id, state=StepState.DONE, ended=now)
                board.set(carried.id, state=StepState.DROPPED)
            else:
                board.set(step.id, state=StepState.RUNNING, attempts=step.attempts + 1, started=now)


def give_up(draft: Draft, now: str) -> None:
    """Drops what has not begun, and takes back what is held; what runs is recorded when it ends."""
    board = Board(draft)
    for step in board.carries():
        if step.state is StepState.HELD and board.undo_of(step.id) is None:
            board.add_undo(step, ())
        elif step.state is StepState.WAITING:
            board.set(step.id, state=StepState.DROPPED, ended=now)
    board.save()


def retry(draft: Draft) -> None:
    """Has all that is held tried again."""
    board = Board(draft)
    for step in board.in_state(StepState.HELD):
        if step.kind is Kind.UNDO or board.undo_of(step.id) is None:
            board.set(step.id, state=StepState.WAITING)
    board.save()
