"""Milestones and jeopardy: in the order, as events, and for product orders in plan and notes."""

from tests.scenarios.desk import PRODUCT, SERVICE, Desk
from tests.scenarios.orders import product, service


async def test_milestones_and_jeopardy_of_service_orders(desk: Desk) -> None:
    """Each completion that the catalogue names and each held item: with its items and an event."""
    id_ = await desk.order(
        SERVICE,
        service("1", "cfs-internet"),
        service("2", "rfs-slow", "1", simulate={"fail": "no"}),
        service("3", "cfs-internet", "2"),
    )
    order = await desk.until(SERVICE, id_, "held")
    (first,) = order["milestone"]
    assert (first["name"], first["status"]) == ("Internet ready", "achieved")
    assert first["serviceOrderItem"][0]["itemId"] == "1"
    (alert,) = order["jeopardyAlert"]
    assert (alert["jeopardyType"], alert["serviceOrderItem"][0]["itemId"]) == ("itemHeld", "2")
    items = order["serviceOrderItem"]
    items[1]["service"]["serviceCharacteristic"][0]["value"] = False
    await desk.patch(SERVICE, id_, serviceOrderItem=items)
    order = await desk.until(SERVICE, id_, "completed")
    assert [each["id"] for each in order["milestone"]] == ["1", "2"]
    told = ("Create", "inProgress", "Milestone", "held", "Jeopardy", "InformationRequired")
    await desk.told(id_, *told, "inProgress", "completed", "Milestone")
    kinds = {
        each["eventType"]: each["event"]["serviceOrder"] for each in desk.subscriber.about(id_)
    }
    assert len(kinds["ServiceOrderMilestoneEvent"]["milestone"]) == 2
    assert len(kinds["ServiceOrderJeopardyEvent"]["jeopardyAlert"]) == 1
    for each in desk.subscriber.about(id_):
        if each["eventType"] in ("ServiceOrderMilestoneEvent", "ServiceOrderJeopardyEvent"):
            assert "fieldPath" not in each, "the official body of these two has none"


async def test_milestones_of_product_orders(desk: Desk) -> None:
    """TMF622 v4 has neither: a note tells of each that its service order reaches."""
    order = await desk.done(PRODUCT, product("1", "internet"))
    plan = await desk.get(PRODUCT, order["id"], "plan")
    (milestone,) = plan["milestone"]
    assert (milestone["name"], milestone["item"]) == ("Internet ready", ["1.internet"])
    (note,) = order["note"]
    assert note["text"] == "Item 1: milestone Internet ready is reached."
    await desk.told(order["id"], "Create", "inProgress", "completed")

    item = product("1", "internet", **{"simulate.fail": "no"})
    id_ = await desk.order(PRODUCT, item)
    order = await desk.until(PRODUCT, id_, "held")
    (alert,) = (await desk.get(PRODUCT, id_, "plan"))["jeopardy"]
    assert (alert["name"], alert["item"]) == ("itemHeld", ["1.internet"])
    (note,) = order["note"]
    assert note["text"].startswith("Item 1: in jeopardy: Item 1.internet is held")
    await desk.told(id_, "Create", "inProgress", "held")
