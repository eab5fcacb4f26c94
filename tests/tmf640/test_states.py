"""The lifecycles of TMF640, every pair of states."""

import itertools

import pytest

from tmf640_activation.states import MONITOR, SERVICE

STATES = ("feasibilityChecked", "designed", "reserved", "inactive", "active", "terminated")
ALLOWED = {
    "feasibilityChecked": "designed reserved inactive active",
    "designed": "reserved inactive active",
    "reserved": "designed inactive active",
    "inactive": "active terminated",
    "active": "inactive terminated",
    "terminated": "active",
}
MONITOR_STATES = ("InProgress", "Completed", "InError")


@pytest.mark.parametrize(("before", "after"), list(itertools.product(STATES, STATES)))
def test_every_pair_of_a_service(before: str, after: str) -> None:
    """Exactly the drawn transitions are allowed, and staying."""
    expected = before == after or after in ALLOWED[before].split()
    assert SERVICE.allows(before, after) == expected


@pytest.mark.parametrize("state", STATES)
def test_a_service_can_be_deleted_in_every_state(state: str) -> None:
    """Unlike in the inventory: a delete takes it down in the network first."""
    SERVICE.check_removal(state)


@pytest.mark.parametrize(
    ("before", "after"), list(itertools.product(MONITOR_STATES, MONITOR_STATES))
)
def test_every_pair_of_a_monitor(before: str, after: str) -> None:
    """A monitor ends once."""
    expected = before in {"InProgress", after}
    assert MONITOR.allows(before, after) == expected
