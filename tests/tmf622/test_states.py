"""The lifecycles of TMF622, pair by pair, and the roll-up."""

import itertools

import pytest

from api.errors import Conflict
from api.lifecycle import Lifecycle
from api.rollup import roll_up
from tmf622_product_ordering.states import (
    CANCEL_PRODUCT_ORDER,
    PRODUCT_ORDER,
    PRODUCT_ORDER_ITEM,
    toward,
)

# from: to, as the documentation's table has it
ORDER = {
    "acknowledged": "inProgress pending assessingCancellation",
    "inProgress": "pending held assessingCancellation completed failed partial",
    "pending": "inProgress assessingCancellation cancelled",
    "held": "inProgress assessingCancellation cancelled",
    "assessingCancellation": "acknowledged inProgress pending held pendingCancellation",
    "pendingCancellation": "cancelled held",
    "rejected": "",
    "completed": "",
    "failed": "",
    "partial": "",
    "cancelled": "",
}
ITEM = {
    state: after.replace(" partial", "") for state, after in ORDER.items() if state != "partial"
}
TASK = {"acknowledged": "inProgress", "inProgress": "done terminatedWithError"} | {
    "done": "",
    "terminatedWithError": "",
}


@pytest.mark.parametrize(
    ("lifecycle", "table"),
    [(PRODUCT_ORDER, ORDER), (PRODUCT_ORDER_ITEM, ITEM), (CANCEL_PRODUCT_ORDER, TASK)],
)
def test_every_pair(lifecycle: Lifecycle, table: dict[str, str]) -> None:
    """Exactly the changes of the table are allowed; staying is, and the rest names what is."""
    assert lifecycle.states == set(table)
    for before, after in itertools.product(table, repeat=2):
        allowed = before == after or after in table[before].split()
        assert lifecycle.allows(before, after) is allowed, (before, after)
        if not allowed:
            with pytest.raises(Conflict) as caught:
                lifecycle.check(before, after)
            assert all(state in caught.value.message for state in table[before].split())


def test_initial_and_final() -> None:
    """An order begins acknowledged or rejected; five states end it."""
    assert set(PRODUCT_ORDER.initial) == {"acknowledged", "rejected"}
    ends = {"rejected", "completed", "failed", "partial", "cancelled"}
    assert PRODUCT_ORDER.final == ends
    assert PRODUCT_ORDER_ITEM.final == ends - {"partial"}


@pytest.mark.parametrize("lifecycle", [PRODUCT_ORDER, PRODUCT_ORDER_ITEM])
def test_toward(lifecycle: Lifecycle) -> None:
    """Every step on the way to a target is legal, and what work below can end in is reached."""
    ends = lifecycle.final - {"rejected"}
    for before in ("acknowledged", "inProgress", "held", "pending"):
        for target in ends | {"inProgress", "held", "pending"}:
            state = before
            for _ in range(4):
                after = toward(lifecycle, state, target)
                assert lifecycle.allows(state, after)
                state = after
            assert state == target, (before, target)


@pytest.mark.parametrize("final", sorted(PRODUCT_ORDER.final))
def test_toward_from_final(final: str) -> None:
    """What is final stays as it is."""
    assert toward(PRODUCT_ORDER, final, "inProgress") == final


@pytest.mark.parametrize(
    ("states", "rolled"),
    [
        ("completed completed", "completed"),
        ("", "completed"),
        ("failed failed", "failed"),
        ("rejected", "failed"),
        ("cancelled cancelled", "cancelled"),
        ("completed failed", "partial"),
        ("completed cancelled", "partial"),
        ("partial completed", "partial"),
        ("failed cancelled", "failed"),
        ("held completed", "held"),
        ("held pending", "held"),
        ("held acknowledged", "held"),
        ("pending acknowledged failed", "pending"),
        ("held inProgress", "inProgress"),
        ("pending assessingCancellation", "inProgress"),
        ("acknowledged", "inProgress"),
        ("completed acknowledged", "inProgress"),
    ],
)
def test_roll_up(states: str, rolled: str) -> None:
    """Item states roll up into their order by the table."""
    assert roll_up(states.split()) == rolled
    assert roll_up(reversed(states.split())) == rolled
