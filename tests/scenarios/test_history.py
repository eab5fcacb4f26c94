"""History: every change of state, with time, cause, old and new; nobody can change it."""

from api.jsontypes import JsonObject
from tests.scenarios.desk import CANCEL_SERVICE, PRODUCT, SERVICE, SERVICES, Desk, items_of
from tests.scenarios.orders import product, service

Row = tuple[str | None, str | None, str, str]


async def rows(desk: Desk, path: str, id_: str) -> list[Row]:
    """Item, old state, new state and cause."""
    found: list[JsonObject] = (await desk.client.get(f"{path}/{id_}/history?limit=100")).json()
    assert [each["date"] for each in found] == sorted(each["date"] for each in found)
    return [(e.get("item"), e.get("old"), e["new"], e["cause"]["kind"]) for e in found]


async def test_orders_items_and_services(desk: Desk) -> None:
    """What a client, a process and a cancellation did is told apart."""
    id_ = await desk.order(SERVICE, service("1", "rfs-slow", simulate={"fail": "no"}))
    order = await desk.until(SERVICE, id_, "held")
    item = {**items_of(order)[0], "state": "completed"}
    note = {"text": "patched by hand", "author": "me"}
    await desk.patch(SERVICE, id_, serviceOrderItem=[item], note=[note])
    order = await desk.until(SERVICE, id_, "completed")
    assert await rows(desk, SERVICE, id_) == [
        (None, None, "acknowledged", "creation"),
        ("1", None, "acknowledged", "creation"),
        (None, "acknowledged", "inProgress", "process"),
        ("1", "acknowledged", "inProgress", "process"),
        (None, "inProgress", "held", "process"),
        ("1", "inProgress", "held", "process"),
        (None, "held", "inProgress", "client"),
        ("1", "held", "acknowledged", "client"),
        ("1", "acknowledged", "inProgress", "process"),
        (None, "inProgress", "completed", "process"),
        ("1", "inProgress", "completed", "process"),
    ]
    real = items_of(order)[0]["service"]["id"]
    assert [row[1:3] for row in await rows(desk, SERVICES, real)] == [
        (None, "reserved"),
        ("reserved", "active"),
    ]
    await desk.told(real, "Create", "active")


async def test_a_cancellation_and_a_product_order(desk: Desk) -> None:
    """A task has a history too, and its order's history names it."""
    id_ = await desk.order(PRODUCT, product("1", "phone"), requestedStartDate=desk.later(86400))
    below = await desk.order(
        SERVICE, service("1", "rfs-line"), requestedStartDate=desk.later(86400)
    )
    task = await desk.cancel(CANCEL_SERVICE, below)
    await desk.until(CANCEL_SERVICE, task, "done")
    assert [row[2] for row in await rows(desk, CANCEL_SERVICE, task)] == [
        "accepted",
        "inProgress",
        "done",
    ]
    found = (await desk.client.get(f"{SERVICE}/{below}/history")).json()
    assert found[-1]["cause"] == {"kind": "cancellation", "name": task}
    await desk.told(task, "Create", "inProgress", "done")
    assert [row[2] for row in await rows(desk, PRODUCT, id_)] == ["acknowledged"] * 2
    await desk.told(id_, "Create")


async def test_it_only_grows(desk: Desk) -> None:
    """There is no way to change or to take away what is in it."""
    order = await desk.done(SERVICE, service("1", "rfs-line"))
    path = f"{SERVICE}/{order['id']}/history"
    before = (await desk.client.get(path)).json()
    for method in ("POST", "PATCH", "PUT", "DELETE"):
        assert (await desk.client.request(method, path, json={})).status_code == 405
    await desk.patch(SERVICE, order["id"], description="told anew")
    assert (await desk.client.get(path)).json() == before
    await desk.told(order["id"], "Create", "inProgress", "completed")
