"""Amendments of running orders: what was done stays, is changed, or is undone."""

import copy
from collections.abc import Callable

import pytest

from api.errors import BadRequest, Conflict
from api.jsontypes import JsonObject, JsonValue
from tests.fakes import World
from tests.tmf641.orders import (
    carried,
    characteristics,
    inventory,
    item,
    items_of,
    network,
    order,
    orders,
    patch,
    post,
    states,
    world,
)


def speed(value: int, latency: float = 0, **more: JsonValue) -> JsonObject:
    own = [{"name": "speed", "value": value}]
    if latency:
        own.append({"name": "simulate.latency", "value": latency})
    return {"serviceCharacteristic": own, **more}


async def amend(here: World, id_: str, *items: JsonObject) -> JsonObject:
    return await patch(here, id_, serviceOrderItem=copy.deepcopy(list(items)))


def by_item(here: World) -> dict[str, JsonObject]:
    """What the inventory and the network have, alike, by the item that it came from."""
    found: dict[str, JsonObject] = {}
    in_network = {each["id"]: each for each in network(here)}
    for each in inventory(here):
        assert each["state"] == in_network[each["id"]]["state"]
        assert characteristics(each) == characteristics(in_network[each["id"]])
        found[each["serviceOrderItem"][0]["itemId"]] = each
    return found


async def running(here: World) -> str:
    """Item 1 done, 2 under way, 3 waiting for it."""
    id_ = await post(
        here,
        item("1", service=speed(1)),
        item("2", "1", service=speed(1, 30)),
        item("3", "2", service=speed(1)),
    )
    await here.run(5)
    assert states(await order(here, id_)) == {
        "": "inProgress",
        "1": "completed",
        "2": "inProgress",
        "3": "acknowledged",
    }
    return id_


@pytest.mark.parametrize("changed", ["1", "2", "3"])
async def test_a_changed_item_is_carried_anew(changed: str) -> None:
    """Done, under way or waiting: in the end its service is as it was ordered last."""
    here = world()
    id_ = await running(here)
    body = await order(here, id_)
    items = copy.deepcopy(body["serviceOrderItem"])
    for each in items:
        if each["id"] == changed:
            each["service"]["serviceCharacteristic"][0] = {"name": "depth", "value": 9}
    await amend(here, id_, *items)
    await here.run()
    assert set(states(await order(here, id_)).values()) == {"completed"}
    services = by_item(here)
    assert {id_ for id_, each in services.items() if "depth" in characteristics(each)} == {changed}
    assert "speed" not in characteristics(services[changed])
    assert characteristics(services[changed])["port"] == "p-1"
    assert len(services) == len(inventory(here)) == 3


async def test_items_as_they_were_ordered() -> None:
    """An item that is sent as it was ordered keeps what the server has written into it since."""
    here = world()
    id_ = await running(here)
    made = items_of(await order(here, id_))["1"]["service"]
    again = [item("1", service=speed(1)), item("2", "1", service=speed(1, 30))]
    for last in (speed(7), speed(1)):
        await amend(here, id_, *again, item("3", "2", service=last))
        assert items_of(await order(here, id_))["1"]["service"] == made
    await here.run()
    services = {each["service"]["id"] for each in items_of(await order(here, id_)).values()}
    assert services == {each["id"] for each in inventory(here)}


def with_id(reference: JsonObject) -> JsonObject:
    return {"id": reference["itemId"], **reference}


def only_id(reference: JsonObject) -> JsonObject:
    return {"id": reference["itemId"]}


@pytest.mark.parametrize("named", [with_id, only_id])
async def test_items_that_are_named_in_another_way(
    named: Callable[[JsonObject], JsonObject],
) -> None:
    """An order of before, whose references have no id, is the same order when they have one."""
    here = world()
    id_ = await running(here)
    before = items_of(await order(here, id_))
    items = [
        item("1", service=speed(1)),
        item("2", "1", service=speed(1, 30)),
        item("3", "2", service=speed(7)),
    ]
    for each in items[1:]:
        (relationship,) = each["serviceOrderItemRelationship"]
        relationship["orderItem"] = named(relationship["orderItem"])
    await amend(here, id_, *items)
    after = await order(here, id_)
    assert states(after) == {
        "": "inProgress",
        "1": "completed",
        "2": "inProgress",
        "3": "acknowledged",
    }
    assert items_of(after)["2"]["service"] == before["2"]["service"]
    process = (await orders(here).get(id_)).process or {}
    (revision,) = process["revisions"]
    assert revision["changed"] == ["3"]


