"""What puts an order in jeopardy: a held item, or a date that the plan will not meet. Pure."""

from collections.abc import Iterable, Sequence
from typing import Final

from api.catalog.model import Catalog
from api.dates import format_date, parse_date
from api.draft import Draft
from tmf641_service_ordering.board import Board
from tmf641_service_ordering.estimate import next_end, scheduled
from tmf641_service_ordering.faults import item_reference
from tmf641_service_ordering.states import ORDER
from tmf641_service_ordering.step import Step

__all__ = ["alert", "watch"]

_LATE: Final = "requestedCompletionDate"
_EXPECTED: Final = "expectedCompletionDate"

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
    draft.notify("Jeopardy")


def watch(draft: Draft, now: float, catalog: Catalog) -> float | None:
    """Keeps the expected date as the plan has it, and warns where it is after the requested one.

    Gives the time at which that must be looked at again, should nothing happen before.
    """
    if draft.state in ORDER.final or draft.state == "held":
        return None
    steps = list(Board(draft))
    if not any(step.estimate for step in steps):
        return None
    times = scheduled(steps, catalog.calendars, now)
    expected = max(now, times.end or now)
    said = draft.body.get(_EXPECTED)
    if said is None or abs(parse_date(said) - expected) > _SLACK:
        draft.body[_EXPECTED] = format_date(expected)
    slack = _slack(draft, expected, now)
    following = None if slack is None else next_end(steps, times)
    return None if slack is None or following is None else max(now, following) + slack + _SLACK


def foresee(
    draft: Draft, steps: Sequence[Step], begin: float, now: float, catalog: Catalog
) -> None:
    """Says the same of an order that waits for its start: when it would be done, begun then."""
    if not any(step.estimate for step in steps):
        return
    expected = scheduled(steps, catalog.calendars, begin).end or begin
    draft.body[_EXPECTED] = format_date(expected)
    _slack(draft, expected, now)


def _slack(draft: Draft, expected: float, now: float) -> float | None:
    """Seconds left to the requested date; None where there is none, or that it is late is told."""
    wanted = draft.body.get(_LATE)
    if wanted is None or draft.process.get("late") == wanted:
        return None
    slack = parse_date(wanted) - expected
    if slack >= 0:
        return slack
    draft.process["late"] = wanted
    message = (
        f"By the plan the order will be completed at {format_date(expected)}, not by {wanted}."
    )
    alert(draft, _LATE, message, format_date(now))
    return None
