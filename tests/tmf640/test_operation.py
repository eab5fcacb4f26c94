"""What the network is told of a change, as a table over every pair of states."""

import itertools

import pytest

from api.jsontypes import JsonObject
from tmf640_activation.operation import operation

STATES = (
    None,
    "feasibilityChecked",
    "designed",
    "reserved",
    "inactive",
    "active",
    "terminated",
)


def service(state: str | None) -> JsonObject | None:
    return None if state is None else {"id": "s", "state": state}


def expected(before: str | None, after: str | None) -> str | None:
    inside = {"inactive", "active"}
    if before not in inside:
        return "create" if after in inside else None
    if after not in inside:
        return "terminate"
    return {("active", "inactive"): "suspend", ("inactive", "active"): "resume"}.get(
        (str(before), str(after))
    )


@pytest.mark.parametrize(("before", "after"), list(itertools.product(STATES, STATES)))
def test_by_states(before: str | None, after: str | None) -> None:
    """Only entering, leaving and moving within the network concerns it."""
    assert operation(service(before), service(after)) == expected(before, after)


@pytest.mark.parametrize(
    ("attribute", "told"),
    [
        ("serviceCharacteristic", "modify"),
        ("feature", "modify"),
        ("place", "modify"),
        ("supportingService", "modify"),
        ("supportingResource", "modify"),
        ("description", None),
        ("note", None),
        ("relatedParty", None),
    ],
)
def test_by_attributes(attribute: str, told: str | None) -> None:
    """In the network, a change of what the network knows is told; other changes are not."""
    before = {"id": "s", "state": "active"}
    assert operation(before, {**before, attribute: [1]}) == told
    assert operation({**before, "state": "reserved"}, {"state": "reserved", attribute: 1}) is None