@pytest.mark.parametrize("dropped", ["1", "2", "3"])
async def test_a_dropped_item_is_undone(dropped: str) -> None:
    """Its service is gone; items that depended on it are linked to it no more."""
    here = world()
    id_ = await running(here)
    items = [
        item("1", service=speed(1)),
        item("2", *(["1"] if dropped != "1" else []), service=speed(1, 30)),
        item("3", *(["2"] if dropped != "2" else []), service=speed(1)),
    ]
    kept = [each for each in items if each["id"] != dropped]
    assert dropped not in states(await amend(here, id_, *kept))
    await here.run()
    body = await order(here, id_)
    assert set(states(body).values()) == {"completed"}
    services = by_item(here)
    assert services.keys() == {each["id"] for each in kept}
    there = {each["id"] for each in services.values()}
    for each in services.values():
        assert {link["id"] for link in each.get("supportingService", [])} <= there


async def test_a_new_item_is_added() -> None:
    """It is carried with the others, in its place."""
    here = world()
    id_ = await running(here)
    body = await order(here, id_)
    await amend(here, id_, *body["serviceOrderItem"], item("4", "3"))
    await here.run()
    assert states(await order(here, id_))["4"] == "completed"
    assert by_item(here)["4"]["supportingService"][0]["id"] == by_item(here)["3"]["id"]


async def test_a_changed_modification() -> None:
    """What it asks for no more has its old value again."""
    here = world()
    made = await carried(here, item("1", service=speed(1, description="old")))
    service = items_of(made)["1"]["service"]["id"]
    first = {"id": service, "description": "new", **speed(2)}
    id_ = await post(here, item("m", action="modify", service=first), item("s", latency=30))
    await here.run(5)
    await amend(
        here,
        id_,
        item("m", action="modify", service={"id": service, "name": "N"}),
        item("s", latency=30),
    )
    await here.run()
    assert set(states(await order(here, id_)).values()) == {"completed"}
    (now,) = (each for each in inventory(here) if each["id"] == service)
    assert (now["name"], now["description"], characteristics(now)["speed"]) == ("N", "old", 1)


async def test_what_is_refused() -> None:
    """Beyond the point of no return, another action, what cannot be planned, at the end."""
    here = world()
    id_ = await post(here, item("1", spec="rfs-sealed"), item("2"), item("3", service=speed(1, 30)))
    await here.run(5)
    items = (await order(here, id_))["serviceOrderItem"]
    sealed, second, third = copy.deepcopy(items)
    with pytest.raises(Conflict, match="serviceOrderItem: item 1 is past its point of no return"):
        await amend(here, id_, second, third)
    other = {**second, "action": "delete"}
    with pytest.raises(Conflict, match=r"serviceOrderItem\[1\]: action"):
        await amend(here, id_, sealed, other, third)
    odd = {**second, "service": {**second["service"], "id": "another"}}
    with pytest.raises(Conflict, match=r"serviceOrderItem\[1\]: action and service.id"):
        await amend(here, id_, sealed, odd, third)
    with pytest.raises(Conflict, match=r"serviceOrderItem\[3\]: the catalogue does not know"):
        await amend(here, id_, *items, item("4", spec="who-knows"))
    with pytest.raises(BadRequest, match="not in the order"):
        await amend(here, id_, *items, item("4", "nowhere"))
    await here.run()
    with pytest.raises(Conflict, match="while the order is completed"):
        await amend(here, id_, sealed, second, item("3"))
    assert (await orders(here).get(id_)).process is not None


async def test_a_service_does_not_outlive_what_it_relies_on() -> None:
    """An end stays ordered once that of the service below has begun; it may be asked for anew."""
    here = world()
    made = items_of(await carried(here, item("1", service=speed(1, 30)), item("2", "1")))
    id_ = await post(
        here,
        item("1", action="delete", service={"id": made["1"]["service"]["id"]}),
        item("2", "1", action="delete", service={"id": made["2"]["service"]["id"]}),
    )
    await here.run(5)
    one, two = (await order(here, id_))["serviceOrderItem"]
    assert one["state"] == "inProgress"
    with pytest.raises(Conflict, match="relies on that of item 1"):
        await amend(here, id_, one)
    await amend(here, id_, one, two | {"quantity": 1})
    await here.run()
    assert states(await order(here, id_)) == {"": "completed", "1": "completed", "2": "completed"}
    assert {each["state"] for each in (*inventory(here), *network(here))} == {"terminated"}


async def test_ends_that_are_dropped_together_are_undone() -> None:
    """The service below comes back first, then the one that relies on it."""
    here = world()
    made = items_of(await carried(here, item("1"), item("2", "1")))
    id_ = await post(
        here,
        item("1", action="delete", service={"id": made["1"]["service"]["id"]}),
        item("2", action="delete", service={"id": made["2"]["service"]["id"]}),
        item("3", service=speed(1, 30)),
    )
    await here.run(5)
    assert {each["state"] for each in inventory(here)} == {"terminated", "reserved"}
    await amend(here, id_, items_of(await order(here, id_))["3"])
    await here.run()
    assert states(await order(here, id_)) == {"": "completed", "3": "completed"}
    assert {each["state"] for each in (*inventory(here), *network(here))} == {"active"}


