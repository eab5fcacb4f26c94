"""JSON Patch (RFC 6902): what it does, what it refuses, and that it is done whole or not at all."""

import copy
from typing import Any

import jsonpatch
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import ApiError, BadRequest, Conflict, TooLarge
from api.patch import difference, merge_patch
from api.patch.json_patch import json_patch

scalars = st.booleans() | st.integers(-2, 2) | st.just(1.0) | st.text("ab", max_size=1)
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab0~/"), inner, max_size=3)
    ),
    max_leaves=8,
)
objects = st.dictionaries(st.sampled_from("abc0"), values, max_size=4)
tokens = st.sampled_from(["a", "b", "c", "0", "1", "2", "-", "01", "~0", "~1", ""])
pointers = st.lists(tokens, min_size=1, max_size=3).map(lambda names: "/" + "/".join(names))
operations = st.one_of(
    st.fixed_dictionaries(
        {"op": st.sampled_from(["add", "replace", "test"]), "path": pointers, "value": values}
    ),
    st.fixed_dictionaries({"op": st.just("remove"), "path": pointers}),
    st.fixed_dictionaries(
        {"op": st.sampled_from(["move", "copy"]), "path": pointers, "from": pointers}
    ),
)
patches = st.lists(operations, max_size=3)


@pytest.mark.parametrize(
    ("body", "patch", "result"),
    [
        # after the cases of RFC 6902, appendix A
        ({"a": 1}, [{"op": "add", "path": "/b", "value": 2}], {"a": 1, "b": 2}),
        ({"a": [1, 3]}, [{"op": "add", "path": "/a/1", "value": 2}], {"a": [1, 2, 3]}),
        ({"a": 1, "b": 2}, [{"op": "remove", "path": "/a"}], {"b": 2}),
        ({"a": [1, 2, 3]}, [{"op": "remove", "path": "/a/1"}], {"a": [1, 3]}),
        ({"a": 1, "b": 2}, [{"op": "replace", "path": "/a", "value": 3}], {"a": 3, "b": 2}),
        (
            {"a": {"x": 1, "y": 2}, "b": {"z": 3}},
            [{"op": "move", "from": "/a/x", "path": "/b/t"}],
            {"a": {"y": 2}, "b": {"z": 3, "t": 1}},
        ),
        ({"a": [1, 2, 3]}, [{"op": "move", "from": "/a/0", "path": "/a/2"}], {"a": [2, 3, 1]}),
        ({"a": [1, "x"]}, [{"op": "test", "path": "/a/1", "value": "x"}], {"a": [1, "x"]}),
        ({"a": 1}, [{"op": "add", "path": "/b", "value": {"c": {}}}], {"a": 1, "b": {"c": {}}}),
        ({}, [{"op": "add", "path": "/a", "value": 1, "unknown": 2}], {"a": 1}),
        ({"/": 9, "~1": 10}, [{"op": "test", "path": "/~01", "value": 10}], {"/": 9, "~1": 10}),
        ({"a": [1]}, [{"op": "add", "path": "/a/-", "value": [2, 3]}], {"a": [1, [2, 3]]}),
        # and beyond it
        ({"a": 1}, [{"op": "add", "path": "/a", "value": None}], {"a": None}),
        ({"a": 1}, [{"op": "replace", "path": "", "value": {"b": 1}}], {"b": 1}),
        ({"a": 1}, [{"op": "replace", "path": "", "value": {"b": 1, "href": "h"}}], {"b": 1}),
        ({"a": {"b": 1}}, [{"op": "copy", "from": "", "path": "/a/c"}], None),
        ({"a": 1}, [{"op": "move", "from": "/a", "path": "/a"}], {"a": 1}),
        ({"": 1}, [{"op": "remove", "path": "/"}], {}),
        ({"é": [1.0]}, [{"op": "test", "path": "/é", "value": [1]}], {"é": [1.0]}),
        ({"a": 1}, [], {"a": 1}),
    ],
)
def test_operations(body: Any, patch: Any, result: Any) -> None:
    """Each operation does what the standard says, in order."""
    expected = result if result is not None else {"a": {"b": 1, "c": {"a": {"b": 1}}}}
    assert json_patch(body, patch) == expected


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": "/no"},
        {"op": "replace", "path": "/no", "value": 1},
        {"op": "add", "path": "/no/a", "value": 1},
        {"op": "add", "path": "/s/0", "value": 1},
        {"op": "add", "path": "/l/4", "value": 1},
        {"op": "replace", "path": "/l/3", "value": 1},
        {"op": "replace", "path": "/l/-", "value": 1},
        {"op": "remove", "path": "/l/-"},
        {"op": "test", "path": "/l/-", "value": 1},
        *(
            {"op": "add", "path": f"/l/{bad}", "value": 1}
            for bad in ("01", "1e0", "+1", "-1", " 1")
        ),
        {"op": "add", "path": "/l/" + "9" * 10_000, "value": 1},
        {"op": "add", "path": "/l/٣", "value": 1},
        {"op": "add", "path": "/l/a", "value": 1},
        {"op": "move", "from": "/o", "path": "/o/b"},
        {"op": "move", "from": "", "path": "/o"},
        {"op": "move", "from": "/no", "path": "/no"},
        {"op": "copy", "from": "/no", "path": "/o"},
        {"op": "test", "path": "/no", "value": None},
        {"op": "test", "path": "/l/0", "value": True},
        {"op": "test", "path": "/t", "value": 1},
        {"op": "test", "path": "/l/0", "value": "1"},
        {"op": "test", "path": "/l", "value": [1, 2]},
        {"op": "test", "path": "/o", "value": {"a": 1, "b": 2}},
    ],
)
def test_what_the_present_body_forbids(operation: Any) -> None:
    """A Conflict that names the operation: the same patch may do for another body."""
    body = {"s": "text", "l": [1, 2, 3], "o": {"a": 1}, "t": True}
    before = copy.deepcopy(body)
    with pytest.raises(Conflict, match=r"^operation 1: "):
        json_patch(body, [{"op": "add", "path": "/s", "value": 1}, operation])
    assert body == before


