"""Product orders that are given up or called off, with the service orders below them."""

from typing import cast

import pytest

from api.catalog.load import parse_catalog
from api.errors import Conflict
from api.jsontypes import JsonObject, JsonValue
from api.store.document import Document
from tests import fakes
from tests.fakes import World
from tests.tmf622.bench import notes
from tests.tmf622.shop import item
from tmf622_product_ordering.ending import ending
from tmf622_product_ordering.plan import Progress

CATALOG = parse_catalog("""
productOfferings: [{id: line, name: Line, productSpecification: line}]
productSpecifications:
  - id: line
    name: Line
    characteristics: &all
      [{name: simulate.fail}, {name: simulate.failOn}, {name: simulate.latency}]
    services: [{name: main, specification: line, copy: all}]
serviceSpecifications:
  - {id: line, name: Line, type: CFS, onFailure: hold, characteristics: *all}
""")

STUBBORN = {"fail": "no way back", "failOn": "terminate"}


def line(id_: str, *relies: str, **simulate: JsonValue) -> JsonObject:
    given = {f"simulate.{name}": value for name, value in simulate.items()}
    return item(id_, "line", given=given, relies=relies)


def world() -> World:
    return World(CATALOG, ("tmf622_product_ordering", *fakes.PACKAGES))


async def post(here: World, *items: JsonObject) -> str:
    made = await here.commands("tmf622", "productOrder").create({"productOrderItem": [*items]})
    return cast(Document, made).id


async def patch(here: World, id_: str, **changes: JsonValue) -> JsonObject:
    patched = await here.commands("tmf622", "productOrder").patch(id_, changes)
    return cast(Document, patched).body.data


async def cancel(here: World, id_: str, **more: JsonValue) -> str:
    task = {"productOrder": {"id": id_}, **more}
    made = await here.commands("tmf622", "cancelProductOrder").create(task)
    return cast(Document, made).id


async def order(here: World, id_: str) -> JsonObject:
    return await here.body("tmf622", "productOrder", id_)


def below(here: World) -> JsonObject:
    (found,) = here.all("tmf641", "serviceOrder")
    return found


def states(body: JsonObject) -> dict[str, str]:
    """The order's state under "", and those of its items."""
    items = body.get("productOrderItem") or body["serviceOrderItem"]
    return {"": body["state"]} | {each["id"]: each["state"] for each in items}


def active(here: World) -> set[str]:
    return {each["id"] for each in here.all("tmf638", "service") if each["state"] == "active"}


def told(here: World, id_: str) -> list[str]:
    """The states that an order had by its events, one after the other."""
    seen = [e.snapshot.data["state"] for e in here.store.log if e.event.resource_id == id_]
    return [each for n, each in enumerate(seen) if n == 0 or seen[n - 1] != each]


def test_given_up_with_many_bundles_around_one_another() -> None:
    """Each item is looked at once, in however many bundles it is."""
    ids = [str(n) for n in range(60)]
    items = [item(id_, parts=ids[n + 1 :]) for n, id_ in enumerate(ids)]
    left = Progress("partial", dict.fromkeys(ids, "partial"), {}, {"30": ["broken"]})
    body = {"id": "po", "productOrderItem": items}
    found = ending(left, body, {"state": "inProgress"}, {"givenUp": {}}).items
    assert {id_ for id_, state in found.items() if state == "partial"} == set(ids[:31])
    assert set(found.values()) == {"partial", "cancelled"}


async def test_given_up_while_an_item_runs() -> None:
    """It is awaited, and named; the order is in progress until then, and both levels agree."""
    here = world()
    id_ = await post(here, line("1", latency=5), line("2", "1"))
    await here.run(1)
    await patch(here, id_, state="held")
    await here.run(1)
    answer = await patch(here, id_, state="cancelled")
    assert states(answer) == {"": "inProgress", "1": "inProgress", "2": "acknowledged"}
    assert "is given up" in notes(answer)
    await here.run(1)
    assert states(await order(here, id_))["2"] == "cancelled"
    await here.run()
    ended = await order(here, id_)
    assert states(ended) == {"": "cancelled", "1": "completed", "2": "cancelled"}
    assert states(below(here)) == {"": "cancelled", "1.main": "completed", "2.main": "cancelled"}
    assert "cancellationDate" in ended
    (service,) = ended["productOrderItem"][0]["product"]["realizingService"]
    assert active(here) == {service["id"]}
    assert told(here, id_)[-3:] == ["inProgress", "held", "cancelled"]


async def test_given_up_at_rest() -> None:
    """Where nothing runs and nothing is to be undone, the order is cancelled at once."""
    here = world()
    id_ = await post(here, line("1", fail="no port"), line("2", "1"))
    await here.run()
    assert (await order(here, id_))["state"] == "held"
    await patch(here, id_, state="cancelled")
    await here.run(0.5)
    assert set(states(await order(here, id_)).values()) == {"cancelled"}
    assert set(states(below(here)).values()) == {"cancelled"}


