"""The lifecycle of a service in the inventory, as data."""

from typing import Final

from api.lifecycle import Lifecycle

__all__ = ["SERVICE"]

SERVICE: Final = Lifecycle(
    initial=("feasibilityChecked", "designed", "reserved", "inactive", "active"),
    transitions={
        "feasibilityChecked": frozenset({"designed", "reserved", "inactive", "active"}),
        "designed": frozenset({"reserved", "inactive", "active"}),
        "reserved": frozenset({"designed", "inactive", "active"}),
        # the official diagram draws `delete` twice from active: we read one of them as inactive's,
        # for an inactive service must be able to end
        "inactive": frozenset({"active", "terminated"}),
        "active": frozenset({"inactive", "terminated"}),
        "terminated": frozenset({"active"}),
    },
    # what is in the network is terminated first, then removed
    removable=frozenset({"feasibilityChecked", "designed", "reserved", "terminated"}),
)
