"""The lifecycles of service orders, their items and cancellations, as data.

States and transitions are those of the official diagrams, and one of our own: an acknowledged
order may become ``pending`` (as a product order may), so that what it lacks can be asked for before
anything is begun.
"""

from typing import Final

from api.lifecycle import Lifecycle

__all__ = ["CANCELLATION", "CLIENT_CHANGES", "ITEM", "ITEM_CHANGES", "ORDER", "RUNNING"]

_TRANSITIONS: Final = {
    "acknowledged": frozenset(
        {"inProgress", "rejected", "assessingCancellation", "cancelled", "pending"}
    ),
    "inProgress": frozenset(
        {
            "pending",
            "held",
            "assessingCancellation",
            "completed",
            "failed",
            "partial",
            "cancelled",
        }
    ),
    "pending": frozenset({"inProgress", "assessingCancellation", "cancelled"}),
    "held": frozenset({"inProgress", "assessingCancellation", "cancelled"}),
    # back to where it came from when the cancellation is denied
    "assessingCancellation": frozenset(
        {"acknowledged", "inProgress", "pending", "held", "pendingCancellation"}
    ),
    # held: a compensation failed and needs a person
    "pendingCancellation": frozenset({"cancelled", "held"}),
    "rejected": frozenset(),
    "completed": frozenset(),
    "failed": frozenset(),
    "partial": frozenset(),
    "cancelled": frozenset(),
}

ORDER: Final = Lifecycle(
    initial=("acknowledged",),
    transitions=_TRANSITIONS,
    # nothing has begun yet, or all is over
    removable=frozenset(
        {"acknowledged", "rejected", "completed", "failed", "partial", "cancelled"}
    ),
)

ITEM: Final = Lifecycle(initial=("acknowledged",), transitions=_TRANSITIONS)
"""As the order's; an item becomes ``partial`` only where it has nested items."""

CANCELLATION: Final = Lifecycle(
    # the document says `accepted` where the diagram and TMF622 say `acknowledged`
    initial=("accepted",),
    transitions={
        "accepted": frozenset({"inProgress"}),
        "inProgress": frozenset({"done", "terminatedWithError"}),
        "done": frozenset(),
        "terminatedWithError": frozenset(),
    },
)

RUNNING: Final = frozenset({"inProgress", "pendingCancellation"})
"""The states of an order in which its plan starts steps."""

CLIENT_CHANGES: Final = {
    "held": frozenset({"inProgress", "cancelled"}),
    "pending": frozenset({"inProgress", "cancelled"}),
    "inProgress": frozenset({"held"}),
}
"""What a client may do by PATCH with the state of an order that has a plan: resume, suspend, give
up. All other changes are the plan's, and a cancellation goes by CancelServiceOrder."""

ITEM_CHANGES: Final = {
    ("carry", "held"): frozenset({"inProgress", "completed", "cancelled"}),
    ("undo", "held"): frozenset({"inProgress", "cancelled"}),
}
"""What a client may do by PATCH with an item's state: retry it, have it taken for done by hand,
skip it. Of one that is being taken back: retry that, or have it taken for undone by hand."""
