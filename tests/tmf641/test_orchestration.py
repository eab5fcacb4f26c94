"""Service orders carried through TMF640 and TMF638, all three real, on fake time."""

import pytest

from api.catalog.handling import Handling
from api.catalog.model import ServiceSpecification
from api.errors import Unavailable
from api.jsontypes import JsonObject
from api.process.controller import Work
from tests.fakes import World, catalog_of
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
from tmf641_service_ordering.fulfilment import Fulfilment
from tmf641_service_ordering.job import ItemJob
from tmf641_service_ordering.orchestration import ServiceOrderController
from tmf641_service_ordering.outcome import Outcome


async def test_a_service_is_added() -> None:
    """Reserved, activated, recorded: active in network and inventory, with what it was given."""
    here = world()
    done = await carried(here, item("1", service={"name": "my port"}))
    assert states(done) == {"": "completed", "1": "completed"}
    assert done["orderDate"] == done["startDate"] == "2025-06-15T15:06:40.000Z"
    assert done["completionDate"]
    (service,) = inventory(here)
    assert items_of(done)["1"]["service"]["id"] == service["id"]
    assert items_of(done)["1"]["service"]["state"] == service["state"] == "active"
    assert (service["name"], service["category"], service["serviceType"]) == (
        "my port",
        "RFS",
        "RFS",
    )
    assert characteristics(service) == {"port": "p-1"}
    assert service["startDate"]
    (reference,) = service["serviceOrderItem"]
    assert (reference["serviceOrderId"], reference["itemId"]) == (done["id"], "1")
    assert [each["id"] for each in network(here)] == [service["id"]]


async def test_the_order_tells_every_step() -> None:
    """Subscribers see the order begin and end, and its service come up."""
    here = world()
    done = await carried(here, item("1"))
    seen = here.events(done["id"])
    assert seen[0] == "ServiceOrderCreateEvent"
    assert seen.count("ServiceOrderStateChangeEvent") == 2
    (service,) = inventory(here)
    assert "ServiceStateChangeEvent" in here.events(service["id"])


async def test_few_writes() -> None:
    """An order of two levels is written once when taken in and once per level."""
    here = world()
    done = await carried(here, item("a", "b", "c"), item("b"), item("c"))
    assert states(done)[""] == "completed"
    assert (await orders(here).get(done["id"])).rev == 4


async def test_dependent_items_come_after() -> None:
    """Independent items run side by side, dependent ones wait; the services are linked."""
    here = world()
    started = here.clock.now()
    done = await carried(
        here,
        item("cfs", "r1", "r2", spec="cfs-voice"),
        item("r1", latency=10),
        item("r2", latency=10),
    )
    assert states(done)[""] == "completed"
    assert 10 <= here.clock.now() - started < 20
    by_item = {each["serviceOrderItem"][0]["itemId"]: each for each in inventory(here)}
    below = {each["id"] for each in by_item["cfs"]["supportingService"]}
    assert below == {by_item["r1"]["id"], by_item["r2"]["id"]}
    assert {
        (each["relationshipType"], each["service"]["id"])
        for each in by_item["cfs"]["serviceRelationship"]
    } == {("reliesOn", id_) for id_ in below}


async def test_a_monitor_is_waited_for_without_asking() -> None:
    """A long activation: the monitor's end wakes the order, not the safety net."""
    here = world()
    started = here.clock.now()
    done = await carried(here, item("1", latency=47.3))
    assert states(done)[""] == "completed"
    assert here.clock.now() - started < 47.4 + 0.5


async def test_failures_for_now_do_not_show() -> None:
    """Retries are the activation's business."""
    here = world()
    assert states(await carried(here, item("1", failTimes=2)))[""] == "completed"


async def test_a_failed_item() -> None:
    """It says why, what was reserved is released, and what depends on it fails naming it."""
    here = world()
    done = await carried(
        here, item("top", "a", spec="cfs-voice"), item("a", fail="no port free"), item("b")
    )
    assert states(done) == {"": "partial", "top": "failed", "a": "failed", "b": "completed"}
    assert "no port free" in reason(done, "a")
    assert "depends on item a" in reason(done, "top")
    assert "id" not in items_of(done)["a"]["service"]
    assert [each["serviceOrderItem"][0]["itemId"] for each in inventory(here)] == ["b"]


