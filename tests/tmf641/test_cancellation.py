"""Cancellations of service orders: the steps as a table, and the task with real orders."""

from typing import cast

import pytest

from api.draft import Draft
from api.jsontypes import JsonObject, JsonValue
from api.store.document import Document
from tests.fakes import World
from tests.tmf641.orders import inventory, item, order, patch, post, states, world
from tmf641_service_ordering.calling_off import CalledOff, Moved, Refused, Underway, call_off


async def cancel(here: World, order_id: str, **attributes: JsonValue) -> str:
    body = {"serviceOrder": {"id": order_id}, **attributes}
    made = cast(Document, await here.commands("tmf641", "cancelServiceOrder").create(body))
    assert made.body.data["state"] == "accepted"
    return made.id


async def task(here: World, id_: str) -> JsonObject:
    return await here.body("tmf641", "cancelServiceOrder", id_)


def events_of_states(here: World, id_: str) -> list[str]:
    seen = [
        str(entry.snapshot.data["state"])
        for entry in here.store.log
        if entry.event.resource_id == id_ and entry.event.type.endswith("StateChangeEvent")
    ]
    return list(dict.fromkeys(seen))


async def waiting(here: World) -> str:
    id_ = await post(here, item("1"), item("2"), requestedStartDate="2025-06-15T16:00:00Z")
    await here.run(1)
    return id_


async def test_an_order_that_has_not_begun_is_cancelled() -> None:
    """Step by step, with its items; the task is done."""
    here = world()
    id_ = await waiting(here)
    task_id = await cancel(here, id_, cancellationReason="changed my mind")
    await here.run(10)
    body = await order(here, id_)
    assert set(states(body).values()) == {"cancelled"}
    assert body["cancellationReason"] == "changed my mind"
    assert body["cancellationDate"]
    assert events_of_states(here, id_) == [
        "assessingCancellation",
        "pendingCancellation",
        "cancelled",
    ]
    done = await task(here, task_id)
    assert done["state"] == "done"
    assert done["effectiveCancellationDate"]
    assert "cancelled" in done["completionMessage"]
    await here.run(2 * 3600)
    assert not inventory(here)


async def test_past_the_point_of_no_return() -> None:
    """An item has begun: refused, and the order goes on to its end."""
    here = world()
    id_ = await post(here, item("1", latency=30, spec="rfs-sealed"), item("2", "1"))
    await here.run(2)
    task_id = await cancel(here, id_)
    await here.run(1)
    done = await task(here, task_id)
    assert done["state"] == "terminatedWithError"
    assert "point of no return" in done["errorMessage"]["reason"]
    assert "item 1" in done["errorMessage"]["reason"]
    assert states(await order(here, id_))[""] == "inProgress"
    await here.run()
    assert states(await order(here, id_)) == {"": "completed", "1": "completed", "2": "completed"}


@pytest.mark.parametrize(
    ("prepare", "code"), [("unknown", "orderNotFound"), ("final", "orderFinal")]
)
async def test_refused(prepare: str, code: str) -> None:
    """No such order, or it is at its end."""
    here = world()
    id_ = "nowhere"
    if prepare == "final":
        id_ = await post(here, item("1"))
        await here.run()
    task_id = await cancel(here, id_)
    await here.run()
    done = await task(here, task_id)
    assert (done["state"], done["errorMessage"]["code"]) == ("terminatedWithError", code)
    assert done["completionMessage"].startswith("Not cancelled")


async def test_a_cancellation_waits_for_its_day() -> None:
    """``requestedCancellationDate`` in the future: nothing happens before."""
    here = world()
    id_ = await waiting(here)
    task_id = await cancel(here, id_, requestedCancellationDate="2025-06-15T15:30:00Z")
    await here.run(60)
    assert (await task(here, task_id))["state"] == "accepted"
    assert states(await order(here, id_))[""] == "acknowledged"
    await here.run(1800)
    assert (await task(here, task_id))["state"] == "done"


