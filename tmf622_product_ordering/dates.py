"""When a product order is expected to be done, as its service order tells it. Pure.

TMF622 v4 has no jeopardy alerts: a date that will not be met is told in a note.
"""

from typing import Final

from api.dates import parse_date
from api.draft import Draft
from api.jsontypes import JsonObject
from tmf622_product_ordering.progress import add_note
from tmf622_product_ordering.states import PRODUCT_ORDER

__all__ = ["expect", "planned"]

_EXPECTED: Final = "expectedCompletionDate"
_WANTED: Final = "requestedCompletionDate"


def expect(draft: Draft, service_order: JsonObject, now: float) -> None:
    """Takes over the expected date; says once where it is later than the requested one."""
    expected = service_order.get(_EXPECTED)
    if expected is None or draft.state in PRODUCT_ORDER.final:
        return
    draft.body[_EXPECTED] = expected
    wanted = draft.body.get(_WANTED)
    if wanted is None or draft.process.get("late") == wanted:
        return
    if parse_date(expected) > parse_date(wanted):
        draft.process["late"] = wanted
        text = f"In jeopardy: by the plan it will be completed at {expected}, not by {wanted}."
        add_note(draft, text, now)


def planned(view: JsonObject) -> JsonObject:
    """The expected date by a plan to come; none where no step is known to take time."""
    end = view.get("estimatedCompletionDate")
    known = any(step.get("estimatedSeconds") for step in view.get("step") or ())
    return {_EXPECTED: end} if known and end is not None else {}
