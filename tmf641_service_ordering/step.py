"""One step of an order's plan, as the order's process remembers it. Pure.

A plan has a step per item (`Kind.CARRY`), and one more for each item that is taken back
(`Kind.UNDO`): by a cancellation, an amendment, or a failure with the policy ``compensate``.
"""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from api.catalog.handling import Compensation, OnFailure, PointOfNoReturn
from api.jsontypes import JsonObject

__all__ = ["Kind", "Step", "StepState"]


class Kind(StrEnum):
    """What a step does."""

    CARRY = "carry"
    """Carries an item."""
    UNDO = "undo"
    """Brings its service back to what it was before the item."""


class StepState(StrEnum):
    """Where a step stands."""

    WAITING = "waiting"
    """It has not begun."""
    RUNNING = "running"
    """Something may have been done for it."""
    HELD = "held"
    """It keeps failing: a person decides."""
    DONE = "done"
    """It is completed."""
    FAILED = "failed"
    """It has failed, and nothing of it is left."""
    DROPPED = "dropped"
    """It is not wanted any more; nothing was done for it, or that was undone."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        id: of the step; of a step that carries an item, the item's.
        action: the item's: add, modify, delete or noChange.
        after: ids of the steps that must be done before, each once.
        item: the id of its item, where that is not the step's.
        kind: what it does.
        state: where it stands.
        attempts: how often it was begun; keys of calls follow from it.
        estimate: seconds that it is expected to take.
        started: when it was begun last, RFC 3339.
        ended: when it was done, held or failed.
        point_of_no_return: from when on it cannot be undone.
        on_failure: what becomes of it if it keeps failing.
        compensation: how it is undone.
        milestone: what its completion is called.
        service: the id of its service, once it is known.
        before: the service in the inventory before the step; None where there was none.
        ordered: what the item asked of its service when it was begun.
        former: what earlier attempts asked for, where the item was amended since.
        monitor: of the activation that it waits for.
        under_way: the item as it is being carried, where it was amended or dropped meanwhile.
        next_after: what the amended item comes after.
        earlier: attempts before it was taken back or failed, and begun anew.
        by_hand: whether a person has done it in the network.
        calendar: id of the calendar in whose hours it is worked on; None: at all hours.
        removed: of one that takes an item back that an amendment has dropped, the item.
        relies_on: of one that ends a service, the services that this one relies on.
    """

    id: str
    action: str
    after: tuple[str, ...] = ()
    item: str | None = None
    kind: Kind = Kind.CARRY
    state: StepState = StepState.WAITING
    attempts: int = 0
    estimate: float = 0.0
    started: str | None = None
    ended: str | None = None
    point_of_no_return: PointOfNoReturn = PointOfNoReturn.NEVER
    on_failure: OnFailure = OnFailure.HOLD
    compensation: Compensation = Compensation.REVERSE
    milestone: str | None = None
    service: str | None = None
    before: JsonObject | None = None
    ordered: JsonObject | None = None
    former: JsonObject | None = None
    monitor: str | None = None
    under_way: JsonObject | None = None
    next_after: tuple[str, ...] | None = None
    earlier: int = 0
    by_hand: bool = False
    calendar: str | None = None
    removed: JsonObject | None = None
    relies_on: tuple[str, ...] = ()

    @property
    def begun(self) -> bool:
        """Whether something was, or is being, done that would have to be undone."""
        return self.attempts > 0 and self.state not in (StepState.FAILED, StepState.DROPPED)

    @property
    def past_return(self) -> bool:
        """Whether it can neither be undone any more, nor be kept from getting so far."""
        match self.point_of_no_return:
            case PointOfNoReturn.NEVER:
                return False
            case PointOfNoReturn.STARTED:
                return self.begun
            case PointOfNoReturn.COMPLETED:
                return self.begun and self.state is not StepState.HELD

    @property
    def item_id(self) -> str:
        """The id of its item."""
        return self.id if self.item is None else self.item

    def to_json(self) -> JsonObject:
        """As a process remembers it: what is as by default is left out."""
        body: JsonObject = {"id": self.id, "action": self.action}
        for name, default in _DEFAULTS.items():
            value = getattr(self, name)
            if value != default:
                body[name] = _plain(value)
        return body

    @classmethod
    def of_json(cls, body: JsonObject) -> "Step":
        """As `to_json` wrote it."""
        values: dict[str, Any] = dict(body)
        for name, read in _READ.items():
            if name in values:
                values[name] = read(values[name])
        return cls(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value.value if isinstance(value, StrEnum) else value


_DEFAULTS = {each.name: each.default for each in fields(Step) if each.name not in ("id", "action")}

_READ = {
    "after": tuple,
    "next_after": tuple,
    "relies_on": tuple,
    "kind": Kind,
    "state": StepState,
    "point_of_no_return": PointOfNoReturn,
    "on_failure": OnFailure,
    "compensation": Compensation,
}
