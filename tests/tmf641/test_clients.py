"""What clients may do with a service order, and when."""

import copy

import pytest

from api.errors import BadRequest, Conflict, Invalid, NotFound
from api.jsontypes import JsonObject, JsonValue
from tests.fakes import World
from tests.tmf641.orders import (
    carried,
    inventory,
    item,
    items_of,
    order,
    orders,
    patch,
    post,
    states,
    world,
)
from tests.tmf641.test_cancellation import cancel

STATES = (
    "acknowledged",
    "rejected",
    "pending",
    "held",
    "inProgress",
    "cancelled",
    "completed",
    "failed",
    "partial",
    "assessingCancellation",
    "pendingCancellation",
)


BROKEN = item("4", spec="rfs-stubborn", fail="broken")


async def begun(here: World) -> str:
    """An order with a plan, its first item under way, its second waiting for it."""
    id_ = await post(here, item("2", "1"), item("1", latency=30))
    await here.run(2)
    assert states(await order(here, id_)) == {
        "": "inProgress",
        "2": "acknowledged",
        "1": "inProgress",
    }
    return id_


async def unknown(here: World) -> str:
    """An order that is left to people."""
    id_ = await post(here, item("1", spec="who-knows"), item("2"))
    await here.run()
    return id_


async def test_what_the_server_owns_is_ignored_at_creation() -> None:
    """State, dates and errors of a create are not taken over."""
    here = world()
    odd = item("1") | {"state": "completed", "errorMessage": [{"code": "1"}]}
    id_ = await post(
        here,
        odd,
        state="failed",
        orderDate="x",
        completionDate="",
        expectedCompletionDate="2030-01-01T00:00:00Z",
    )
    body = await order(here, id_)
    assert states(body) == {"": "acknowledged", "1": "acknowledged"}
    assert body["orderDate"] == "2025-06-15T15:06:40.000Z"
    assert not {"completionDate", "expectedCompletionDate"} & body.keys()
    assert "errorMessage" not in items_of(body)["1"]


async def test_descriptive_attributes_can_always_be_patched() -> None:
    """Under a plan and at the end."""
    here = world()
    id_ = await begun(here)
    note = [{"text": "call Anna"}]
    assert (await patch(here, id_, note=note, externalId="B1"))["note"] == note
    await here.run()
    body = await patch(here, id_, description="done", note=None)
    assert (body["description"], body["state"], body["externalId"]) == ("done", "completed", "B1")


@pytest.mark.parametrize(
    ("changes", "raised"),
    [
        ({"category": "x"}, Invalid),
        ({"startDate": "2020-01-01T00:00:00Z"}, BadRequest),
        ({"milestone": [{"id": "1"}]}, BadRequest),
        ({"state": "asleep"}, Invalid),
        ({"serviceOrderItem": []}, Invalid),
        ({"serviceOrderItem": [item("1", spec="who-knows")]}, Conflict),
    ],
)
async def test_what_cannot_be_patched(
    changes: dict[str, JsonValue], raised: type[Exception]
) -> None:
    """The server's attributes, those that are given at creation, unknown states, the items."""
    here = world()
    id_ = await begun(here)
    before = await order(here, id_)
    with pytest.raises(raised):
        await patch(here, id_, **changes)
    assert await order(here, id_) == before


async def test_items_as_they_are_may_be_sent_back() -> None:
    """Clients patch with what they read."""
    here = world()
    id_ = await begun(here)
    body = await order(here, id_)
    assert await patch(here, id_, **{k: v for k, v in body.items() if k != "href"}) == body


@pytest.mark.parametrize("state", STATES)
async def test_a_running_order_can_only_be_held(state: str) -> None:
    """All other changes are the plan's."""
    here = world()
    id_ = await begun(here)
    if state in {"held", "inProgress"}:
        begins = "inProgress" if state == "cancelled" else state  # what runs is awaited
        assert (await patch(here, id_, state=state))["state"] == begins
    else:
        with pytest.raises(Conflict):
            await patch(here, id_, state=state)


@pytest.mark.parametrize("asked", ["with the amendment", "before it", "and an item fails"])
async def test_a_suspended_order_stays_so(asked: str) -> None:
    """An amendment, or a decision on an item, does not resume it: only the client does."""
    here = world()
    id_ = await post(here, item("2", "1"), item("1", latency=30), item("3", "2"), BROKEN)
    await here.run(20 if asked == "and an item fails" else 2)
    items = copy.deepcopy((await order(here, id_))["serviceOrderItem"])
    items[0]["service"]["name"] = "other"
    if asked == "with the amendment":
        body = await patch(here, id_, state="held", serviceOrderItem=items)
    else:
        await patch(here, id_, state="held")
        body = await patch(here, id_, serviceOrderItem=items)
    assert body["state"] == "held"
    await here.run()
    assert states(await order(here, id_))["2"] == "acknowledged"
    if asked == "and an item fails":
        items = copy.deepcopy((await order(here, id_))["serviceOrderItem"])
        items[3] |= {"state": "cancelled"}
        note = [{"text": "not needed"}]
        assert (await patch(here, id_, serviceOrderItem=items, note=note))["state"] == "held"
    await patch(here, id_, state="inProgress")
    await here.run()
    body = await order(here, id_)
    assert body["state"] in ("partial", "held")
    assert items_of(body)["2"]["state"] == items_of(body)["3"]["state"] == "completed"
    assert "other" in {each.get("name") for each in inventory(here)}


