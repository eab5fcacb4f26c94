"""What clients may do with product orders, and when."""

import pytest

from api.catalog.model import Catalog
from api.draft import Draft
from api.errors import BadRequest, Conflict
from api.patch import JSON_PATCH, Patch
from tests.tmf622.bench import Bench, notes, states
from tests.tmf622.shop import item
from tmf622_product_ordering.states import PRODUCT_ORDER


async def test_create() -> None:
    """A new order is acknowledged and dated by the server, nested items too."""
    bench = Bench()
    nested = item("1", "bundle", productOrderItem=[item("2", "line", state="completed")])
    id_ = await bench.post(nested, state="completed", orderDate="2001-01-01T00:00:00Z")
    body = (await bench.orders.get(id_)).body.data
    assert states(body) == ["acknowledged", "acknowledged"]
    assert body["productOrderItem"][0]["productOrderItem"][0]["state"] == "acknowledged"
    assert body["orderDate"].startswith("2025-06-15")
    assert "completionDate" not in body


@pytest.mark.parametrize(
    ("items", "says"),
    [
        ([item("1", "line"), item("1", "line")], "its id is used twice"),
        ([item("1", "line", relies=["7"])], "item 7, which is not in the order"),
        ([item("1", "line", relies=["1"])], "circle"),
        ([item("1", "line", "delete")], "product.realizingService"),
    ],
)
async def test_business_check(items: list[dict[str, object]], says: str) -> None:
    """A valid body that makes no sense is rejected with a note, never answered with an error."""
    bench = Bench()
    body = (await bench.orders.get(await bench.post(*items))).body.data
    assert set(states(body)) == {"rejected"}
    assert says in notes(body)
    assert "completionDate" in body


async def test_unknown_items() -> None:
    """An unknown item rejects the order only where the operator wants that."""
    kept, strict = Bench(), Bench(unknown_items="reject")
    assert (await kept.orders.get(await kept.post(item("1", "zz")))).body.data["state"] == (
        "acknowledged"
    )
    body = (await strict.orders.get(await strict.post(item("1", "zz")))).body.data
    assert body["state"] == "rejected"
    assert "'zz'" in notes(body)


async def test_descriptive_attributes() -> None:
    """Notes, descriptions and external ids can be patched in every state."""
    bench = Bench()
    for id_ in (
        await bench.post(item("1", "line")),
        await bench.post(item("1", "line"), item("1", "line")),
    ):
        await bench.look(id_)
        changed = await bench.patch(id_, description="d", externalId="e", note=[{"text": "t"}])
        assert (changed["description"], changed["externalId"]) == ("d", "e")


async def test_states_of_an_order_with_a_plan() -> None:
    """Clients may suspend, resume and give up; the rest is the plan's: 409, naming what may be."""
    bench = Bench()
    id_ = await bench.post(item("1", "line"))
    await bench.look(id_)
    for state in ("completed", "pending", "failed", "assessingCancellation"):
        with pytest.raises(Conflict) as caught:
            await bench.patch(id_, state=state)
        assert "held" in caught.value.message
    assert (await bench.patch(id_, state="held"))["state"] == "held"
    assert (await bench.patch(id_, state="held"))["state"] == "held"
    assert (await bench.patch(id_, state="inProgress"))["state"] == "inProgress"
    await bench.patch(id_, state="held")
    body = await bench.patch(id_, state="cancelled")
    assert states(body) == ["inProgress", "acknowledged"]  # until what is below has ended
    with pytest.raises(Conflict):
        await bench.patch(id_, state="held")


async def test_state_before_the_first_look() -> None:
    """An order that waits for its date is not moved by hand."""
    bench = Bench()
    id_ = await bench.post(item("1", "line"), requestedStartDate="2030-01-01T00:00:00Z")
    await bench.look(id_)
    with pytest.raises(Conflict, match="before the order has been looked at"):
        await bench.patch(id_, state="inProgress")


@pytest.mark.parametrize("state", ["inProgress", "pending", "assessingCancellation"])
async def test_at_once_as_later(state: str) -> None:
    """An order that people carry is moved right after its creation as it is a moment later.

    Whoever comes first, it is left to people once: with one note and one event.
    """
    bodies = []
    for looks in (0, 1):
        bench = Bench()
        id_ = await bench.post(item("1", "zz"))
        for _ in range(looks):
            await bench.look(id_)
        assert states(await bench.patch(id_, state=state)) == [state, state]
        bodies.append(await bench.look(id_))
        events = [entry.event.type for entry in bench.store.log]
        assert events.count("ProductOrderInformationRequiredEvent") == 1
        assert events.count("ProductOrderStateChangeEvent") == 1
    assert bodies[0] == {**bodies[1], "id": bodies[0]["id"]}
    assert notes(bodies[0]).count("Left to people") == 1


