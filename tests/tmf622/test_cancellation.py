"""Cancellation tasks."""

import pytest

from api.dates import format_date, parse_date
from api.errors import BadRequest, Conflict
from api.jsontypes import JsonObject, JsonValue
from tests.tmf622.bench import Bench, notes, states
from tests.tmf622.shop import item
from tests.tmf622.test_fulfilment import entry

LINE = item("1", "line")
KIND: JsonObject = {"externalReferenceType": "cancelProductOrder"}


async def ended(bench: Bench, task: str) -> str:
    body = await bench.look(task, "cancelProductOrder")
    assert ("effectiveCancellationDate" in body) == (body["state"] == "done")
    return str(body["state"])


async def test_unknown_order() -> None:
    """A task for an order that is not there is made, and ends terminatedWithError."""
    bench = Bench()
    assert await ended(bench, await bench.cancel("nothing")) == "terminatedWithError"


@pytest.mark.parametrize("manual", [True, False])
async def test_before_the_hand_over(manual: bool) -> None:
    """An order that waits for its date or for people is cancelled through the states between."""
    bench = Bench()
    more = {} if manual else {"requestedStartDate": "2030-01-01T00:00:00Z"}
    id_ = await bench.post(item("1", "zz") if manual else LINE, **more)
    await bench.look(id_)
    assert await ended(bench, await bench.cancel(id_, cancellationReason="why")) == "done"
    body = (await bench.orders.get(id_)).body.data
    assert set(states(body)) == {"cancelled"}
    assert body["cancellationReason"] == "why"
    assert {"cancellationDate", "completionDate"} <= body.keys()
    seen = [
        log.snapshot.data["state"]
        for log in bench.store.log
        if log.event.type == "ProductOrderStateChangeEvent"
    ]
    assert seen == ["assessingCancellation", "pendingCancellation", "cancelled"]


async def test_final_order() -> None:
    """A final order is not cancelled; a note on it says that somebody asked."""
    bench = Bench()
    id_ = await bench.post(item("1", "paper"))
    await bench.look(id_)
    assert await ended(bench, await bench.cancel(id_)) == "terminatedWithError"
    body = (await bench.orders.get(id_)).body.data
    assert body["state"] == "completed"
    assert "is refused: the order is completed." in notes(body)


async def test_done_below() -> None:
    """An order with a service order is cancelled when that is; the task waits for it."""
    bench = Bench()
    id_ = await bench.post(LINE)
    await bench.look(id_)
    task = await bench.cancel(id_, cancellationReason="why")
    assert await ended(bench, task) == "inProgress"
    assert states((await bench.orders.get(id_)).body.data) == ["assessingCancellation"] * 2
    assert set(states(await bench.look(id_))) == {"assessingCancellation"}
    ((key, below),) = [
        (id_, r) for (kind, id_), r in bench.below.resources.items() if kind == "cancelServiceOrder"
    ]
    assert below["serviceOrder"]["id"] == bench.service_order()["id"]
    assert below["cancellationReason"] == "why"
    concerned = bench.controller("cancelProductOrder").concerns
    assert list(concerned(entry("tmf641", "cancelServiceOrder", below))) == [task]
    bench.below.resources["cancelServiceOrder", key]["state"] = "done"
    bench.set_below("cancelled", i="cancelled")
    assert await ended(bench, task) == "done"
    assert set(states((await bench.orders.get(id_)).body.data)) == {"cancelled"}
    creates = [call[1] for call in bench.below.calls if call[0] == "create"]
    assert creates == ["serviceOrder", "cancelServiceOrder"]
    await bench.look(id_)
    assert len(bench.below.calls) == 2


@pytest.mark.parametrize("at_once", [True, False])
async def test_refused_below(at_once: bool) -> None:
    """Where TMF641 refuses, the order goes back to where it came from, its items too."""
    bench = Bench()
    id_ = await bench.post(LINE, item("2", "paper"))
    before = await bench.look(id_)
    task = await bench.cancel(id_)
    if at_once:
        bench.below.refuse = Conflict("work has begun.")
    else:
        await bench.look(task, "cancelProductOrder")
        for (kind, _), resource in bench.below.resources.items():
            if kind == "cancelServiceOrder":
                resource["state"] = "terminatedWithError"
                resource["errorMessage"] = {"reason": "work has begun."}
    assert await ended(bench, task) == "terminatedWithError"
    body = (await bench.orders.get(id_)).body.data
    assert states(body) == states(before) == ["inProgress", "acknowledged", "completed"]
    assert "is refused: work has begun." in notes(body)
    bench.set_below("completed", i="completed")
    assert set(states(await bench.look(id_))) == {"completed"}


async def test_two_tasks() -> None:
    """While one cancellation is under way another one is refused, and does not disturb it."""
    bench = Bench()
    id_ = await bench.post(LINE)
    await bench.look(id_)
    first, second = await bench.cancel(id_), await bench.cancel(id_)
    assert await ended(bench, first) == "inProgress"
    assert await ended(bench, second) == "terminatedWithError"
    assert (await bench.orders.get(id_)).body.data["state"] == "assessingCancellation"


