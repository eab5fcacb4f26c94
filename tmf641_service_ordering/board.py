"""An order's plan and items side by side, to be edited: what a step comes to, its item shows. Pure.

The steps are what the process goes by; the states of the items, which clients see, follow.
"""

import copy
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final

from api.draft import Draft
from api.jsontypes import JsonObject
from tmf641_service_ordering.faults import Fault, item_message
from tmf641_service_ordering.items import walk
from tmf641_service_ordering.plan import Plan
from tmf641_service_ordering.step import Kind, Step, StepState

__all__ = ["SETTLED", "Board"]

SETTLED: Final = frozenset({StepState.DONE, StepState.FAILED, StepState.DROPPED})
"""The states in which a step is at its end."""

_SHOWN: Final = {
    Kind.CARRY: {
        StepState.WAITING: "acknowledged",
        StepState.RUNNING: "inProgress",
        StepState.HELD: "held",
        StepState.DONE: "completed",
        StepState.FAILED: "failed",
        StepState.DROPPED: "cancelled",
    },
    Kind.UNDO: {
        StepState.WAITING: "pendingCancellation",
        StepState.RUNNING: "pendingCancellation",
        StepState.HELD: "held",
        StepState.DONE: "cancelled",
        StepState.DROPPED: "cancelled",
    },
}
"""The state that an item has by that of its latest step."""


class Board:
    """The plan of a draft, to be edited; `save` writes it back.

    An item that an amendment has dropped, and that is held because it cannot be undone, stands
    among the order's items again, at the top, so that people see it and decide.

    Args:
        draft: of an order with a plan.

    Attributes:
        top: the order's items at the top, without those that were dropped.
        items: these and all inside of them, by id.
        back: dropped ones that stand there again, by id.
    """

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._steps = {each.id: each for each in Plan.of_json(draft.process["plan"]).steps}
        self._undos = {
            each.item_id: each.id for each in self._steps.values() if each.kind is Kind.UNDO
        }
        top: list[JsonObject] = draft.body["serviceOrderItem"]
        self.top = [item for item in top if not self._removed(str(item["id"]))]
        self.items = {str(item["id"]): item for item in walk(self.top)}
        self.back = {
            str(item["id"]): item for item in top if self._removed(str(item["id"])) is not None
        }
        self._ends: dict[str, list[Step]] | None = None

    def __iter__(self) -> Iterator[Step]:
        return iter(list(self._steps.values()))

    def __getitem__(self, id_: str) -> Step:
        return self._steps[id_]

    def get(self, id_: str) -> Step | None:
        """The step of that id, if there is one."""
        return self._steps.get(id_)

    def carries(self) -> list[Step]:
        """The steps that carry items, each after what it depends on."""
        return [each for each in self._steps.values() if each.kind is Kind.CARRY]

    def undos(self) -> list[Step]:
        """The steps that take items back."""
        return [each for each in self._steps.values() if each.kind is Kind.UNDO]

    def undo_of(self, item: str) -> Step | None:
        """The step that takes the item back, if there is one."""
        id_ = self._undos.get(item)  # an item may have an empty id
        return None if id_ is None else self._steps[id_]

    def _removed(self, item: str) -> JsonObject | None:
        """A dropped item that people have to decide about."""
        undo = self.undo_of(item)
        return undo.removed if undo is not None and undo.state is StepState.HELD else None

    def ended_after(self, id_: str) -> list[Step]:
        """The steps that end services after that step, because they are not used any more.

        Among them are those of dropped items as long as these are not taken back.
        """
        if self._ends is None:
            self._ends = {}
            for step in self.carries():
                for other in step.after if step.action == "delete" and step.service else ():
                    self._ends.setdefault(other, []).append(step)
        return self._ends.get(id_, [])

    def in_state(self, *states: StepState) -> list[Step]:
        """The steps in these states."""
        return [each for each in self._steps.values() if each.state in states]

    def add_undo(
        self, step: Step, after: tuple[str, ...], removed: JsonObject | None = None
    ) -> None:
        """Adds the step that takes an item back; ``removed``: one that is dropped."""
        id_ = f"undo {step.id}"
        while id_ in self._steps:
            id_ += "'"
        self._steps[id_] = Step(
            id_,
            step.action,
            after,
            item=step.id,
            kind=Kind.UNDO,
            estimate=step.estimate,
            compensation=step.compensation,
            service=step.service,
            removed=removed,
        )
        self._undos[step.id] = id_
        self._show(self._steps[id_])

    def set(self, id_: str, fault: Fault | None = None, now: str = "", **changes: object) -> Step:
        """Changes a step, and its item with it."""
        step = replace(self._steps[id_], **changes)  # type: ignore[arg-type]
        self._steps[id_] = step
        removed = self._removed(step.item_id)
        if removed is not None and step.item_id not in self.back:
            self.back[step.item_id] = copy.deepcopy(removed)
        self._show(step)
        item = self._item(step.item_id)
        if item is not None:
            if fault is not None:
                item["errorMessage"] = [item_message(fault, now)]
            elif step.state in (StepState.RUNNING, StepState.DONE) and step.kind is Kind.CARRY:
                item.pop("errorMessage", None)
        return step

    def retry(self, id_: str) -> None:
        """Has a held step tried again, by the network as well, whatever was done by hand."""
        self.set(id_, state=StepState.WAITING, by_hand=False)

    def _item(self, id_: str) -> JsonObject | None:
        return self.items.get(id_) or self.back.get(id_)

    def _show(self, step: Step) -> None:
        item = self._item(step.item_id)
        if item is None:
            return
        undo = self.undo_of(step.item_id)
        if undo is None:
            item["state"] = _SHOWN[Kind.CARRY][self._steps[step.item_id].state]
        else:
            item["state"] = _SHOWN[Kind.UNDO][undo.state]

    def replace_carries(self, steps: list[Step], gone: AbstractSet[str]) -> None:
        """Puts other steps in the place of those that carry items; items of ``gone`` are forgotten.

        Steps of items that are to be taken back stay in front, and wait for none of ``gone``.
        """
        new = {each.id: each for each in steps}
        old = {
            id_: each
            for id_, each in self._steps.items()
            if id_ not in new and each.item_id not in gone
        }
        lost = self._steps.keys() - old.keys() - new.keys()
        self._steps = {
            **{id_: _without(each, lost | gone) for id_, each in old.items()},
            **{id_: _without(each, lost) for id_, each in new.items()},
        }
        self._ends = None
        self._undos = {i: u for i, u in self._undos.items() if u in self._steps}
        for each in steps:
            if each.state is StepState.WAITING:
                self._show(each)

    def save(self) -> None:
        """Writes the plan back into the draft, and shows what people have to decide about."""
        back = [item for id_, item in self.back.items() if self._removed(id_) is not None]
        self._draft.body["serviceOrderItem"] = [*self.top, *back]
        self._draft.process["plan"] = [each.to_json() for each in self._steps.values()]

    def service_of(self, id_: str) -> JsonObject | None:
        """The service of an item as the order has it; None where the item is dropped."""
        item = self.items.get(id_)
        return item["service"] if item is not None else None


def _without(step: Step, gone: AbstractSet[str]) -> Step:
    """A step that waits for none of these."""
    following = step.next_after
    if gone.isdisjoint((*step.after, *(following or ()))):
        return step
    if following is not None:
        following = tuple(each for each in following if each not in gone)
    after = tuple(each for each in step.after if each not in gone)
    return replace(step, after=after, next_after=following)
