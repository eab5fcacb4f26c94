"""Cancellations: denied, at once, undone, held, and down from product orders."""

from api.jsontypes import JsonObject
from tests.scenarios.desk import (
    CANCEL_PRODUCT,
    CANCEL_SERVICE,
    PRODUCT,
    SERVICE,
    Desk,
    items_of,
    states,
    values,
)
from tests.scenarios.orders import product, service

CALLED_OFF = ("assessingCancellation", "pendingCancellation", "cancelled")


def essence(services: dict[str, JsonObject]) -> dict[str, object]:
    """What an order changes of services: all that matters."""
    return {
        id_: (each["state"], values(each), each.get("supportingService"), each.get("place"))
        for id_, each in services.items()
    }


async def test_denied_beyond_the_point_of_no_return(desk: Desk) -> None:
    """The task says why, and the order goes on where it came from."""
    id_ = await desk.order(
        SERVICE, service("1", "rfs-sealed"), service("2", "rfs-line", "1", simulate={"latency": 50})
    )
    await desk.busy("create rfs-line")
    task = await desk.cancel(CANCEL_SERVICE, id_)
    refused = await desk.until(CANCEL_SERVICE, task, "terminatedWithError")
    assert "past its point of no return: item 1" in refused["errorMessage"]["reason"]
    assert (await desk.get(SERVICE, id_))["state"] == "inProgress"
    desk.clock.leap(50)
    await desk.until(SERVICE, id_, "completed")
    await desk.told(id_, "Create", "inProgress", "assessingCancellation", "inProgress", "completed")
    await desk.told(task, "Create", "inProgress", "terminatedWithError")


async def test_a_future_dated_order_is_cancelled_at_once(desk: Desk) -> None:
    """At both levels, without a call of the network."""
    for path, cancel, item in (
        (SERVICE, CANCEL_SERVICE, service("1", "rfs-line")),
        (PRODUCT, CANCEL_PRODUCT, product("1", "internet")),
    ):
        id_ = await desk.order(path, item, requestedStartDate=desk.later(86400))
        await desk.explained(path, id_)
        task = await desk.cancel(cancel, id_, cancellationReason="changed my mind")
        await desk.until(cancel, task, "done")
        order = await desk.get(path, id_)
        assert (order["state"], order["cancellationReason"]) == ("cancelled", "changed my mind")
        await desk.told(id_, "Create", *CALLED_OFF)
        await desk.told(task, "Create", "inProgress", "done")
    assert desk.asked() == []
    assert await desk.inventory() == {}


async def test_a_running_order_is_undone(desk: Desk) -> None:
    """What runs is awaited, what is done is undone dependants first, what waits never begins."""
    id_ = await desk.order(
        SERVICE,
        service("1", "rfs-line"),
        service("2", "cfs-internet", "1"),
        service("3", "rfs-slow", "2", simulate={"latency": 20}),
        service("4", "rfs-box", "3"),
    )
    await desk.busy("create rfs-slow")
    desk.asked()
    task = await desk.cancel(CANCEL_SERVICE, id_)
    await desk.until(SERVICE, id_, "pendingCancellation")
    assert desk.asked() == []
    desk.clock.leap(20)
    await desk.busy("terminate rfs-slow")
    desk.clock.leap(20)
    await desk.until(CANCEL_SERVICE, task, "done")
    assert desk.asked() == ["terminate rfs-slow", "terminate cfs-internet", "terminate rfs-line"]
    assert await desk.inventory() == {}
    assert set(states(await desk.get(SERVICE, id_)).values()) == {"cancelled"}
    await desk.told(id_, "Create", "inProgress", "Milestone", *CALLED_OFF)