async def test_all_failed() -> None:
    """No item completed: the order has failed."""
    assert states(await carried(world(), item("1", fail=True)))[""] == "failed"


async def test_services_that_do_not_exist() -> None:
    """Modify and delete of what the inventory does not have fail and say so."""
    done = await carried(
        world(),
        item("m", action="modify", service={"id": "456"}),
        item("d", action="delete", service={"id": "457"}),
        item("n", action="modify"),
        item("ok"),
    )
    assert states(done) == {"": "partial", "m": "failed", "d": "failed", "n": "failed"} | {
        "ok": "completed"
    }
    assert "service 456 does not exist" in reason(done, "m")
    assert "service 457 does not exist" in reason(done, "d")
    assert "service.id" in reason(done, "n")


async def test_what_the_inventory_refuses_fails_the_item() -> None:
    """Nothing is created as terminated: its reason is the item's."""
    done = await carried(world(), item("1", service={"state": "terminated"}))
    assert states(done)["1"] == "failed"
    assert "terminated" in reason(done, "1")


async def added(here: World) -> str:
    done = await carried(here, item("1"))
    return str(items_of(done)["1"]["service"]["id"])


async def test_modify() -> None:
    """Characteristics are merged by name, the state goes along its lifecycle, orders pile up."""
    here = world()
    id_ = await added(here)
    change = item(
        "7",
        action="modify",
        service={
            "id": id_,
            "state": "inactive",
            "serviceCharacteristic": [{"name": "speed", "value": 100}],
        },
    )
    done = await carried(here, change)
    assert states(done)["7"] == "completed"
    for (service,) in (inventory(here), network(here)):
        assert service["state"] == "inactive"
        assert characteristics(service) == {"port": "p-1", "speed": 100}
        assert [each["itemAction"] for each in service["serviceOrderItem"]] == ["add", "modify"]


@pytest.mark.parametrize("latency", [0, 20])
@pytest.mark.parametrize("crash", [None, 1, 2, 3, 5, 8])
async def test_orders_of_one_service_at_once(latency: int, crash: int | None) -> None:
    """Each sets characteristics of its own: none is lost, in the network or in the inventory."""
    here = world()
    id_ = await added(here)
    made = []
    for number in range(4):
        change = [{"name": f"c{number}", "value": number}]
        if latency:
            change.append({"name": "simulate.latency", "value": latency})
        service = {"id": id_, "serviceCharacteristic": change}
        made.append(await post(here, item("1", action="modify", service=service)))
    if crash:
        here.crash_after(crash)
    await here.run()
    assert [states(await order(here, each))["1"] for each in made] == ["completed"] * 4
    for (service,) in (inventory(here), network(here)):
        found = characteristics(service)
        assert {f"c{number}": found.get(f"c{number}") for number in range(4)} == {
            f"c{number}": number for number in range(4)
        }
        assert len(service["serviceOrderItem"]) == 5


async def test_modify_of_what_only_the_inventory_has() -> None:
    """A service that the network does not know is set up there as it shall be."""
    here = world()
    await here.client("tmf638").create(
        "service",
        {"state": "active", "serviceSpecification": {"id": "rfs-port"}, "name": "old"},
        key="s",
    )
    change = {"id": "s", "serviceCharacteristic": [{"name": "speed", "value": 1}]}
    assert states(await carried(here, item("1", action="modify", service=change)))["1"] == (
        "completed"
    )
    assert characteristics(network(here)[0]) == characteristics(inventory(here)[0])
    assert characteristics(inventory(here)[0]) == {"speed": 1, "port": "p-1"}


async def test_modify_of_what_loses_all_it_relies_on() -> None:
    """The network, which does not know the service yet, is told nothing of links that are gone."""
    here = world()
    active: JsonObject = {"state": "active", "serviceSpecification": {"id": "rfs-port"}}
    inventory_ = here.client("tmf638")
    await inventory_.create("service", dict(active), key="below")
    await inventory_.create("service", active | {"supportingService": [{"id": "below"}]}, key="s")
    change = item("1", action="modify", service={"id": "s", "name": "new"})
    end = item("2", "1", action="delete", service={"id": "below"})
    body = await carried(here, change, end)
    assert set(states(body).values()) == {"completed"}
    assert "supportingService" not in await here.body("tmf638", "service", "s")


