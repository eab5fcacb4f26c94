"""The roll-up of item states into the state of their order: one table for every order API. Pure."""

from collections.abc import Iterable

__all__ = ["roll_up"]

_FAILED = frozenset({"failed", "rejected"})
_STOPPED = ("held", "pending")
_CLOSED = frozenset({"completed", "failed", "rejected", "cancelled", "partial"})


def roll_up(states: Iterable[str]) -> str:
    """The state that an order has when its items have these.

    - All completed: completed. All failed (a rejected item counts as failed): failed. All
      cancelled: cancelled. No items: completed, for nothing is missing.
    - Some completed or partial and others not, none open: partial.
    - Failed and cancelled mixed, none completed: failed. The guidelines do not name this mix;
      nothing was delivered, and a failure is what somebody must know of.
    - Some open: held (or else pending) when an open item is so and none moves, inProgress
      otherwise. An item that is only acknowledged does not move: it waits for the others.
    """
    seen = frozenset(states)
    if still := seen - _CLOSED:
        moving = still - {*_STOPPED, "acknowledged"}
        stopped = [state for state in _STOPPED if state in still]
        return "inProgress" if moving or not stopped else stopped[0]
    if seen <= {"completed"}:
        return "completed"
    if seen & {"completed", "partial"}:
        return "partial"
    if seen & _FAILED:
        return "failed"
    return "cancelled"
