"""Amendments of running orders: the items that an order shall have, instead of those it had. Pure.

An amendment is planned against what was done: untouched steps stay, changed ones are carried anew,
dropped ones are taken back, new ones added. What is past its point of no return cannot be amended.
"""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from api.catalog.model import Catalog
from api.draft import Draft
from api.errors import BadRequest, Conflict
from api.jsontypes import JsonObject
from api.patch import identical
from tmf641_service_ordering.board import SETTLED, Board
from tmf641_service_ordering.intake import unknown_items
from tmf641_service_ordering.items import action, nested, related, service_id, told_of
from tmf641_service_ordering.plan import Plan, make_plan
from tmf641_service_ordering.planning import detailed
from tmf641_service_ordering.recording import begin_again
from tmf641_service_ordering.states import ORDER
from tmf641_service_ordering.step import Kind, Step, StepState
from tmf641_service_ordering.unwinding import in_turn

__all__ = ["Amendment"]

_CONTENT: Final = ("action", "quantity", "appointment")

_SERVERS: Final = frozenset({"id", "href", "state"})
"""Attributes of an ordered service that the server writes too."""


class Amendment:
    """The difference between the items that an order had and those that it shall have."""

    def __init__(
        self, draft: Draft, board: Board, old: Mapping[str, JsonObject], catalog: Catalog
    ) -> None:
        self._draft = draft
        self._board = board
        self._catalog = catalog
        self._old = old
        self._relies_on = {
            step.service: step.relies_on
            for step in board.carries()
            if step.service is not None and step.relies_on
        }
        self.dropped = [id_ for id_ in old if id_ not in board.items]
        self.added = [id_ for id_ in board.items if id_ not in old]
        self.changed = [
            id_
            for id_, item in board.items.items()
            if id_ in old and _differs(item, old[id_], board[id_])
        ]

    def keep(self) -> None:
        """What the server wrote into items that stay as they were is theirs, sent again or not."""
        for id_ in self._old.keys() - self.changed:
            if id_ not in self._board.items:
                continue
            item, was = self._board.items[id_], self._old[id_]
            item["service"] = copy.deepcopy(was["service"])
            if "errorMessage" in was:
                item.setdefault("errorMessage", was["errorMessage"])

    def content(self) -> bool:
        """Whether anything but states differs."""
        return bool(self.dropped or self.added or self.changed)

    def check(self) -> None:
        """Raises Conflict where the order, or one of its items, is too far for this."""
        state = self._draft.state
        if state in ORDER.final or "ending" in self._draft.process or "ancellation" in state:
            raise Conflict(
                f"serviceOrderItem: cannot be changed while the order is {state}",
                "Leave serviceOrderItem out, or send it as it is. Order further changes by a new "
                "service order.",
            )
        for id_ in (*self.changed, *self.dropped):
            self._check_return(id_)
        for id_ in self.changed:
            self._check_same(id_)
        self._check_ends()
        self._check_new()

    def _check_return(self, id_: str) -> None:
        if self._board[id_].past_return:
            at, name = self._told_of(id_)
            raise Conflict(
                f"{at} is past its point of no return",
                f"Send {name} as it is; order its change by a new service order.",
            )

    def _told_of(self, id_: str) -> tuple[str, str]:
        return told_of(self._draft.body["serviceOrderItem"], id_)

    def _check_ends(self) -> None:
        """Raises Conflict where a service would stay without the one that it relies on."""
        ends = [step for step in self._board.carries() if step.action == "delete" and step.begun]
        ending = {step.service: step.id for step in ends if step.id not in self.dropped}
        for id_ in (*self.changed, *self.dropped):
            below = next((ending[s] for s in self._board[id_].relies_on if s in ending), None)
            if below is not None and not self._ends(id_):
                at, name = self._told_of(id_)
                raise Conflict(
                    f"{at} its service relies on that of item {below}, whose end has begun",
                    f"Send {name} as it is, or order the service anew by a new service order.",
                )

    def _ends(self, id_: str) -> bool:
        """Whether an item still asks for the end of the service that its step is about."""
        item = self._board.items.get(id_)
        service = self._board[id_].service
        return item is not None and action(item) == "delete" and service_id(item) == service

    def _check_new(self) -> None:
        """Raises Conflict where something new in the order cannot be begun."""
        for id_ in self.added:
            step = self._board.get(id_)
            undo = self._board.undo_of(id_)
            if step is not None and step.kind is Kind.UNDO:
                at, name = self._told_of(id_)
                raise Conflict(
                    f"{at} its id is that of a step of the order's plan",
                    f"Give {name} another id.",
                )
            if step is not None and undo is not None and undo.state not in SETTLED:
                at, name = self._told_of(id_)
                raise Conflict(
                    f"{at} an item of that id is still being taken back",
                    f"Give {name} another id, or wait.",
                )
        unknown = set(unknown_items(self._board.top, self._catalog))
        for id_ in (*self.added, *self.changed):
            if id_ in unknown:
                at, name = self._told_of(id_)
                raise Conflict(
                    f"{at} the catalogue does not know its service specification",
                    f"Have {name} order a service of the catalogue, named by "
                    "serviceSpecification.id.",
                )

    def _check_same(self, id_: str) -> None:
        old, new = self._old[id_], self._board.items[id_]
        if not self._board[id_].begun:
            return
        if action(new) != action(old) or _other_service(new, old):
            at, name = self._told_of(id_)
            raise Conflict(
                f"{at} action and service.id cannot be changed any more",
                f"It was begun: drop {name}, and order the other one under an id of its own.",
            )

    def apply(self, now: str) -> None:
        """Makes the plan that of the new items."""
        fresh = self._plan()
        self.changed += self._relinked(fresh)
        steps = [self._step(step) for step in fresh.steps]
        back = [self._board[id_] for id_ in self.dropped if self._board[id_].begun]
        gone = {id_ for id_ in self.dropped if not self._board[id_].begun} | set(self.added)
        behind = self._behind_ends(back)
        self._board.replace_carries(steps, gone)
        for step in reversed(back):
            self._take_back(step)
        in_turn(self._board)
        self._put_behind(back)
        self._await_returns(behind)
        for id_ in self.changed:
            self._redo(id_, {step.id: step.after for step in fresh.steps}[id_])
        self._unblock()
        revisions = self._draft.process.setdefault("revisions", [])
        revisions.append(
            {"date": now, "added": self.added, "changed": self.changed, "dropped": self.dropped}
        )

    def _relinked(self, fresh: Plan) -> list[str]:
        """Changes that were begun and whose services are carried by others than was planned.

        A service is changed without its links to those that the order ends behind it.
        """
        ends: dict[str, set[str | None]] = {}
        for step in fresh.steps:
            for other in step.after if step.action == "delete" else ():
                ends.setdefault(other, set()).add(step.service)
        found: list[str] = []
        for step in self._board.carries():
            known = step.id in self._old and step.id in self._board.items
            if step.action != "modify" or not step.begun or not known or step.id in self.changed:
                continue
            ended = {each.service for each in self._board.ended_after(step.id)}
            if ended != ends.get(step.id, set()):
                found.append(step.id)
                self._check_return(step.id)
        return found

    def _plan(self) -> Plan:
        items = self._board.top
        plan = make_plan(items, self._draft.id)
        if plan.problems:
            named = "; ".join(map(str, plan.problems))
            raise BadRequest(
                f"serviceOrderItem: {plan.problems[0]}", f"Mend serviceOrderItem: {named}."
            )
        relations = {
            id_: {"supportingService": [{"id": below} for below in others]}
            for id_, others in self._relies_on.items()
        }
        return detailed(plan, items, {**relations, **self._draft.known}, self._catalog)

    def _step(self, fresh: Step) -> Step:
        """The step of an item that there shall be."""
        known = self._board.get(fresh.id)
        if known is None:
            return fresh
        if fresh.id in self.added:  # one of that id was taken back before
            return replace(fresh, earlier=known.earlier + known.attempts)
        if fresh.id not in self.changed:
            kept = [other for other in known.after if other not in self.dropped]
            if not known.begun:
                kept += [other for other in fresh.after if other in self.added]
            return replace(known, after=tuple(dict.fromkeys(kept)))
        return known if known.begun else replace(fresh, earlier=known.earlier + known.attempts)

    def _behind_ends(self, dropped: list[Step]) -> dict[str, list[str]]:
        """By dropped end of a service, the steps that come after it."""
        return {
            step.id: [each.id for each in self._board.carries() if step.id in each.after]
            for step in dropped
            if step.action == "delete"
        }

    def _await_returns(self, behind: Mapping[str, list[str]]) -> None:
        """What would have come after the end of a service comes after its return."""
        for id_, others in behind.items():
            undo = self._board.undo_of(id_)
            for other in others:
                step = self._board.get(other)
                if undo and step and other in self._board.items and not step.begun:
                    self._board.set(other, after=(*step.after, undo.id))

    def _take_back(self, step: Step) -> None:
        """Has a dropped item undone, after those that depended on it."""
        board = self._board
        followers = [each for each in board.carries() if step.id in each.after]
        after = [
            undo.id if (undo := board.undo_of(each.id)) is not None else each.id
            for each in followers
        ]
        if step.state is StepState.WAITING:
            step = board.set(step.id, state=StepState.DONE)
        removed = _alone(self._old[step.id])
        begun = board.undo_of(step.id)
        if begun is not None:  # it was skipped before
            after = [*begun.after, *(each for each in after if each not in begun.after)]
            board.set(begun.id, after=tuple(after), removed=removed)
            return
        board.add_undo(step, tuple(after), removed)
        if step.state is StepState.RUNNING and step.under_way is None:
            board.set(step.id, under_way=self._old[step.id])

    def _put_behind(self, back: Sequence[Step]) -> None:
        """Has new items wait until what dropped ones did to the same service is undone."""
        dropped = {each.service: each.id for each in back}
        for id_ in self.added:
            item = self._board.items[id_]
            other = None if action(item) == "add" else dropped.get(service_id(item))
            undo = None if other is None else self._board.undo_of(other)
            if other is not None and undo is not None:
                self._board.set(other, after=())  # it was begun: what it came after is done
                self._board.set(id_, after=(*self._board[id_].after, undo.id))

    def _redo(self, id_: str, after: tuple[str, ...]) -> None:
        """Has a changed item carried anew, if it was begun."""
        step, item = self._board[id_], self._board.items[id_]
        if action(item) == "add" and step.begun:
            item["service"]["id"] = self._old[id_]["service"].get("id")
        if step.state is StepState.RUNNING:
            under_way = step.under_way or self._old[id_]
            self._board.set(id_, under_way=under_way, next_after=after)
        elif step.begun:
            begin_again(self._board, replace(step, next_after=after))

    def _unblock(self) -> None:
        """Items that failed only because of others may be begun after all."""
        for step in self._board.carries():
            item = self._board.items.get(step.id)
            if item is None or step.state is not StepState.FAILED:
                continue
            if any(e.get("code") == "dependencyFailed" for e in item.get("errorMessage") or ()):
                item.pop("errorMessage")
                begin_again(self._board, step, nothing_left=True)


