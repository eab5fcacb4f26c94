"""Items that an amendment drops: what waits for what while they are undone."""

import copy

from api.jsontypes import JsonObject
from tests.tmf641.orders import (
    inventory,
    item,
    network,
    order,
    orders,
    patch,
    post,
    states,
    world,
)


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
