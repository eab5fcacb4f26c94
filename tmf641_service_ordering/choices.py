"""The states that a client may ask of a service order, and of items that people carry. Pure.

What is taken and what a refusal names are decided by the same function.
"""

from typing import Final

from api.errors import Conflict
from api.jsontypes import JsonObject
from tmf641_service_ordering.items import nested
from tmf641_service_ordering.progress import manual, planned
from tmf641_service_ordering.states import CLIENT_CHANGES, ITEM, ORDER

__all__ = ["came_from", "check_item", "check_order"]

_NOT_PLANNED_YET: Final = {"acknowledged": frozenset({"cancelled"})}


def check_order(was: str, state: str, process: JsonObject) -> None:
    """Raises Conflict where a client may not give an order this state now."""
    if was in ORDER.final:
        ORDER.check(was, state)
    allowed = _of_order(was, process)
    if state in allowed:
        return
    if manual(process) and was == "assessingCancellation":
        back = came_from(process)
        raise Conflict(
            f"state: the order was {back} before its cancellation was assessed",
            f"Set state back to {back}, or on to pendingCancellation.",
        )
    named = ", ".join(sorted(allowed)) or "nothing"
    plan = "" if manual(process) else "The order's plan moves it. "
    raise Conflict(
        f"state: {was} cannot become {state} by a client",
        f"{plan}From {was} a client may set state to: {named}. "
        "To call an order off, create a cancelServiceOrder.",
    )


def _of_order(was: str, process: JsonObject) -> frozenset[str]:
    if planned(process):
        return CLIENT_CHANGES.get(was, frozenset())
    if not manual(process):
        return _NOT_PLANNED_YET.get(was, frozenset())
    if was == "assessingCancellation":
        return ORDER.transitions[was] & {came_from(process), "pendingCancellation"}
    return ORDER.transitions[was]


def came_from(process: JsonObject) -> str | None:
    """The state of an order that people carry before its cancellation was assessed."""
    task = process.get("cancellation") or {}
    state: str | None = process.get("from", task.get("from"))
    return state


def check_item(item: JsonObject, was: str, field: str, *, by_people: bool) -> None:
    """A client moves items only where people carry the order: along the lifecycle."""
    state = str(item["state"])
    if not by_people:
        raise Conflict(
            f"{field}: {was} cannot become {state}",
            f"The items go where the order goes: leave {field} out.",
        )
    allowed = _of_item(item, was)
    if state in allowed:
        return
    why = f"{was} cannot become {state}"
    if state == "partial" and not nested(item):
        why = "an item without items inside cannot be partial"
    named = ", ".join(sorted(allowed)) or "nothing, it is final"
    raise Conflict(f"{field}: {why}", f"From {was} you may set {field} to: {named}.")


def _of_item(item: JsonObject, was: str) -> frozenset[str]:
    allowed = ITEM.transitions[was]
    return allowed if nested(item) else allowed - {"partial"}
