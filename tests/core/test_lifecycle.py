"""The lifecycle mechanism; each API's own table is tested beside that API."""

import itertools

import pytest

from api.errors import Conflict
from api.lifecycle import Lifecycle

DOOR = Lifecycle(
    initial=("closed", "open"),
    transitions={
        "closed": frozenset({"open", "bricked"}),
        "open": frozenset({"closed"}),
        "bricked": frozenset(),
    },
    removable=frozenset({"bricked"}),
)
ALLOWED = {("closed", "open"), ("closed", "bricked"), ("open", "closed")}


@pytest.mark.parametrize(
    ("before", "after"), list(itertools.product(sorted(DOOR.states), repeat=2))
)
def test_only_listed_changes_are_allowed(before: str, after: str) -> None:
    """Every pair of states: the listed ones and staying are allowed, all others a 409."""
    allowed = before == after or (before, after) in ALLOWED
    assert DOOR.allows(before, after) is allowed
    if allowed:
        DOOR.check(before, after)
    else:
        with pytest.raises(Conflict):
            DOOR.check(before, after)


def test_a_refusal_names_the_allowed_states() -> None:
    """A client learns from the message where it could go instead, or that it is over."""
    with pytest.raises(Conflict, match="open cannot become bricked") as caught:
        DOOR.check("open", "bricked")
    assert caught.value.message == "From open the state may become: closed."
    with pytest.raises(Conflict) as caught:
        DOOR.check("bricked", "open")
    assert "nothing, it is final" in caught.value.message


def test_an_unknown_state_allows_nothing() -> None:
    """A state that came from nowhere is refused, not a KeyError."""
    assert not DOOR.allows("ajar", "open")
    with pytest.raises(Conflict):
        DOOR.check("ajar", "open")


def test_final_states_are_those_without_successor() -> None:
    """Nobody declares final states twice: they follow from the table."""
    assert DOOR.final == {"bricked"}


def test_initial_states() -> None:
    """A resource begins in a state of the list; another is a 409 that names them."""
    DOOR.check_initial("open")
    with pytest.raises(Conflict) as caught:
        DOOR.check_initial("bricked")
    assert "closed, open" in caught.value.message


def test_removal() -> None:
    """Deleting goes by the table too; without a set every state may be deleted."""
    DOOR.check_removal("bricked")
    with pytest.raises(Conflict) as caught:
        DOOR.check_removal("open")
    assert "bricked" in caught.value.message
    Lifecycle(("a",), {"a": frozenset()}).check_removal("a")


def test_a_table_with_a_hole_is_refused() -> None:
    """A state that is named but has no row is a slip of whoever wrote the table."""
    with pytest.raises(ValueError, match="ajar"):
        Lifecycle(("closed",), {"closed": frozenset({"ajar"})})
    with pytest.raises(ValueError, match="open"):
        Lifecycle(("open",), {"closed": frozenset()})