async def test_what_cannot_be_undone_is_held(desk: Desk) -> None:
    """The rest is undone; people solve what is held, and the order is cancelled then."""
    id_ = await desk.order(
        SERVICE,
        service("1", "rfs-line", simulate={"fail": "no way back", "failOn": "terminate"}),
        service("2", "rfs-sip", "1"),
        service("3", "rfs-slow", "2", simulate={"fail": "no port"}),
    )
    await desk.until(SERVICE, id_, "held")
    task = await desk.cancel(CANCEL_SERVICE, id_)
    refused = await desk.until(CANCEL_SERVICE, task, "terminatedWithError")
    assert refused["errorMessage"]["code"] == "compensationFailed"
    order = await desk.get(SERVICE, id_)
    assert (order["state"], states(order)) == (
        "held",
        {"1": "held", "2": "cancelled", "3": "cancelled"},
    )
    assert await desk.living() == ["Line"]
    items = items_of(order)
    items[0]["state"] = "cancelled"
    note = [*order.get("note", ()), {"text": "taken down by hand", "author": "me"}]
    await desk.patch(SERVICE, id_, serviceOrderItem=items, note=note)
    await desk.until(SERVICE, id_, "cancelled")
    assert await desk.inventory() == {}  # the inventory follows what was done by hand
    held = ("held", "Jeopardy", "InformationRequired")
    await desk.told(
        id_,
        *("Create", "inProgress", *held, "assessingCancellation", "pendingCancellation", *held),
        *("inProgress", "cancelled"),
    )


async def test_a_product_order_goes_down(desk: Desk) -> None:
    """Through a task of TMF641; services that came and went by a change are as they were."""
    made = await desk.done(PRODUCT, product("1", "internet", speed=900))
    real = items_of(made)[0]["product"]["realizingService"]
    before = essence(await desk.inventory())
    change = product(
        "1",
        "internet",
        action="modify",
        real=real,
        speed=100,
        security=True,
        boxes=1,
        **{"simulate.fail": "no", "simulate.failOn": "modify"},
    )
    id_ = await desk.order(PRODUCT, change)
    await desk.until(PRODUCT, id_, "held")
    assert essence(await desk.inventory()) != before
    task = await desk.cancel(CANCEL_PRODUCT, id_)
    await desk.until(CANCEL_PRODUCT, task, "done")
    (below,) = (await desk.client.get(CANCEL_SERVICE)).json()
    assert below["state"] == "done"
    assert essence(await desk.inventory()) == before
    await desk.told(
        below["serviceOrder"]["id"],
        *("Create", "inProgress", "held", "Jeopardy"),
        "InformationRequired",
        *CALLED_OFF,
    )
    await desk.told(id_, "Create", "inProgress", "held", *CALLED_OFF)


async def test_denied_to_a_product_order(desk: Desk) -> None:
    """TMF641 refuses: the product order goes back to where it came from, with a note."""
    id_ = await desk.order(
        PRODUCT, product("1", "sealed"), product("2", "phone", **{"simulate.fail": "no"})
    )
    await desk.until(PRODUCT, id_, "held")
    task = await desk.cancel(CANCEL_PRODUCT, id_)
    await desk.until(CANCEL_PRODUCT, task, "terminatedWithError")
    order = await desk.get(PRODUCT, id_)
    assert order["state"] == "held"
    assert any("point of no return: item 1.sealed" in each["text"] for each in order["note"])
    await desk.told(id_, "Create", "inProgress", "held", "assessingCancellation", "held")


async def test_a_cancellation_to_come(desk: Desk) -> None:
    """It waits for its requestedCancellationDate, at both levels."""
    orders = []
    for path, cancel, item in (
        (SERVICE, CANCEL_SERVICE, service("1", "rfs-slow", simulate={"fail": "no"})),
        (PRODUCT, CANCEL_PRODUCT, product("1", "phone", **{"simulate.fail": "no"})),
    ):
        id_ = await desk.order(path, item)
        await desk.until(path, id_, "held")
        task = await desk.cancel(cancel, id_, requestedCancellationDate=desk.later(7200))
        orders.append((path, id_, cancel, task))
    await desk.restart()
    desk.clock.leap(3600)
    for path, id_, cancel, task in orders:
        waiting = await desk.get(cancel, task)
        assert waiting["state"] in ("accepted", "acknowledged")
        assert (await desk.get(path, id_))["state"] == "held"
    desk.clock.leap(3600)
    for path, id_, cancel, task in orders:
        await desk.until(cancel, task, "done")
        assert (await desk.get(path, id_))["state"] == "cancelled"
        await desk.told(task, "Create", "inProgress", "done")