async def test_service_order_that_comes_late() -> None:
    """Where it is not there yet, the order is handed over first: whoever does it later finds it."""
    bench = Bench()
    id_ = await bench.post(LINE)
    await bench.look(id_)
    late = bench.service_order()
    del bench.below.resources["serviceOrder", late["id"]]
    assert await ended(bench, await bench.cancel(id_)) == "inProgress"
    assert bench.service_order()["id"] == late["id"]
    assert {kind for kind, _ in bench.below.resources} == {"serviceOrder", "cancelServiceOrder"}


async def test_a_service_order_that_is_removed() -> None:
    """One that was cancelled and deleted is not made anew by the cancellation that follows it."""
    bench = Bench()
    id_ = await bench.post(LINE)
    await bench.look(id_)
    task = await bench.cancel(id_)
    await bench.look(task, "cancelProductOrder")
    for (kind, _), resource in bench.below.resources.items():
        if kind == "cancelServiceOrder":
            resource["state"] = "done"
    del bench.below.resources["serviceOrder", bench.service_order()["id"]]
    assert await ended(bench, task) == "done"
    assert [kind for kind, _ in bench.below.resources] == ["cancelServiceOrder"]


async def test_what_cannot_be_handed_over_is_cancelled_at_once() -> None:
    """Where TMF641 would not take the order, nothing is to be cancelled there."""
    bench = Bench()
    id_ = await bench.post(LINE)
    await bench.look(id_)
    bench.below.resources.clear()
    bench.below.refuse = BadRequest("no such thing")
    assert await ended(bench, await bench.cancel(id_)) == "done"
    assert not bench.below.resources


async def test_not_deletable_meanwhile() -> None:
    """An order whose cancellation is under way cannot be deleted, nor its items changed."""
    bench = Bench()
    id_ = await bench.post(LINE)
    await bench.look(id_)
    await bench.look(await bench.cancel(id_), "cancelProductOrder")
    with pytest.raises(Conflict):
        await bench.orders.delete(id_)
    with pytest.raises(Conflict):
        await bench.patch(id_, productOrderItem=[LINE, item("2", "line")])
    with pytest.raises(Conflict):
        await bench.patch(id_, state="inProgress")


@pytest.mark.parametrize(
    "given",
    [5, "s", {"id": "x"}, ["s"], [{}], [KIND], [KIND | {"id": ["x"]}], [KIND | {"id": "x"}]],
)
def test_whatever_a_client_refers_to(given: JsonValue) -> None:
    """Tasks of TMF641 that others made may say anything where ours say whose they are."""
    told = entry("tmf641", "cancelServiceOrder", {"id": "c", "externalReference": given})
    found = list(Bench().controller("cancelProductOrder").concerns(told))
    assert found == (["x"] if given == [KIND | {"id": "x"}] else [])


async def test_a_date_to_come() -> None:
    """A task for a later day waits for it; the order goes on until then."""
    bench = Bench()
    id_ = await bench.post(LINE)
    await bench.look(id_)
    day = format_date(bench.clock.now() + 3600)
    task = await bench.cancel(id_, requestedCancellationDate=day)
    assert await ended(bench, task) == "acknowledged"
    assert (await bench.tasks.get(task)).due == parse_date(day)
    assert (await bench.orders.get(id_)).body.data["state"] == "inProgress"
    await bench.clock.advance(3601)
    assert await ended(bench, task) == "inProgress"


async def test_not_all_undone() -> None:
    """What cannot be undone leaves the order held; once people have solved it, it is cancelled."""
    bench = Bench()
    id_ = await bench.post(LINE)
    await bench.look(id_)
    task = await bench.cancel(id_)
    await bench.look(task, "cancelProductOrder")
    bench.set_below("pendingCancellation", i="pendingCancellation")
    assert await ended(bench, task) == "inProgress"
    assert (await bench.orders.get(id_)).body.data["state"] == "pendingCancellation"
    for (kind, _), resource in bench.below.resources.items():
        if kind == "cancelServiceOrder":
            resource["state"] = "terminatedWithError"
            resource["errorMessage"] = {"code": "compensationFailed", "reason": "1.access is held"}
    bench.set_below("held", i="held")
    assert await ended(bench, task) == "terminatedWithError"
    body = await bench.look(id_)
    assert set(states(body)) == {"held"}
    assert f"Cancellation {task}: 1.access is held." in notes(body)
    bench.set_below("inProgress", i="pendingCancellation")  # somebody has it tried again
    assert set(states(await bench.look(id_))) == {"inProgress"}
    bench.set_below("held", i="held")
    assert set(states(await bench.look(id_))) == {"held"}
    bench.set_below("cancelled", i="cancelled")
    assert set(states(await bench.look(id_))) == {"cancelled"}


async def test_an_accepted_cancellation_is_told_by_the_service_orders_event() -> None:
    """A look at the order alone, as its service order's event brings it, takes it along."""
    bench = Bench()
    id_ = await bench.post(item("1", "line"))
    await bench.look(id_)
    await bench.look(await bench.cancel(id_), "cancelProductOrder")
    assert states(await bench.look(id_)) == ["assessingCancellation"] * 2
    bench.set_below("pendingCancellation")
    assert states(await bench.look(id_)) == ["pendingCancellation"] * 2
