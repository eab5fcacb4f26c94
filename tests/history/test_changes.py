"""What a change did to states."""

import pytest

from api.history.changes import Cause, Change, as_created, changes_of, entry
from api.jsontypes import JsonObject


def body(state: str, **items: str) -> JsonObject:
    return {"state": state, "part": [{"id": id_, "state": s} for id_, s in items.items()]}


NESTED: JsonObject = {
    "state": "a",
    "part": [{"id": "1", "state": "a", "part": [{"id": "1.1", "state": "a"}]}],
}


@pytest.mark.parametrize(
    ("before", "after", "items", "found"),
    [
        (body("a", i="a"), body("a", i="a"), "part", []),
        (body("a"), body("b"), "part", [Change(None, "a", "b")]),
        (body("a"), body("b"), None, [Change(None, "a", "b")]),
        (body("a", i="a"), body("a", i="b"), None, []),
        (
            body("a", i="a", k="a"),
            body("b", i="b", k="a"),
            "part",
            [Change(None, "a", "b"), Change("i", "a", "b")],
        ),
        (
            body("a", i="a"),
            body("a", k="a"),
            "part",
            [Change("k", None, "a"), Change("i", "a", None)],
        ),
        (body("a"), NESTED, "part", [Change("1", None, "a"), Change("1.1", None, "a")]),
        ({}, {"name": "x"}, "part", []),
        (body("a"), {"state": "a", "part": [{"id": "i"}]}, "part", []),
    ],
)
def test_changes(
    before: JsonObject, after: JsonObject, items: str | None, found: list[Change]
) -> None:
    """Own state first, then items, nested ones too, new ones and those that are gone."""
    assert changes_of(before, after, items) == found


def test_creation() -> None:
    """What there was before the first change is what was created; later items were not."""
    cause = Cause("process")
    entries = [
        entry(1, "t1", Change("i", "a", "b"), cause),
        entry(2, "t1", Change("late", None, "a"), cause),
        entry(3, "t2", Change("gone", "a", None), cause),
        entry(4, "t2", Change("i", "b", "c"), cause),
    ]
    found = as_created(entries, {None: "s", "i": "c", "late": "a", "never": "n"}, "t0")
    assert [(each.get("item"), each["new"]) for each in found] == [
        (None, "s"),
        ("i", "a"),
        ("never", "n"),
        ("gone", "a"),
    ]
    assert {each["date"] for each in found} == {"t0"}
    assert {each["cause"]["kind"] for each in found} == {"creation"}
