"""Items that keep failing: held for a person, or what the order has done is undone."""

import copy
from typing import Any

import pytest

from api.errors import BadRequest, Conflict
from api.jsontypes import JsonObject, JsonValue
from api.store.document import Document
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
    reason,
    states,
    world,
)

WHY = [{"text": "seen to it"}]


async def stuck(here: World, *more: JsonObject) -> str:
    """An order whose item 1 is held, and item 2 waits for it."""
    id_ = await post(here, item("1", spec="rfs-stubborn", fail="no port"), item("2", "1"), *more)
    await here.run()
    return id_


def edited(body: JsonObject, id_: str, **changes: JsonValue) -> list[JsonObject]:
    return [each | changes if each["id"] == id_ else each for each in body["serviceOrderItem"]]


async def test_held() -> None:
    """Item and order are held, the reason stands in the item, and people are told."""
    here = world()
    id_ = await stuck(here, item("3"))
    body = await order(here, id_)
    assert states(body) == {"": "held", "1": "held", "2": "acknowledged", "3": "completed"}
    assert "no port" in reason(body, "1")
    assert body["jeopardyAlert"][0]["serviceOrderItem"][0]["itemId"] == "1"
    assert here.events(id_).count("ServiceOrderJeopardyEvent") == 1
    assert here.events(id_).count("ServiceOrderInformationRequiredEvent") == 1


async def test_what_does_not_depend_on_it_goes_on() -> None:
    """Also where that becomes possible by the very look that finds the item failing."""
    here = world()
    made = items_of(await carried(here, item("1")))["1"]["service"]["id"]
    change = item("3", "2", action="modify", service={"id": made, "description": "other"})
    body = await carried(here, item("1", spec="rfs-stubborn", fail="no"), item("2"), change)
    assert states(body) == {"": "held", "1": "held", "2": "completed", "3": "completed"}


async def test_what_cannot_be_reached_is_tried_again_then_held() -> None:
    """The specification's retries come first."""
    here = world()
    id_ = await post(here, item("1", spec="rfs-stubborn", failTimes=2))
    await here.run()
    assert states(await order(here, id_)) == {"": "held", "1": "held"}
    id_ = await post(here, item("1", spec="rfs-stubborn", failTimes=1))
    await here.run()
    assert states(await order(here, id_)) == {"": "completed", "1": "completed"}


@pytest.mark.parametrize("how", ["edited", "edited with its state", "then the order"])
async def test_edit_and_retry(how: str) -> None:
    """Mended and tried again, by item or with the whole order, it goes on to its end."""
    here = world()
    id_ = await stuck(here)
    body = await order(here, id_)
    changes: JsonObject = {
        "service": {**items_of(body)["1"]["service"], "serviceCharacteristic": []}
    }
    if how == "edited with its state":
        changes["state"] = "inProgress"
    await patch(here, id_, serviceOrderItem=edited(body, "1", **changes))
    if how == "then the order":
        await patch(here, id_, state="inProgress")
    await here.run()
    assert states(await order(here, id_)) == {"": "completed", "1": "completed", "2": "completed"}
    assert "errorMessage" not in items_of(await order(here, id_))["1"]
    assert all(characteristics(each).keys() <= {"port"} for each in inventory(here))
    assert {each["state"] for each in (*inventory(here), *network(here))} == {"active"}


@pytest.mark.parametrize("how", ["item", "order"])
async def test_retry_in_vain(how: str) -> None:
    """What still fails is held again."""
    here = world()
    id_ = await stuck(here)
    if how == "order":
        await patch(here, id_, state="inProgress")
    else:
        items = edited(await order(here, id_), "1", state="inProgress")
        assert (await patch(here, id_, serviceOrderItem=items))["state"] == "inProgress"
    await here.run()
    assert states(await order(here, id_))["1"] == "held"
    assert here.events(id_).count("ServiceOrderJeopardyEvent") == 2


@pytest.mark.parametrize("decision", ["inProgress", "cancelled", "edit"])
async def test_a_decision_is_about_one_item(decision: str) -> None:
    """What else is held stays so, and is not tried again."""
    here = world()
    id_ = await stuck(here, item("3", spec="rfs-stubborn", fail="no"))
    body = await order(here, id_)
    changes: JsonObject = {"state": decision}
    if decision == "edit":
        changes = {"service": {**items_of(body)["1"]["service"], "name": "other"}}
    await patch(here, id_, serviceOrderItem=edited(body, "1", **changes), note=WHY)
    await here.run()
    assert states(await order(here, id_))["3"] == "held"
    process = (await orders(here).get(id_)).process or {}
    tried = {each["id"]: each.get("attempts") for each in process["plan"]}
    assert (tried["1"], tried["3"]) == (1 if decision == "cancelled" else 2, 1)


