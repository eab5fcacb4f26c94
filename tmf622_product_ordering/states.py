"""The lifecycles of product orders, their items and cancellation tasks, as data. Pure.

Not drawn in the official document, and allowed here: acknowledged → assessingCancellation (an
order for a later date must be cancellable) and pendingCancellation → held (a compensation failed
and needs a person).
"""

from collections.abc import Mapping

from api.lifecycle import Lifecycle

__all__ = ["CANCEL_PRODUCT_ORDER", "PRODUCT_ORDER", "PRODUCT_ORDER_ITEM", "toward"]

_ORDER: Mapping[str, frozenset[str]] = {
    "acknowledged": frozenset({"inProgress", "pending", "assessingCancellation"}),
    "inProgress": frozenset(
        {"pending", "held", "assessingCancellation", "completed", "failed", "partial"}
    ),
    "pending": frozenset({"inProgress", "assessingCancellation", "cancelled"}),
    "held": frozenset({"inProgress", "assessingCancellation", "cancelled"}),
    # back to where it came from, or on
    "assessingCancellation": frozenset(
        {"acknowledged", "inProgress", "pending", "held", "pendingCancellation"}
    ),
    "pendingCancellation": frozenset({"cancelled", "held"}),
    "rejected": frozenset(),
    "completed": frozenset(),
    "failed": frozenset(),
    "partial": frozenset(),
    "cancelled": frozenset(),
}

PRODUCT_ORDER = Lifecycle(
    initial=("acknowledged", "rejected"),
    transitions=_ORDER,
    # not while work is under way, by whoever: the plan or a person
    removable=frozenset(
        {"acknowledged", "rejected", "completed", "failed", "partial", "cancelled"}
    ),
)
"""Of an order. Whether it may be deleted depends on its plan too: see `orders`."""

PRODUCT_ORDER_ITEM = Lifecycle(
    initial=("acknowledged", "rejected"),
    transitions={
        state: after - {"partial"} for state, after in _ORDER.items() if state != "partial"
    },
)
"""Of an item: as of an order, but version 4 has no partial item."""

CANCEL_PRODUCT_ORDER = Lifecycle(
    initial=("acknowledged",),
    transitions={
        "acknowledged": frozenset({"inProgress"}),
        "inProgress": frozenset({"done", "terminatedWithError"}),
        "done": frozenset(),
        "terminatedWithError": frozenset(),
    },
)
"""Of a task that cancels an order."""

_WAYS = ("inProgress", "held", "pending")


def toward(lifecycle: Lifecycle, state: str, target: str) -> str:
    """The next state on the way to a target: itself where the lifecycle allows that directly.

    A process that looks late sees jumps, e.g. from held to completed; it makes them good through
    a state between, one write after the other. Where there is no such way: the state as it is.
    """
    if lifecycle.allows(state, target):
        return target
    if state == "pendingCancellation":
        return state  # there is no way back
    for between in _WAYS:
        if lifecycle.allows(state, between) and lifecycle.allows(between, target):
            return between
    return state
