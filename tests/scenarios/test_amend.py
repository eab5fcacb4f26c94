"""Amendments in flight, at both levels, planned against what was done."""

from api.jsontypes import JsonObject, JsonValue
from tests.scenarios.desk import PRODUCT, SERVICE, Desk, items_of, states, values
from tests.scenarios.orders import product, service

HELD = ("Create", "inProgress", "held", "Jeopardy", "InformationRequired")


def failing(id_: str, *after: str) -> JsonObject:
    return service(id_, "rfs-slow", *after, simulate={"fail": "no"})


async def revisions(desk: Desk, path: str, id_: str) -> list[tuple[JsonValue, ...]]:
    """What each amendment added, changed and dropped."""
    found = (await desk.get(path, id_, "plan"))["revision"]
    return [(each["added"], each["changed"], each["dropped"]) for each in found]


async def test_items_of_a_service_order(desk: Desk) -> None:
    """Untouched steps stay, changed ones are redone, dropped ones undone, new ones added."""
    id_ = await desk.order(
        SERVICE,
        service("1", "rfs-line", profile="P1"),
        service("2", "rfs-sip"),
        service("3", "rfs-box"),
        failing("4", "1", "2", "3"),
    )
    await desk.until(SERVICE, id_, "held")
    desk.asked()
    items = [service("1", "rfs-line", profile="P2"), service("2", "rfs-sip")]
    await desk.patch(SERVICE, id_, serviceOrderItem=[*items, service("5", "rfs-booster", "1")])
    order = await desk.until(SERVICE, id_, "completed")
    assert sorted(desk.asked()) == ["create rfs-booster", "modify rfs-line", "terminate rfs-box"]
    assert await desk.living() == ["Booster", "Line", "SIP"]
    assert values((await desk.inventory("&name=Line")).popitem()[1]) == {"profile": "P2"}
    assert states(order) == {"1": "completed", "2": "completed", "5": "completed"}
    assert await revisions(desk, SERVICE, id_) == [(["5"], ["1"], ["3", "4"])]
    await desk.told(id_, *HELD, "inProgress", "completed")


async def test_beyond_the_point_of_no_return(desk: Desk) -> None:
    """409 names the item, of the service order or of the product order; nothing has changed."""
    id_ = await desk.order(SERVICE, service("1", "rfs-sealed"), failing("2", "1"))
    order = await desk.until(SERVICE, id_, "held")
    items = [service("1", "rfs-sealed", colour="red"), failing("2", "1")]
    refused = await desk.patch(SERVICE, id_, status=409, serviceOrderItem=items)
    assert refused["reason"] == "serviceOrderItem[0]: is past its point of no return"
    assert await desk.get(SERVICE, id_) == order

    items = [product("1", "sealed"), product("2", "phone", **{"simulate.fail": "no"})]
    id_ = await desk.order(PRODUCT, *items)
    order = await desk.until(PRODUCT, id_, "held")
    items[0] = product("1", "sealed", colour="red")
    refused = await desk.patch(PRODUCT, id_, status=409, productOrderItem=items)
    assert refused["reason"].startswith("productOrderItem[0]: cannot be changed any more")
    assert await desk.get(PRODUCT, id_) == order
    await desk.told(id_, "Create", "inProgress", "held")


async def test_a_product_order_goes_down(desk: Desk) -> None:
    """Its service order is amended with it; the end is that of a fresh order."""
    phone = product("2", "phone", number="7", **{"simulate.fail": "no"})
    id_ = await desk.order(PRODUCT, product("1", "internet", speed=900), phone)
    await desk.until(PRODUCT, id_, "held")
    assert await desk.living() == ["Booster", "Internet", "Line", "SIP"]
    items = [product("1", "internet", security=True), product("2", "phone", number="8")]
    await desk.patch(PRODUCT, id_, productOrderItem=items)
    await desk.until(PRODUCT, id_, "completed")
    assert await desk.living() == ["Firewall", "Internet", "Line", "Phone", "SIP"]
    below = (await desk.get(PRODUCT, id_, "plan"))["serviceOrder"][0]["id"]
    assert await revisions(desk, PRODUCT, id_) == [([], ["1", "2"], [])]
    ((added, _, dropped),) = await revisions(desk, SERVICE, below)
    assert (added, dropped) == (["1.internet.firewall"], ["1.internet.booster"])
    await desk.told(id_, "Create", "inProgress", "held", "inProgress", "completed")


async def test_a_change_that_is_changed(desk: Desk) -> None:
    """A modify is planned anew against the services as they were before its order."""
    made = await desk.done(PRODUCT, product("1", "internet", speed=900, boxes=1))
    real = items_of(made)[0]["product"]["realizingService"]

    def change(*phone: str, **values: JsonValue) -> list[JsonObject]:
        simulated = {"simulate.fail": phone[0]} if phone else {}
        return [
            product("1", "internet", action="modify", real=real, **values),
            product("2", "phone", **simulated),
        ]

    id_ = await desk.order(PRODUCT, *change("no", speed=50, security=True, boxes=2))
    await desk.item_until(PRODUCT, id_, "1", "completed")
    await desk.until(PRODUCT, id_, "held")
    assert await desk.living() == ["Box", "Box", "Firewall", "Internet", "Line", "SIP"]
    await desk.patch(PRODUCT, id_, productOrderItem=change(speed=800, boxes=3))
    await desk.until(PRODUCT, id_, "completed")
    living = ["Booster", "Box", "Box", "Box", "Internet", "Line", "Phone", "SIP"]
    assert await desk.living() == living
    web = (await desk.inventory("&name=Internet")).popitem()[1]
    assert values(web) == {"speed": 800, "security": False, "boxes": 3}
    await desk.told(id_, "Create", "inProgress", "held", "inProgress", "completed")


async def test_a_service_that_the_order_did_not_begin_with(desk: Desk) -> None:
    """It is taken in, unless another order works on it: that is told, and waited for by nobody."""
    one, other = [
        items_of(await desk.done(SERVICE, service("1", "rfs-line")))[0]["service"]["id"]
        for _ in range(2)
    ]
    id_ = await desk.order(SERVICE, failing("1"))
    await desk.until(SERVICE, id_, "held")
    rival = await desk.order(
        SERVICE, service("1", action="modify", real=other, simulate={"fail": "no"})
    )
    await desk.until(SERVICE, rival, "held")
    before = await desk.get(SERVICE, id_)
    added = service("3", action="modify", real=other, profile="P3")
    items = [service("1", "rfs-slow"), service("2", action="modify", real=one, profile="P2")]
    refused = await desk.patch(SERVICE, id_, status=409, serviceOrderItem=[*items, added])
    assert f"order {rival} works on service {other}" in refused["reason"]
    assert await desk.get(SERVICE, id_) == before
    # nothing is left claimed by what was refused
    await desk.done(SERVICE, service("1", action="modify", real=one, profile="P1"))

    await desk.patch(SERVICE, id_, serviceOrderItem=items)
    await desk.until(SERVICE, id_, "completed")
    assert values((await desk.inventory())[one]) == {"profile": "P2"}
    await desk.told(id_, *HELD, "inProgress", "completed")
    await desk.done(SERVICE, service("1", action="delete", real=one))
