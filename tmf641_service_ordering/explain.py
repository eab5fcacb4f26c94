"""What a service order waits for, in sentences. Pure: by the order, its plan and the time."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from shlex import quote
from types import MappingProxyType
from typing import Final

from api.dates import parse_date
from api.jsontypes import JsonObject
from api.ordering.sentences import Finding, listed, reply, several, when
from tmf641_service_ordering.board import SETTLED
from tmf641_service_ordering.items import open_items, walk
from tmf641_service_ordering.plan_view import PlannedOrder
from tmf641_service_ordering.step import Kind, Step, StepState

__all__ = ["explain"]

_MOST: Final = 20
"""Waiting items that are told of one by one."""

_RESUME: Final = 'Resume it: PATCH {"state": "inProgress"}.'
_CANCEL: Final = "Cancel it: POST cancelServiceOrder."


def explain(
    seen: PlannedOrder,
    since: Mapping[str | None, str],
    activations: Mapping[str, JsonObject] = MappingProxyType({}),
) -> JsonObject:
    """The reply to ``GET …/{id}/explain``.

    Args:
        seen: the order and its plan.
        since: when the order (None) and its items got the states that they have.
        activations: what is known of the monitors that steps wait for, by their ids.
    """
    state = str(seen.body.get("state"))
    teller = _Teller(seen, since, activations)
    tell = _TELLERS.get(state, _Teller.final if seen.over else _Teller.running)
    summary = f"The order is {state}{teller.since(None)}."
    return reply(seen.id, state, summary, list(tell(teller)))


@dataclass(frozen=True, slots=True)
class _Teller:
    seen: PlannedOrder
    times: Mapping[str | None, str]
    activations: Mapping[str, JsonObject]

    def since(self, item: str | None) -> str:
        return f" since {self.times[item]}" if item in self.times else ""

    def acknowledged(self) -> Iterator[Finding]:
        body, seen = self.seen.body, self.seen
        start = body.get("requestedStartDate")
        if seen.problems:
            yield Finding(
                f"It cannot be planned: {'; '.join(seen.problems)}.", ("Mend the items.",)
            )
        elif seen.process.get("manual"):
            yield Finding(
                "It is left to people; its notes say why.",
                (
                    'Move it along: PATCH {"state": "inProgress"}.',
                    _CANCEL,
                ),
            )
        elif start is not None and parse_date(start) > seen.now:
            yield Finding(
                f"It begins at {start}, as requestedStartDate asks.",
                ("Begin sooner: PATCH requestedStartDate.", _CANCEL),
            )
        elif (before := seen.process.get("behind")) is not None:
            order = before["order"]
            yield Finding(
                f"It waits until order {order} is over, because {before['reason']}.",
                (f"See what that one waits for: turnup orders explain {order}.", _CANCEL),
            )
        else:
            yield Finding("It has come in and is being planned.", ("Look again in a moment.",))

    def stopped(self) -> Iterator[Finding]:
        held = list(self.held())
        if not held or self.seen.process.get("suspended"):
            yield Finding(
                f"It was stopped{self.since(None)}; nothing new is begun.", (_RESUME, _CANCEL)
            )
        yield from held
        yield from self.under_way()

    def running(self) -> Iterator[Finding]:
        yield from self.held()
        yield from self.under_way()
        yield from self.waiting()
        if self.seen.process.get("manual"):
            yield Finding(
                "People carry it.", ('PATCH its state to "completed" or "failed" at its end.',)
            )

    def cancelling(self) -> Iterator[Finding]:
        task = (self.seen.process.get("cancellation") or {}).get("task")
        by = f" by cancelServiceOrder {task}" if task else ""
        yield Finding(f"It is being cancelled{by}.", ())
        yield from self.held()
        yield from self.under_way()

    def final(self) -> Iterator[Finding]:
        for item in walk(self.seen.body["serviceOrderItem"]):
            if item.get("state") in ("failed", "partial", "rejected"):
                why, what = _said(item)
                yield Finding(
                    f"Item {item['id']} is {item['state']}{self.since(str(item['id']))}{why}.",
                    what,
                    str(item["id"]),
                )
        for message in self.seen.body.get("errorMessage") or ():
            reason = str(message.get("reason"))
            yield Finding(f"{reason[:1].upper()}{reason[1:]}.", _remedy(message))

    def held(self) -> Iterator[Finding]:
        held = [step for step in self.seen.steps if step.state is StepState.HELD]
        stopped = {step.item_id for step in held}
        undone = {step.item_id for step in held if step.kind is Kind.UNDO}
        items = {str(item["id"]): item for item in open_items(self.seen.body["serviceOrderItem"])}
        for id_ in [*stopped, *(i for i in items if i not in stopped)]:
            item = items.get(id_, {})
            if id_ not in stopped and item.get("state") not in ("held", "pending"):
                continue
            if id_ not in stopped and not item.get("errorMessage"):
                continue  # stopped with the whole order
            why, what = _said(item)
            decide = self._undoing(id_) if id_ in undone else self._carrying(id_)
            yield Finding(
                f"Item {id_} is held{self.since(id_)}{why}.",
                (*decide[:2], *what, *decide[2:]),
                id_,
            )

    def _carrying(self, item: str) -> tuple[str, ...]:
        """What can be done about a held item that is to be carried."""
        cancel = () if "ending" in self.seen.process else (_CANCEL,)
        return (
            f"Retry it: turnup orders retry {self.seen.id} --item {quote(item)}.",
            "Skip it, or tell that it was done by hand: turnup orders skip, complete.",
            *cancel,
        )

    def _undoing(self, item: str) -> tuple[str, ...]:
        """What can be done about one that could not be taken back."""
        which = f"{self.seen.id} --item {quote(item)}"
        return (
            f"Try again to undo it: turnup orders retry {which}.",
            f"Undo it by hand, then say so: turnup orders skip {which} --reason ….",
        )

    def under_way(self) -> Iterator[Finding]:
        for step in self.seen.steps:
            if step.state is StepState.RUNNING:
                yield Finding(self._under_way(step), (), step.item_id)

    def _under_way(self, step: Step) -> str:
        doing = "is being undone" if step.kind is Kind.UNDO else "is under way"
        begun = f" since {step.started}" if step.started else self.since(step.item_id)
        tried = f" (attempt {step.attempts})" if step.attempts > 1 else ""
        on = f"; it waits for monitor {step.monitor}" if step.monitor else ""
        slot = self.seen.times.slots[step.id]
        expected = f"; expected to be done by {when(slot.end)}" if step.estimate else ""
        return f"Item {step.item_id} {doing}{begun}{tried}{on}{expected}.{self._trouble(step)}"

    def _trouble(self, step: Step) -> str:
        """What its activation says of itself, where that is more than that it is under way."""
        known = self.activations.get(step.monitor or "", {})
        if not ("failure" in known or "behind" in known):
            return ""
        return f" Of the activation: {known.get('summary')}"

    def waiting(self) -> Iterator[Finding]:
        steps = {step.id: step for step in self.seen.steps}
        found = [step for step in self.seen.steps if step.state is StepState.WAITING]
        for step in found[:_MOST]:
            causes = [steps[o] for o in step.after if o in steps and steps[o].state not in SETTLED]
            if causes:
                text = f"Item {step.item_id} waits for {self._causes(causes)}."
            else:
                text = f"Item {step.item_id} is next."
            yield Finding(text, (), step.item_id)
        if len(found) > _MOST:
            rest = len(found) - _MOST
            yield Finding(f"{rest} more item{several(rest)} wait for others: see the plan.", ())

    def _causes(self, causes: Iterable[Step]) -> str:
        return listed(
            f"item {each.item_id}, which {_doing(each)}{self.since(each.item_id)}"
            for each in causes
        )


def _doing(step: Step) -> str:
    return {
        StepState.RUNNING: "is under way",
        StepState.HELD: "is held",
        StepState.WAITING: "waits itself",
    }.get(step.state, f"is {step.state.value}")


def _said(item: JsonObject) -> tuple[str, tuple[str, ...]]:
    """What the item's last error message says: why, and what to do."""
    messages = item.get("errorMessage") or ()
    if not messages:
        return "", ()
    reason = str(messages[-1].get("reason") or messages[-1].get("message") or "").rstrip(".")
    return (f" because {reason}" if reason else ""), _remedy(messages[-1])


def _remedy(message: JsonObject) -> tuple[str, ...]:
    said = message.get("message")
    return (str(said),) if said and said != message.get("reason") else ()


_TELLERS: Final = {
    "acknowledged": _Teller.acknowledged,
    "held": _Teller.stopped,
    "pending": _Teller.stopped,
    "assessingCancellation": _Teller.cancelling,
    "pendingCancellation": _Teller.cancelling,
}
