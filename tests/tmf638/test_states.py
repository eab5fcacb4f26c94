"""The lifecycle of services in the inventory, every pair of states."""

import itertools

import pytest

from api.errors import Conflict
from tmf638_service_inventory.states import SERVICE

STATES = ("feasibilityChecked", "designed", "reserved", "inactive", "active", "terminated")
ALLOWED = {
    "feasibilityChecked": "designed reserved inactive active",
    "designed": "reserved inactive active",
    "reserved": "designed inactive active",
    "inactive": "active terminated",
    "active": "inactive terminated",
    "terminated": "active",
}


@pytest.mark.parametrize(("before", "after"), list(itertools.product(STATES, STATES)))
def test_every_pair(before: str, after: str) -> None:
    """Exactly the drawn transitions are allowed, and staying."""
    expected = before == after or after in ALLOWED[before].split()
    assert SERVICE.allows(before, after) == expected


@pytest.mark.parametrize("state", STATES)
def test_initial_and_removable(state: str) -> None:
    """Nothing begins as terminated; what is in the network is not removed."""
    assert (state in SERVICE.initial) == (state != "terminated")
    if state in {"inactive", "active"}:
        with pytest.raises(Conflict, match="cannot be deleted"):
            SERVICE.check_removal(state)
    else:
        SERVICE.check_removal(state)
