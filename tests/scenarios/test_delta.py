"""Delta against the inventory: what is ordered is compared with what there is."""

from api.jsontypes import JsonObject
from tests.scenarios.desk import PRODUCT, SERVICE, SERVICES, Desk, items_of, states, values
from tests.scenarios.orders import product, service


async def internet(desk: Desk, **characteristics: object) -> JsonObject:
    """The ``realizingService`` of an internet product that is up."""
    item = product("1", "internet", **characteristics)  # type: ignore[arg-type]
    order = await desk.done(PRODUCT, item)
    desk.asked()
    return items_of(order)[0]["product"]["realizingService"]  # type: ignore[no-any-return]


async def change(desk: Desk, real: JsonObject, **characteristics: object) -> JsonObject:
    """A product order that changes the internet product, completed; its service order."""
    item = product("1", "internet", action="modify", real=real, **characteristics)  # type: ignore[arg-type]
    order = await desk.done(PRODUCT, item)
    plan = await desk.get(PRODUCT, order["id"], "plan")
    await desk.told(order["id"], "Create", "inProgress", "completed")
    return await desk.get(SERVICE, plan["serviceOrder"][0]["id"])


async def test_only_what_differs_is_activated(desk: Desk) -> None:
    """A modify calls the network for what differs, with old and new; else it is done at once."""
    made = await desk.done(SERVICE, service("1", "rfs-line", profile="P100", port="p7"))
    line = items_of(made)[0]["service"]["id"]
    desk.network.clear()
    item = service("1", action="modify", real=line, profile="P200", port="p7")
    order = await desk.done(SERVICE, item)
    (task,) = desk.network
    assert task.before is not None
    assert task.after is not None
    assert (values(task.before)["profile"], values(task.after)["profile"]) == ("P100", "P200")
    await desk.told(order["id"], "Create", "inProgress", "completed")
    desk.network.clear()
    again = await desk.done(SERVICE, item, service("2", "rfs-line", action="noChange", real=line))
    assert states(again) == {"1": "completed", "2": "completed"}
    assert not desk.network
    await desk.told(again["id"], "Create", "inProgress", "completed")
    await desk.told(line, "Create", "active")


async def test_deletes_go_top_down(desk: Desk) -> None:
    """Dependants end first, whatever the order's sequence; what others still rely on stays."""
    made = await desk.done(
        SERVICE,
        service("1", "rfs-line"),
        service("2", "cfs-internet", "1"),
        service("3", "cfs-phone", "1"),
    )
    line, web, phone = (each["service"]["id"] for each in items_of(made))
    desk.asked()
    first = await desk.done(
        SERVICE,
        service("1", action="delete", real=line),
        service("2", action="delete", real=web),
    )
    assert desk.asked() == ["terminate cfs-internet"]
    assert f"service {line} stays, since others rely on it: {phone}" in first["note"][0]["text"]
    await desk.told(web, "Create", "active", "terminated")
    await desk.done(
        SERVICE,
        service("1", action="delete", real=line),
        service("2", action="delete", real=phone),
    )
    assert desk.asked() == ["terminate cfs-phone", "terminate rfs-line"]
    await desk.told(line, "Create", "active", "terminated")


async def test_unknown_and_terminated_targets(desk: Desk) -> None:
    """They fail with a clear message; the rest goes on, but for what depends on them."""
    made = await desk.done(SERVICE, service("1", "rfs-line"))
    line = items_of(made)[0]["service"]["id"]
    await desk.done(SERVICE, service("1", action="delete", real=line))
    id_ = await desk.order(
        SERVICE,
        service("1", action="modify", real="nowhere", speed=1),
        service("2", action="delete", real=line),
        service("3", "rfs-line"),
        service("4", "rfs-line", "1"),
    )
    order = await desk.until(SERVICE, id_, "partial")
    assert states(order) == {"1": "failed", "2": "failed", "3": "completed", "4": "failed"}
    said = [(each.get("errorMessage") or [{}])[0].get("reason") for each in items_of(order)]
    assert said == [
        "service nowhere does not exist in the service inventory",
        f"service {line} is terminated already",
        None,
        "it depends on item 1, which was not completed",
    ]
    await desk.told(id_, "Create", "inProgress", "partial")


