"""An inventory that refuses what the network, or a person, has done: nothing of it is forgotten."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from api.catalog.handling import Handling, OnFailure
from api.catalog.model import ServiceSpecification
from api.errors import Conflict
from api.jsontypes import JsonValue
from tests.fakes import World, catalog_of
from tests.tmf641.orders import (
    carried,
    characteristics,
    inventory,
    item,
    items_of,
    network,
    order,
    patch,
    post,
    reason,
    states,
)
from tests.tmf641.test_cancellation import cancel, task

STUCK: dict[str, JsonValue] = {"failOn": "terminate", "fail": "stuck"}


def world(on_failure: OnFailure = OnFailure.FAIL, **options: JsonValue) -> World:
    usual = Handling(on_failure=on_failure)
    return World(catalog_of(ServiceSpecification("s", "S", usual=usual, options=options)))


@contextmanager
def refusing(here: World) -> Iterator[None]:
    """An inventory that refuses every change."""

    async def refuse(*_: object, **__: object) -> None:
        raise Conflict("the inventory is being audited")

    services = here.commands("tmf638", "service")
    with pytest.MonkeyPatch.context() as patched:
        for name in ("create", "patch", "delete"):
            patched.setattr(services, name, refuse)
        yield


async def decide(here: World, id_: str, item_id: str, state: str, *, noted: bool = False) -> None:
    """A person's decision on a held item."""
    body = await order(here, id_)
    items = copy.deepcopy(body["serviceOrderItem"])
    next(each for each in items if each["id"] == item_id)["state"] = state
    note = [*body.get("note", []), {"text": "seen to"}] if noted else body.get("note", [])
    await patch(here, id_, serviceOrderItem=items, note=note)
    await here.run()


@pytest.mark.parametrize("way", ["retried", "skipped", "cancelled"])
@pytest.mark.parametrize("on_failure", OnFailure)
async def test_what_is_up_does_not_fail(on_failure: OnFailure, way: str) -> None:
    """Whatever the specification says of failures: it is held, and can be solved or undone."""
    here = world(on_failure)
    id_ = await post(here, item("1", spec="s", latency=50))
    await here.run(1)
    (reserved,) = inventory(here)
    await here.commands("tmf638", "service").delete(reserved["id"])  # by a client: it may
    await here.run()
    assert states(await order(here, id_)) == {"": "held", "1": "held"}
    assert "the network has done it" in reason(await order(here, id_), "1")
    with refusing(here):
        await decide(here, id_, "1", "inProgress")
    assert states(await order(here, id_)) == {"": "held", "1": "held"}
    if way == "retried":
        await decide(here, id_, "1", "inProgress")
        assert states(await order(here, id_)) == {"": "completed", "1": "completed"}
        assert [each["state"] for each in (*inventory(here), *network(here))] == ["active"] * 2
        return
    if way == "skipped":
        await decide(here, id_, "1", "cancelled", noted=True)
    else:
        cancellation = await cancel(here, id_)
        await here.run()
        assert (await task(here, cancellation))["state"] == "done"
    assert states(await order(here, id_)) == {"": "cancelled", "1": "cancelled"}
    assert not inventory(here)
    assert not network(here)


async def test_what_is_up_is_changed_not_set_up_anew() -> None:
    """Amended while it was held so, the service has nothing more of what was ordered first."""
    here = world()
    id_ = await post(here, item("1", spec="s", latency=50, speed=1))
    await here.run(1)
    with refusing(here):
        await here.run()
    items = copy.deepcopy((await order(here, id_))["serviceOrderItem"])
    items[0]["service"]["serviceCharacteristic"] = [{"name": "depth", "value": 2}]
    await patch(here, id_, serviceOrderItem=items)
    await here.run()
    assert states(await order(here, id_)) == {"": "completed", "1": "completed"}
    for services in (inventory(here), network(here)):
        assert [characteristics(each) for each in services] == [{"depth": 2}]