async def test_the_end_of_a_change_anew_is_heard_of() -> None:
    """Its monitor names the order, so that it goes on at once and not by its next look."""
    here = world()
    id_ = await post(here, item("1", service=speed(1)), item("2", service=speed(1, 60)))
    await here.run(1)
    body = items_of(await order(here, id_))
    await amend(
        here, id_, {**body["1"], "service": {**body["1"]["service"], **speed(2, 5)}}, body["2"]
    )
    await here.run(5.5)
    assert items_of(await order(here, id_))["1"]["state"] == "completed"


async def two_linked(here: World) -> tuple[str, str]:
    """The ids of a service and of one that relies on it."""
    made = items_of(await carried(here, item("1"), item("2", "1")))
    return made["1"]["service"]["id"], made["2"]["service"]["id"]


async def assert_linked(here: World, below: str, above: str) -> None:
    for api in ("tmf638", "tmf640"):
        (link,) = (await here.body(api, "service", above))["supportingService"]
        assert link["id"] == below


async def test_a_link_comes_back_with_the_service_that_stays() -> None:
    """A change that took a link away, as the order was to end the other, puts it back."""
    here = world()
    below, above = await two_linked(here)
    id_ = await post(
        here,
        item("change", action="modify", service={"id": above, **speed(2)}),
        item("long", service=speed(1, 30)),
        item("end", "change", "long", action="delete", service={"id": below}),
    )
    await here.run(5)
    body = items_of(await order(here, id_))
    assert (body["change"]["state"], body["end"]["state"]) == ("completed", "acknowledged")
    assert "supportingService" not in await here.body("tmf638", "service", above)
    await amend(here, id_, body["change"], body["long"])
    await here.run()
    assert (await order(here, id_))["state"] == "completed"
    await assert_linked(here, below, above)


async def test_a_link_comes_back_before_the_service_does() -> None:
    """Also where the change is changed while what came behind the end keeps it from coming back."""
    here = world()
    below, above = await two_linked(here)
    id_ = await post(
        here,
        item("change", action="modify", service={"id": above, **speed(2)}),
        item("end", "change", action="delete", service={"id": below}),
        item("long", "end", service=speed(1, 30)),
    )
    await here.run(5)
    body = items_of(await order(here, id_))
    assert (body["end"]["state"], body["long"]["state"]) == ("completed", "inProgress")
    changed = {**body["change"], "service": {**body["change"]["service"], **speed(3)}}
    await amend(here, id_, changed, {**body["long"], "serviceOrderItemRelationship": []})
    await here.run()
    assert (await order(here, id_))["state"] == "completed"
    assert (await here.body("tmf638", "service", below))["state"] == "active"
    await assert_linked(here, below, above)


async def test_an_item_that_failed_is_carried_anew() -> None:
    """With those that failed because of it."""
    here = world()
    id_ = await post(here, item("1", fail="no"), item("2", "1"), item("3", latency=30))
    await here.run(5)
    assert states(await order(here, id_))["2"] == "failed"
    await amend(here, id_, item("1"), item("2", "1"), item("3", latency=30))
    await here.run()
    assert set(states(await order(here, id_)).values()) == {"completed"}
    assert len(by_item(here)) == 3


@pytest.mark.parametrize(
    ("was", "then"), [(1, True), (False, 0), ([1], [True]), ({"a": 0}, {"a": False}), (1, 1.0)]
)
async def test_true_is_not_one(was: JsonValue, then: JsonValue) -> None:
    """Values that are equal to Python and written differently are a change, and carried."""
    here = world()
    given = {"serviceCharacteristic": [{"name": "c", "value": was}]}
    id_ = await post(here, item("1", service=given), item("2", latency=30))
    await here.run(5)
    items = copy.deepcopy((await order(here, id_))["serviceOrderItem"])
    items[0]["service"]["serviceCharacteristic"][0]["value"] = then
    await amend(here, id_, *items)
    await here.run()
    value = characteristics(by_item(here)["1"])["c"]
    assert repr(value) == repr(then)


async def test_an_object_is_replaced_whole() -> None:
    """What an amendment does not name of it any more is gone, in inventory and network."""
    here = world()
    id_ = await post(here, item("1", service={"acme": {"a": 1}}), item("2", latency=30))
    await here.run(5)
    items = copy.deepcopy((await order(here, id_))["serviceOrderItem"])
    items[0]["service"]["acme"] = {"b": 2}
    await amend(here, id_, *items)
    await here.run()
    assert by_item(here)["1"]["acme"] == {"b": 2}
    assert {"b": 2} in [each.get("acme") for each in network(here)]


