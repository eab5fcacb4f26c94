"""How an order with a plan moves on: edits of its draft, decided by the draft alone. Pure."""

from collections.abc import Mapping
from typing import Final

from api.clock import derived_id
from api.draft import Draft
from api.jsontypes import JsonObject
from api.rollup import roll_up
from tmf641_service_ordering.faults import Fault, item_message
from tmf641_service_ordering.items import action, nested, open_items, walk
from tmf641_service_ordering.outcome import Done, Failed, Outcome, Waiting
from tmf641_service_ordering.plan import Plan, blocked, ready
from tmf641_service_ordering.states import ITEM, ORDER, RUNNING

__all__ = [
    "advance",
    "begin",
    "cancel_open",
    "in_progress",
    "monitors",
    "plan_of",
    "planned",
    "record",
]

_LOST: Final = ITEM.final - {"completed"}
"""The states in which an item is of no use to those that depend on it."""


def planned(process: JsonObject | None) -> bool:
    """Whether the order has a plan that carries it."""
    return bool(process and "plan" in process)


def plan_of(process: JsonObject) -> Plan:
    """The plan that the order was begun with."""
    return Plan.of_json(process["plan"])


def monitors(process: JsonObject | None) -> Mapping[str, str]:
    """The monitors that are waited for, by item."""
    found: Mapping[str, str] = (process or {}).get("monitors", {})
    return found


def in_progress(body: JsonObject) -> list[JsonObject]:
    """The items that are being carried."""
    return [item for item in walk(body["serviceOrderItem"]) if item.get("state") == "inProgress"]


def begin(draft: Draft, plan: Plan, catalog_version: str, now: str) -> None:
    """Puts an acknowledged order under its plan."""
    draft.process = {"plan": plan.to_json(), "catalog": catalog_version}
    draft.body["state"] = "inProgress"
    draft.body.setdefault("startDate", now)


def record(draft: Draft, outcomes: Mapping[str, Outcome], now: str) -> None:
    """Writes down what came of items."""
    for item in in_progress(draft.body):
        id_ = str(item["id"])
        if id_ not in outcomes:
            continue
        waits = draft.process.setdefault("monitors", {})
        match outcomes[id_]:
            case Waiting(monitor):
                waits[id_] = monitor
                continue
            case Done(service, state):
                item["state"] = "completed"
                item["service"].update(_known(id=service, state=state))
            case Failed(fault):
                item["state"] = "failed"
                item["errorMessage"] = [item_message(fault, now)]
                if action(item) == "add":
                    item["service"].pop("id", None)  # there is no such service
        waits.pop(id_, None)


def _known(**attributes: str | None) -> JsonObject:
    return {name: value for name, value in attributes.items() if value}


def advance(draft: Draft, now: str) -> None:
    """Starts what may start, fails what never can, and rolls the items up into the order."""
    if draft.state not in RUNNING:
        return
    plan = plan_of(draft.process)
    items = {str(item["id"]): item for item in walk(draft.body["serviceOrderItem"])}
    states = {id_: str(item["state"]) for id_, item in items.items()}
    for id_, causes in blocked(plan, states, _LOST).items():
        if not any(True for _ in open_items(nested(items[id_]))):
            _block(items[id_], causes, now)
    for id_ in ready(plan, states):
        _start(items[id_], draft.id)
    _conclude(draft, now)


def _block(item: JsonObject, causes: list[str], now: str) -> None:
    """An item that can never start; with nested ones it says what became of those."""
    inside = [str(each["state"]) for each in nested(item)]
    item["state"] = roll_up([*inside, "failed"])
    named = ", ".join(causes)
    fault = Fault(
        "dependencyFailed",
        f"it depends on item {named}, which was not completed",
        f"See the errorMessage of item {named}, and order both again.",
    )
    item["errorMessage"] = [item_message(fault, now)]


def _start(item: JsonObject, order_id: str) -> None:
    item["state"] = "inProgress"
    if action(item) == "add":
        item["service"].pop("href", None)
        item["service"]["id"] = derived_id(order_id, str(item["id"]))


def _conclude(draft: Draft, now: str) -> None:
    state = roll_up(str(item["state"]) for item in draft.body["serviceOrderItem"])
    if state in ORDER.final:
        draft.body["state"] = state
        draft.body["completionDate"] = now


def cancel_open(body: JsonObject) -> None:
    """Cancels the items that have not begun; those that have are recorded when they end."""
    for item in open_items(body["serviceOrderItem"]):
        if item["state"] != "inProgress":
            item["state"] = "cancelled"