@pytest.mark.parametrize("action", ["modify", "delete"])
async def test_a_change_that_is_done_does_not_fail(action: str) -> None:
    """Nor does one that the inventory does not take over: skipped, all is as it was before."""
    here = world()
    made = items_of(await carried(here, item("0", spec="s")))["0"]["service"]["id"]
    before = copy.deepcopy((inventory(here), network(here)))
    with refusing(here):
        id_ = await post(here, item("1", action=action, service={"id": made}, speed=2))
        await here.run()
        assert states(await order(here, id_)) == {"": "held", "1": "held"}
        await decide(here, id_, "1", "inProgress")
        assert states(await order(here, id_)) == {"": "held", "1": "held"}
    await decide(here, id_, "1", "cancelled", noted=True)
    assert states(await order(here, id_)) == {"": "cancelled", "1": "cancelled"}
    after = (inventory(here), network(here))
    assert [each["state"] for one in after for each in one] == ["active", "active"]
    assert [list(map(characteristics, each)) for each in after] == [
        list(map(characteristics, each)) for each in before
    ]


async def test_what_is_reserved_is_not_forgotten() -> None:
    """An item fails when its reservation is released, not before."""
    here = world()
    id_ = await post(here, item("1", spec="s", latency=5, fail="broken"))
    await here.run(1)
    with refusing(here):
        await here.run()
    assert states(await order(here, id_)) == {"": "held", "1": "held"}
    assert "broken; what is reserved for it stays" in reason(await order(here, id_), "1")
    await decide(here, id_, "1", "inProgress")
    assert states(await order(here, id_)) == {"": "failed", "1": "failed"}
    assert not inventory(here)


async def test_completed_by_hand_is_not_undone_by_a_refusal() -> None:
    """What a person has set up is held until the inventory takes it."""
    here = world(OnFailure.HOLD)
    id_ = await post(here, item("1", spec="s", fail="broken"))
    await here.run()
    with refusing(here):
        await decide(here, id_, "1", "completed", noted=True)
    assert states(await order(here, id_)) == {"": "held", "1": "held"}
    assert len(inventory(here)) == 1
    await decide(here, id_, "1", "completed", noted=True)
    assert states(await order(here, id_)) == {"": "completed", "1": "completed"}
    assert [each["state"] for each in inventory(here)] == ["active"]


@pytest.mark.parametrize("again", ["item", "order", "given up"])
async def test_by_hand_holds_for_one_attempt(again: str) -> None:
    """Tried again after the inventory has refused what was undone by hand, the network is asked."""
    here = world(OnFailure.HOLD, **STUCK)
    id_ = await post(here, item("1", spec="s"), item("2", "1", spec="s", latency=50))
    await here.run(1)
    await cancel(here, id_)
    await here.run()
    assert states(await order(here, id_))["2"] == "held"
    with refusing(here):
        await decide(here, id_, "2", "cancelled", noted=True)
    assert states(await order(here, id_))["2"] == "held"
    here.catalog = world().catalog
    if again == "item":
        await decide(here, id_, "2", "inProgress")
    else:
        await patch(here, id_, state="inProgress" if again == "order" else "cancelled")
        await here.run()
    assert states(await order(here, id_)) == {"": "cancelled", "1": "cancelled", "2": "cancelled"}
    assert not inventory(here)
    assert not network(here)


async def test_an_amended_item_is_carried_by_the_network() -> None:
    """Also where it was said to be done by hand, and the inventory has refused that."""
    here = world(OnFailure.HOLD)
    id_ = await post(here, item("1", spec="s", fail="broken"))
    await here.run()
    with refusing(here):
        await decide(here, id_, "1", "completed", noted=True)
    items = copy.deepcopy((await order(here, id_))["serviceOrderItem"])
    items[0]["service"]["serviceCharacteristic"] = []
    await patch(here, id_, serviceOrderItem=items)
    await here.run()
    assert states(await order(here, id_)) == {"": "completed", "1": "completed"}
    assert [each["state"] for each in network(here)] == ["active"]