async def test_completed_by_hand() -> None:
    """With a note that says why; the inventory follows, and what waited goes on."""
    here = world()
    id_ = await stuck(here)
    items = edited(await order(here, id_), "1", state="completed")
    with pytest.raises(BadRequest, match="say why"):
        await patch(here, id_, serviceOrderItem=items)
    await patch(here, id_, serviceOrderItem=items, note=WHY)
    await here.run()
    assert states(await order(here, id_)) == {"": "completed", "1": "completed", "2": "completed"}
    assert {each["state"] for each in inventory(here)} == {"active"}


async def test_skipped() -> None:
    """Its reservation is released; what depends on it fails."""
    here = world()
    id_ = await stuck(here, item("3"))
    items = edited(await order(here, id_), "1", state="cancelled")
    await patch(here, id_, serviceOrderItem=items, note=WHY)
    await here.run()
    body = await order(here, id_)
    assert states(body) == {"": "partial", "1": "cancelled", "2": "failed", "3": "completed"}
    assert len(inventory(here)) == 1


async def test_other_states_are_the_plans() -> None:
    """A client moves only what is held, and only as it may."""
    here = world()
    id_ = await stuck(here)
    body = await order(here, id_)
    for item_id, state in (("1", "failed"), ("1", "pending"), ("2", "inProgress")):
        with pytest.raises(Conflict, match="by a client"):
            await patch(here, id_, serviceOrderItem=edited(body, item_id, state=state), note=WHY)


async def test_given_up_with_a_held_item() -> None:
    """What was reserved for it is released."""
    here = world()
    id_ = await stuck(here)
    await patch(here, id_, state="cancelled")
    await here.run()
    assert set(states(await order(here, id_)).values()) == {"cancelled"}
    assert not inventory(here)


async def test_given_up_and_not_undone() -> None:
    """While something cannot be undone the order is held; when that is solved it is cancelled."""
    here = world()
    stubborn: JsonObject = {"fail": "broken", "failOn": ["modify", "terminate"]}
    id_ = await post(here, item("1", **stubborn), item("2", latency=9))
    await here.run(2)
    items = copy.deepcopy((await order(here, id_))["serviceOrderItem"])
    items[0]["service"]["serviceCharacteristic"].append({"name": "speed", "value": 2})
    await patch(here, id_, serviceOrderItem=items)
    await here.run()
    assert states(await order(here, id_)) == {"": "held", "1": "held", "2": "completed"}
    for _ in range(2):
        await patch(here, id_, state="cancelled")
        await here.run()
        assert states(await order(here, id_)) == {"": "held", "1": "held", "2": "completed"}
    items = edited(await order(here, id_), "1", state="cancelled")
    await patch(here, id_, serviceOrderItem=items, note=WHY)
    await here.run()
    body = await order(here, id_)
    assert states(body) == {"": "cancelled", "1": "cancelled", "2": "completed"}
    assert body["cancellationDate"]


async def test_compensated() -> None:
    """What the order has done is undone in reverse order, then it has failed."""
    here = world()
    done = await carried(
        here,
        item("1"),
        item("2", "1"),
        item("3", "2", spec="rfs-careful", fail="broken"),
        item("4", "3"),
    )
    assert states(done) == {"": "failed", "1": "cancelled", "2": "cancelled"} | {
        "3": "failed",
        "4": "cancelled",
    }
    assert not inventory(here)
    assert not network(here)
    gone = [
        entry.snapshot.data["serviceOrderItem"][0]["itemId"]
        for entry in here.store.log
        if entry.event.type == "ServiceDeleteEvent" and entry.event.api == "tmf638"
    ]
    assert gone == ["3", "2", "1"]


async def test_what_is_past_its_point_of_no_return_is_not_undone() -> None:
    """Then the failing item is held instead."""
    here = world()
    done = await carried(
        here, item("1", spec="rfs-sealed"), item("2", "1", spec="rfs-careful", fail="broken")
    )
    assert states(done) == {"": "held", "1": "completed", "2": "held"}
    assert "item 1 is past its point of no return" in reason(done, "2")


async def test_milestones() -> None:
    """The completion that the catalogue names is written down and told."""
    here = world()
    done = await carried(here, item("1", spec="cfs-voice"), item("2"))
    (milestone,) = done["milestone"]
    assert (milestone["name"], milestone["status"]) == ("Voice ready", "achieved")
    assert milestone["serviceOrderItem"][0]["itemId"] == "1"
    assert here.events(done["id"]).count("ServiceOrderMilestoneEvent") == 1


