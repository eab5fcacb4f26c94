"""Plans: the graph of an order's items, its problems, and what may start when."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.jsontypes import JsonObject
from tmf641_service_ordering.plan import (
    DEPENDS,
    Cycle,
    Duplicate,
    Missing,
    Plan,
    Problem,
    make_plan,
)


def item(id_: str, *after: str, kind: str = "reliesOn", **attributes: object) -> JsonObject:
    return {
        "id": id_,
        "action": "add",
        "service": {},
        "serviceOrderItemRelationship": [
            {"relationshipType": kind, "orderItem": {"itemId": other}} for other in after
        ],
        **attributes,
    }


def order_of(plan: Plan) -> list[str]:
    return [step.id for step in plan.steps]


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([item("a")], ["a"]),
        ([item("a"), item("b")], ["a", "b"]),
        ([item("a", "b"), item("b")], ["b", "a"]),
        ([item("a", "b", "c"), item("b", "d"), item("c", "d"), item("d")], ["d", "b", "c", "a"]),
        ([item("a", "b", "b"), item("b")], ["b", "a"]),
        ([item("p", serviceOrderItem=[item("n", "m"), item("m")])], ["m", "n", "p"]),
        ([item("a", kind="bundles")], ["a"]),
    ],
)
def test_steps_come_after_what_they_depend_on(items: list[JsonObject], expected: list[str]) -> None:
    """Ties are broken by the place in the order; nested items come before the one around them."""
    assert order_of(make_plan(items)) == expected


@pytest.mark.parametrize(
    ("items", "problems"),
    [
        ([item("a"), item("a")], [Duplicate("a")]),
        ([item("a", serviceOrderItem=[item("a")])], [Duplicate("a")]),
        ([item("a", "x")], [Missing("a", "x")]),
        ([item("a", "a")], [Cycle(("a", "a"))]),
        ([item("a", "b"), item("b", "a")], [Cycle(("a", "b", "a"))]),
        (
            [item("z", "a"), item("a", "b"), item("b", "c"), item("c", "a"), item("free")],
            [Cycle(("a", "b", "c", "a"))],
        ),
        ([item("p", serviceOrderItem=[item("n", "p")])], [Cycle(("p", "n", "p"))]),
        ([item("a", "x"), item("a")], [Duplicate("a"), Missing("a", "x")]),
    ],
)
def test_problems(items: list[JsonObject], problems: list[Problem]) -> None:
    """What cannot be planned is told, all of it, and there are no steps."""
    plan = make_plan(items)
    assert list(plan.problems) == problems
    assert plan.steps == ()


def test_problems_speak_plainly() -> None:
    """The texts name the items."""
    assert str(Cycle(("a", "b", "a"))) == "items wait for each other in a circle: a -> b -> a"
    assert "item a depends on item x" in str(Missing("a", "x"))
    assert "two items have the id a" in str(Duplicate("a"))


@pytest.mark.parametrize("kind", ["reliesOn", "RELIESON", "dependsOn", "requires", "DependentOn"])
def test_kinds_of_dependency(kind: str) -> None:
    """Spelling does not matter; kinds are data."""
    assert kind.lower() in DEPENDS
    assert order_of(make_plan([item("a", "b", kind=kind), item("b")])) == ["b", "a"]


def test_another_orders_item_is_context() -> None:
    """A relationship into another order does not concern the plan; one with the own id does."""
    other = {"relationshipType": "reliesOn", "orderItem": {"itemId": "b", "serviceOrderId": "o2"}}
    own = {"relationshipType": "reliesOn", "orderItem": {"itemId": "b", "serviceOrderId": "o1"}}
    a, b = item("a"), item("b")
    assert order_of(make_plan([{**a, "serviceOrderItemRelationship": [other]}, b], "o1"))[0] == "a"
    assert order_of(make_plan([{**a, "serviceOrderItemRelationship": [own]}, b], "o1"))[0] == "b"


def test_an_undeclared_id_names_the_item() -> None:
    """The document requires an ``id`` that it does not define: who sends it is understood."""
    by_id = {"relationshipType": "reliesOn", "orderItem": {"id": "b"}}
    plan = make_plan([{**item("a"), "serviceOrderItemRelationship": [by_id]}, item("b")])
    assert order_of(plan) == ["b", "a"]


def test_an_empty_id_is_an_id() -> None:
    """An item may have one, and be relied on; where none has, a relation to it says nothing."""
    assert order_of(make_plan([item("a", ""), item("")])) == ["", "a"]
    assert order_of(make_plan([item("a", "")])) == ["a"]


@st.composite
def graphs(draw: st.DrawFn) -> list[JsonObject]:
    """Items with any relationships between them, circles too, in any order."""
    size = draw(st.integers(1, 12))
    ids = [f"i{n}" for n in range(size)]
    items = [item(id_, *draw(st.lists(st.sampled_from(ids), max_size=3))) for id_ in ids]
    return draw(st.permutations(items))


@given(graphs())
def test_any_graph(items: list[JsonObject]) -> None:
    """There is a plan or a real circle; a plan holds every item once, after what it needs."""
    wanted = {
        each["id"]: {r["orderItem"]["itemId"] for r in each["serviceOrderItemRelationship"]}
        for each in items
    }
    plan = make_plan(items)
    if plan.problems:
        (cycle,) = plan.problems
        assert isinstance(cycle, Cycle)
        assert cycle.path[0] == cycle.path[-1]
        assert len(cycle.path) >= 2
        for one, following in zip(cycle.path, cycle.path[1:], strict=False):
            assert following in wanted[one]
        return
    assert sorted(order_of(plan)) == sorted(wanted)
    seen: set[str] = set()
    for step in plan.steps:
        assert wanted[step.id] == set(step.after) <= seen
        seen.add(step.id)
    assert Plan.of_json(plan.to_json()) == plan


def test_a_large_order_is_planned_quickly() -> None:
    """A chain of 20,000 items neither recurses nor takes quadratic time."""
    items = [item(str(n), *([str(n + 1)] if n < 19_999 else [])) for n in range(20_000)]
    assert order_of(make_plan(items))[0] == "19999"