@pytest.mark.parametrize(
    "document",
    [
        None,
        {},
        "x",
        [1],
        [[]],
        [{}],
        [{"op": "add"}],
        [{"op": "spam", "path": "/a"}],
        [{"op": ["add"], "path": "/a"}],
        [{"op": "add", "path": "/a"}],
        [{"op": "add", "path": 1, "value": 1}],
        [{"op": "add", "path": "a", "value": 1}],
        [{"op": "add", "path": "/a~", "value": 1}],
        [{"op": "add", "path": "/a~2", "value": 1}],
        [{"op": "add", "path": "/$set", "value": 1}],
        [{"op": "add", "path": "/a/b.c", "value": 1}],
        [{"op": "add", "path": "/href", "value": "x"}],
        [{"op": "test", "path": "/href", "value": "x"}],
        [{"op": "move", "path": "/a"}],
        [{"op": "move", "path": "/a", "from": None}],
        [{"op": "copy", "path": "/a", "from": "b"}],
        [{"op": "remove", "path": ""}],
        [{"op": "replace", "path": "", "value": 1}],
        [{"op": "test", "path": "/a"}],
        [{"op": "remove", "path": "/a"}] * 1001,
    ],
)
def test_what_is_no_patch(document: Any) -> None:
    """A BadRequest, and no Conflict: it would be wrong for every body."""
    with pytest.raises(BadRequest):
        json_patch({"a": 1, "b": {}}, document)


def test_a_copy_bomb_is_refused() -> None:
    """Doubling over and over ends at the limit, long before memory does."""
    bomb = [{"op": "copy", "from": "/a", "path": "/a/-"}] * 100
    with pytest.raises(TooLarge, match="operation"):
        json_patch({"a": ["x" * 100]}, bomb)
    deep = [
        step
        for _ in range(400)
        for step in (
            {"op": "add", "path": "/b", "value": {}},
            {"op": "move", "from": "/a", "path": "/b/c"},
            {"op": "move", "from": "/b", "path": "/a"},
        )
    ][:999]
    with pytest.raises(BadRequest):
        json_patch({"a": 1}, [*deep, {"op": "copy", "from": "/a", "path": "/c"}])


@given(objects, patches)
def test_whole_or_not_at_all(body: Any, patch: Any) -> None:
    """Whatever comes of it, neither the body nor the patch is touched; nothing else is raised."""
    before = copy.deepcopy((body, patch))
    try:
        first = json_patch(body, patch)
        assert json_patch(body, patch) == first
    except ApiError:
        pass
    assert (body, patch) == before


@given(objects, patches)
def test_agrees_with_another_implementation(body: Any, patch: Any) -> None:
    """A public library makes the same of the same patch, and refuses the same."""
    try:
        theirs = jsonpatch.apply_patch(body, patch)
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException):
        theirs = None
    try:
        ours = json_patch(body, patch)
    except ApiError:
        ours = None
    assert ours == theirs


@given(objects, objects)
def test_a_merge_patch_says_the_same(before: Any, after: Any) -> None:
    """A JSON Patch that a library makes of a difference, and our merge-patch, come out equal."""
    patch = jsonpatch.make_patch(before, after).patch
    assert json_patch(before, patch) == after
    assert merge_patch(before, difference(before, after)) == after


def test_a_difference_tells_true_from_one() -> None:
    """Values that are equal to Python and written differently are different."""
    assert difference({"a": 1, "b": [1]}, {"a": True, "b": [1.0]}) == {"a": True, "b": [1.0]}
    assert difference({"a": {"b": None}, "c": None}, {"a": {"b": None}, "c": None}) == {}
    assert difference({"a": {"b": None, "c": None}}, {"a": {"b": None}}) == {"a": {"c": None}}
