"""Attributes of the server: ignored in a create, refused in an update."""

import copy
from typing import Any

import pytest

from api.errors import BadRequest
from api.owned import Owned, owned_in, refuse_owned

OWNED = ("orderDate", "item.state", "item.service.state", "item.item.state")


def test_a_create_loses_what_the_server_owns() -> None:
    """At the top, in arrays, in objects inside of them; everything else stays."""
    body = {
        "orderDate": "x",
        "category": "c",
        "item": [
            {"id": "1", "state": "done", "service": {"state": "active", "name": "n"}},
            {"id": "2", "item": [{"id": "3", "state": "held"}]},
            "no object",
        ],
    }
    Owned(OWNED).strip(body)
    assert body == {
        "category": "c",
        "item": [
            {"id": "1", "service": {"name": "n"}},
            {"id": "2", "item": [{"id": "3"}]},
            "no object",
        ],
    }


@pytest.mark.parametrize("body", [{}, {"item": None}, {"item": "x"}, {"item": {}}, [], None])
def test_stripping_copes_with_any_shape(body: Any) -> None:
    """It runs before validation, so a body may be anything."""
    before = copy.deepcopy(body)
    Owned(OWNED).strip(body)
    assert body == before


BEFORE = {
    "orderDate": "d",
    "item": [
        {"id": "1", "state": "held", "service": {"state": "active"}},
        {"id": "2", "state": "done"},
    ],
}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"orderDate": "e"}, "orderDate"),
        ({"item": [{"id": "1", "state": "done"}]}, "item[0].state"),
        ({"item": [{"id": "2", "state": "done"}, {"id": "1", "state": "x"}]}, "item[1].state"),
        (
            {"item": [{"id": "1", "service": {"state": "inactive"}}]},
            "item[0].service.state",
        ),
    ],
)
def test_an_update_of_an_owned_attribute_is_refused(change: Any, path: str) -> None:
    """The refusal names the path, wherever it is."""
    with pytest.raises(BadRequest) as caught:
        refuse_owned(BEFORE, {**BEFORE, **copy.deepcopy(change)}, OWNED)
    assert caught.value.reason == f"{path}: is set by the server"
    assert path in caught.value.message


def test_taking_an_owned_attribute_away_is_refused() -> None:
    """Null in a merge-patch removes: of the server's attributes it may not."""
    after = {name: value for name, value in BEFORE.items() if name != "orderDate"}
    with pytest.raises(BadRequest):
        refuse_owned(BEFORE, after, OWNED)


def test_the_present_value_is_no_change() -> None:
    """Clients patch with what they read: equal values pass and nothing moves."""
    after = copy.deepcopy(BEFORE)
    refuse_owned(BEFORE, after, OWNED)
    assert after == BEFORE


def test_elements_that_leave_the_attribute_out_keep_it() -> None:
    """An array is replaced whole, but the state of a known element cannot be lost by that."""
    after: Any = {**BEFORE, "item": [{"id": "2", "note": "n"}, {"id": "1", "service": {"x": 1}}]}
    refuse_owned(BEFORE, after, OWNED)
    assert after["item"] == [
        {"id": "2", "note": "n", "state": "done"},
        {"id": "1", "state": "held", "service": {"x": 1, "state": "active"}},
    ]


@pytest.mark.parametrize(
    ("element", "path"),
    [
        ({"id": "1", "service": {"state": "active"}}, "item.state"),
        ({"id": "1", "state": "held", "service": {}}, "item.service.state"),
    ],
)
def test_what_is_removed_by_name_is_not_put_back(element: Any, path: str) -> None:
    """A patch operation that takes it out is refused; leaving other attributes out is none."""
    after: Any = {**BEFORE, "item": [element, {"id": "2"}]}
    refuse_owned(BEFORE, copy.deepcopy(after), OWNED)
    with pytest.raises(BadRequest, match=r"item\[0\]\..*state: is set by the server"):
        refuse_owned(BEFORE, copy.deepcopy(after), OWNED, {path})
    refuse_owned(BEFORE, copy.deepcopy(after), OWNED, {"item.note", "orderDate.x"})


def test_a_new_element_is_like_a_create() -> None:
    """What the server owns is taken out of an element that was not there before, at any depth."""
    new = {"id": "9", "state": "x", "service": {"state": "y", "name": "n"}, "item": [{"state": 1}]}
    after: Any = {**BEFORE, "item": [new, {"state": "z"}]}
    refuse_owned(BEFORE, after, OWNED)
    assert after["item"] == [{"id": "9", "service": {"name": "n"}, "item": [{}]}, {}]


@pytest.mark.parametrize("item", [None, "x", 1, [1, "a", None], [[{"id": "1"}]], [{"id": [1]}]])
def test_comparing_copes_with_any_shape(item: Any) -> None:
    """It runs before validation too: odd shapes are left to the schema."""
    refuse_owned(BEFORE, {**BEFORE, "item": item}, OWNED)
    refuse_owned({"orderDate": "d", "item": item}, copy.deepcopy(BEFORE), ["orderDate"])


def nested(depth: int, state: str) -> dict[str, Any]:
    """An item in an item in an item …, the innermost with this state."""
    inner = {"id": "0", "state": state}
    for level in range(1, depth):
        inner = {"id": str(level), "item": [inner]}
    return {"item": [inner]}


@pytest.mark.parametrize("depth", [1, 2, 7, 30])
def test_items_in_items(depth: int) -> None:
    """What is owned in an item is owned in those nested in it, however deep they lie."""
    body = nested(depth, "done")
    Owned(["item.state"], "item").strip(body)
    assert "state" not in str(body)
    owned = owned_in(body, ["id", "item.state"], "item")
    refuse_owned(nested(depth, "done"), body, owned)  # left out: it stays
    assert body == nested(depth, "done")
    with pytest.raises(BadRequest, match="state"):
        refuse_owned(body, nested(depth, "held"), owned)


@pytest.mark.parametrize("body", [{}, {"item": None}, {"item": "x"}, {"item": ["x", {"item": 1}]}])
def test_owned_paths_of_any_shape(body: dict[str, Any]) -> None:
    """They are told before validation, so a body may be anything."""
    assert {"id", "item.state"} <= owned_in(body, ["id", "item.state"], "item")
    assert owned_in(body, ["id", "item.state"], None) == {"id", "item.state"}
