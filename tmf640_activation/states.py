"""The lifecycles of a service in the network and of a monitor, as data."""

from typing import Final

from api.lifecycle import Lifecycle

__all__ = ["IN_NETWORK", "MONITOR", "SERVICE"]

IN_NETWORK: Final = frozenset({"inactive", "active"})
"""The states in which the network carries the service."""

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
    # a service can be deleted in every state: one in the network is taken down first
    removable=None,
)

MONITOR: Final = Lifecycle(
    initial=("InProgress",),
    transitions={
        "InProgress": frozenset({"Completed", "InError"}),
        "Completed": frozenset(),
        "InError": frozenset(),
    },
)
