"""Explanations, as a table: order, plan and clock in, sentences out."""

from typing import Any

import pytest

from api.catalog.handling import Handling
from api.catalog.model import ServiceSpecification
from api.dates import parse_date
from api.jsontypes import JsonObject
from tests.fakes import World, catalog_of
from tests.tmf641.orders import carried, items_of, orders, patch, post, world
from tests.tmf641.orders import item as item_of
from tests.tmf641.test_cancellation import cancel, task
from tmf641_service_ordering.explain import explain
from tmf641_service_ordering.plan_view import plan_view, planned_order

NOW = "2026-03-02T10:00:00.000Z"
CATALOG = catalog_of(ServiceSpecification("s", "S", usual=Handling(duration=600)))
FAULT = {"reason": "no port is free", "message": "Free a port, then retry."}


def item(id_: str, state: str = "acknowledged", *after: str, **more: Any) -> JsonObject:
    relations = [{"relationshipType": "reliesOn", "orderItem": {"itemId": o}} for o in after]
    service = {"serviceSpecification": {"id": "s"}}
    base = {"id": id_, "action": "add", "state": state, "service": service}
    return {**base, "serviceOrderItemRelationship": relations, **more}


def order(state: str, *items: JsonObject, **more: Any) -> JsonObject:
    return {"id": "o", "state": state, "serviceOrderItem": list(items), **more}


def step(id_: str, *after: str, **more: Any) -> JsonObject:
    return {"id": id_, "action": "add", "after": list(after), "estimate": 600.0, **more}


def plan(*steps: JsonObject, **more: Any) -> JsonObject:
    return {"plan": list(steps), "catalog": "v", **more}


HELD = plan(step("1", state="held"), step("2", "1"))

CASES: list[tuple[JsonObject, JsonObject | None, list[str], list[str]]] = [
    (
        order("acknowledged", item("1"), requestedStartDate="2026-04-01T00:00:00.000Z"),
        None,
        ["It begins at 2026-04-01T00:00:00.000Z, as requestedStartDate asks."],
        ["Begin sooner: PATCH requestedStartDate.", "Cancel it: POST cancelServiceOrder."],
    ),
    (
        order("acknowledged", item("1")),
        None,
        ["It has come in and is being planned."],
        ["Look again in a moment."],
    ),
    (
        order("acknowledged", item("1")),
        {"behind": {"order": "p", "reason": "order p works on service s"}},
        ["It waits until order p is over, because order p works on service s."],
        [
            "See what that one waits for: turnup orders explain p.",
            "Cancel it: POST cancelServiceOrder.",
        ],
    ),
    (
        order("acknowledged", item("1", "acknowledged", "1")),
        None,
        ["It cannot be planned: items wait for each other in a circle: 1 -> 1."],
        ["Mend the items."],
    ),
    (
        order("acknowledged", item("1")),
        {"manual": True},
        ["It is left to people; its notes say why."],
        ['Move it along: PATCH {"state": "inProgress"}.', "Cancel it: POST cancelServiceOrder."],
    ),
    (
        order("inProgress", item("1", "inProgress"), item("2", "acknowledged", "1")),
        plan(step("1", state="running", started=NOW, attempts=2, monitor="m"), step("2", "1")),
        [
            (
                f"Item 1 is under way since {NOW} (attempt 2); it waits for monitor m; expected to "
                "be done by 2026-03-02T10:10:00.000Z."
            ),
            "Item 2 waits for item 1, which is under way since 2026-03-01T00:00:00.000Z.",
        ],
        [],
    ),
    (
        order("inProgress", item("1", "held", errorMessage=[FAULT]), item("2", "acknowledged")),
        HELD,
        [
            "Item 1 is held since 2026-03-01T00:00:00.000Z because no port is free.",
            "Item 2 waits for item 1, which is held since 2026-03-01T00:00:00.000Z.",
        ],
        [
            "Retry it: turnup orders retry o --item 1.",
            "Skip it, or tell that it was done by hand: turnup orders skip, complete.",
            "Free a port, then retry.",
            "Cancel it: POST cancelServiceOrder.",
        ],
    ),
    (
        order("held", item("1", "completed"), item("2")),
        plan(step("1", state="done"), step("2", "1")),
        ["It was stopped; nothing new is begun."],
        ['Resume it: PATCH {"state": "inProgress"}.', "Cancel it: POST cancelServiceOrder."],
    ),
    (
        order("held", item("1", "held", errorMessage=[FAULT]), item("2")),
        {**HELD, "suspended": True},
        [
            "It was stopped; nothing new is begun.",
            "Item 1 is held since 2026-03-01T00:00:00.000Z because no port is free.",
        ],
        ['Resume it: PATCH {"state": "inProgress"}.', "Cancel it: POST cancelServiceOrder."],
    ),
    (
        order("pendingCancellation", item("1", "pendingCancellation")),
        plan(
            step("1", state="done"),
            step("undo 1", item="1", kind="undo", state="running", started=NOW),
            cancellation={"task": "t", "from": "inProgress"},
        ),
        [
            "It is being cancelled by cancelServiceOrder t.",
            f"Item 1 is being undone since {NOW}; expected to be done by 2026-03-02T10:10:00.000Z.",
        ],
        [],
    ),
    (
        order("partial", item("1", "failed", errorMessage=[FAULT]), item("2", "completed")),
        plan(step("1", state="failed"), step("2", state="done")),
        ["Item 1 is failed since 2026-03-01T00:00:00.000Z because no port is free."],
        ["Free a port, then retry."],
    ),
    (
        order("rejected", item("1", "rejected"), errorMessage=[{"reason": "it needs order SO-7"}]),
        None,
        ["Item 1 is rejected since 2026-03-01T00:00:00.000Z.", "It needs order SO-7."],
        [],
    ),
    (order("completed", item("1", "completed")), plan(step("1", state="done")), [], []),
]


