"""Decisions on held items, as patches."""

import pytest

from api.jsontypes import JsonObject
from api.operator.decisions import NothingHeld, Verb, held_items, patch_of

NOW = "2026-01-01T00:00:00.000Z"


def order(state: str = "held") -> JsonObject:
    inner = {"id": "2.1", "state": "held"}
    items = [
        {"id": "1", "state": "held", "service": {}},
        {"id": "2", "state": "inProgress", "serviceOrderItem": [inner]},
        {"id": "3", "state": "completed"},
    ]
    return {"id": "o", "state": state, "serviceOrderItem": items, "note": [{"text": "old"}]}


def test_what_is_held() -> None:
    """Held items, nested ones too."""
    assert [each["id"] for each in held_items(order())] == ["1", "2.1"]


@pytest.mark.parametrize(
    ("verb", "state"),
    [(Verb.RETRY, "inProgress"), (Verb.SKIP, "cancelled"), (Verb.COMPLETE, "completed")],
)
def test_all_that_are_held(verb: Verb, state: str) -> None:
    """All held items get the new state, the others stay as they are; the note says why."""
    before = order()
    patch = patch_of(before, verb, reason="why", author="me", now=NOW)
    one, two, three = patch["serviceOrderItem"]
    assert (one["state"], two["state"], three["state"]) == (state, "inProgress", "completed")
    assert two["serviceOrderItem"][0]["state"] == state
    assert [note["text"] for note in patch["note"]] == ["old", f"{verb.value} of item 1, 2.1: why"]
    assert before == order()


def test_some() -> None:
    """Only those that are named; who is not held cannot be."""
    patch = patch_of(order(), Verb.RETRY, items=["2.1"], now=NOW)
    assert patch["serviceOrderItem"][0]["state"] == "held"
    assert "note" not in patch
    with pytest.raises(NothingHeld, match="item 3 is not held"):
        patch_of(order(), Verb.RETRY, items=["3", "1"], now=NOW)


def test_a_whole_order() -> None:
    """An order that was stopped as a whole goes on by a retry; nothing else is to be decided."""
    stopped = {"id": "o", "state": "held", "serviceOrderItem": [{"id": "1", "state": "x"}]}
    assert patch_of(stopped, Verb.RETRY, now=NOW) == {"state": "inProgress"}
    for state, verb in (("held", Verb.SKIP), ("inProgress", Verb.RETRY)):
        with pytest.raises(NothingHeld, match="no item is held"):
            patch_of({**stopped, "state": state}, verb, now=NOW)