async def test_dropped_and_ordered_again() -> None:
    """While it is being undone the id is taken; afterwards it may be used anew."""
    here = world()
    id_ = await running(here)
    body = await order(here, id_)
    third = [item("3", service=speed(1))]
    await amend(here, id_, body["serviceOrderItem"][0], *third)
    with pytest.raises(Conflict, match="still being taken back"):
        await amend(here, id_, body["serviceOrderItem"][0], item("2"), *third)
    await here.run()


async def test_a_new_item_does_not_take_the_place_of_what_is_undone() -> None:
    """Whatever a client calls its items: a dropped one is taken back all the same."""
    here = world()
    id_ = await running(here)
    first = (await order(here, id_))["serviceOrderItem"][0]
    await amend(here, id_, first)
    with pytest.raises(Conflict, match="step of the order's plan"):
        await amend(here, id_, first, item("undo 2"))
    await here.run()
    assert states(await order(here, id_)) == {"": "completed", "1": "completed"}
    assert by_item(here).keys() == {"1"}


@pytest.mark.parametrize("writes", range(1, 24, 3))
async def test_a_crash_changes_nothing(writes: int) -> None:
    """Killed after any write behind an amendment and started again, it comes to the same."""
    here = world()
    id_ = await running(here)
    one, two = item("1", service=speed(7)), item("4", "1", service=speed(4))
    await amend(here, id_, one, two)
    here.crash_after(writes)
    await here.run(100)
    await here.run()
    assert set(states(await order(here, id_)).values()) == {"completed"}
    assert {i: characteristics(s)["speed"] for i, s in by_item(here).items()} == {"1": 7, "4": 4}


async def test_an_end_that_is_dropped_is_awaited_by_what_comes_after_it() -> None:
    """A service that comes back keeps the one that it relies on, whose end was to come next."""
    here = world()
    made = items_of(await carried(here, item("a"), item("b", "a")))
    below, above = (made[id_]["service"]["id"] for id_ in ("a", "b"))
    slow = item("slow", service=speed(1, 30))
    end = item("below", "slow", action="delete", service={"id": below})
    first = item("above", action="delete", service={"id": above})
    id_ = await post(here, *copy.deepcopy([slow, first, end]))
    await here.run(5)
    assert states(await order(here, id_))["above"] == "completed"
    await amend(here, id_, slow, end)
    await here.run()
    body = await order(here, id_)
    assert states(body) == {"": "completed", "slow": "completed", "below": "completed"}
    assert {each["state"] for each in (*inventory(here), *network(here))} == {"active"}
    assert "stays" in body["note"][-1]["text"]


async def test_ends_that_an_amendment_brings_in_go_by_what_relies_on_what() -> None:
    """As in an order that has them from the beginning: by the inventory, dependants first."""
    here = world()
    made = items_of(await carried(here, item("1"), item("2", "1", service=speed(1, 30))))
    below, above = (made[id_]["service"]["id"] for id_ in ("1", "2"))
    id_ = await post(here, item("a", service=speed(1, 40)))
    await here.run(1)
    first = items_of(await order(here, id_))["a"]
    ends = [
        item("b", action="delete", service={"id": below}),
        item("c", action="delete", service={"id": above}),
    ]
    await amend(here, id_, first, *ends)
    steps = {each["id"]: each for each in ((await orders(here).get(id_)).process or {})["plan"]}
    assert (steps["b"].get("after"), steps["c"].get("after")) == (["c"], None)
    await here.run(5)
    assert {each["id"]: each["state"] for each in network(here)}[below] == "active"
    await here.run()
    assert set(states(await order(here, id_)).values()) == {"completed"}
    ended = [each["id"] for each in network(here) if each["state"] == "terminated"]
    assert sorted(ended) == sorted([below, above])


async def test_a_change_that_an_amendment_brings_in_is_handled_as_its_service_is() -> None:
    """The catalogue says how, although the item does not name the service's specification."""
    here = world()
    made = items_of(await carried(here, item("1", spec="rfs-sealed")))
    id_ = await post(here, item("a", service=speed(1, 40)))
    await here.run(1)
    first = items_of(await order(here, id_))["a"]
    change = item("b", action="modify", service={"id": made["1"]["service"]["id"], **speed(2)})
    await amend(here, id_, first, change)
    (step,) = (each for each in (await orders(here).get(id_)).process["plan"] if each["id"] == "b")
    assert (step["estimate"], step["point_of_no_return"]) == (20.0, "completed")
