"""Orders that have to do with each other: one after the other on a service, and by dependsOn."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from api.errors import Conflict, PreconditionFailed
from api.jsontypes import JsonObject
from api.store.document import Body, Document, NewEvent
from tests.fakes import FakeWork, World
from tests.tmf641.orders import (
    carried,
    characteristics,
    inventory,
    item,
    items_of,
    order,
    orders,
    patch,
    post,
    reason,
    states,
    world,
)
from tests.tmf641.test_cancellation import cancel
from tmf641_service_ordering.claims import Claims
from tmf641_service_ordering.joining import Joining
from tmf641_service_ordering.orchestration import ServiceOrderController

Put = Callable[[World, str], Awaitable[None]]


async def service(here: World) -> str:
    made = await carried(here, item("1"))
    return str(items_of(made)["1"]["service"]["id"])


def change(id_: str, speed: int, latency: float = 10) -> JsonObject:
    own = [{"name": "speed", "value": speed}, {"name": "simulate.latency", "value": latency}]
    return item("m", action="modify", service={"id": id_, "serviceCharacteristic": own})


def named(id_: str, service: str, speed: int) -> JsonObject:
    return change(service, speed) | {"id": id_}


def claims(here: World) -> list[JsonObject]:
    return [each.body.data for each in here.store.of("tmf641_claim").values()]


async def test_one_after_the_other() -> None:
    """Three orders on one service are carried in the order of their arrival, unasked for."""
    here = world()
    id_ = await service(here)
    placed = [await post(here, change(id_, speed)) for speed in (1, 2, 3)]
    await here.run(5)
    assert [states(await order(here, each))[""] for each in placed] == [
        "inProgress",
        "acknowledged",
        "acknowledged",
    ]
    await here.run()
    ends = [(await order(here, each))["completionDate"] for each in placed]
    assert ends == sorted(ends)
    assert len(set(ends)) == 3
    assert characteristics(inventory(here)[0])["speed"] == 3
    assert not claims(here)


async def test_the_later_one_is_looked_at_first() -> None:
    """It waits all the same: orders stand in a queue since their creation."""
    here = world()
    id_ = await service(here)
    first, second = [await post(here, change(id_, speed, 0)) for speed in (1, 2)]
    (mine,) = [c for c in here.registry.controllers if isinstance(c, ServiceOrderController)]
    work = FakeWork(orders(here), await orders(here).get(second), set())
    await mine.reconcile(work)
    assert (work.document.process or {})["behind"]["order"] == first
    await here.run()
    assert characteristics(inventory(here)[0])["speed"] == 2
    assert not claims(here)


@pytest.mark.parametrize("how", ["cancel", "patch"])
async def test_one_that_was_not_looked_at_holds_up_nobody(how: str) -> None:
    """It is called off before its first look: those behind it go on, and it can be deleted."""
    here = world()
    id_ = await service(here)
    first, second = [await post(here, change(id_, speed)) for speed in (1, 2)]
    if how == "cancel":
        await cancel(here, first)
    else:
        await patch(here, first, state="cancelled")
    await here.run()
    assert [(await order(here, each))["state"] for each in (first, second)] == [
        "cancelled",
        "completed",
    ]
    assert not claims(here)
    await orders(here).delete(first)


async def test_only_what_begins_now_stands_in_the_queue() -> None:
    """What is to begin later, or after another order, keeps nobody waiting; nor does what is over.

    An order that is created again by the same key may be over already.
    """
    here = world()
    id_ = await service(here)
    later = {"requestedStartDate": "2100-01-01T00:00:00Z"}
    await post(here, change(id_, 1), **later)
    await post(here, change(id_, 2), orderRelationship=depends("elsewhere"))
    assert not claims(here)
    for _ in range(2):
        body: JsonObject = {"serviceOrderItem": [change(id_, 3)]}
        await orders(here).create(body, key="once")
        await here.run()
        assert (await order(here, "once"))["state"] == "completed"
        assert not claims(here)


async def test_several_services_in_any_order() -> None:
    """Orders that need the same two services, in whatever order, do not block each other."""
    here = world()
    one, two = await service(here), await service(here)
    first = [change(one, 1) | {"id": "a"}, change(two, 1) | {"id": "b"}]
    second = [change(two, 2) | {"id": "a"}, change(one, 2) | {"id": "b"}]
    placed = [await post(here, *first), await post(here, *second)]
    await here.run()
    assert {states(await order(here, each))[""] for each in placed} == {"completed"}


async def test_conflicting_orders_can_be_refused() -> None:
    """By the setting."""
    here = world(refuse_conflicting=True)
    id_ = await service(here)
    placed = [await post(here, change(id_, speed)) for speed in (1, 2)]
    await here.run()
    assert [states(await order(here, each))[""] for each in placed] == ["completed", "rejected"]
    (message,) = (await order(here, placed[1]))["errorMessage"]
    assert message["code"] == "conflictingOrder"
    assert states(await carried(here, change(id_, 3)))[""] == "completed"


@pytest.mark.parametrize("how", ["cancel", "patch"])
async def test_an_order_that_waits_can_be_called_off(how: str) -> None:
    """It leaves the queue, and those behind it go on."""
    here = world()
    id_ = await service(here)
    placed = [await post(here, change(id_, speed)) for speed in (1, 2, 3)]
    await here.run(5)
    if how == "cancel":
        await cancel(here, placed[1])
    else:
        await patch(here, placed[1], state="cancelled")
    await here.run()
    assert [states(await order(here, each))[""] for each in placed] == [
        "completed",
        "cancelled",
        "completed",
    ]
    assert not claims(here)


@pytest.mark.parametrize("writes", range(1, 24, 2))
async def test_a_crash_changes_nothing(writes: int) -> None:
    """Killed after any write, the claims are given back or gone on with."""
    here = world()
    id_ = await service(here)
    placed = [await post(here, change(id_, speed)) for speed in (1, 2)]
    here.crash_after(writes)
    await here.run(100)
    await here.run()
    assert {states(await order(here, each))[""] for each in placed} == {"completed"}
    assert not claims(here)


def depends(*ids: str) -> list[JsonObject]:
    return [{"id": id_, "relationshipType": "dependsOn"} for id_ in ids]


async def test_an_order_waits_for_another() -> None:
    """Until it is completed; the other one cannot be deleted meanwhile."""
    here = world()
    first = await post(here, item("1", latency=30))
    second = await post(here, item("1"), orderRelationship=depends(first))
    await here.run(5)
    assert states(await order(here, second))[""] == "acknowledged"
    with pytest.raises(Conflict):
        await orders(here).delete(first)
    await here.run()
    assert states(await order(here, second))[""] == "completed"
    assert (await order(here, first))["completionDate"] <= (await order(here, second))["startDate"]


async def test_what_it_depends_on_has_failed() -> None:
    """Then it is rejected; so it is where there is no such order, or they wait in a circle."""
    here = world()
    first = await post(here, item("1", latency=30, fail=True))
    second = await post(here, item("1"), orderRelationship=depends(first))
    third = await post(here, item("1"), orderRelationship=depends("nowhere"))
    late = "2025-06-15T15:30:00Z"
    fourth = await post(here, item("1"), requestedStartDate=late)
    fifth = await post(here, item("1"), orderRelationship=depends(fourth))
    await patch(here, fourth, orderRelationship=depends(fifth))
    await here.run()
    for id_, code in (
        (second, "dependencyFailed"),
        (third, "missingOrder"),
        (fifth, "cyclicOrders"),
    ):
        body = await order(here, id_)
        assert (body["state"], body["errorMessage"][0]["code"]) == ("rejected", code)
    assert "no reason" not in reason(await order(here, first), "1")


async def test_claims_follow_a_changed_order() -> None:
    """What an order needs no more, changed while it waits, is free for the next one."""
    here = world()
    one, two = await service(here), await service(here)
    first = await post(here, change(one, 1), change(two, 1) | {"id": "n"})
    await here.run(1)
    waits = await post(here, change(one, 2), change(two, 2) | {"id": "n"})
    await here.run(1)
    await patch(here, waits, serviceOrderItem=[change(one, 2)])
    last = await post(here, change(two, 3))
    await here.run()
    for each in (first, waits, last):
        assert (await order(here, each))["state"] == "completed"
    assert {characteristics(each)["speed"] for each in inventory(here)} == {2, 3}
    assert not claims(here)


async def test_a_changed_order_waits_in_no_queue_that_it_heads() -> None:
    """It comes to need another service while it waits: nobody behind it is waited for by it."""
    here = world()
    one, two, three = sorted([await service(here) for _ in range(3)])
    await post(here, named("r", three, 1))
    await here.run(1)
    waits = await post(here, named("a2", two, 2), named("a3", three, 2))
    last = await post(here, named("b1", one, 3), named("b2", two, 3))
    await here.run(1)
    items = (await order(here, waits))["serviceOrderItem"]
    await patch(here, waits, serviceOrderItem=[*items, named("a1", one, 4)])
    await here.run()
    assert [(await order(here, each))["state"] for each in (waits, last)] == ["completed"] * 2
    assert not claims(here)


@pytest.mark.parametrize("writes", range(1, 16))
async def test_a_crash_of_a_changed_order(writes: int) -> None:
    """Wherever it stops, it and those that it stood before come to their end."""
    here = world()
    one, two, three = sorted([await service(here) for _ in range(3)])
    first = await post(here, named("r", three, 1))
    waits = await post(here, named("a2", two, 2), named("a3", three, 2))
    last = await post(here, named("b1", one, 3), named("b2", two, 3))
    await here.run(1)
    items = (await order(here, waits))["serviceOrderItem"]
    await patch(here, waits, serviceOrderItem=[*items, named("a1", one, 4)])
    here.crash_after(writes)
    await here.run()
    for each in (first, waits, last):
        assert (await order(here, each))["state"] == "completed"
    assert not claims(here)


async def test_an_order_that_is_changed_while_it_joins() -> None:
    """The request that made it is slower than a patch of it and the look that follows."""
    here = world()
    one, two = sorted([await service(here) for _ in range(2)])
    await post(here, named("r", one, 1))
    await here.run(1)
    waits = await post(here, named("a2", two, 2), requestedStartDate="2025-06-15T15:30:00Z")
    made = await orders(here).get(waits)
    await patch(here, waits, serviceOrderItem=[named("a1", one, 4), named("a2", two, 4)])
    late = replace(made, process={"claims": [two]})
    await Joining(orders(here), Claims(here.store, here.clock)).enter(late)
    last = await post(here, named("b2", two, 3))
    await here.run(60)
    assert (await order(here, last))["state"] == "completed"
    await here.run()
    assert (await order(here, waits))["state"] == "completed"
    assert not claims(here)


async def put_off(here: World, id_: str) -> None:
    await patch(here, id_, requestedStartDate="2025-08-01T00:00:00Z")


async def put_behind(here: World, id_: str) -> None:
    other = await post(here, item("1"), requestedStartDate="2025-06-15T16:00:00Z")
    await patch(here, id_, orderRelationship=depends(other))


@pytest.mark.parametrize("put", [put_off, put_behind])
async def test_an_order_that_cannot_begin_yet_keeps_nobody_waiting(put: Put) -> None:
    """One that is put off, or behind another one, while it waits for a service, leaves it."""
    here = world()
    id_ = await service(here)
    _, second = [await post(here, change(id_, speed)) for speed in (1, 2)]
    await here.run(1)
    await put(here, second)
    third = await post(here, change(id_, 3))
    await here.run(1800)
    assert (await order(here, second))["state"] == "acknowledged"
    assert (await order(here, third))["state"] == "completed"
    assert not claims(here)
    await patch(here, second, requestedStartDate="2025-06-15T15:30:00Z", orderRelationship=[])
    await here.run()
    assert (await order(here, second))["state"] == "completed"
    assert not claims(here)


async def test_an_order_need_not_wait_any_more() -> None:
    """Its orderRelationship is taken out: it begins at once."""
    here = world()
    first = await post(here, item("1", latency=3000))
    second = await post(here, item("1"), orderRelationship=depends(first))
    await here.run(1)
    await patch(here, second, orderRelationship=[])
    await here.run(60)
    assert (await order(here, second))["state"] == "completed"


async def test_explain_names_the_order_whose_turn_it_is() -> None:
    """Also when the one that was before that is long over."""
    here = world()
    id_ = await service(here)
    placed = [await post(here, change(id_, speed, 30)) for speed in (1, 2, 3)]
    explain = here.registry.view("tmf641", "serviceOrder", "explain")
    assert explain is not None
    for before in placed[:2]:
        await here.run(20)
        told = await explain(await orders(here).get(placed[2]))
        assert before in told["explanation"][0]["text"]
        assert not any(other in str(told["explanation"]) for other in {*placed} - {before})
        await here.run(15)


async def test_a_queue_that_begins_anew_is_another_one() -> None:
    """Who has read the one before, that is gone, cannot write it over the new one."""
    here = world()
    mine = Claims(here.store, here.clock)
    await mine.take("a", ["s"])
    replace_, read, go = here.store.replace, asyncio.Event(), asyncio.Event()

    async def slow(collection: str, document: Document, events: Sequence[NewEvent] = ()) -> None:
        here.store.replace = replace_  # type: ignore[method-assign]
        read.set()
        await go.wait()
        await replace_(collection, document, events)

    here.store.replace = slow  # type: ignore[method-assign]
    late = asyncio.create_task(mine.take("c", ["s"]))
    await read.wait()
    assert await mine.give_back("a", ["s"]) == []
    assert await mine.take("b", ["s"]) is None
    go.set()
    assert await late == ("s", "b")


async def test_a_process_that_comes_late_claims_nothing() -> None:
    """An order that another process has carried meanwhile is left alone."""
    here = world()
    id_ = await service(here)
    placed = await post(here, change(id_, 1, 0))
    seen = await orders(here).get(placed)
    await here.run()
    (late,) = [c for c in here.registry.controllers if isinstance(c, ServiceOrderController)]
    await late.reconcile(FakeWork(orders(here), seen, set()))
    assert not claims(here)
    assert (await order(here, placed))["state"] == "completed"


async def test_a_new_order_that_is_over_before_it_joins_leaves_no_claim() -> None:
    """The process that looks at it may be quicker than the request that made it."""
    here = world()
    id_ = await service(here)
    made = await orders(here).get(await post(here, change(id_, 1, 0)))
    await here.run()
    await Joining(orders(here), Claims(here.store, here.clock)).enter(made)
    assert not claims(here)


async def test_what_an_order_left_in_a_queue_holds_up_nobody() -> None:
    """Neither before the next order comes, nor while it waits behind another one."""
    here = world()
    id_ = await service(here)
    over = await post(here, change(id_, 1, 0))
    await here.run()

    async def claim(*holders: str) -> None:
        queue = Document(id_, Body(data={"id": id_, "orders": list(holders)}), 0)
        here.store.of("tmf641_claim").pop(id_, None)
        await here.store.insert("tmf641_claim", queue)

    await claim(over)
    first = await post(here, change(id_, 2))
    await here.run(1)
    assert (await order(here, first))["state"] == "inProgress"
    await claim(first, over)
    second = await post(here, change(id_, 3))
    await here.run()
    assert (await order(here, second))["state"] == "completed"
    assert not claims(here)


@pytest.mark.parametrize("writes", range(8, 24))
async def test_a_crash_of_a_cancelled_order_leaves_no_claim(writes: int) -> None:
    """Wherever it is stopped, between its end and giving back what it claimed too."""
    here = world()
    id_ = await service(here)
    placed = await post(here, change(id_, 1))
    await here.run(2)
    await cancel(here, placed)
    here.crash_after(writes)
    await here.run()
    assert (await order(here, placed))["state"] == "cancelled"
    assert not claims(here)


@pytest.mark.parametrize("meanwhile", ["nobody", "before the claim", "after the claim"])
async def test_an_amendment_that_claims_keeps_to_its_revision(
    meanwhile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another client writes while a service is claimed is not overwritten: 412."""
    here = world()
    made = await service(here)
    id_ = await post(here, item("1", latency=500))
    await here.run(1)
    read = await orders(here).get(id_)
    join = Joining.join

    async def joining(self: Joining, *asked: Any) -> Document:
        if meanwhile == "before the claim":
            await patch(here, id_, description="another client")
        written = await join(self, *asked)
        if meanwhile == "after the claim":
            await patch(here, id_, description="another client")
        return written

    items = [*read.body.data["serviceOrderItem"], change(made, 3)]
    changes = {"description": "this client", "serviceOrderItem": items}
    with monkeypatch.context() as patched:
        patched.setattr(Joining, "join", joining)
        if meanwhile == "nobody":
            await orders(here).patch(id_, changes, if_match=(read.tag,))
        else:
            with pytest.raises(PreconditionFailed):
                await orders(here).patch(id_, changes, if_match=(read.tag,))
    own = "this" if meanwhile == "nobody" else "another"
    assert (await order(here, id_))["description"] == f"{own} client"
    assert len(claims(here)) == (meanwhile == "nobody")