@pytest.mark.parametrize(("body", "process", "texts", "remedies"), CASES)
def test_sentences(
    body: JsonObject, process: JsonObject | None, texts: list[str], remedies: list[str]
) -> None:
    """Each state of an order says what it waits for, and the first of it what can be done."""
    seen = planned_order("o", body, process, CATALOG, parse_date(NOW))
    said = explain(seen, {"1": "2026-03-01T00:00:00.000Z"})
    assert [each["text"] for each in said["explanation"]] == texts
    assert [r for each in said["explanation"][:1] for r in each["remedy"]] == remedies
    assert said["summary"] == f"The order is {body['state']}."


def test_what_cannot_be_undone() -> None:
    """Only what the server takes is advised: it cannot be completed, and is being cancelled."""
    body = order("held", item("1", "held", errorMessage=[FAULT]))
    process = plan(step("1", state="done"), step("undo 1", item="1", kind="undo", state="held")) | {
        "ending": "cancelled"
    }
    [said] = explain(planned_order("o", body, process, CATALOG, parse_date(NOW)), {})["explanation"]
    assert said["remedy"] == [
        "Try again to undo it: turnup orders retry o --item 1.",
        "Undo it by hand, then say so: turnup orders skip o --item 1 --reason ….",
        "Free a port, then retry.",
    ]


@pytest.mark.parametrize(("id_", "word"), [("a b", "'a b'"), ("", "''"), ("x;y", "'x;y'")])
def test_commands_can_be_typed_as_they_stand(id_: str, word: str) -> None:
    """Whatever an item is called: a shell takes it for one word."""
    body = order("held", item(id_, "held", errorMessage=[FAULT]))
    process = plan(step(id_, state="held"))
    [said] = explain(planned_order("o", body, process, CATALOG, parse_date(NOW)), {})["explanation"]
    assert said["remedy"][0] == f"Retry it: turnup orders retry o --item {word}."


def test_a_large_order() -> None:
    """Of many waiting items some are told of, and how many more there are."""
    items = [item("0", "inProgress"), *(item(str(n), "acknowledged", "0") for n in range(1, 50))]
    seen = planned_order("o", order("inProgress", *items), None, CATALOG, parse_date(NOW))
    said = [each["text"] for each in explain(seen, {})["explanation"]]
    assert len(said) == 22
    assert said[-1] == "29 more items wait for others: see the plan."


def test_the_plan() -> None:
    """Times to come of open steps, times past of others, and what cannot be undone any more."""
    body = order("inProgress", item("1", "completed"), item("2", "inProgress"), item("3"))
    process = plan(
        step("1", state="done", attempts=1, started=NOW, ended=NOW, point_of_no_return="completed"),
        step("2", "1", state="running", attempts=1, started=NOW, point_of_no_return="started"),
        step("3", "2", point_of_no_return="started"),
    )
    view = plan_view(planned_order("o", body, process, CATALOG, parse_date(NOW) + 60), "now")
    assert (view["made"], view["catalogVersion"]) == (True, "v")
    assert view["criticalPath"] == ["1", "2", "3"]
    assert view["estimatedCompletionDate"] == "2026-03-02T10:20:00.000Z"
    assert view["pointOfNoReturn"] == {"passed": True, "step": ["1", "2"]}
    first, second, third = view["step"]
    assert first["completionDate"] == NOW
    assert "estimatedCompletionDate" not in first
    assert second["estimatedCompletionDate"] == "2026-03-02T10:10:00.000Z"
    assert third["estimatedStartDate"] == "2026-03-02T10:10:00.000Z"


def test_a_plan_to_come() -> None:
    """An order that waits for its date shows what it would get, from that date on."""
    body = order("acknowledged", item("1"), requestedStartDate="2026-04-01T00:00:00.000Z")
    view = plan_view(planned_order("o", body, None, CATALOG, parse_date(NOW)), "now")
    assert (view["made"], view["catalogVersion"]) == (False, "now")
    assert view["step"][0]["estimatedStartDate"] == "2026-04-01T00:00:00.000Z"
    assert view["estimatedCompletionDate"] == "2026-04-01T00:10:00.000Z"
    assert view["pointOfNoReturn"] == {"passed": False, "step": []}


async def test_what_stands_against_a_cancellation() -> None:
    """The plan tells what a cancellation finds: nothing was done for what had nothing to do.

    An order that people have begun cannot be cancelled.
    """
    here = world()
    made = items_of(await carried(here, item_of("1", spec="rfs-sealed")))["1"]["service"]["id"]
    same = item_of("m", action="modify", service={"id": made, "state": "active"})
    planned = await post(here, same, item_of("2", latency=50))
    manual = await post(here, item_of("1", spec="who-knows"))
    await here.run(2)
    await patch(here, manual, state="inProgress")
    for id_, passed in ((planned, []), (manual, ["1"])):
        told = await plan_of(here, id_)
        assert told["pointOfNoReturn"] == {"passed": bool(passed), "step": passed}
        cancellation = await cancel(here, id_)
        await here.run()
        ends = "terminatedWithError" if passed else "done"
        assert (await task(here, cancellation))["state"] == ends


async def plan_of(here: World, id_: str) -> JsonObject:
    make = here.registry.view("tmf641", "serviceOrder", "plan")
    assert make is not None
    return await make(await orders(here).get(id_))