async def test_a_suspended_order_that_is_undone() -> None:
    """When it is cancelled after all, its held items can be solved: it goes on by that."""
    here = world()
    stuck = item("1", spec="rfs-stubborn", failOn="terminate", fail="no")
    id_ = await post(here, stuck, item("2", latency=30))
    await here.run(2)
    await patch(here, id_, state="held")
    await cancel(here, id_)
    await here.run()
    items = copy.deepcopy((await order(here, id_))["serviceOrderItem"])
    assert items[0]["state"] == "held"
    items[0]["state"] = "cancelled"
    await patch(here, id_, serviceOrderItem=items, note=[{"text": "undone by hand"}])
    await here.run()
    assert (await order(here, id_))["state"] == "cancelled"


@pytest.mark.parametrize("nested", [False, True])
async def test_items_of_one_id_are_refused(nested: bool) -> None:
    """In a running order, too, also where nothing else is changed."""
    here = world()
    id_ = await begun(here)
    first, second = (await order(here, id_))["serviceOrderItem"]
    items = [{**first, "serviceOrderItem": [second]}, second] if nested else [first, first, second]
    with pytest.raises(BadRequest, match="two items have the id"):
        await patch(here, id_, serviceOrderItem=items)


@pytest.mark.parametrize("state", STATES)
async def test_a_held_order_can_be_resumed_or_given_up(state: str) -> None:
    """All other changes are the plan's."""
    here = world()
    id_ = await begun(here)
    await patch(here, id_, state="held")
    if state in {"held", "inProgress", "cancelled"}:
        begins = "inProgress" if state == "cancelled" else state  # what runs is awaited
        assert (await patch(here, id_, state=state))["state"] == begins
    else:
        with pytest.raises(Conflict):
            await patch(here, id_, state=state)


class TestLeftToPeople:
    """What people say of the items of an order that they carry."""

    async def test_items_go_with_the_order(self) -> None:
        """What is open when the order is done in part has failed: an item is never partial."""
        here = world()
        id_ = await unknown(here)
        await patch(here, id_, state="inProgress")
        body = await patch(here, id_, state="partial")
        assert states(body) == {"": "partial", "1": "failed", "2": "failed"}

    async def test_items_are_moved_by_themselves(self) -> None:
        """People say which item is done; the order's end leaves it as it is."""
        here = world()
        id_ = await unknown(here)
        body = await patch(here, id_, state="inProgress")
        first, second = body["serviceOrderItem"]
        sent: list[JsonValue] = [{**first, "state": "completed"}, second]
        await patch(here, id_, serviceOrderItem=sent)
        body = await patch(here, id_, state="partial")
        assert states(body) == {"": "partial", "1": "completed", "2": "failed"}

    @pytest.mark.parametrize("state", ["partial", "acknowledged", "rejected"])
    async def test_only_along_the_lifecycle(self, state: str) -> None:
        """And no item without items inside is partial."""
        here = world()
        id_ = await unknown(here)
        first, second = (await patch(here, id_, state="inProgress"))["serviceOrderItem"]
        with pytest.raises(Conflict, match=r"inProgress cannot become|cannot be partial"):
            await patch(here, id_, serviceOrderItem=[{**first, "state": state}, second])


async def test_hold_and_resume() -> None:
    """Held: what runs is recorded, nothing new begins. Resumed: it goes on to its end."""
    here = world()
    id_ = await begun(here)
    await patch(here, id_, state="held")
    await here.run()
    held = await order(here, id_)
    assert states(held) == {"": "held", "2": "acknowledged", "1": "completed"}
    await patch(here, id_, state="inProgress")
    await here.run()
    assert states(await order(here, id_)) == {"": "completed", "2": "completed", "1": "completed"}


async def test_held_at_its_last_item() -> None:
    """All items end while the order is held: it is completed when it is resumed."""
    here = world()
    id_ = await post(here, item("1", latency=30))
    await here.run(2)
    await patch(here, id_, state="held")
    await here.run()
    assert states(await order(here, id_)) == {"": "held", "1": "completed"}
    await patch(here, id_, state="inProgress")
    await here.run()
    assert states(await order(here, id_)) == {"": "completed", "1": "completed"}


async def test_given_up() -> None:
    """What has not begun is cancelled, what runs is recorded when it ends."""
    here = world()
    id_ = await begun(here)
    await patch(here, id_, state="held")
    body = await patch(here, id_, state="cancelled")
    assert states(body) == {"": "inProgress", "2": "cancelled", "1": "inProgress"}
    with pytest.raises(Conflict, match="while inProgress"):
        await orders(here).delete(id_)
    await here.run()
    body = await order(here, id_)
    assert states(body) == {"": "cancelled", "2": "cancelled", "1": "completed"}
    assert body["cancellationDate"]
    await orders(here).delete(id_)


