"""The roll-up of item states into the state of their order: one table for every order API. Pure."""

from collections.abc import Iterable

__all__ = ["roll_up"]

_FAILED = frozenset({"failed", "rejected"})
_STOPPED = frozenset({"held", "pending"})
_CLOSED = frozenset({"completed", "failed", "rejected", "cancelled", "partial"})


def roll_up(states: Iterable[str]) -> str:
    """The state that an order has when its items have these.

    - All completed: completed. All failed (a rejected item counts as failed): failed. All
      cancelled: cancelled. No items: completed, for nothing is missing.
    - Some completed or partial and others not, none open: partial.
    - Failed and cancelled mixed, none completed: failed. The guidelines do not name this mix;
      nothing was delivered, and a failure is what somebody must know of.
    - Some open: held when an open item is held and none moves, pending when the open ones all
      are pending, inProgress otherwise.
    """
    seen = frozenset(states)
    still = seen - _CLOSED
    if still:
        if still <= _STOPPED:
            return "held" if "held" in still else "pending"
        return "inProgress"
    if seen <= {"completed"}:
        return "completed"
    if seen & {"completed", "partial"}:
        return "partial"
    if seen & _FAILED:
        return "failed"
    return "cancelled"