async def test_modify_of_a_design() -> None:
    """A service that is only reserved is changed in the inventory, without the network."""
    here = world()
    reserve = item("1", service={"state": "reserved"})
    id_ = items_of(await carried(here, reserve))["1"]["service"]["id"]
    change = {"id": id_, "description": "for Anna"}
    await carried(here, item("1", action="modify", service=change))
    assert inventory(here)[0]["description"] == "for Anna"
    assert not network(here)


async def test_delete() -> None:
    """The service is terminated in the network and in the inventory."""
    here = world()
    id_ = await added(here)
    done = await carried(here, item("1", action="delete", service={"id": id_}))
    assert states(done)["1"] == "completed"
    for (service,) in (inventory(here), network(here)):
        assert service["state"] == "terminated"
        assert service["endDate"]
    again = await carried(here, item("1", action="delete", service={"id": id_}))
    assert states(again)["1"] == "failed"
    assert "terminated already" in reason(again, "1")


async def test_delete_of_a_design() -> None:
    """What never was in the network is removed."""
    here = world()
    reserve = item("1", service={"state": "reserved"})
    id_ = items_of(await carried(here, reserve))["1"]["service"]["id"]
    await carried(here, item("1", action="delete", service={"id": id_}))
    assert not inventory(here)


async def test_no_change() -> None:
    """There is nothing to do, also where the service is not named."""
    done = await carried(world(), item("1", action="noChange", service={"id": "any"}))
    assert states(done) == {"": "completed", "1": "completed"}


async def test_nested_items() -> None:
    """The outer item comes after those inside; where some fail, it is partial."""
    here = world()
    nested = [item("in1"), item("in2", latency=5)]
    done = await carried(here, item("out", nested=nested, spec="cfs-voice"))
    assert states(done) == {"": "completed", "out": "completed"}
    assert len(inventory(here)) == 3
    nested = [item("in1", fail=True), item("in2", latency=5)]
    done = await carried(here, item("out", nested=nested, spec="cfs-voice"))
    assert states(done) == {"": "partial", "out": "partial"}
    inside = {each["id"]: each["state"] for each in items_of(done)["out"]["serviceOrderItem"]}
    assert inside == {"in1": "failed", "in2": "completed"}


async def test_a_future_order_waits() -> None:
    """Nothing begins before requestedStartDate; a changed date counts."""
    here = world()
    id_ = await post(here, item("1"), requestedStartDate="2025-06-15T16:06:40Z")
    await here.run(60)
    assert states(await order(here, id_))[""] == "acknowledged"
    await patch(here, id_, requestedStartDate="2025-06-15T15:10:00Z")
    await here.run(60)
    assert states(await order(here, id_))[""] == "acknowledged"
    await here.run(60 * 3)
    assert states(await order(here, id_))[""] == "completed"


@pytest.mark.parametrize(
    ("items", "code", "named"),
    [
        ([item("a", "b"), item("b", "a")], "cyclicItems", "a -> b -> a"),
        ([item("a"), item("a")], "duplicateItem", "the id a"),
        ([item("a", "x")], "missingItem", "item x"),
    ],
)
async def test_what_cannot_be_planned_is_rejected(
    items: list[JsonObject], code: str, named: str
) -> None:
    """With the reason, and the items it is about."""
    done = await carried(world(), *items)
    assert set(states(done).values()) == {"rejected"}
    (message,) = done["errorMessage"]
    assert message["code"] == code
    assert named in message["reason"]
    assert message["serviceOrderItem"][0]["itemId"] == "a"


@pytest.mark.parametrize("moment", [0.0, 0.3, 0.5, 3.0, 5.0, 5.5, 8.0])
async def test_a_crash_changes_nothing(moment: float) -> None:
    """Killed at any moment and started again, there is one service per item and a full end."""
    here = world()
    id_ = await post(
        here, item("cfs", "a", "b", spec="cfs-voice"), item("a", latency=5), item("b", failTimes=1)
    )
    await here.run(moment)
    here.crash()
    await here.run()
    assert states(await order(here, id_)) == dict.fromkeys(("", "cfs", "a", "b"), "completed")
    assert len(inventory(here)) == len(network(here)) == 3


WRITES = 18
"""How many writes carry an order of two items, each with its reservation and activation."""


