"""The plan of a service order as clients read it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from api.catalog.model import Catalog
from api.dates import format_date, parse_date
from api.jsontypes import JsonObject
from api.ordering.schedule import Schedule
from tmf641_service_ordering.board import SETTLED
from tmf641_service_ordering.estimate import scheduled
from tmf641_service_ordering.items import begun, walk
from tmf641_service_ordering.plan import Plan, make_plan
from tmf641_service_ordering.planning import detailed
from tmf641_service_ordering.states import ORDER
from tmf641_service_ordering.step import Step, StepState

__all__ = ["PlannedOrder", "plan_view", "planned_order"]

_BY_ITEM: Final = {
    "inProgress": StepState.RUNNING,
    "completed": StepState.DONE,
    "held": StepState.HELD,
    "pending": StepState.HELD,
    "failed": StepState.FAILED,
    "partial": StepState.FAILED,
    "rejected": StepState.FAILED,
    "cancelled": StepState.DROPPED,
}
"""The state of a step by that of its item, where people carry the order."""


@dataclass(frozen=True, slots=True)
class PlannedOrder:
    """An order with its plan as it stands now.

    Attributes:
        id: of the order.
        body: of the order.
        process: what its process remembers.
        steps: of the plan that it has, or would get.
        times: of these steps.
        now: the time.
        made: whether it has the plan.
        problems: why there is no plan.
    """

    id: str
    body: JsonObject
    process: JsonObject
    steps: tuple[Step, ...]
    times: Schedule
    now: float
    made: bool
    problems: tuple[str, ...] = ()

    @property
    def over(self) -> bool:
        """Whether the order is at its end."""
        return self.body.get("state") in ORDER.final


def planned_order(
    id_: str,
    body: JsonObject,
    process: JsonObject | None,
    catalog: Catalog,
    now: float,
    services: Mapping[str, JsonObject | None] = MappingProxyType({}),
) -> PlannedOrder:
    """The order with its plan; where it has none yet, with the one that it would get.

    For that, ``services`` are those in the inventory that its items name, by id.
    """
    remembered = process or {}
    made = "plan" in remembered
    items = {str(item["id"]): item for item in walk(body["serviceOrderItem"])}
    plan = Plan.of_json(remembered["plan"]) if made else _planned(body, id_, catalog, services)
    steps = tuple(_with_state(step, items.get(step.item_id)) for step in plan.steps)
    begin = now
    if body.get("state") == "acknowledged" and "requestedStartDate" in body:
        begin = max(now, parse_date(body["requestedStartDate"]))
    times = scheduled(steps, catalog.calendars, begin)
    problems = tuple(str(each) for each in plan.problems)
    return PlannedOrder(id_, body, remembered, steps, times, now, made, problems)


def plan_view(seen: PlannedOrder, catalog_version: str) -> JsonObject:
    """The reply to ``GET …/{id}/plan``."""
    view: JsonObject = {
        "id": seen.id,
        "state": seen.body.get("state"),
        "made": seen.made,
        "catalogVersion": seen.process.get("catalog", catalog_version),
    }
    if seen.times.end is not None and not seen.over:
        view["estimatedCompletionDate"] = format_date(seen.times.end)
    passed = _gone_past(seen)
    view |= {
        "criticalPath": list(seen.times.critical),
        "pointOfNoReturn": {"passed": bool(passed), "step": passed},
        "step": [_step(step, seen.times, over=seen.over) for step in seen.steps],
    }
    if "revisions" in seen.process:
        view["revision"] = seen.process["revisions"]
    if "milestone" in seen.body:
        view["milestone"] = [
            {"name": each.get("name"), "date": each.get("milestoneDate"), "item": _items(each)}
            for each in seen.body["milestone"]
        ]
    if "jeopardyAlert" in seen.body:
        view["jeopardy"] = [
            {
                "name": each.get("jeopardyType"),
                "date": each.get("alertDate"),
                "text": each.get("message"),
                "item": _items(each),
            }
            for each in seen.body["jeopardyAlert"]
        ]
    if seen.problems:
        view["problem"] = [{"reason": each} for each in seen.problems]
    return view


def _items(entry: JsonObject) -> list[str]:
    """The items that a milestone or an alert is about."""
    return [str(each["itemId"]) for each in entry.get("serviceOrderItem") or () if "itemId" in each]


def _gone_past(seen: PlannedOrder) -> list[str]:
    """What stands against a cancellation: the steps that cannot be undone any more.

    An order that people carry can be cancelled only before they have begun.
    """
    if seen.made:
        return [step.id for step in seen.steps if step.past_return]
    return [] if seen.over else begun(seen.body["serviceOrderItem"])


def _planned(
    body: JsonObject, id_: str, catalog: Catalog, services: Mapping[str, JsonObject | None]
) -> Plan:
    plan = make_plan(body["serviceOrderItem"], id_)
    return plan if plan.problems else detailed(plan, body["serviceOrderItem"], services, catalog)


def _with_state(step: Step, item: JsonObject | None) -> Step:
    if step.state is not StepState.WAITING or item is None:
        return step
    shown = _BY_ITEM.get(str(item.get("state")))
    return step if shown is None else replace(step, state=shown)


def _step(step: Step, times: Schedule, *, over: bool) -> JsonObject:
    slot = times.slots[step.id]
    view: JsonObject = {
        "id": step.id,
        "item": step.item_id,
        "action": step.action,
        "kind": step.kind.value,
        "state": step.state.value,
        "dependsOn": list(step.after),
        "attempts": step.attempts,
        "estimatedSeconds": step.estimate,
        "critical": step.id in times.critical,
        "pointOfNoReturn": step.point_of_no_return.value,
        "onFailure": step.on_failure.value,
    }
    if not over and step.state not in SETTLED:
        if step.state is StepState.WAITING:
            view["estimatedStartDate"] = format_date(slot.start)
        view["estimatedCompletionDate"] = format_date(slot.end)
    known = {
        "startDate": step.started,
        "completionDate": step.ended,
        "service": step.service,
        "monitor": step.monitor,
    }
    return view | {name: value for name, value in known.items() if value is not None}