async def test_an_order_left_to_people_can_be_cancelled() -> None:
    """As long as they have not begun."""
    here = world()
    for begun, state in ((False, "cancelled"), (True, "inProgress")):
        id_ = await post(here, item("1", spec="who-knows"))
        await here.run()
        if begun:
            await patch(here, id_, state="inProgress")
        await cancel(here, id_)
        await here.run()
        assert set(states(await order(here, id_)).values()) == {state}


async def test_two_cancellations_of_one_order() -> None:
    """One is done, the other finds nothing left to do."""
    here = world()
    id_ = await waiting(here)
    tasks = [await cancel(here, id_) for _ in range(2)]
    await here.run(60)
    ends = sorted([str((await task(here, each))["state"]) for each in tasks])
    assert ends == ["done", "terminatedWithError"]
    assert states(await order(here, id_))[""] == "cancelled"


@pytest.mark.parametrize("writes", range(1, 7))
async def test_a_crash_changes_nothing(writes: int) -> None:
    """Killed after any of its writes and started again, it ends the same."""
    here = world()
    id_ = await waiting(here)
    task_id = await cancel(here, id_)
    here.crash_after(writes)
    await here.run(60)
    await here.run(60)
    assert states(await order(here, id_))[""] == "cancelled"
    assert (await task(here, task_id))["state"] == "done"


def draft(state: str, items: str = "acknowledged", **process: JsonValue) -> Draft:
    body = {"id": "o", "state": state, "serviceOrderItem": [{"id": "1", "state": items}]}
    return Draft("o", body, process=process)


MINE: JsonObject = {"task": "t", "from": "held"}
OTHER: JsonObject = {"task": "u", "from": "held"}


@pytest.mark.parametrize(
    ("order_", "kind", "state"),
    [
        (draft("acknowledged"), Moved, "assessingCancellation"),
        (draft("inProgress"), Moved, "assessingCancellation"),
        (draft("held"), Moved, "assessingCancellation"),
        (draft("assessingCancellation", cancellation=MINE), Moved, "pendingCancellation"),
        (draft("assessingCancellation", "inProgress", cancellation=MINE), Refused, "held"),
        (draft("assessingCancellation", "completed", cancellation=MINE), Refused, "held"),
        (draft("held", cancellation=MINE, ending="cancelled"), Refused, "held"),
        (draft("inProgress", cancellation=MINE, ending="cancelled"), Underway, "inProgress"),
        (draft("inProgress", ending="failed"), Refused, "inProgress"),
        (draft("assessingCancellation", cancellation=OTHER), Refused, "assessingCancellation"),
        (draft("assessingCancellation"), Refused, "assessingCancellation"),
        (draft("pendingCancellation", cancellation=MINE), CalledOff, "cancelled"),
        (draft("pendingCancellation", cancellation=OTHER), Refused, "pendingCancellation"),
        (draft("inProgress", cancellation=MINE), Refused, "inProgress"),
        (draft("cancelled", cancelledBy="t"), CalledOff, "cancelled"),
        (draft("cancelled", cancelledBy="u"), Refused, "cancelled"),
        (draft("completed"), Refused, "completed"),
    ],
)
def test_steps(order_: Draft, kind: type, state: str) -> None:
    """Each state has its next step."""
    assert isinstance(call_off(order_, "t", None, 0.0, "today"), kind)
    assert order_.state == state


async def test_what_fails_while_it_is_awaited_is_cancelled() -> None:
    """An item that is being cancelled ends as cancelled, also if its work fails of itself."""
    here = world()
    id_ = await post(here, item("1", latency=20, fail="broken"), item("2"))
    await here.run(2)
    task_id = await cancel(here, id_)
    await here.run()
    assert (await task(here, task_id))["state"] == "done"
    assert set(states(await order(here, id_)).values()) == {"cancelled"}
    seen = [
        states(entry.snapshot.data)["1"]
        for entry in here.store.log
        if entry.event.resource_id == id_ and entry.event.resource == "serviceOrder"
    ]
    assert list(dict.fromkeys(seen)) == [
        "acknowledged",
        "inProgress",
        "pendingCancellation",
        "cancelled",
    ]
