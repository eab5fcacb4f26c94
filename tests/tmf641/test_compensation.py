"""Cancellations of orders that have begun: what was done is undone."""

import copy
from typing import Any

import pytest

from api.commands import Accepted
from api.jsontypes import JsonObject
from api.store.document import Document
from tests.fakes import World
from tests.tmf641.orders import (
    carried,
    inventory,
    item,
    items_of,
    network,
    order,
    patch,
    post,
    states,
    world,
)
from tests.tmf641.test_cancellation import cancel, events_of_states, task


async def existing(here: World) -> list[str]:
    """Services that are there before the order: two active ones and an inactive one."""
    made = await carried(
        here,
        item("a", service={"name": "a"}),
        item("b", service={"name": "b"}),
        item("c", service={"state": "inactive"}),
    )
    return [each["service"]["id"] for each in made["serviceOrderItem"]]


def mixed(services: list[str]) -> list[JsonObject]:
    """An order that adds, changes and ends, its last item slow."""
    a, b, c = services
    speed = [{"name": "speed", "value": 5}]
    changed = {"id": a, "name": "A", "serviceCharacteristic": speed}
    return [
        item("new", spec="cfs-voice"),
        item("mod", "new", action="modify", service=changed),
        item("del", "mod", action="delete", service={"id": b}),
        item("up", action="modify", service={"id": c, "state": "active"}),
        item("slow", "mod", "del", latency=40),
        item("never", "slow"),
    ]


def plain(services: list[JsonObject]) -> list[JsonObject]:
    return sorted(copy.deepcopy(services), key=lambda each: str(each["id"]))


@pytest.mark.parametrize("failing", ["", "2"])
async def test_an_empty_id_is_an_id(failing: str) -> None:
    """An item without name among others, whichever fails: what was done is taken back."""
    here = world()
    other = "2" if failing == "" else ""
    id_ = await post(
        here, item(other, spec="rfs-careful"), item(failing, other, spec="rfs-careful", fail="no")
    )
    await here.run()
    body = items_of(await order(here, id_))
    assert {each["id"]: each["state"] for each in body.values()} == {
        other: "cancelled",
        failing: "failed",
    }
    assert inventory(here) == network(here) == []


CHANGES: list[tuple[JsonObject, JsonObject]] = [
    (
        {"serviceSpecification": {"id": "cfs-voice"}},
        {"serviceSpecification": {"id": "cfs-voice", "name": "n", "version": "3"}},
    ),
    ({"acme": {"a": 1, "b": {"c": 3}}}, {"acme": {"b": 2}}),
    ({"acme": {"a": 1}}, {"acme": [1]}),
    ({"acme": [1, 1.0, True]}, {"acme": {"a": True}}),
]


@pytest.mark.parametrize(("was", "ordered"), CHANGES)
async def test_objects_are_undone_whole(was: JsonObject, ordered: JsonObject) -> None:
    """What a change put into an object, and what it took out of it."""
    here = world()
    made = await carried(here, item("a", service=was))
    before = plain(inventory(here))
    service: JsonObject = {"id": made["serviceOrderItem"][0]["service"]["id"], **ordered}
    id_ = await post(here, item("1", action="modify", service=service), item("2", latency=40))
    await here.run(5)
    assert {name: inventory(here)[0][name] for name in ordered} == ordered
    task_id = await cancel(here, id_)
    await here.run()
    assert (await task(here, task_id))["state"] == "done"
    assert plain(inventory(here)) == before


@pytest.mark.parametrize("lasting", [False, True])
async def test_links_that_a_change_replaced_come_back(lasting: bool) -> None:
    """In inventory and network, whether the other service stays or is the order's own."""
    here = world()
    made = await carried(here, item("a"), item("b"), item("s", "a"))
    a, b, s = (each["service"]["id"] for each in made["serviceOrderItem"])
    before, active = plain(inventory(here)), plain(network(here))
    to = {"supportingService": [{"id": b}]} | {
        "serviceRelationship": [{"relationshipType": "reliesOn", "service": {"id": b}}]
    }
    more = [] if lasting else [item("new")]
    change = item("1", *(["new"] if more else []), action="modify", service={"id": s, **to})
    id_ = await post(here, *more, change, item("2", latency=40))
    await here.run(5)
    changed = await here.body("tmf638", "service", s)
    assert a not in {each["id"] for each in changed["supportingService"]}
    await cancel(here, id_)
    await here.run()
    assert set(states(await order(here, id_)).values()) == {"cancelled"}
    assert plain(inventory(here)) == before
    assert [each.get("supportingService") for each in plain(network(here))] == [
        each.get("supportingService") for each in active
    ]