async def test_at_once_by_the_inventory() -> None:
    """What only the services that are there tell is known at once, too."""
    bench = Bench()
    other = {"id": "s", "serviceSpecification": {"id": "other"}}
    bench.clients["tmf638"].resources["service", "s"] = other
    id_ = await bench.post(item("1", "line", "delete", real=[{"id": "s"}]))
    assert (await bench.patch(id_, state="inProgress"))["state"] == "inProgress"
    assert "none of the services" in notes(await bench.look(id_))


async def test_at_once_and_not_left_to_people() -> None:
    """An order that is being planned, or waits for its day, is not moved by hand."""
    bench = Bench()
    id_ = await bench.post(item("1", "line"))
    with pytest.raises(Conflict, match="before the order has been looked at") as caught:
        await bench.patch(id_, state="inProgress")
    assert "requestedStartDate" not in caught.value.message
    assert "again in a moment" in caught.value.message
    later = await bench.post(item("1", "zz"), requestedStartDate="2030-01-01T00:00:00Z")
    for _ in range(2):
        with pytest.raises(Conflict, match="before the order has been looked at") as caught:
            await bench.patch(later, state="inProgress")
        assert "requestedStartDate" in caught.value.message
        await bench.look(later)


async def test_at_once_by_another_catalogue() -> None:
    """As with the process's look, the catalogue counts as it is then, not as it was."""
    bench = Bench()
    id_ = await bench.post(item("1", "line"))
    bench.catalog = Catalog(version="empty")
    assert (await bench.patch(id_, state="pending"))["state"] == "pending"
    assert "does not know" in notes(await bench.look(id_))


async def test_moved_with_its_items() -> None:
    """Moved by the PATCH that changes its items, the order stays with the people who move it."""
    bench = Bench()
    id_ = await bench.post(item("1", "zz"))
    await bench.patch(id_, state="inProgress", productOrderItem=[item("1", "line")])
    await bench.look(id_)
    assert (await bench.patch(id_, state="completed"))["state"] == "completed"


ALL = PRODUCT_ORDER.states


async def named(bench: Bench, id_: str, state: str) -> set[str]:
    """The states that the refusal of one names."""
    with pytest.raises(Conflict) as caught:
        await bench.patch(id_, state=state)
    assert "state" in caught.value.message
    found = caught.value.message.rpartition("you may set state to: ")[2].rstrip(".")
    return {each for each in found.split(", ") if each in ALL}


async def refusals(bench: Bench, id_: str) -> None:
    """Each state is either refused or named by the refusals of the others."""
    now = (await bench.orders.get(id_)).body.data["state"]
    taken, told = set(), []
    for state in ALL - {now}:
        draft = Draft.of(await bench.orders.get(id_))
        draft.body["state"] = state
        try:
            bench.orders.revise(await bench.orders.get(id_), draft)
        except Conflict:
            told.append(await named(bench, id_, state))
        else:
            taken.add(state)
    assert all(each == taken for each in told)


async def test_refusals_name_what_is_taken() -> None:
    """A refusal names the states that a client may ask for just then, and no others."""
    bench = Bench()
    later = await bench.post(item("1", "line"), requestedStartDate="2030-01-01T00:00:00Z")
    await refusals(bench, later)
    by_plan = await bench.post(item("1", "line"))
    await bench.look(by_plan)
    for state in ("held", "inProgress", "held", "cancelled"):
        await refusals(bench, by_plan)
        await bench.patch(by_plan, state=state)
    await refusals(bench, by_plan)
    await bench.look(by_plan)
    await refusals(bench, by_plan)
    by_hand = await bench.post(item("1", "zz"))
    await bench.look(by_hand)
    for state in ("pending", "inProgress", "held", "assessingCancellation"):
        await refusals(bench, by_hand)
        await bench.patch(by_hand, state=state)
    assert await named(bench, by_hand, "pending") == set()  # it says so in a sentence
    await bench.patch(by_hand, state="held")
    await bench.patch(by_hand, state="cancelled")
    await refusals(bench, by_hand)


