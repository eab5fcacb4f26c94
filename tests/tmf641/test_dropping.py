"""Items that an amendment drops: what waits for what, and who decides if they are not undone."""

import copy

import pytest

from api.catalog.model import ServiceSpecification
from api.errors import Conflict
from api.jsontypes import JsonObject
from api.operator.decisions import Verb, patch_of
from tests.fakes import World, catalog_of
from tests.tmf641.orders import (
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
from tests.tmf641.test_cancellation import cancel, task

NOW = "2025-06-15T15:10:00Z"


async def test_an_item_that_others_wait_for_is_dropped() -> None:
    """What was to be undone after it has nothing to wait for any more."""
    here = world()
    id_ = await post(here, item("D"), item("C", "D", latency=5, fail="no"), item("X", latency=50))
    await here.run(2)
    changed, running = copy.deepcopy((await order(here, id_))["serviceOrderItem"][1:])
    del changed["serviceOrderItemRelationship"]
    changed["service"]["name"] = "other"
    await patch(here, id_, serviceOrderItem=[changed, running])
    await patch(here, id_, state="held")
    await here.run(10)  # C fails, and nothing of it is left
    assert states(await order(here, id_)) == {"": "held", "C": "acknowledged", "X": "inProgress"}
    await patch(here, id_, serviceOrderItem=[(await order(here, id_))["serviceOrderItem"][1]])
    await patch(here, id_, state="inProgress")
    await here.run()
    assert states(await order(here, id_)) == {"": "completed", "X": "completed"}
    assert len(inventory(here)) == len(network(here)) == 1


async def test_an_item_comes_back_under_its_id() -> None:
    """What was to be undone after the one of that id that was dropped waits for the new one not."""
    here = world()
    id_ = await post(
        here,
        item("D", spec="rfs-stubborn", failOn="terminate", fail="no"),
        item("C", "D"),
        item("X", latency=500),
    )
    await here.run(2)
    *_, running = (await order(here, id_))["serviceOrderItem"]
    await patch(here, id_, serviceOrderItem=[running])
    await here.run(2)
    await patch(here, id_, serviceOrderItem=[running, item("C", "X")])
    process = (await orders(here).get(id_)).process or {}
    steps: dict[str, JsonObject] = {each["id"]: each for each in process["plan"]}
    assert "after" not in steps["undo D"]


async def test_what_is_dropped_later_is_undone_first() -> None:
    """An item that was changed, so as to rely on a dropped one no more, is undone before that."""
    here = world()
    id_ = await post(here, item("D"), item("C", "D"), item("X", latency=50))
    await here.run(2)
    changed, running = copy.deepcopy((await order(here, id_))["serviceOrderItem"][1:])
    del changed["serviceOrderItemRelationship"]
    await patch(here, id_, state="held")
    await patch(here, id_, serviceOrderItem=[changed, running])
    await patch(here, id_, serviceOrderItem=[running])
    await patch(here, id_, state="inProgress")
    await here.run()
    gone = [
        entry.snapshot.data["serviceOrderItem"][0]["itemId"]
        for entry in here.store.log
        if entry.event.type == "ServiceDeleteEvent" and entry.event.api == "tmf638"
    ]
    assert gone == ["C", "D"]


def restless() -> World:
    """A network in which one kind of service cannot be taken down."""
    stuck = ServiceSpecification("s", "S", options={"failOn": "terminate", "fail": "stuck"})
    return World(catalog_of(stuck, ServiceSpecification("t", "T")))


async def not_undone(here: World) -> str:
    """An order that has dropped item 2, which cannot be undone."""
    id_ = await post(
        here, item("1", spec="t", latency=20), item("2", "3", spec="s"), item("3", spec="t")
    )
    await here.run(1)
    body = await order(here, id_)
    await patch(here, id_, serviceOrderItem=[body["serviceOrderItem"][0]])
    await here.run()
    return id_


async def decided(here: World, id_: str, verb: Verb) -> None:
    """What an operator's command does."""
    changes = patch_of(await order(here, id_), verb, items=["2"], reason="seen to", now=NOW)
    await patch(here, id_, **changes)
    await here.run()


async def test_people_decide_about_a_dropped_item_that_is_not_undone() -> None:
    """It stands in the order again, held, says why, and is gone when it is undone by hand."""
    here = restless()
    id_ = await not_undone(here)
    body = await order(here, id_)
    assert states(body) == {"": "held", "1": "completed", "2": "held"}
    assert "stuck" in reason(body, "2")
    assert "serviceOrderItemRelationship" not in items_of(body)["2"]
    await decided(here, id_, Verb.RETRY)
    assert states(await order(here, id_)) == states(body)
    with pytest.raises(Conflict, match="completed by a client"):
        await decided(here, id_, Verb.COMPLETE)
    await decided(here, id_, Verb.SKIP)
    assert states(await order(here, id_)) == {"": "completed", "1": "completed"}
    assert len(inventory(here)) == 1


@pytest.mark.parametrize("way", ["retried", "resumed", "given up", "cancelled"])
async def test_a_dropped_item_is_undone_after_all(way: str) -> None:
    """When the network is mended, by whatever brings about another try."""
    here = restless()
    id_ = await not_undone(here)
    if way == "cancelled":
        cancellation = await cancel(here, id_)
        await here.run()
        assert (await task(here, cancellation))["state"] == "terminatedWithError"
        assert states(await order(here, id_))["2"] == "held"
    here.catalog = catalog_of(ServiceSpecification("s", "S"), ServiceSpecification("t", "T"))
    if way in ("retried", "cancelled"):
        await decided(here, id_, Verb.RETRY)
    else:
        await patch(here, id_, state="inProgress" if way == "resumed" else "cancelled")
        await here.run()
    ends = {"given up": "cancelled", "cancelled": "cancelled"}.get(way, "completed")
    body = await order(here, id_)
    kept = "cancelled" if way == "cancelled" else "completed"
    assert states(body) == {"": ends, "1": kept}
    assert len(inventory(here)) == len(network(here)) == (kept == "completed")


async def test_what_is_not_undone_is_no_part_of_the_order() -> None:
    """It stays while others are amended, sent or not; only its state can be changed."""
    here = restless()
    id_ = await not_undone(here)
    first, back = copy.deepcopy((await order(here, id_))["serviceOrderItem"])
    first["service"]["name"] = "other"
    for sent in ([first, back], [{**first, "quantity": 1}]):
        body = await patch(here, id_, serviceOrderItem=copy.deepcopy(sent))
        assert items_of(body)["2"] == back
        await here.run()
        assert states(await order(here, id_)) == {"": "held", "1": "completed", "2": "held"}
    own = items_of(await order(here, id_))["1"]
    for wrong in ({**back, "action": "noChange"}, {**back, "quantity": 2}):
        with pytest.raises(Conflict, match="still being taken back"):
            await patch(here, id_, serviceOrderItem=[own, wrong])
    process = (await orders(here).get(id_)).process or {}
    assert [each["changed"] for each in process["revisions"]] == [[], ["1"], ["1"]]
    assert [each["attempts"] for each in process["plan"] if each["id"] == "undo 2"] == [1]


async def test_a_skipped_item_is_dropped() -> None:
    """While it cannot be undone, people decide about it as before; then it is gone."""
    here = restless()
    fails: JsonObject = {"serviceCharacteristic": [{"name": "simulate.failOn", "value": "modify"}]}
    id_ = await post(here, item("1", spec="t", latency=50), item("2", spec="s"))
    await here.run(1)
    items = copy.deepcopy((await order(here, id_))["serviceOrderItem"])
    items[1]["service"] |= {"name": "other", **fails}
    items[1]["service"]["serviceCharacteristic"] += [{"name": "simulate.fail", "value": "no"}]
    await patch(here, id_, serviceOrderItem=items)
    await here.run()
    await decided(here, id_, Verb.SKIP)
    body = await order(here, id_)
    assert states(body) == {"": "held", "1": "completed", "2": "held"}
    await patch(here, id_, serviceOrderItem=body["serviceOrderItem"][:1])
    await here.run()
    assert states(await order(here, id_)) == states(body)
    await decided(here, id_, Verb.SKIP)
    assert states(await order(here, id_)) == {"": "completed", "1": "completed"}
