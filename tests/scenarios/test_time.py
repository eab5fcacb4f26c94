"""Time: starts to come, dates at risk, priorities, time-outs and business hours."""

from datetime import UTC, datetime, timedelta

import pytest

from api.dates import format_date, parse_date
from tests.scenarios.desk import PRODUCT, SERVICE, Desk, items_of
from tests.scenarios.orders import product, service
from tmf641_service_ordering.orchestration import ServiceOrderController


async def test_a_start_to_come(desk: Desk) -> None:
    """Orders wait for it, also through a restart, and begin on time."""
    start = desk.later(7200)
    ids = [
        await desk.order(SERVICE, service("1", "rfs-line"), requestedStartDate=start),
        await desk.order(PRODUCT, product("1", "phone"), requestedStartDate=start),
    ]
    desk.clock.leap(3600)
    await desk.restart()
    desk.clock.leap(3540)
    for path, id_ in zip((SERVICE, PRODUCT), ids, strict=True):
        assert f"It begins at {start}" in await desk.explained(path, id_)
        assert (await desk.get(path, id_))["state"] == "acknowledged"
    assert desk.asked() == []
    desk.clock.leap(60)
    for path, id_ in zip((SERVICE, PRODUCT), ids, strict=True):
        await desk.until(path, id_, "completed")
        await desk.told(id_, "Create", "inProgress", "completed")
    began = parse_date((await desk.get(SERVICE, ids[0]))["startDate"])
    assert 0 <= began - parse_date(start) < 30


async def test_a_start_that_is_put_forward(desk: Desk) -> None:
    """A client changes its mind: the order begins at once."""
    id_ = await desk.order(SERVICE, service("1", "rfs-line"), requestedStartDate=desk.later(86400))
    await desk.explained(SERVICE, id_)
    await desk.patch(SERVICE, id_, requestedStartDate=desk.later(0))
    await desk.until(SERVICE, id_, "completed")
    await desk.told(id_, "Create", "inProgress", "completed")


async def test_a_date_at_risk(desk: Desk) -> None:
    """By the plan, or because a step takes longer than that: a jeopardy alert; a note in TMF622."""
    wanted = desk.later(30)
    at_once = await desk.done(SERVICE, service("1", "rfs-line"), requestedCompletionDate=wanted)
    (alert,) = at_once["jeopardyAlert"]
    assert alert["jeopardyType"] == "requestedCompletionDate"
    assert f"not by {wanted}" in alert["message"]
    await desk.told(at_once["id"], "Create", "inProgress", "Jeopardy", "completed")

    desk.asked()
    id_ = await desk.order(
        SERVICE,
        service("1", "rfs-line", simulate={"latency": 500}),
        requestedCompletionDate=desk.later(90),
    )
    await desk.busy("create rfs-line")
    assert "jeopardyAlert" not in await desk.get(SERVICE, id_)
    desk.clock.leap(120)
    await desk.told(id_, "Create", "inProgress", "Jeopardy")
    desk.clock.leap(400)
    await desk.until(SERVICE, id_, "completed")

    wanted = desk.later(10)
    order = await desk.done(PRODUCT, product("1", "internet"), requestedCompletionDate=wanted)
    assert any(f"not by {wanted}" in note["text"] for note in order["note"])


async def test_priorities(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits goes by priority, but nothing waits for ever: a step is worth a minute."""
    monkeypatch.setattr(ServiceOrderController, "concurrency", 1)
    await desk.restart(worker=False)
    placed = {}
    for kind, priority, wait in (
        ("rfs-box", "4", 400),  # the last by its priority, and long before the others
        ("rfs-sip", "4", 0),
        ("rfs-line", "2", 0),
        ("rfs-booster", "0", 0),
        ("rfs-firewall", "1", 0),
    ):
        placed[kind] = await desk.order(SERVICE, service("1", kind), priority=priority)
        desk.clock.leap(wait)
    await desk.restart(activation_wait=60)  # one order is over before the next is looked at
    for id_ in placed.values():
        await desk.until(SERVICE, id_, "completed")
        await desk.told(id_, "Create", "inProgress", "completed")
    asked = [each.removeprefix("create ") for each in desk.asked()]
    assert asked == ["rfs-box", "rfs-booster", "rfs-firewall", "rfs-line", "rfs-sip"]


async def test_a_step_that_takes_too_long(desk: Desk) -> None:
    """Its time is up by the catalogue: the attempt fails, and the item is held."""
    id_ = await desk.order(SERVICE, service("1", "rfs-slow", simulate={"latency": 1000}))
    await desk.busy("create rfs-slow")
    assert (await desk.get(SERVICE, id_))["state"] == "inProgress"
    desk.clock.leap(31)
    order = await desk.until(SERVICE, id_, "held")
    assert "30" in items_of(order)[0]["errorMessage"][0]["reason"]
    await desk.told(id_, "Create", "inProgress", "held", "Jeopardy", "InformationRequired")


async def test_business_hours(desk: Desk) -> None:
    """An hour's visit that is ordered on a Saturday is expected to be done on Monday at ten."""
    now = datetime.fromtimestamp(desk.clock.now(), UTC)
    saturday = (now + timedelta(days=(5 - now.weekday()) % 7 or 7)).replace(hour=12, minute=0)
    desk.clock.leap((saturday - now).total_seconds())
    order = await desk.done(SERVICE, service("1", "rfs-visit"))
    monday = (saturday + timedelta(days=2)).replace(hour=10, minute=0, second=0, microsecond=0)
    assert order["expectedCompletionDate"] == format_date(monday.timestamp())
    await desk.told(order["id"], "Create", "inProgress", "completed")
