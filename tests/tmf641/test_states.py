"""The lifecycles of TMF641, every pair of states."""

import itertools

import pytest

from tmf641_service_ordering.states import CANCELLATION, CLIENT_CHANGES, ITEM, ORDER

STATES = (
    "acknowledged",
    "rejected",
    "pending",
    "held",
    "inProgress",
    "cancelled",
    "completed",
    "failed",
    "partial",
    "assessingCancellation",
    "pendingCancellation",
)
ALLOWED = {
    "acknowledged": "inProgress rejected assessingCancellation cancelled pending",
    "inProgress": "pending held assessingCancellation completed failed partial cancelled",
    "pending": "inProgress assessingCancellation cancelled",
    "held": "inProgress assessingCancellation cancelled",
    "assessingCancellation": "acknowledged inProgress pending held pendingCancellation",
    "pendingCancellation": "cancelled held",
}
FINAL = {"rejected", "completed", "failed", "partial", "cancelled"}
TASK_STATES = ("accepted", "inProgress", "done", "terminatedWithError")
TASK_ALLOWED = {
    "accepted": "inProgress",
    "inProgress": "done terminatedWithError",
}


@pytest.mark.parametrize(("before", "after"), list(itertools.product(STATES, STATES)))
def test_every_pair(before: str, after: str) -> None:
    """Orders and items: exactly the transitions of the table are allowed, and staying."""
    expected = before == after or after in ALLOWED.get(before, "").split()
    assert ORDER.allows(before, after) == expected
    assert ITEM.allows(before, after) == expected


def test_ends() -> None:
    """Nothing follows the final states; an order begins as acknowledged."""
    assert ORDER.final == ITEM.final == FINAL
    assert ORDER.states == set(STATES)
    assert ORDER.initial == ("acknowledged",)
    assert ORDER.removable == frozenset(FINAL | {"acknowledged"})


@pytest.mark.parametrize(("before", "after"), list(itertools.product(TASK_STATES, TASK_STATES)))
def test_every_pair_of_a_cancellation(before: str, after: str) -> None:
    """A cancellation begins as `accepted`, the word of this document."""
    expected = before == after or after in TASK_ALLOWED.get(before, "").split()
    assert CANCELLATION.allows(before, after) == expected
    assert CANCELLATION.initial == ("accepted",)


def test_what_clients_may_do_is_in_the_lifecycle() -> None:
    """A client's part of the transitions is a part of all."""
    for before, after in CLIENT_CHANGES.items():
        assert after <= ORDER.transitions[before]
