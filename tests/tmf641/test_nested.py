"""Items inside of items: they count for the order as any other."""

import copy
from collections.abc import Mapping

from api.jsontypes import JsonObject
from tests.fakes import World
from tests.tmf641.checks import check_rolled_up
from tests.tmf641.orders import inventory, item, order, patch, post, world
from tests.tmf641.test_cancellation import cancel, task
from tmf641_service_ordering.items import walk


def states(body: JsonObject) -> Mapping[str, str]:
    """The order's state under "" and those of all items."""
    return {"": body["state"]} | {each["id"]: each["state"] for each in walk(_items(body))}


def _items(body: JsonObject) -> list[JsonObject]:
    found: list[JsonObject] = body["serviceOrderItem"]
    return found


async def changed(here: World, order_id: str, item_id: str, **attributes: object) -> JsonObject:
    """The order after one of its items is patched."""
    items = copy.deepcopy(_items(await order(here, order_id)))
    next(each for each in walk(items) if each["id"] == item_id).update(attributes)
    why: JsonObject = {"text": f"seen to {item_id}"}
    return await patch(here, order_id, serviceOrderItem=items, note=[why])


async def test_an_order_is_held_for_a_nested_item() -> None:
    """What only waits for a person is held, however deep; mended, the order is completed."""
    here = world()
    inner = [item("1.1", spec="cfs-voice"), item("1.2", spec="rfs-stubborn", fail="boom")]
    id_ = await post(here, item("1", spec="cfs-voice", nested=inner))
    await here.run()
    body = await order(here, id_)
    assert states(body) == {"": "held", "1": "acknowledged", "1.1": "completed", "1.2": "held"}
    await changed(here, id_, "1.2", state="inProgress", service=item("1.2")["service"])
    await here.run()
    assert set(states(await order(here, id_)).values()) == {"completed"}
    check_rolled_up(here, id_)


async def test_an_order_that_is_held_for_a_nested_item_is_given_up() -> None:
    """What it has done is undone."""
    here = world()
    inner = [item("1.1", spec="cfs-voice"), item("1.2", spec="rfs-stubborn", fail="boom")]
    id_ = await post(here, item("1", spec="cfs-voice", nested=inner))
    await here.run()
    await patch(here, id_, state="cancelled")
    await here.run()
    assert set(states(await order(here, id_)).values()) <= {"cancelled", "completed", "partial"}
    check_rolled_up(here, id_)


async def test_a_nested_item_that_cannot_be_undone() -> None:
    """The order is held with it, and the cancellation tells; a person ends it."""
    here = world()
    inner = item("1.1", spec="rfs-stubborn", fail="cannot", failOn="terminate")
    id_ = await post(here, item("1", spec="cfs-voice", latency=30, nested=[inner]))
    await here.run(5)
    cancellation = await cancel(here, id_)
    await here.run()
    assert states(await order(here, id_)) == {"": "held", "1": "cancelled", "1.1": "held"}
    assert (await task(here, cancellation))["state"] == "terminatedWithError"
    assert [each["state"] for each in inventory(here)].count("active") == 1
    await changed(here, id_, "1.1", state="cancelled")
    await here.run()
    assert set(states(await order(here, id_)).values()) == {"cancelled"}
    check_rolled_up(here, id_)


async def test_what_waits_behind_an_undo_that_failed() -> None:
    """It does not move: the order is held, and goes on as soon as a person has seen to it."""
    here = world()
    stubborn = item("2", "1", spec="rfs-stubborn", fail="cannot", failOn="terminate")
    id_ = await post(
        here, item("1", spec="cfs-voice"), stubborn, item("3", "2", spec="cfs-voice", latency=30)
    )
    await here.run(10)
    cancellation = await cancel(here, id_)
    await here.run()
    body = await order(here, id_)
    assert states(body) == {"": "held", "1": "pendingCancellation", "2": "held", "3": "cancelled"}
    assert (await task(here, cancellation))["state"] == "terminatedWithError"
    await changed(here, id_, "2", state="cancelled")
    await here.run()
    assert set(states(await order(here, id_)).values()) == {"cancelled"}


async def test_an_item_that_comes_into_one_that_is_done() -> None:
    """The order is not over before it is."""
    here = world()
    id_ = await post(here, item("1", spec="cfs-voice"), item("2", spec="cfs-voice", latency=20))
    await here.run(5)
    inner = item("1.1", spec="cfs-voice", latency=25)
    await changed(here, id_, "1", serviceOrderItem=[inner])
    await here.run(20)
    body = await order(here, id_)
    assert (body["state"], "completionDate" in body) == ("inProgress", False)
    await here.run()
    assert set(states(await order(here, id_)).values()) == {"completed"}
    check_rolled_up(here, id_)
