"""Orders that are left to people: moved from the first moment on, and what is refused of them."""

from collections.abc import Sequence

import pytest

from api.draft import Draft
from api.errors import Conflict
from api.jsontypes import JsonObject, JsonValue
from tests.fakes import World, catalog_of
from tests.tmf641.orders import item, order, orders, patch, post, states, world
from tests.tmf641.test_clients import begun, unknown
from tmf641_service_ordering.states import ORDER


def events(here: World) -> list[str]:
    return [entry.event.type for entry in here.store.log]


@pytest.mark.parametrize(
    "state", ["inProgress", "pending", "assessingCancellation", "rejected", "cancelled"]
)
async def test_at_once_as_later(state: str) -> None:
    """An order that people carry is moved right after its creation as it is a moment later.

    Whoever comes first, it is left to people once: with one note and one event.
    """
    bodies = []
    for seconds in (None, 1):
        here = world()
        id_ = await post(here, item("1", spec="who-knows"), item("2"))
        if seconds is not None:
            await here.run(seconds)
        body = await patch(here, id_, state=state)
        assert body["state"] == state
        await here.run()
        assert events(here).count("ServiceOrderInformationRequiredEvent") == 1
        bodies.append(await order(here, id_))
        assert [each["text"][:14] for each in bodies[-1]["note"]] == ["Left to people"]
    first, second = ({**each, "id": "", "orderDate": ""} for each in bodies)
    for each in (first, second):
        for name in ("note", "completionDate", "cancellationDate", "startDate"):
            each.pop(name, None)
    assert first == second


async def test_items_at_once() -> None:
    """The states of its items are people's from the first moment on, too."""
    here = world()
    id_ = await post(here, item("1", spec="who-knows"), item("2"))
    first, second = (await order(here, id_))["serviceOrderItem"]
    sent: list[JsonValue] = [{**first, "state": "inProgress"}, second]
    body = await patch(here, id_, serviceOrderItem=sent)
    assert states(body) == {"": "acknowledged", "1": "inProgress", "2": "acknowledged"}
    await here.run()
    assert states(await order(here, id_)) == states(body)


async def test_at_once_and_not_left_to_people() -> None:
    """Orders that are planned, or rejected, in a moment are not moved by hand."""
    for here, spec in ((world(), "rfs-port"), (world(unknown_items="reject"), "who-knows")):
        id_ = await post(here, item("1", spec=spec))
        with pytest.raises(Conflict, match="by a client") as caught:
            await patch(here, id_, state="inProgress")
        assert "to: cancelled." in caught.value.message
        assert "note" not in await order(here, id_)


async def test_at_once_by_another_catalogue() -> None:
    """The catalogue counts as it is at the change; what the order claimed is given back first."""
    here = world()
    new = await post(here, item("1"))
    service = {"id": "s1", "serviceSpecification": {"id": "rfs-port"}}
    claimed = await post(here, item("1"), item("2", action="delete", service=service))
    here.catalog = catalog_of()
    assert (await patch(here, new, state="pending"))["state"] == "pending"
    with pytest.raises(Conflict, match="by a client"):
        await patch(here, claimed, state="pending")
    await here.run()
    assert (await patch(here, claimed, state="pending"))["state"] == "pending"


async def test_a_refusal_names_the_items_place() -> None:
    """By its index, nested or not, whatever its id; in the reason and in the message."""
    here = world()
    inner = item("1", spec="who-knows")
    id_ = await post(here, item("5"), item("0", nested=[inner]))
    await here.run()
    body = await patch(here, id_, state="inProgress")
    outer = body["serviceOrderItem"][1]
    for changed, path in (
        ({**outer, "state": "acknowledged"}, "serviceOrderItem[1].state"),
        (
            {**outer, "serviceOrderItem": [{**outer["serviceOrderItem"][0], "state": "rejected"}]},
            "serviceOrderItem[1].serviceOrderItem[0].state",
        ),
    ):
        with pytest.raises(Conflict) as caught:
            await patch(here, id_, serviceOrderItem=[body["serviceOrderItem"][0], changed])
        assert caught.value.reason.startswith(f"{path}: inProgress cannot become")
        assert f"set {path} to:" in caught.value.message


async def test_a_plans_refusal_names_the_items_place() -> None:
    """As of an order that people carry."""
    here = world()
    id_ = await begun(here)  # items 2 and 1
    first, second = (await order(here, id_))["serviceOrderItem"]
    with pytest.raises(Conflict) as caught:
        await patch(here, id_, serviceOrderItem=[first, {**second, "state": "completed"}])
    assert caught.value.reason.startswith("serviceOrderItem[1].state: ")
    assert "serviceOrderItem[1].state" in caught.value.message


@pytest.mark.parametrize(
    ("items", "says"),
    [
        ([item("1"), item("1")], "two items have the id 1"),
        ([item("1", nested=[item("1")])], "two items have the id 1"),
        ([item("1", "9")], "item 1 depends on item 9"),
        ([item("1", "2"), item("2", "1")], "in a circle: 1 -> 2 -> 1"),
    ],
)
@pytest.mark.parametrize("left_to_people", [True, False])
async def test_items_that_make_no_order(
    items: Sequence[JsonObject], says: str, left_to_people: bool
) -> None:
    """What a new order is rejected for, a change is refused for, also before there is a plan."""
    here = world()
    if left_to_people:
        id_ = await unknown(here)
    else:
        id_ = await post(here, item("1"), requestedStartDate="2030-01-01T00:00:00Z")
    before = await order(here, id_)
    with pytest.raises(Conflict) as caught:
        await patch(here, id_, serviceOrderItem=list(items))
    assert caught.value.reason.startswith("serviceOrderItem: ")
    assert says in caught.value.reason
    assert "serviceOrderItem" in caught.value.message
    assert await order(here, id_) == before


async def test_faults_that_were_there_stay() -> None:
    """An order of an older server that has such items goes on along its lifecycle."""
    here = world()
    id_ = await unknown(here)

    def spoil(_: object, draft: Draft) -> None:
        draft.body["serviceOrderItem"][1] |= item("2", "9")

    await orders(here).update(id_, spoil)
    first, second = (await patch(here, id_, state="inProgress"))["serviceOrderItem"]
    body = await patch(here, id_, serviceOrderItem=[{**first, "state": "completed"}, second])
    assert states(body)["1"] == "completed"


async def refusals(here: World, id_: str) -> None:
    """Each state is either taken, or refused by naming exactly those that are taken."""
    before = await orders(here).get(id_)
    now = before.body.data["state"]
    taken: set[str] = set()
    told: list[str] = []
    for state in ORDER.states - {now}:
        draft = Draft.of(before)
        draft.body["state"] = state
        try:
            orders(here).revise(before, draft)
        except Conflict as error:
            told.append(error.message)
        else:
            taken.add(state)
    named = ", ".join(sorted(taken)) or "nothing"
    for message in told:
        assert f"a client may set state to: {named}." in message or "it is final" in message


async def test_refusals_name_what_is_taken() -> None:
    """A refusal names the states that a client may ask for just then, and no others."""
    here = world()
    await refusals(here, await post(here, item("1"), requestedStartDate="2030-01-01T00:00:00Z"))
    by_plan = await begun(here)
    for state in ("held", "inProgress", "held", "cancelled"):
        await refusals(here, by_plan)
        await patch(here, by_plan, state=state)
    await refusals(here, by_plan)
    by_hand = await unknown(here)
    for state in ("pending", "inProgress", "held", "cancelled"):
        await refusals(here, by_hand)
        await patch(here, by_hand, state=state)
    await refusals(here, by_hand)