async def test_delete() -> None:
    """Not while it is under way; before it begins and after its end."""
    here = world()
    id_ = await begun(here)
    with pytest.raises(Conflict, match="while inProgress"):
        await orders(here).delete(id_)
    await here.run()
    await orders(here).delete(id_)
    early = await post(here, item("1"), requestedStartDate="2030-01-01T00:00:00Z")
    await here.run(1)
    await orders(here).delete(early)
    await here.run(1)
    with pytest.raises(NotFound):
        await order(here, early)


async def test_an_order_that_waits_for_its_day_can_be_changed() -> None:
    """Before there is a plan, items can be patched, and the order given up."""
    here = world()
    id_ = await post(here, item("1"), requestedStartDate="2025-06-15T16:00:00Z")
    await here.run(1)
    body = await patch(here, id_, serviceOrderItem=[item("1"), item("2")])
    assert states(body) == {"": "acknowledged", "1": "acknowledged", "2": "acknowledged"}
    with pytest.raises(Conflict, match="by a client"):
        await patch(here, id_, state="inProgress")
    body = await patch(here, id_, state="cancelled")
    assert set(states(body).values()) == {"cancelled"}
    await here.run(2 * 3600)
    assert not inventory(here)


async def test_an_unknown_item_leaves_the_order_to_people() -> None:
    """It stays acknowledged with a note, and an event asks for people. Nothing is begun."""
    here = world()
    id_ = await unknown(here)
    body = await order(here, id_)
    assert states(body) == {"": "acknowledged", "1": "acknowledged", "2": "acknowledged"}
    assert "item 1" in body["note"][-1]["text"]
    assert here.events(id_).count("ServiceOrderInformationRequiredEvent") == 1
    (event,) = (e.event for e in here.store.log if e.event.type.endswith("RequiredEvent"))
    assert event.envelope["fieldPath"] == "serviceOrderItem"
    assert not inventory(here)


async def test_unknown_items_can_be_rejected() -> None:
    """By the setting."""
    here = world(unknown_items="reject")
    body = await carried(here, item("1", spec="who-knows"), item("2", spec=None))
    assert set(states(body).values()) == {"rejected"}
    assert "items 1, 2" in body["errorMessage"][0]["reason"]
    assert [ref["itemId"] for ref in body["errorMessage"][0]["serviceOrderItem"]] == ["1", "2"]


async def test_people_assess_a_cancellation() -> None:
    """Denied, the order is where it was; accepted, it is on its way to be cancelled."""
    here = world()
    id_ = await unknown(here)
    for state in ("inProgress", "assessingCancellation"):
        await patch(here, id_, state=state)
    for other in ("acknowledged", "held", "pending"):
        with pytest.raises(Conflict, match="was inProgress before"):
            await patch(here, id_, state=other)
    for state in ("inProgress", "held", "assessingCancellation", "held"):
        await patch(here, id_, state=state)
    for state in ("assessingCancellation", "pendingCancellation", "cancelled"):
        body = await patch(here, id_, state=state)
    assert states(body) == {"": "cancelled", "1": "cancelled", "2": "cancelled"}


async def test_people_move_their_order_along() -> None:
    """Open items follow, dates are set, and the lifecycle is held."""
    here = world()
    id_ = await unknown(here)
    with pytest.raises(Conflict, match="cannot become completed"):
        await patch(here, id_, state="completed")
    for state in ("inProgress", "held", "inProgress", "completed"):
        body: JsonObject = await patch(here, id_, state=state)
        assert set(states(body).values()) == {state}
    assert body["startDate"]
    assert body["completionDate"]
    with pytest.raises(Conflict):
        await patch(here, id_, state="inProgress")
    await here.run()
    assert states(await order(here, id_))[""] == "completed"
    await orders(here).delete(id_)


@pytest.mark.parametrize("changes", ["state", "items"])
async def test_a_patch_that_is_repeated_undoes_nothing_of_what_came_since(changes: str) -> None:
    """Under the same key, as after a crash: the order stays as people have made it."""
    here = world()
    id_ = await begun(here)
    client = here.client("tmf641")
    first: JsonObject = {"state": "held"}
    if changes == "items":
        first = {"serviceOrderItem": [item("1", latency=30), item("3")]}
    await client.patch("serviceOrder", id_, first, key="k")
    if changes == "state":
        await patch(here, id_, state="inProgress")
    else:
        await patch(here, id_, serviceOrderItem=[item("1", latency=30), item("4")])
    since = await orders(here).get(id_)
    reply = await client.patch("serviceOrder", id_, first, key="k")
    assert (reply.body, (await orders(here).get(id_)).rev) == (since.body.data, since.rev)
    await client.patch("serviceOrder", id_, {"state": "held"}, key="another")
    assert (await order(here, id_))["state"] == "held"
