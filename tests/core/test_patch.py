"""JSON Merge Patch (RFC 7396) and what differs between two bodies."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.patch import (
    JSON_PATCH,
    JSON_PATCH_QUERY,
    Patch,
    changed_attributes,
    merge_patch,
    without_nulls,
)

scalars = st.none() | st.booleans() | st.integers(-9, 9) | st.text("abc", max_size=2)
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=4)
    ),
    max_leaves=12,
)
objects = st.dictionaries(st.sampled_from("abcd"), values, max_size=4)


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        # the facts of RFC 7396, appendix A
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
        # an array is a value: what it holds is not looked into
        ({}, {"a": [{"b": None, "c": 1}]}, {"a": [{"b": None, "c": 1}]}),
    ],
)
def test_merge_patch_facts(target: Any, patch: Any, result: Any) -> None:
    """Each line of the standard's table: members replaced, added, removed; arrays whole."""
    assert merge_patch(target, patch) == result


@given(objects, objects)
def test_merge_patch_leaves_its_arguments_alone(target: Any, patch: Any) -> None:
    """A patch that is refused later must not have changed the stored body."""
    before = copy.deepcopy((target, patch))
    merge_patch(target, patch)
    assert (target, patch) == before


@given(objects, objects)
def test_merge_patch_twice_is_merge_patch_once(target: Any, patch: Any) -> None:
    """A client may repeat a patch without harm."""
    once = merge_patch(target, patch)
    assert merge_patch(once, patch) == once


@given(objects, objects)
def test_merge_patch_touches_only_what_it_names(target: Any, patch: Any) -> None:
    """Attributes that are not in the patch stay; those that are null there are gone."""
    result = merge_patch(target, patch)
    assert {k: v for k, v in result.items() if k not in patch} == {
        k: v for k, v in target.items() if k not in patch
    }
    assert not [name for name, value in patch.items() if value is None and name in result]


@given(objects)
def test_without_nulls(body: Any) -> None:
    """An attribute that is null is left out; what stands deeper is data and stays."""
    assert without_nulls(body) == {n: value for n, value in body.items() if value is not None}


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ({}, {}, []),
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, ["a"]),
        ({"a": 1}, {"b": 1}, ["b", "a"]),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, ["a"]),
        ({}, {"a": None}, ["a"]),
        ({"a": 1, "b": 1, "c": [0]}, {"a": True, "b": 1.0, "c": [False]}, ["a", "b", "c"]),
        ({"a": {"b": 1, "c": 2}, "d": 3}, {"d": 3, "a": {"c": 2, "b": 1}}, []),
    ],
)
def test_changed_attributes(before: Any, after: Any, names: list[str]) -> None:
    """Events name what was added, changed or removed, at the top level."""
    assert changed_attributes(before, after) == names


def test_what_a_patch_removes_by_name() -> None:
    """Removes and moves of both kinds of operations, less indexes; merge-patches remove no such."""
    operations = [
        {"op": "remove", "path": "/item/0/state"},
        {"op": "move", "from": "/a~1b/1/2/c", "path": "/d"},
        {"op": "add", "path": "/e", "value": 1},
    ]
    assert Patch(operations, JSON_PATCH).removed() == {"item.state", "a/b.c"}
    queries = [{"op": "remove", "path": "/item/state?item.id=1"}]
    assert Patch(queries, JSON_PATCH_QUERY).removed() == {"item.state"}
    assert Patch({"item": [{"id": "1"}]}).removed() == frozenset()
    odd = [{"op": "add", "path": "/x", "value": 1, "": {"": {}}}]
    for media in (JSON_PATCH, JSON_PATCH_QUERY):
        assert Patch(odd, media).removed() == frozenset()