async def test_change_up_and_down(desk: Desk) -> None:
    """A change of characteristics brings the services that the product needs then, or ends them."""
    real = await internet(desk)
    assert await desk.living() == ["Internet", "Line"]
    below = await change(desk, real, speed=900, security=True, boxes=2)
    actions = {each["id"]: each["action"] for each in items_of(below)}
    assert actions == {
        "1.internet": "modify",
        "1.internet.line": "modify",
        "1.internet.firewall:add": "add",
        "1.internet.booster:add": "add",
        "1.internet.box#1:add": "add",
        "1.internet.box#2:add": "add",
    }
    up = ["Booster", "Box", "Box", "Firewall", "Internet", "Line"]
    assert await desk.living() == up
    services = await desk.inventory("&name=Internet")
    web = next(iter(services.values()))
    assert len(web["supportingService"]) == 5
    desk.asked()

    order = (await desk.client.get(f"{PRODUCT}?sort=-orderDate&limit=1")).json()[0]
    real = items_of(order)[0]["product"]["realizingService"]
    assert len(real) == 6
    below = await change(desk, real, speed=50, boxes=1)
    assert await desk.living() == ["Box", "Firewall", "Internet", "Line"]
    gone = next(iter((await desk.inventory("&name=Booster")).values()))
    await desk.told(gone["id"], "Create", "active", "terminated")
    # first nothing uses them any more, then they end, side by side
    asked = desk.asked()
    assert asked[:2] == ["modify rfs-line", "modify cfs-internet"]
    assert sorted(asked[2:]) == ["terminate rfs-booster", "terminate rfs-box"]
    web = await desk.get(SERVICES, web["id"])
    assert len(web["supportingService"]) == 3
    assert web["state"] == "active"


async def test_change_of_offering(desk: Desk) -> None:
    """Another offering for a product: what both are made of stays, the rest comes and goes."""
    real = await internet(desk, speed=300)
    order = await desk.done(
        PRODUCT,
        product(
            "1",
            "fibre-plus",
            action="modify",
            real=real,
            attributes={"productOffering": {"id": "internet"}},
        ),
    )
    assert await desk.living() == ["Firewall", "Internet", "Line", "Phone", "SIP"]
    web = next(iter((await desk.inventory("&name=Internet")).values()))
    assert values(web) == {"speed": 300, "security": True, "boxes": 0}
    await desk.told(order["id"], "Create", "inProgress", "completed")
    back = await desk.done(
        PRODUCT,
        product(
            "1",
            "internet",
            action="modify",
            real=items_of(order)[0]["product"]["realizingService"],
            attributes={"productOffering": {"id": "fibre-plus"}},
            security=False,
        ),
    )
    assert await desk.living() == ["Internet", "Line"]
    assert len(items_of(back)[0]["product"]["realizingService"]) == 2


async def test_move_suspend_resume_and_price(desk: Desk) -> None:
    """Variants of modify: a place moves, a status suspends and resumes, a price is done at once."""
    real = await internet(desk)
    web = next(iter((await desk.inventory("&name=Internet")).values()))["id"]
    for attributes, asked in (
        ({"place": [{"id": "b", "role": "site"}]}, "modify"),
        ({"status": "suspended"}, "suspend"),
        ({"status": "active"}, "resume"),
    ):
        await desk.done(
            PRODUCT, product("1", "internet", action="modify", real=real, attributes=attributes)
        )
        assert desk.asked() == [f"{asked} rfs-line", f"{asked} cfs-internet"]
    assert {each["place"][0]["id"] for each in (await desk.inventory()).values()} == {"b"}
    await desk.told(web, "Create", "active", "inactive", "active")
    price = {"name": "fee", "priceType": "recurring", "price": {}}
    item = product("1", "internet", action="modify", attributes={"productPrice": [price]})
    order = await desk.done(PRODUCT, item)
    assert (await desk.get(PRODUCT, order["id"], "plan"))["serviceOrder"] == []
    assert not desk.network
    await desk.told(order["id"], "Create", "inProgress", "completed")
