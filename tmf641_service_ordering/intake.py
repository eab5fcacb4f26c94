"""What becomes of a new order: planned, left to people, rejected, or waiting for its day. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from api.catalog.model import Catalog
from api.dates import format_date, parse_date
from api.draft import Draft
from api.jsontypes import JsonObject
from api.store.document import Document
from tmf641_service_ordering.faults import Fault, order_message
from tmf641_service_ordering.items import action, open_items, specification_id, walk
from tmf641_service_ordering.plan import Cycle, Duplicate, Missing, Plan, Problem, make_plan
from tmf641_service_ordering.progress import manual, planned

__all__ = [
    "Go",
    "LeaveToPeople",
    "Reject",
    "Verdict",
    "Wait",
    "judge",
    "leave_to_people",
    "look_first",
    "problems_of",
    "reject",
    "unknown_items",
]


@dataclass(frozen=True, slots=True)
class Go:
    """It is carried by this plan."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class Wait:
    """It shall not start before that time (seconds since 1970); then it would be by this plan."""

    until: float
    plan: Plan


@dataclass(frozen=True, slots=True)
class Reject:
    """It cannot be carried out, for these reasons, each with the items that it is about."""

    reasons: Sequence[tuple[Fault, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class LeaveToPeople:
    """It names services that the catalogue does not know."""

    items: tuple[str, ...]


Verdict: TypeAlias = Go | Wait | Reject | LeaveToPeople

_CODES: Final = {
    Duplicate: ("duplicateItem", "Give every item an id of its own, nested ones too."),
    Missing: ("missingItem", "Name an item of this order, or give the other order's id."),
    Cycle: ("cyclicItems", "Take one of these relationships out of the order."),
}


def judge(
    body: JsonObject, order_id: str, catalog: Catalog, now: float, *, reject_unknown: bool
) -> Verdict:
    """The verdict on an acknowledged order."""
    items = body["serviceOrderItem"]
    plan = make_plan(items, order_id)
    if plan.problems:
        return Reject([_problem(each) for each in plan.problems])
    unknown = unknown_items(items, catalog)
    if unknown:
        return Reject([_unknown(unknown)]) if reject_unknown else LeaveToPeople(unknown)
    start = body.get("requestedStartDate")
    if start is not None and parse_date(start) > now:
        return Wait(parse_date(start), plan)
    return Go(plan)


def unknown_items(items: Sequence[JsonObject], catalog: Catalog) -> tuple[str, ...]:
    """Ids of the items that add a service of which the catalogue knows no specification."""
    return tuple(
        str(item["id"])
        for item in walk(items)
        if action(item) == "add" and catalog.service_specification(specification_id(item)) is None
    )


def reject(draft: Draft, verdict: Reject, now: str) -> None:
    """Rejects the order with its items, saying why."""
    draft.body["state"] = "rejected"
    draft.body["completionDate"] = now
    draft.body["errorMessage"] = [
        order_message(fault, now, draft.id, items) for fault, items in verdict.reasons
    ]
    for item in open_items(draft.body["serviceOrderItem"]):
        item["state"] = "rejected"


def leave_to_people(draft: Draft, verdict: LeaveToPeople, now: str) -> None:
    """Leaves the order as it is, with a note that says why, and an event that asks for people."""
    draft.process["manual"] = True
    note = {
        "id": str(len(draft.body.get("note") or ()) + 1),
        "author": "turnup",
        "date": now,
        "text": f"Left to people: the catalogue does not know the service specification of "
        f"{_items(verdict.items)}. Move the order along by PATCH of its state.",
        "@type": "Note",
    }
    draft.body["note"] = [*(draft.body.get("note") or ()), note]
    draft.notify("InformationRequired", fieldPath="serviceOrderItem")


def look_first(
    before: Document, draft: Draft, catalog: Catalog, now: float, *, reject_unknown: bool
) -> None:
    """Leaves a new order to people, where its process would.

    For a client that asks for a state before the process has looked: the answer is the same
    whoever of the two is first.
    """
    body, process = before.body.data, before.process or {}
    if body["state"] != "acknowledged" or planned(process) or manual(process):
        return
    if process.get("claims"):  # the catalogue has lost its services: the process gives these back
        return
    verdict = judge(body, before.id, catalog, now, reject_unknown=reject_unknown)
    if isinstance(verdict, LeaveToPeople):
        draft.process.pop("behind", None)
        leave_to_people(draft, verdict, format_date(now))


def problems_of(verdict: Verdict) -> list[JsonObject]:
    """What stands against an order, as a dry run tells it."""
    if isinstance(verdict, LeaveToPeople):
        fault, items = _unknown(verdict.items)
        return [{"reason": fault.reason, "message": "Left to people.", "item": list(items)}]
    if isinstance(verdict, Reject):
        return [
            {"reason": fault.reason, "message": fault.message, "item": list(items)}
            for fault, items in verdict.reasons
        ]
    return []


def _problem(problem: Problem) -> tuple[Fault, tuple[str, ...]]:
    code, message = _CODES[type(problem)]
    items = problem.path[:-1] if isinstance(problem, Cycle) else (problem.item,)
    return Fault(code, str(problem), message), items


def _unknown(items: tuple[str, ...]) -> tuple[Fault, tuple[str, ...]]:
    fault = Fault(
        "unknownSpecification",
        f"the catalogue does not know the service specification of {_items(items)}",
        "Order services of the catalogue, named by serviceSpecification.id.",
    )
    return fault, items


def _items(items: Sequence[str]) -> str:
    return f"item{'s' if len(items) > 1 else ''} {', '.join(items)}"
