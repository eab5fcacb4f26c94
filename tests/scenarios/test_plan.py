"""The plan as a thing: read, tried out, explained, and followed by the expected date."""

from typing import Any

from api.dates import parse_date
from tests.scenarios.desk import (
    CANCEL_PRODUCT,
    CANCEL_SERVICE,
    PRODUCT,
    SERVICE,
    Desk,
    items_of,
    states,
)
from tests.scenarios.orders import product, service

NEARLY = 5.0
"""Seconds by which times may differ: the machine's, between a write and a look."""


def steps(plan: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in plan["step"]}


def near(one: str, other: float) -> bool:
    return abs(parse_date(one) - other) < NEARLY


async def test_a_plan_and_its_dates(desk: Desk) -> None:
    """Steps, what they wait for, times and the critical path; the expected date follows it."""
    now = desk.clock.now()
    id_ = await desk.order(
        SERVICE,
        service("1", "rfs-line", simulate={"latency": 100}),
        service("2", "cfs-internet", "1"),
        service("3", "rfs-sip", simulate={"latency": 40}),
        service("4", "rfs-sealed", "2"),
    )
    await desk.busy("create rfs-line", "create rfs-sip")
    order = await desk.get(SERVICE, id_)
    plan = await desk.get(SERVICE, id_, "plan")
    assert plan["criticalPath"] == ["1", "2", "4"]
    assert (plan["made"], plan["pointOfNoReturn"]["passed"]) == (True, False)
    assert {name: each["state"] for name, each in steps(plan).items()} == {
        "1": "running",
        "2": "waiting",
        "3": "running",
        "4": "waiting",
    }
    assert steps(plan)["2"]["dependsOn"] == ["1"]
    assert steps(plan)["1"]["attempts"] == 1
    assert near(steps(plan)["2"]["estimatedStartDate"], now + 60)
    assert near(order["expectedCompletionDate"], now + 60 + 10 + 20)

    desk.clock.leap(40)
    await desk.item_until(SERVICE, id_, "3", "completed")
    desk.clock.leap(60)  # the line takes longer than expected, and the next one no time
    order = await desk.until(SERVICE, id_, "completed")
    assert near(order["expectedCompletionDate"], now + 100 + 20)
    plan = await desk.get(SERVICE, id_, "plan")
    assert {each["state"] for each in plan["step"]} == {"done"}
    assert near(steps(plan)["1"]["completionDate"], now + 100)
    assert plan["pointOfNoReturn"] == {"passed": True, "step": ["4"]}
    await desk.told(id_, "Create", "inProgress", "Milestone", "completed")


async def test_a_product_order_has_the_plan_of_its_service_order(desk: Desk) -> None:
    """With its items, and the catalogue's version, which stays the one that it was made with."""
    now = desk.clock.now()
    item = product("1", "internet", **{"simulate.latency": 20})
    id_ = await desk.order(PRODUCT, item, product("2", "phone", number="1"))
    await desk.until(PRODUCT, id_, "inProgress")
    await desk.item_until(PRODUCT, id_, "2", "completed")
    plan = await desk.get(PRODUCT, id_, "plan")
    (below,) = plan["serviceOrder"]
    assert plan["step"] == (await desk.get(SERVICE, below["id"], "plan"))["step"]
    assert [each["step"] for each in plan["item"]] == [
        ["1.internet", "1.internet.line"],
        ["2.phone", "2.phone.sip"],
    ]
    assert plan["criticalPath"] == ["1.internet.line", "1.internet"]
    await desk.busy("create cfs-internet")
    expected = (await desk.get(SERVICE, below["id"]))["expectedCompletionDate"]
    assert near(expected, now + 10), "the line took no time"
    desk.clock.leap(20)
    order = await desk.until(PRODUCT, id_, "completed")
    assert now < parse_date(order["expectedCompletionDate"]) < now + 30, "no longer after 70 s"
    await desk.told(id_, "Create", "inProgress", "completed")
    await desk.told(below["id"], "Create", "inProgress", "completed", "Milestone")


