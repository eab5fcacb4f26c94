"""JSON Patch Query (TMF630 part 5): operations on what meets a condition."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import BadRequest, Conflict, NotSupported, TooLarge
from api.patch.json_patch_query import json_patch_query
from api.query.evaluate import evaluate
from api.query.parse import parse_query
from api.query.tree import Kind


def any_kind(_: tuple[str, ...]) -> Kind:
    return Kind.ANY


def patched(body: Any, op: str, path: str, value: Any = ...) -> Any:
    operation = {"op": op, "path": path} | ({} if value is ... else {"value": value})
    before = copy.deepcopy((body, operation))
    try:
        return json_patch_query(body, [operation], any_kind)
    finally:
        assert (body, operation) == before


def note(author: str, text: str) -> dict[str, str]:
    return {"author": author, "text": text}


ANNA, BEN, LATER = note("Anna", "a"), note("Ben", "b"), note("Anna", "c")
NOTES = {"state": "active", "note": [ANNA, BEN, LATER]}
ITEMS = {
    "item": [
        {"id": "1", "party": [{"role": "r", "name": "x"}, {"role": "s", "name": "x"}]},
        {"id": "2", "party": [{"role": "r", "name": "y"}]},
    ]
}


@pytest.mark.parametrize(
    ("op", "path", "value", "notes"),
    [
        (
            "replace",
            "/note/text?note.author=Anna",
            "n",
            [note("Anna", "n"), BEN, note("Anna", "n")],
        ),
        ("replace", "/note/text", "n", [note(one, "n") for one in ("Anna", "Ben", "Anna")]),
        ("replace", "/note?note.author=Ben", ANNA, [ANNA, ANNA, LATER]),
        ("remove", "/note?note.author=Anna", ..., [BEN]),
        ("remove", "/note/text?note.author=Ben", ..., [ANNA, {"author": "Ben"}, LATER]),
        ("remove", "/note?note.author=Anna&note.text=c", ..., [ANNA, BEN]),
        ("remove", "/note?note.author=Ben;note.text=c", ..., [ANNA]),
        ("remove", "/note?note.text.gt=a", ..., [ANNA]),
        ("remove", "/note?note.author=B%65n", ..., [ANNA, LATER]),
        ("remove", "/note/0?note.author=Anna", ..., [BEN, LATER]),
        ("remove", "/note?state=active&note.author=Ben", ..., [ANNA, LATER]),
        ("add", "/note/-?state=active", BEN, [ANNA, BEN, LATER, BEN]),
        ("add", "/note/0", BEN, [BEN, ANNA, BEN, LATER]),
        ("add", "/note/x?note.author=Ben", 1, [ANNA, {**BEN, "x": 1}, LATER]),
        (
            "replace",
            "/note/text?filter=$.note[?(@.author=='Anna')]",
            "n",
            [note("Anna", "n"), BEN, note("Anna", "n")],
        ),
        ("remove", "/note?filter=$.note[?(@.author=='Anna' && @.text=='c')]", ..., [ANNA, BEN]),
        ("remove", "/note?filter=$.note[?(@.author=='Ben' || @.text=='c')]", ..., [ANNA]),
        ("remove", "/note?filter=$.note[?(!(@.author=='Ben'))]", ..., [BEN]),
        ("remove", "/note?filter=$.note[?(@.author=='Ben')]", ..., [ANNA, LATER]),
        ("remove", "/note?filter=$[?(!(@.note[?(@.author=='Ben')]))]", ..., [BEN]),
        ("remove", "/note?filter=$[?(@.note.author=='Ben')]", ..., [ANNA, LATER]),
        ("remove", "/note?filter=$.note.text&note.author=Ben", ..., [ANNA, LATER]),
        ("remove", "/note?filter=%24.note%5B%3F(%40.author%3D%3D%22Ben%22)%5D", ..., [ANNA, LATER]),
        ("remove", "/note?filter=$.note[?(@.author=='Ben')]&state=active", ..., [ANNA, LATER]),
        ("remove", "/note?filter=$.note[?(@.by!='x')]&note.author=Ben", ..., [ANNA, LATER]),
        (
            "add",
            "/note/-?filter=$.note[?(@.author=='Ben' && @.text=='b')]",
            BEN,
            [ANNA, BEN, LATER, BEN],
        ),
    ],
)
def test_elements_by_condition(op: str, path: str, value: Any, notes: Any) -> None:
    """Only what meets the condition changes, and all of it."""
    assert patched(NOTES, op, path, value) == {**NOTES, "note": notes}


def test_arrays_in_arrays() -> None:
    """Conditions on both levels must be met by the elements on one and the same way."""
    both = patched(ITEMS, "replace", "/item/party/name?item.id=1&item.party.role=r", "new")
    assert both["item"][0]["party"] == [
        {"role": "r", "name": "new"},
        {"role": "s", "name": "x"},
    ]
    assert both["item"][1] == ITEMS["item"][1]
    filtered = "filter=$.item[?(@.id=='1' && @.party[?(@.role=='r' && @.name=='x')])]"
    assert patched(ITEMS, "replace", f"/item/party/name?{filtered}", "new") == both
    gone = patched(ITEMS, "remove", "/item/party?item.party.role=r")
    assert [each["party"] for each in gone["item"]] == [[{"role": "s", "name": "x"}], []]
    added = patched(ITEMS, "add", "/item/party/-?item.id=2", {"role": "t"})
    assert [len(each["party"]) for each in added["item"]] == [2, 2]
    whole = patched(ITEMS, "remove", "/item/party?item.id=2")
    assert whole["item"][1] == {"id": "2"}


@pytest.mark.parametrize(
    ("op", "path"),
    [
        ("remove", "/note/text?note.author=Carl"),
        ("remove", "/no?note.author=Anna"),
        ("remove", "/note/no"),
        ("replace", "/note/no?note.author=Anna"),
        ("remove", "/state/x"),
        ("remove", "/note?state=ended"),
        ("add", "/no/text"),
        ("add", "/note?note.author=Anna"),
        ("remove", "/note/-"),
        ("replace", "/note/3"),
    ],
)
def test_nothing_that_is_meant(op: str, path: str) -> None:
    """A Conflict that names the operation: another resource may have what is meant."""
    with pytest.raises(Conflict, match=r"^operation 0: "):
        patched(NOTES, op, path, 1)


@pytest.mark.parametrize(
    ("op", "path"),
    [
        ("remove", "/note?filter=$.note[?(@.author=='Nobody')]"),
        ("remove", "/note/text?filter=$.note[?(@.author=='Anna' && @.text=='b')]"),
        # one element must meet all of it, also where the path leaves several to be seen
        ("add", "/note/-?filter=$.note[?(@.author=='Anna' && @.text=='b')]"),
        ("remove", "/note?filter=$.state[?(@.x!='y')]"),
        ("remove", "/state?filter=$.state[?(@.x!='y')]"),
    ],
)
def test_no_element_meets_the_jsonpath(op: str, path: str) -> None:
    """As in lists: a plain value is no element, and of none nothing holds."""
    with pytest.raises(Conflict, match=r"^operation 0: "):
        patched(NOTES, op, path, NOTES["note"][0])


def test_jsonpath_that_is_lacking() -> None:
    """501 that names the operation, as a list answers."""
    with pytest.raises(NotSupported, match=r"^operation 0: filter: "):
        patched(NOTES, "remove", "/note?filter=$..author")


@pytest.mark.parametrize(
    "document",
    [
        {},
        [{"op": "remove", "path": "/note?filter=author"}],
        [{"op": "remove", "path": "/note?filter=$.note[?(@.author==)]"}],
        [{"op": "remove", "path": "/note?filter>$.note"}],
        [{"op": "test", "path": "/a", "value": 1}],
        [{"op": "add", "path": "/a?b=1"}],
        [{"op": "remove", "path": "?a=1"}],
        [{"op": "remove", "path": ""}],
        [{"op": "remove", "path": "note?a=1"}],
        [{"op": "remove", "path": "/note?author"}],
        [{"op": "remove", "path": "/note?$where=1"}],
        [{"op": "remove", "path": "/note?a.regex=("}],
        [{"op": "remove", "path": "/note?a=%ff"}],
        [{"op": "remove", "path": "/href"}],
        [{"op": "remove", "path": "/note?" + "&".join(f"a{n}=1" for n in range(200))}],
        [{"op": "remove", "path": "/a"}] * 101,
    ],
)
def test_what_is_no_patch(document: Any) -> None:
    """A BadRequest: it would be wrong for every resource."""
    with pytest.raises(BadRequest):
        json_patch_query({"a": [1], "note": []}, document, any_kind)


def test_costs_are_bounded() -> None:
    """Neither many conditions over a large resource nor a value put in many places is taken."""
    body = {"a": [{"n": n} for n in range(10_000)]}
    with pytest.raises(TooLarge):
        patched(body, "replace", "/a/n", "x" * 1000)
    many = [{"op": "remove", "path": "/a?a.n=1,2,3,4,5,6,7,8,9"}] * 100
    with pytest.raises(BadRequest, match="elements"):
        json_patch_query(body, many, any_kind)


def test_elements_are_counted_on_the_path_only() -> None:
    """Many operations on a small array are taken; on the large one beside it, fewer are not."""
    body = {"few": [{"n": n} for n in range(100)], "many": [{"n": n} for n in range(9000)]}
    operations = [
        {"op": "replace", "path": f"/few/n?few.n={n}", "value": -n} for n in range(1, 100)
    ]
    assert json_patch_query(body, operations, any_kind)["few"][-1] == {"n": -99}
    twice = [{"op": "replace", "path": f"/many/n?many.n={n}", "value": 1} for n in (5, 6)]
    assert json_patch_query(body, twice[:1], any_kind)["many"][5] == {"n": 1}
    with pytest.raises(BadRequest, match="18000 elements"):
        json_patch_query(body, twice, any_kind)
    nested = {"a": [{"b": [{"n": n} for n in range(200)]} for _ in range(51)]}
    with pytest.raises(BadRequest, match="10251 elements"):
        json_patch_query(nested, [{"op": "remove", "path": "/a/b/n?a.b.n=1"}], any_kind)
    one = [{"op": "remove", "path": "/a/50/b/n?a.b.n=1"}]
    assert json_patch_query(nested, one, any_kind)["a"][50]["b"][1] == {}


def test_a_jsonpath_costs_no_more_than_what_it_is_made_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the elements on the path, it reads every other part of the resource once."""
    body = {
        "item": [
            {
                "party": [{"n": n} for n in range(2000)],
                "other": [{"n": n} for n in range(2000)],
                "id": "1",
            }
        ]
    }
    path = "/item/party/n?filter=$.item[?(@.other.n==-1 || @.other[?(@.n==1999)])]"
    calls: list[Any] = []

    def counted(*asked: Any) -> bool:
        calls.append(asked)
        return evaluate(*asked)

    monkeypatch.setattr("api.patch.json_patch_query.evaluate", counted)
    assert patched(body, "remove", path)["item"][0]["party"] == [{}] * 2000
    assert len(calls) < 10, "for each of the 2000 elements it would be 4 million comparisons"
    three = "&".join(f"filter=$.item[?(@.party.n!={n})]" for n in (-1, -2, -3))
    with pytest.raises(BadRequest, match="elements"):
        patched(body, "remove", f"/item/party/n?{three}")