@pytest.mark.parametrize("moment", [0.0, 0.5, 20.0])
async def test_what_was_done_is_undone(moment: float) -> None:
    """The inventory is what it was before the order, to the letter."""
    here = world()
    services = await existing(here)
    before = plain(inventory(here))
    id_ = await post(here, *mixed(services))
    await here.run(moment)
    task_id = await cancel(here, id_, cancellationReason="no more")
    await here.run()
    body = await order(here, id_)
    assert set(states(body).values()) == {"cancelled"}
    assert body["cancellationReason"] == "no more"
    assert (await task(here, task_id))["state"] == "done"
    assert plain(inventory(here)) == before
    assert {each["id"]: each["state"] for each in network(here)} == {
        each["id"]: each["state"] for each in before
    }
    assert "pendingCancellation" in events_of_states(here, id_)


async def test_every_activation_that_undoes_names_the_order() -> None:
    """By that its end is told to the order at once, where the order watches it."""
    here = world(activation_wait=0)
    services = await existing(here)
    id_ = await post(here, *mixed(services))
    await here.run(20)
    earlier = set(here.store.of("tmf640_monitor"))
    await cancel(here, id_)
    await here.run()
    assert (await order(here, id_))["state"] == "cancelled"
    requests = [
        each.body.data["request"]
        for each in here.store.of("tmf640_monitor").values()
        if each.id not in earlier
    ]
    assert {each["method"] for each in requests} == {"PATCH"}
    for request in requests:
        assert {"name": "serviceOrderId", "value": id_} in request["header"], request


async def test_running_steps_are_awaited() -> None:
    """The task is under way until what runs has ended and is undone."""
    here = world()
    id_ = await post(here, item("1", latency=30), item("2", "1"))
    await here.run(2)
    task_id = await cancel(here, id_)
    await here.run(3)
    assert (await task(here, task_id))["state"] == "inProgress"
    body = await order(here, id_)
    assert states(body) == {"": "pendingCancellation", "1": "pendingCancellation", "2": "cancelled"}
    await here.run()
    assert (await task(here, task_id))["state"] == "done"
    assert not inventory(here)
    assert not network(here)


@pytest.mark.parametrize("api", ["tmf638", "tmf640"])
async def test_another_process_is_first(monkeypatch: pytest.MonkeyPatch, api: str) -> None:
    """Two look at one step: what the other one has removed is undone, no case for people."""
    here = world()
    id_ = await post(here, item("1"), item("slow", "1", latency=40))
    await here.run(5)
    [*_, service] = [each["service"]["id"] for each in items_of(await order(here, id_)).values()][
        :1
    ]
    services = here.commands(api, "service")
    real = services.patch

    async def late(service_id: str, *given: Any, **named: Any) -> Document | Accepted:
        if service_id == service:
            monkeypatch.setattr(services, "patch", real)
            del here.store.of(f"{api}_service")[service]
        return await real(service_id, *given, **named)

    monkeypatch.setattr(services, "patch", late)
    task_id = await cancel(here, id_)
    await here.run()
    assert set(states(await order(here, id_)).values()) == {"cancelled"}
    assert (await task(here, task_id))["state"] == "done"


async def test_a_compensation_that_fails() -> None:
    """The order is held with the rest undone; solved, it is cancelled for the task's reason."""
    here = world()
    sticky = item("1", fail="stuck", failOn="terminate")
    id_ = await post(here, sticky, item("2"), item("3", "1", "2", latency=30))
    await here.run(2)
    task_id = await cancel(here, id_, cancellationReason="moved away")
    await here.run()
    body = await order(here, id_)
    assert states(body) == {"": "held", "1": "held", "2": "cancelled", "3": "cancelled"}
    done = await task(here, task_id)
    assert (done["state"], done["errorMessage"]["code"]) == (
        "terminatedWithError",
        "compensationFailed",
    )
    assert len(inventory(here)) == 1
    await patch(here, id_, state="inProgress")
    await here.run()
    assert states(await order(here, id_))[""] == "held"
    items = [each | {"state": "cancelled"} for each in (await order(here, id_))["serviceOrderItem"]]
    await patch(here, id_, serviceOrderItem=items, note=[{"text": "unplugged"}])
    await here.run()
    assert set(states(await order(here, id_)).values()) == {"cancelled"}
    assert (await order(here, id_))["cancellationReason"] == "moved away"


@pytest.mark.parametrize("writes", [*range(1, 40, 2)])
async def test_a_crash_changes_nothing(writes: int) -> None:
    """Killed after any of its writes and started again, it comes to the same."""
    here = world()
    services = await existing(here)
    before = plain(inventory(here))
    id_ = await post(here, *mixed(services))
    await here.run(20)
    task_id = await cancel(here, id_)
    here.crash_after(writes)
    await here.run(100)
    await here.run()
    assert set(states(await order(here, id_)).values()) == {"cancelled"}
    assert (await task(here, task_id))["state"] == "done"
    assert plain(inventory(here)) == before
    assert items_of(await order(here, id_))