async def test_a_date_at_risk() -> None:
    """When the plan will not meet the requested date, and when it runs late, an alert says so."""
    here = world()
    id_ = await post(
        here, item("1", spec="rfs-sealed"), requestedCompletionDate="2025-06-15T15:06:45Z"
    )
    await here.run(1)
    body = await order(here, id_)
    assert body["expectedCompletionDate"].startswith("2025-06-15T15:07:00")
    assert body["jeopardyAlert"][0]["jeopardyType"] == "requestedCompletionDate"
    late = await post(
        here,
        item("1", spec="rfs-sealed", latency=50),
        requestedCompletionDate="2025-06-15T15:07:10Z",
    )
    await here.run(20)
    assert "jeopardyAlert" not in await order(here, late)
    await here.run(15)
    assert (await order(here, late))["jeopardyAlert"]
    await here.run()
    assert here.events(late).count("ServiceOrderJeopardyEvent") == 1


async def test_nothing_differs() -> None:
    """A modify that asks for what is there completes without a call of the network."""
    here = world()
    id_ = items_of(await carried(here, item("1")))["1"]["service"]["id"]
    monitors = len(list(here.all("tmf640", "monitor")))
    same = {
        "id": id_,
        "state": "active",
        "serviceCharacteristic": [{"name": "port", "value": "p-1"}],
    }
    done = await carried(here, item("1", action="modify", service=same))
    assert states(done) == {"": "completed", "1": "completed"}
    assert len(list(here.all("tmf640", "monitor"))) == monitors
    assert len(inventory(here)[0]["serviceOrderItem"]) == 1


async def test_dependants_end_first() -> None:
    """By what the inventory knows; a service that others still rely on stays."""
    here = world()
    first = await carried(here, item("cfs", "r", spec="cfs-voice"), item("x", "r"), item("r"))
    services = {id_: each["service"]["id"] for id_, each in items_of(first).items()}

    def end(id_: str) -> JsonObject:
        return item(id_, action="delete", service={"id": services[id_]})

    some = await carried(here, end("r"), end("cfs"))
    assert states(some) == {"": "completed", "r": "completed", "cfs": "completed"}
    now = {each["id"]: each["state"] for each in inventory(here)}
    assert (now[services["cfs"]], now[services["r"]]) == ("terminated", "active")
    assert f"stays, since others rely on it: {services['x']}" in some["note"][0]["text"]
    await carried(here, end("r"), end("x"))
    assert {each["state"] for each in inventory(here)} == {"terminated"}


async def test_only_an_end_asks_who_relies_on_the_service() -> None:
    """Not a change, nor a plan; and an end does, also where its service was read for a change."""
    here = world()
    first = await carried(here, item("cfs", "r", spec="cfs-voice"), item("r"))
    service = items_of(first)["r"]["service"]["id"]
    find, found = here.store.find, 0

    async def counted(*args: Any, **more: Any) -> list[Document]:
        nonlocal found
        documents = await find(*args, **more)
        found += len(documents)
        return documents

    here.store.find = counted  # type: ignore[method-assign]
    plan = here.registry.view("tmf641", "serviceOrder", "plan")
    assert plan is not None
    id_ = await post(here, item("m", action="modify", service={"id": service, "name": "n"}))
    await plan(await orders(here).get(id_))
    await here.run()
    assert (states(await order(here, id_))[""], found) == ("completed", 0)
    done = await carried(
        here,
        item("m", action="modify", service={"id": service, "name": "n"}),
        item("d", "m", action="delete", service={"id": service}),
    )
    assert states(done)[""] == "completed"
    assert found
    assert "stays, since others rely on it" in done["note"][0]["text"]


async def test_a_date_at_risk_before_the_start() -> None:
    """An order that waits for its start tells when it would be done, and that it would be late."""
    here = world()
    start, wanted = "2025-06-15T16:00:00Z", "2025-06-15T16:00:10Z"
    id_ = await post(
        here,
        item("1", spec="rfs-sealed"),
        requestedStartDate=start,
        requestedCompletionDate=wanted,
    )
    await here.run(1)
    body = await order(here, id_)
    assert body["state"] == "acknowledged"
    assert body["expectedCompletionDate"].startswith("2025-06-15T16:00:20")
    assert here.events(id_).count("ServiceOrderJeopardyEvent") == 1
    await patch(here, id_, requestedStartDate="2025-06-15T15:30:00Z")
    await here.run(1)
    assert (await order(here, id_))["expectedCompletionDate"].startswith("2025-06-15T15:30:20")
    await patch(here, id_, requestedStartDate="2025-06-15T15:00:00Z")
    await here.run(0)
    assert (await order(here, id_))["expectedCompletionDate"].startswith("2025-06-15T15:07:02")