async def test_by_hand() -> None:
    """An order left to people goes along its lifecycle, its open items with it."""
    bench = Bench()
    id_ = await bench.post(item("1", "zz"), item("2", "line"))
    await bench.look(id_)
    with pytest.raises(Conflict):
        await bench.patch(id_, state="completed")
    assert set(states(await bench.patch(id_, state="inProgress"))) == {"inProgress"}
    assert set(states(await bench.patch(id_, state="held"))) == {"held"}
    await bench.patch(id_, state="assessingCancellation")
    with pytest.raises(Conflict, match="the order was held"):
        await bench.patch(id_, state="pending")
    assert set(states(await bench.patch(id_, state="held"))) == {"held"}
    await bench.patch(id_, state="inProgress")
    body = await bench.patch(id_, state="completed")
    assert set(states(body)) == {"completed"}
    assert "completionDate" in body


async def test_partial_by_hand() -> None:
    """Version 4 has no partial item: in an order that people end so, open items are failed."""
    bench = Bench()
    id_ = await bench.post(item("1", "zz"))
    await bench.look(id_)
    await bench.patch(id_, state="inProgress")
    assert states(await bench.patch(id_, state="partial")) == ["partial", "failed"]


async def test_items() -> None:
    """Items can be changed until the end; sent as they are, they are no change."""
    bench = Bench()
    id_ = await bench.post(item("1", "zz"))
    await bench.look(id_)
    with pytest.raises(Conflict, match="used twice"):
        await bench.patch(id_, productOrderItem=[item("1", "line"), item("1", "line")])
    mended = await bench.patch(id_, productOrderItem=[item("1", "line"), item("2", "voice")])
    assert states(mended) == ["acknowledged"] * 3
    body = await bench.look(id_)
    assert body["state"] == "inProgress"
    assert (await bench.patch(id_, productOrderItem=body["productOrderItem"])) == body
    bench.set_below("completed", i="completed")
    await bench.look(id_)
    with pytest.raises(Conflict, match="the order is completed"):
        await bench.patch(id_, productOrderItem=[item("1", "line")])


async def test_owned() -> None:
    """What the server sets is refused in an update, unless it is what it is."""
    bench = Bench()
    id_ = await bench.post(item("1", "line"))
    body = (await bench.orders.get(id_)).body.data
    assert (await bench.patch(id_, orderDate=body["orderDate"])) == body
    for changes in (
        {"orderDate": "2001-01-01T00:00:00.000Z"},
        {"completionDate": "2001-01-01T00:00:00.000Z"},
        {"productOrderItem": [{**item("1", "line"), "state": "completed"}]},
    ):
        with pytest.raises(BadRequest):
            await bench.patch(id_, **changes)


async def test_states_of_nested_items() -> None:
    """The state of an item is the server's, however deep it is nested."""
    bench = Bench()
    deep = item("9", "line")
    for level in range(8, 0, -1):
        deep = item(str(level), "bundle", productOrderItem=[deep])
    id_ = await bench.post(deep)
    path = "/".join(["/productOrderItem/0"] + ["productOrderItem/0"] * 8)
    for operation in ({"op": "replace", "value": "completed"}, {"op": "remove"}):
        change = [{**operation, "path": f"{path}/state"}]
        with pytest.raises(BadRequest, match="state: is set by the server"):
            await bench.orders.patch(id_, Patch(change, JSON_PATCH))


async def test_delete() -> None:
    """An order is deletable before and after the work, not while it is under way."""
    bench = Bench()
    await bench.orders.delete(await bench.post(item("1", "line")))
    id_ = await bench.post(item("1", "line"))
    await bench.look(id_)
    with pytest.raises(Conflict, match="while inProgress"):
        await bench.orders.delete(id_)
    bench.set_below("completed", i="completed")
    await bench.look(id_)
    await bench.orders.delete(id_)


async def test_delete_of_an_order_that_people_work_on() -> None:
    """Without a plan too, an order is deletable only before the work and after it."""
    bench = Bench()
    id_ = await bench.post(item("1", "zz"))
    await bench.look(id_)
    for state in ("inProgress", "pending", "inProgress", "held", "assessingCancellation"):
        await bench.patch(id_, state=state)
        with pytest.raises(Conflict, match=f"while {state}"):
            await bench.orders.delete(id_)
    await bench.patch(id_, state="pendingCancellation")
    with pytest.raises(Conflict, match="while pendingCancellation"):
        await bench.orders.delete(id_)
    await bench.patch(id_, state="cancelled")
    await bench.orders.delete(id_)
    untouched = await bench.post(item("1", "zz"))
    await bench.look(untouched)
    await bench.orders.delete(untouched)


async def test_an_expected_date_is_not_the_clients() -> None:
    """At creation it is ignored: the plan makes it."""
    bench = Bench()
    id_ = await bench.post(item("1", "zz"), expectedCompletionDate="2001-01-01T00:00:00Z")
    assert "expectedCompletionDate" not in (await bench.orders.get(id_)).body.data
