"""The states that a client may ask of an order, as it stands. Pure.

What is taken and what a refusal names are decided by the same function.
"""

from collections.abc import Mapping
from typing import Final

from api.dates import parse_date
from api.errors import Conflict
from api.jsontypes import JsonObject
from tmf622_product_ordering.states import PRODUCT_ORDER

__all__ = ["check_choice", "waits_for_its_day"]

_PLANNED: Final[Mapping[str, frozenset[str]]] = {
    "inProgress": frozenset({"held"}),
    "held": frozenset({"inProgress", "cancelled"}),
    "pending": frozenset({"inProgress", "cancelled"}),
}
"""Of an order with a plan: suspend, resume, give up. All other changes are the plan's."""


def waits_for_its_day(order: JsonObject, now: float) -> bool:
    """Whether an order shall not begin yet."""
    start = order.get("requestedStartDate")
    return start is not None and parse_date(start) > now


def check_choice(order: JsonObject, new: str, process: JsonObject, now: float) -> None:
    """Raises Conflict where a client may not give the order this state now.

    Args:
        order: as it stands, in another state.
        new: the state that it shall have.
        process: what its process remembers.
        now: the time.
    """
    old = str(order.get("state"))
    if old in PRODUCT_ORDER.final:
        PRODUCT_ORDER.check(old, new)
    allowed = _choices(old, process)
    if new not in allowed:
        named = ", ".join(sorted(allowed)) or "nothing; it moves by itself"
        reason, instead = _why(order, new, process, now)
        raise Conflict(f"state: {reason}", instead or f"From {old} you may set state to: {named}.")


def _choices(old: str, process: JsonObject) -> frozenset[str]:
    if "cancel" in process:
        return frozenset()
    if "plan" in process:
        if "givenUp" not in process:
            return _PLANNED.get(old, frozenset())
        asked = process.get("ask") == "cancelled"
        return frozenset() if asked else _PLANNED.get(old, frozenset()) - {"held"}
    if not process.get("manual"):
        return frozenset()
    if old == "assessingCancellation":
        back = {process.get("from"), "pendingCancellation"}
        return PRODUCT_ORDER.transitions[old] & back
    return PRODUCT_ORDER.transitions[old]


def _why(order: JsonObject, new: str, process: JsonObject, now: float) -> tuple[str, str | None]:
    """Why a state is refused, and what to do where it is not to ask for another state."""
    old = str(order.get("state"))
    if "cancel" in process:
        wait = "Wait with the change of state until its CancelProductOrder has ended."
        return "the order's cancellation is under way", wait
    if "givenUp" in process:
        end = "Wait until its state is cancelled, or held because something cannot be undone."
        return f"the order is given up and cannot be set to {new}", (
            None if _choices(old, process) else end
        )
    if "plan" in process:
        return f"the order's plan decides when it becomes {new}", None
    if not process.get("manual"):
        return f"cannot be set to {new} before the order has been looked at", (
            "Wait with the change of state for its requestedStartDate, patch that, or cancel the "
            "order: cancelProductOrder."
            if waits_for_its_day(order, now)
            else "Ask for the state again in a moment, or cancel the order: cancelProductOrder."
        )
    if old == "assessingCancellation":
        came_from = process.get("from")
        return f"the order was {came_from} before its cancellation was assessed", (
            f"Set state back to {came_from}, or on to pendingCancellation."
        )
    return f"{old} cannot become {new}", None