def _alone(item: JsonObject) -> JsonObject:
    """An item as it stands for itself, when it is in the order no more."""
    left = ("serviceOrderItem", "serviceOrderItemRelationship")
    return {name: value for name, value in item.items() if name not in left}


def _other_service(new: JsonObject, old: JsonObject) -> bool:
    """Whether an item is about another service; an add need not know the id that it was given."""
    if action(new) == "add" and service_id(new) is None:
        return False
    return service_id(new) != service_id(old)


def _inner(item: JsonObject) -> set[str]:
    """Ids of the items inside of an item: its service is carried by theirs."""
    return {str(each["id"]) for each in nested(item)}


def _clients(service: JsonObject) -> JsonObject:
    """What clients say of an ordered service."""
    return {name: value for name, value in service.items() if name not in _SERVERS}


def _differs(new: JsonObject, old: JsonObject, step: Step) -> bool:
    """Whether an item asks for something else than it did."""
    if not all(identical(new.get(name), old.get(name)) for name in _CONTENT):
        return True
    if not identical(related(new), related(old)):
        return True
    one, other = new["service"], old["service"]
    if not identical(_clients(one), _clients(other)):
        return True
    if _other_service(new, old) or _inner(new) != _inner(old):
        return True
    default = "active" if action(new) == "add" else None
    ordered = other.get("state") if step.ordered is None else step.ordered.get("state")
    return one.get("state", default) not in (ordered or default, other.get("state"))