async def test_given_up_while_people_go_on_below() -> None:
    """A service order that was resumed in TMF641 is stopped and given up all the same."""
    here = world()
    id_ = await post(here, line("1", latency=5), line("2", "1", latency=5))
    await here.run(1)
    await patch(here, id_, state="held")
    await here.run(1)
    service_orders = here.commands("tmf641", "serviceOrder")
    await service_orders.patch(below(here)["id"], {"state": "inProgress"})
    await patch(here, id_, state="cancelled")
    await here.run()
    assert states(await order(here, id_)) == {"": "cancelled", "1": "completed", "2": "cancelled"}


async def test_given_up_is_given_up() -> None:
    """Until its end it cannot be suspended, given up again or amended."""
    here = world()
    id_ = await post(here, line("1", latency=5))
    await here.run(1)
    await patch(here, id_, state="held")
    await here.run(1)
    await patch(here, id_, state="cancelled")
    refused: tuple[JsonObject, ...] = ({"state": "held"}, {"productOrderItem": [line("1")]})
    for _ in range(2):
        for changes in refused:
            with pytest.raises(Conflict, match="given up"):
                await patch(here, id_, **changes)
        await here.run(1)


@pytest.mark.parametrize("writes", range(6))
async def test_a_crash_while_it_is_given_up(writes: int) -> None:
    """What was asked is asked again, and stops nothing that goes on."""
    here = world()
    id_ = await post(here, line("1", latency=9), line("2", "1", latency=9), line("3", **STUBBORN))
    await here.run(3)
    await patch(here, id_, state="held")
    await here.run(1)
    await patch(here, id_, state="cancelled")
    here.crash_after(writes)
    await here.run()
    ended = await order(here, id_)
    assert states(ended) == {"": "cancelled", "1": "completed", "2": "cancelled", "3": "completed"}


async def stuck(here: World) -> str:
    """An order whose cancellation could not take down its first item."""
    id_ = await post(here, line("1", **STUBBORN), line("2", "1"), line("3", "2", latency=30))
    await here.run(5)
    task = await cancel(here, id_, cancellationReason="moved away")
    await here.run(600)
    ended = await here.body("tmf622", "cancelProductOrder", task)
    assert ended["state"] == "terminatedWithError"
    return id_


async def solve(here: World) -> None:
    """People take the service down by hand."""
    service_order = below(here)
    items: list[JsonObject] = [*service_order["serviceOrderItem"]]
    items[0] = items[0] | {"state": "cancelled"}
    note = [*service_order.get("note", ()), {"text": "taken down by hand"}]
    changes = {"serviceOrderItem": items, "note": note}
    await here.commands("tmf641", "serviceOrder").patch(service_order["id"], changes)
    await here.run()


async def test_what_could_not_be_undone_is_held() -> None:
    """That item, and no other one; solved by people, the order ends, with the client's reason."""
    here = world()
    id_ = await stuck(here)
    held = {"": "held", "1": "held", "2": "cancelled", "3": "cancelled"}
    ordered = await order(here, id_)
    assert states(ordered) == held
    assert [
        ("realizingService" in each["product"]) for each in ordered["productOrderItem"][1:]
    ] == [
        False,
        False,
    ]
    await solve(here)
    ended = await order(here, id_)
    assert set(states(ended).values()) == {"cancelled"}
    assert ended["cancellationReason"] == below(here)["cancellationReason"] == "moved away"
    assert "realizingService" not in ended["productOrderItem"][0]["product"]
    assert active(here) == set()


async def test_given_up_after_a_cancellation_that_could_not_undo_all() -> None:
    """It is tried again; the order is held as long as its service order is."""
    here = world()
    id_ = await stuck(here)
    await patch(here, id_, state="cancelled")
    await here.run()
    assert states(await order(here, id_))["1"] == below(here)["state"] == "held"
    assert len(active(here)) == 1
    await solve(here)
    assert set(states(await order(here, id_)).values()) == {"cancelled"}
    assert below(here)["state"] == "cancelled"


async def test_cancelled_while_it_is_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service order whose creation takes its time is cancelled, too."""
    here = world()
    service_orders = here.commands("tmf641", "serviceOrder")
    create, slow = service_orders.create, iter([True])

    async def slowly(body: JsonObject, **more: object) -> object:
        if next(slow, False):
            await here.clock.sleep(5)
        return await create(body, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(service_orders, "create", slowly)
    id_ = await post(here, line("1"))
    await here.run(1)
    assert not [*here.all("tmf641", "serviceOrder")]
    task = await cancel(here, id_)
    await here.run()
    assert (await here.body("tmf622", "cancelProductOrder", task))["state"] == "done"
    assert set(states(await order(here, id_)).values()) == {"cancelled"}
    assert set(states(below(here)).values()) == {"cancelled"}
    assert not [*here.all("tmf638", "service")]