WORDS = ("@.a==1", "@.b!=1", "@.a>0 && @.b<2", "@.a==@null", "!(@.a==1)", "@.a", "@.b==0||@.a==0")


@given(
    st.lists(
        st.dictionaries(st.sampled_from("ab"), st.integers(0, 2), max_size=2)
        | st.integers(0, 2)
        | st.lists(st.dictionaries(st.just("a"), st.integers(0, 2)), max_size=2),
        max_size=4,
    ),
    st.sampled_from(WORDS),
    st.booleans(),
)
def test_a_jsonpath_means_what_it_means_in_a_list(array: Any, word: str, negated: bool) -> None:
    """Of all elements those go that a list of resources with one of them each would find."""
    inner = f"@.x[?({word.replace('@null', 'null')})]"
    query = f"filter=$[?({f'!({inner})' if negated else inner})]"
    node = parse_query(query, any_kind, frozenset({"filter"}))
    left = [each for each in array if not evaluate(node, {"x": [each]})]
    if left == array:
        with pytest.raises(Conflict):
            patched({"x": array}, "remove", f"/x?{query}")
    else:
        assert patched({"x": array}, "remove", f"/x?{query}") == {"x": left}


names = st.sampled_from("ab")
elements = st.lists(st.dictionaries(names, st.integers(0, 2), max_size=2), max_size=4)


@given(elements, names, st.integers(0, 2), names)
def test_removal_is_a_filter(array: Any, wanted: str, value: int, attribute: str) -> None:
    """Removing elements by a condition leaves those, in order, that do not meet it."""
    meets = [each for each in array if each.get(wanted) == value]
    if not meets:
        with pytest.raises(Conflict):
            patched({"x": array}, "remove", f"/x?x.{wanted}={value}")
        return
    after = patched({"x": array}, "remove", f"/x?x.{wanted}={value}")
    assert after == {"x": [each for each in array if each.get(wanted) != value]}
    marked = patched({"x": array}, "add", f"/x/{attribute}?x.{wanted}={value}", 9)
    assert marked == {"x": [{**each, attribute: 9} if each in meets else each for each in array]}