async def test_a_dry_order_is_the_true_one(desk: Desk) -> None:
    """A dry run stores and sends nothing; its plan is the one that is carried out then."""
    body = {"productOrderItem": [product("1", "internet", security=True)]}
    told = await desk.dry("POST", PRODUCT, body)
    assert (told["problem"], told["dryRun"]) == ([], True)
    assert (await desk.client.get(PRODUCT)).json() == []
    assert (await desk.client.get(SERVICE)).json() == []
    order = await desk.done(PRODUCT, *body["productOrderItem"])
    true = await desk.get(PRODUCT, order["id"], "plan")
    for name in ("id", "dependsOn", "action", "estimatedSeconds"):
        assert [s[name] for s in told["plan"]["step"]] == [s[name] for s in true["step"]]
    wrong = await desk.dry("POST", SERVICE, {"serviceOrderItem": [service("1", "rfs-unheard-of")]})
    assert "does not know" in wrong["problem"][0]["reason"]
    await desk.told(order["id"], "Create", "inProgress", "completed")


async def test_dry_patches_and_cancellations(desk: Desk) -> None:
    """They tell what would be redone, undone or refused, and change nothing."""
    id_ = await desk.order(
        SERVICE,
        service("1", "rfs-line", profile="P1"),
        service("2", "rfs-slow", "1", simulate={"fail": "no"}),
    )
    before = await desk.until(SERVICE, id_, "held")
    rev = (await desk.client.get(f"{SERVICE}/{id_}")).headers["ETag"]
    items = [service("1", "rfs-line", profile="P2"), service("3", "rfs-line", "1")]
    told = await desk.dry("PATCH", f"{SERVICE}/{id_}", {"serviceOrderItem": items})
    assert {n: (e["kind"], e["state"]) for n, e in steps(told["plan"]).items()} == {
        "1": ("carry", "waiting"),
        "3": ("carry", "waiting"),
        "2": ("carry", "held"),
        "undo 2": ("undo", "waiting"),
    }
    told = await desk.dry("POST", CANCEL_SERVICE, {"serviceOrder": {"id": id_}})
    assert told.get("problem", []) == []
    assert {e["id"] for e in told["plan"]["step"] if e["kind"] == "undo"} == {"undo 1", "undo 2"}
    assert (await desk.client.get(f"{SERVICE}/{id_}")).headers["ETag"] == rev
    assert await desk.get(SERVICE, id_) == before
    assert (await desk.client.get(CANCEL_SERVICE)).json() == []

    sealed = await desk.done(SERVICE, service("1", "rfs-sealed"))
    told = await desk.dry("POST", CANCEL_SERVICE, {"serviceOrder": {"id": sealed["id"]}})
    assert "completed already" in told["problem"][0]["reason"]
    told = await desk.dry("POST", CANCEL_PRODUCT, {"productOrder": {"id": "nowhere"}})
    assert "nowhere" in told["problem"][0]["reason"]
    await desk.told(id_, "Create", "inProgress", "held", "Jeopardy", "InformationRequired")


async def test_what_an_order_waits_for(desk: Desk) -> None:
    """In sentences: another order on its service, a held item, a start to come."""
    made = await desk.done(SERVICE, service("1", "rfs-line"))
    line = items_of(made)[0]["service"]["id"]
    first = await desk.order(
        SERVICE,
        service("1", action="modify", real=line, profile="P1", simulate={"fail": "no port"}),
    )
    await desk.until(SERVICE, first, "held")
    second = await desk.order(
        SERVICE, service("1", action="modify", real=line, profile="P2", simulate={"fail": False})
    )
    third = await desk.order(
        SERVICE,
        service("1", "rfs-line"),
        orderRelationship=[{"id": second, "relationshipType": "dependsOn"}],
    )
    assert f"order {first} works on service {line}" in await desk.explained(SERVICE, second)
    assert f"It waits until order {second} is over" in await desk.explained(SERVICE, third)
    said = await desk.explained(SERVICE, first)
    assert "Item 1 is held" in said
    assert "because the network refused: no port" in said
    assert f"turnup orders retry {first} --item 1" in said
    await desk.patch(SERVICE, first, state="cancelled")
    await desk.until(SERVICE, third, "completed")
    order = await desk.get(SERVICE, second)
    assert states(order) == {"1": "completed"}
    for id_ in (second, third):
        await desk.told(id_, "Create", "inProgress", "completed")

    later = desk.later(3600)
    waits = await desk.order(PRODUCT, product("1", "phone"), requestedStartDate=later)
    assert f"It begins at {later}" in await desk.explained(PRODUCT, waits)
