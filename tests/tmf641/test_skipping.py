"""Held items on which others rely: nothing is taken away below what is completed."""

import copy

import pytest

from api.errors import Conflict
from api.jsontypes import JsonObject
from tests.fakes import World
from tests.tmf641.orders import (
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
    world,
)
from tests.tmf641.test_cancellation import cancel, task

NOTE = [{"text": "seen to"}]


async def amended(here: World, *, runs: bool = True) -> str:
    """Item 2 is completed and relies on item 1, which was amended since, and is held for it."""
    id_ = await post(here, item("1"), item("2", "1"), item("3", latency=50))
    await here.run(2)
    if not runs:
        await patch(here, id_, state="held")
    items = copy.deepcopy((await order(here, id_))["serviceOrderItem"])
    items[0]["service"]["serviceCharacteristic"] = [{"name": "simulate.fail", "value": "no"}]
    await patch(here, id_, serviceOrderItem=items)
    if runs:
        await here.run(5)
        assert states(await order(here, id_))["1"] == "held"
    return id_


async def skip(here: World, id_: str, *items: str, drop: str = "") -> None:
    sent = [
        each | ({"state": "cancelled"} if each["id"] in items else {})
        for each in (await order(here, id_))["serviceOrderItem"]
        if each["id"] != drop
    ]
    await patch(here, id_, serviceOrderItem=sent, note=NOTE)
    await here.run()


def gone(here: World) -> list[str]:
    """The items whose services were removed, in that sequence."""
    return [
        entry.snapshot.data["serviceOrderItem"][0]["itemId"]
        for entry in here.store.log
        if entry.event.type == "ServiceDeleteEvent" and entry.event.api == "tmf638"
    ]


async def test_what_others_rely_on_is_not_skipped() -> None:
    """It is refused, naming them; dropped by the same PATCH, they are undone first."""
    here = world()
    id_ = await amended(here)
    with pytest.raises(Conflict, match="item 2 relies on it"):
        await skip(here, id_, "1")
    await skip(here, id_, "1", drop="2")
    assert states(await order(here, id_)) == {"": "partial", "1": "cancelled", "3": "completed"}
    assert gone(here) == ["2", "1"]


async def test_both_are_skipped() -> None:
    """Two held items, one of which relies on the other, by one PATCH: dependants first."""
    here = world()
    id_ = await amended(here)
    items = copy.deepcopy((await order(here, id_))["serviceOrderItem"])
    items[1]["service"]["name"] = "other"
    await patch(here, id_, serviceOrderItem=items)
    items = copy.deepcopy((await order(here, id_))["serviceOrderItem"])
    del items[1]["serviceOrderItemRelationship"]
    items[1]["service"]["serviceCharacteristic"] = [{"name": "simulate.fail", "value": "no"}]
    await patch(here, id_, serviceOrderItem=items)
    await here.run()
    assert states(await order(here, id_))["2"] == "held"
    await skip(here, id_, "1", "2")
    body = await order(here, id_)
    assert states(body) == {"": "partial", "1": "cancelled", "2": "cancelled", "3": "completed"}
    assert len(inventory(here)) == 1


@pytest.mark.parametrize("way", ["by hand", "cancelled"])
async def test_an_order_that_is_given_up_keeps_what_is_relied_on(way: str) -> None:
    """What is completed stays, so the held item below it does; completed by hand, it is over."""
    here = world()
    id_ = await amended(here)
    await patch(here, id_, state="held")
    if way == "cancelled":
        cancellation = await cancel(here, id_)
        await here.run()
        assert (await task(here, cancellation))["state"] == "done"
        assert not inventory(here)
        return
    await patch(here, id_, state="cancelled")
    await here.run()
    assert states(await order(here, id_))[""] == "held"
    assert states(await order(here, id_))["1"] == "held"
    with pytest.raises(Conflict, match="item 2 relies on it"):
        await skip(here, id_, "1")
    sent = copy.deepcopy((await order(here, id_))["serviceOrderItem"])
    sent[0]["state"] = "completed"
    await patch(here, id_, serviceOrderItem=sent, note=NOTE)
    await here.run()
    body = await order(here, id_)
    assert states(body) == {"": "cancelled", "1": "completed", "2": "completed", "3": "completed"}
    assert len(inventory(here)) == len(network(here)) == 3


async def test_a_change_that_waits_is_carried_where_others_rely_on_it() -> None:
    """Given up before it was begun, it goes on instead of being undone below them."""
    here = world()
    id_ = await post(here, item("1"), item("2", "1"), item("3", latency=50))
    await here.run(2)
    await patch(here, id_, state="held")
    items = copy.deepcopy((await order(here, id_))["serviceOrderItem"])
    items[0]["service"]["serviceCharacteristic"] = [{"name": "speed", "value": 7}]
    await patch(here, id_, serviceOrderItem=items)
    await patch(here, id_, state="cancelled")
    await here.run()
    body = await order(here, id_)
    assert states(body) == {"": "cancelled", "1": "completed", "2": "completed", "3": "completed"}
    made = items_of(body)["1"]["service"]["id"]
    own = next(each for each in inventory(here) if each["id"] == made)
    assert characteristics(own)["speed"] == 7


@pytest.mark.parametrize("way", ["skipped", "by hand", "cancelled"])
async def test_what_is_up_is_held_where_it_cannot_be_carried_anew(way: str) -> None:
    """Its amendment has it depend on an item that fails: it does not fail, for it is up."""
    here = world()
    id_ = await post(here, item("1"), item("3", latency=50))
    await here.run(2)
    _, last = (await order(here, id_))["serviceOrderItem"]
    again: JsonObject = item("1", "new")
    await patch(here, id_, serviceOrderItem=[again, item("new", fail="no"), last])
    await here.run()
    body = await order(here, id_)
    assert states(body) == {"": "held", "1": "held", "new": "failed", "3": "completed"}
    assert "depends on item new" in reason(body, "1")
    if way == "cancelled":
        await cancel(here, id_)
        await here.run()
        assert not inventory(here)
        return
    if way == "skipped":
        await skip(here, id_, "1")
    else:
        sent = copy.deepcopy(body["serviceOrderItem"])
        sent[0]["state"] = "completed"
        await patch(here, id_, serviceOrderItem=sent, note=NOTE)
        await here.run()
    ends = "cancelled" if way == "skipped" else "completed"
    body = await order(here, id_)
    assert states(body) == {"": "partial", "1": ends, "new": "failed", "3": "completed"}
    assert len(inventory(here)) == len(network(here)) == (1 if way == "skipped" else 2)