@pytest.mark.parametrize("writes", range(1, WRITES + 1))
async def test_a_crash_after_any_write(writes: int) -> None:
    """Killed right after one of its writes and started again, all is done once."""
    here = world()
    id_ = await post(here, item("cfs", "a", spec="cfs-voice"), item("a"))
    here.crash_after(writes)
    await here.run()
    await here.run()
    assert states(await order(here, id_)) == dict.fromkeys(("", "cfs", "a"), "completed")
    assert len(inventory(here)) == len(network(here)) == 2
    assert all(each["state"] == "active" for each in inventory(here))


@pytest.mark.parametrize("action", ["modify", "delete"])
@pytest.mark.parametrize("writes", range(1, 12))
async def test_a_crash_in_a_change(action: str, writes: int) -> None:
    """The same for changes of a service that there is."""
    here = world()
    id_ = await added(here)
    change = {"id": id_, "serviceCharacteristic": [{"name": "speed", "value": 1}]}
    order_id = await post(here, item("1", action=action, service=change))
    here.crash_after(writes)
    await here.run()
    await here.run()
    assert states(await order(here, order_id)) == {"": "completed", "1": "completed"}
    expected = "terminated" if action == "delete" else "active"
    for (service,) in (inventory(here), network(here)):
        assert service["state"] == expected
        assert len(service["serviceOrderItem"]) == 2


async def test_how_many_writes() -> None:
    """What the crash test above counts on."""
    here = world()
    await post(here, item("cfs", "a", spec="cfs-voice"), item("a"))
    before = here.store.writes
    await here.run()
    assert here.store.writes - before <= WRITES


async def test_a_lost_event_does_not_matter() -> None:
    """Without the monitor's event the order looks for itself after a while."""
    here = world()
    id_ = await post(here, item("1", latency=5))
    await here.run(4)
    here.deaf = True
    await here.run(4)
    assert states(await order(here, id_))[""] == "inProgress"
    await here.run(20)
    assert states(await order(here, id_))[""] == "completed"


async def test_looks_in_case_an_event_was_lost_become_rare() -> None:
    """What lasts long is written the less often: its revision is what clients go by."""
    patient = ServiceSpecification("slow", "Slow", usual=Handling(timeout=10_000))
    here = World(catalog_of(patient))
    id_ = await post(here, item("1", spec="slow", latency=7200))
    await here.run(100)
    early = await orders(here).get(id_)
    await here.run(7000)
    document = await orders(here).get(id_)
    assert states(document.body.data)[""] == "inProgress"
    assert 0 < document.rev - early.rev < 20
    assert document.due is not None
    assert document.due - here.clock.now() <= 600


async def test_a_large_order() -> None:
    """Hundreds of items run in one order, a few at once."""
    done = await carried(world(), *(item(str(n), latency=1) for n in range(128)))
    assert states(done)[""] == "completed"


async def test_an_item_that_breaks_off_takes_no_other_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A fault of the program in one item: the look awaits the others, and writes down their ends.

    It is the fault that is told, not what another item has to be tried again for.
    """
    here = world()
    carry, reconcile = Fulfilment.carry, ServiceOrderController.reconcile
    faults = {"1": RuntimeError("a fault"), "3": Unavailable("for now")}
    told: list[Exception] = []
    active: list[str] = []
    outside: list[str] = []

    async def breaking(self: Fulfilment, job: ItemJob) -> Outcome:
        if job.step.id in faults:
            raise faults.pop(job.step.id)
        active.append(job.step.id)
        outcome = await carry(self, job)
        active.remove(job.step.id)
        return outcome

    async def look(self: ServiceOrderController, work: Work) -> None:
        try:
            await reconcile(self, work)
        except Exception as error:  # noqa: BLE001
            told.append(error)
        outside.extend(active)

    monkeypatch.setattr(Fulfilment, "carry", breaking)
    monkeypatch.setattr(ServiceOrderController, "reconcile", look)
    placed = await post(here, item("1"), item("2"), item("3"))
    await here.run(5)
    assert [str(each) for each in told] == ["a fault"]
    assert not outside, "no item is carried when the look is over"
    assert states(await order(here, placed))["2"] == "completed"
    await here.run()
    assert set(states(await order(here, placed)).values()) == {"completed"}
