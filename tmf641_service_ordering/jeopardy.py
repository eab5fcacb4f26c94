"""What puts an order in jeopardy: a held item, or a date that the plan will not meet. Pure."""

from collections.abc import Iterable, Mapping
from typing import Final

from api.calendar import Calendar
from api.catalog.model import Catalog
from api.dates import format_date, parse_date
from api.draft import Draft
from tmf641_service_ordering.board import Board
from tmf641_service_ordering.estimate import expected_end, next_end
from tmf641_service_ordering.faults import item_reference
from tmf641_service_ordering.items import specification_id, walk
from tmf641_service_ordering.states import ORDER

__all__ = ["alert", "watch"]

_LATE: Final = "requestedCompletionDate"

_SLACK: Final = 1.0
"""Seconds by which an estimate may move before it is told."""


def alert(draft: Draft, kind: str, message: str, now: str, items: Iterable[str] = ()) -> None:
    """Writes an alert down, and tells it."""
    known = draft.body.get("jeopardyAlert") or []
    made = {
        "id": str(len(known) + 1),
        "name": kind,
        "jeopardyType": kind,
        "message": message,
        "alertDate": now,
        "@type": "ServiceOrderJeopardyAlert",
    }
    refs = [item_reference(draft.id, item) for item in items]
    draft.body["jeopardyAlert"] = [*known, {**made, "serviceOrderItem": refs} if refs else made]
    draft.notify("Jeopardy", fieldPath="jeopardyAlert")


def _calendars(draft: Draft, catalog: Catalog) -> Mapping[str, Calendar]:
    """By item, the hours in which it is worked on."""
    if not catalog.calendars:
        return {}
    found = {
        str(item["id"]): catalog.calendar(specification_id(item))
        for item in walk(draft.body["serviceOrderItem"])
    }
    return {id_: calendar for id_, calendar in found.items() if calendar is not None}


def watch(draft: Draft, now: float, catalog: Catalog) -> float | None:
    """Keeps the expected date as the plan has it, and warns where it is after the requested one.

    Gives the time at which that must be looked at again, should nothing happen before.
    """
    if draft.state in ORDER.final or draft.state == "held":
        return None
    steps = list(Board(draft))
    if not any(step.estimate for step in steps):
        return None
    expected = expected_end(steps, now, _calendars(draft, catalog))
    said = draft.body.get("expectedCompletionDate")
    if said is None or parse_date(said) < expected - _SLACK:
        draft.body["expectedCompletionDate"] = format_date(expected)
    wanted = draft.body.get("requestedCompletionDate")
    if wanted is None or draft.process.get("late") == wanted:
        return None
    slack = parse_date(wanted) - expected
    if slack >= 0:
        following = next_end(steps, now)
        return None if following is None else max(now, following) + slack + _SLACK
    draft.process["late"] = wanted
    message = (
        f"By the plan the order will be completed at {format_date(expected)}, not by {wanted}."
    )
    alert(draft, _LATE, message, format_date(now))
    return None
