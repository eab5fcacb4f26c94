"""Amending product orders that are under way."""

import copy
from typing import Any

import httpx
import pytest

from api.app import Server, create_app
from api.catalog.load import parse_catalog
from api.client import Reply
from api.errors import Conflict, NotFound, PreconditionFailed
from api.jsontypes import JsonObject
from api.settings import Settings
from api.store.document import Document
from tests.fakes import PACKAGES, World
from tests.tmf622.bench import Bench, notes, states
from tests.tmf622.shop import item

BASE = "/tmf-api/productOrderingManagement/v4/productOrder"


async def begun(bench: Bench, *items: JsonObject) -> str:
    id_ = await bench.post(*items)
    assert (await bench.look(id_))["state"] == "inProgress"
    return id_


def ordered(bench: Bench) -> set[str]:
    return {each["id"] for each in bench.service_order()["serviceOrderItem"]}


async def test_an_added_item() -> None:
    """A new item's services are added to the service order, and the order goes on with both."""
    bench = Bench()
    id_ = await begun(bench, item("1", "line"))
    before = ordered(bench)
    patched = await bench.patch(id_, productOrderItem=[item("1", "line"), item("2", "voice")])
    assert states(patched) == ["inProgress", "acknowledged", "acknowledged"]
    await bench.look(id_)
    added = ordered(bench) - before
    assert before <= ordered(bench)
    assert added
    assert all(each.startswith("2.") for each in added)
    process = (await bench.orders.get(id_)).process or {}
    assert "amend" not in process
    (revision,) = process["revisions"]
    assert (revision["added"], revision["changed"], revision["dropped"]) == (["2"], [], [])
    patches = [call for call in bench.below.calls if call[0] == "patch"]
    assert len(patches) == 1
    bench.set_below("completed", i="completed")
    assert set(states(await bench.look(id_))) == {"completed"}


async def test_a_changed_and_a_dropped_item() -> None:
    """What is decomposed anew is what a fresh order of that content would be."""
    bench, fresh = Bench(), Bench()
    id_ = await begun(bench, item("1", "line"), item("2", "voice"))
    await bench.patch(id_, productOrderItem=[item("1", "line", given={"speed": 99})])
    await bench.look(id_)
    await begun(fresh, item("1", "line", given={"speed": 99}))
    mine, others = bench.service_order(), fresh.service_order()
    for each in others["serviceOrderItem"]:
        del each["state"]
    assert mine["serviceOrderItem"] == others["serviceOrderItem"]


async def test_states_that_a_client_leaves_out() -> None:
    """They are the server's, whenever the patch comes to be written."""
    bench = Bench()
    id_ = await begun(bench, item("1", "line"), item("2", "voice"))
    changes = {"productOrderItem": [item("1", "line"), item("2", "voice", quantity=2)]}
    sent = copy.deepcopy(changes)
    await bench.orders.patch(id_, changes)
    assert changes == sent


async def test_refused_at_once() -> None:
    """What TMF641 refuses in the dry run is 409 with our item named, and changes nothing."""
    bench = Bench()
    id_ = await begun(bench, item("1", "line"))
    before = (await bench.orders.get(id_)).body.data
    bench.below.refuse = Conflict("serviceOrderItem[0]: is past its point of no return")
    with pytest.raises(Conflict, match=r"productOrderItem\[0\].*item 1\.access.*no return"):
        await bench.patch(id_, productOrderItem=[item("1", "line", given={"speed": 99})])
    assert (await bench.orders.get(id_)).body.data == before
    with pytest.raises(Conflict, match="catalogue does not know"):
        await bench.patch(id_, productOrderItem=[item("1", "zz")])
    with pytest.raises(Conflict, match="nothing would be left"):
        await bench.patch(id_, productOrderItem=[item("1", "paper")])


async def test_a_refused_removal() -> None:
    """An item that is left out has no place any more: 409 names it by its id."""
    bench = Bench()
    id_ = await begun(bench, item("1", "line"), item("2", "voice"))
    (left_out, *_) = (each for each in ordered(bench) if each.startswith("2."))
    bench.below.refuse = Conflict(f"serviceOrderItem: item {left_out} is past its point of return")
    with pytest.raises(Conflict, match=r"^productOrderItem: item 2 cannot be changed") as caught:
        await bench.patch(id_, productOrderItem=[item("1", "line")])
    assert caught.value.message.startswith("Send item 2 as it is")


async def test_before_it_is_handed_over() -> None:
    """An order that is planned, and whose service order is not there yet, can be amended."""
    bench = Bench()
    id_ = await begun(bench, item("1", "line"))
    bench.below.resources.clear()
    bench.below.refuse = NotFound("there is no serviceOrder")
    await bench.patch(id_, productOrderItem=[item("1", "line"), item("2", "voice")])
    await bench.look(id_)
    assert {each.partition(".")[0] for each in ordered(bench)} == {"1", "2"}


async def test_of_an_older_revision() -> None:
    """A PATCH on condition of a revision that has passed is 412, whatever else is wrong with it."""
    bench = Bench()
    id_ = await bench.post(item("1", "line"))
    seen = await bench.orders.get(id_)
    await bench.look(id_)
    late = {"productOrderItem": copy.deepcopy(seen.body.data["productOrderItem"])}
    with pytest.raises(PreconditionFailed):
        await bench.orders.patch(id_, late, if_match={seen.tag})


async def test_refused_later() -> None:
    """Where the work went on meanwhile, the items are those of before, and a note says why."""
    bench = Bench()
    id_ = await begun(bench, item("1", "line"))
    await bench.patch(id_, productOrderItem=[item("1", "line"), item("2", "voice")])
    bench.below.refuse = Conflict("serviceOrderItem[0]: is past its point of no return")
    body = await bench.look(id_)
    assert [each["id"] for each in body["productOrderItem"]] == ["1"]
    assert "is taken back: serviceOrderItem: item 1.access: is past" in notes(body)
    assert "ProductOrderInformationRequiredEvent" in [e.event.type for e in bench.store.log]


async def twice(bench: Bench, fault: Conflict | None) -> tuple[str, list[JsonObject]]:
    """Has a second change come in while the first is carried; what TMF641 says of the second."""
    id_ = await begun(bench, item("1", "line"))
    await bench.patch(id_, productOrderItem=[item("1", "line"), item("2", "voice")])
    real, asked = bench.below.patch, []

    async def patch(resource: str, below: str, changes: JsonObject, **more: Any) -> Reply:
        asked.append(changes)
        if len(asked) == 1:
            reply = await real(resource, below, changes, **more)
            third = [item("1", "line"), item("2", "voice"), item("3", "line")]
            await bench.patch(id_, productOrderItem=third)
            return reply
        if fault is not None and len(asked) == 2:
            raise fault
        return await real(resource, below, changes, **more)

    bench.below.patch = patch  # type: ignore[method-assign]
    await bench.look(id_)
    assert "amend" not in ((await bench.orders.get(id_)).process or {})
    return id_, asked


@pytest.mark.parametrize("refused", [False, True])
async def test_changed_while_it_is_amended(refused: bool) -> None:
    """A refused second change leads back to the first one, which TMF641 carries."""
    bench = Bench()
    fault = Conflict("serviceOrderItem[0]: is past") if refused else None
    id_, _ = await twice(bench, fault)
    body = (await bench.orders.get(id_)).body.data
    want = ["1", "2"] if refused else ["1", "2", "3"]
    assert [each["id"] for each in body["productOrderItem"]] == want
    assert sorted({each.partition(".")[0] for each in ordered(bench)}) == want
    assert ("taken back" in notes(body)) is refused


async def test_a_refused_change_leads_to_the_one_before() -> None:
    """Of two changes that are still to be carried, the first is carried if the second is not."""
    bench = Bench()
    id_ = await begun(bench, item("1", "line"))
    await bench.patch(id_, productOrderItem=[item("1", "line"), item("2", "voice")])
    await bench.patch(id_, productOrderItem=[item("1", "line"), item("3", "line")])
    bench.below.refuse = Conflict("serviceOrderItem[0]: is past")
    body = await bench.look(id_)
    assert [each["id"] for each in body["productOrderItem"]] == ["1", "2"]
    assert {each.partition(".")[0] for each in ordered(bench)} == {"1", "2"}


HOME = parse_catalog("""
productOfferings: [{id: line, name: Line, productSpecification: line}]
productSpecifications:
  - id: line
    name: Line
    characteristics: [{name: simulate.fail}, {name: simulate.latency}]
    services: [{name: access, specification: access, copy: all}]
serviceSpecifications:
  - id: access
    name: Access
    type: CFS
    onFailure: fail
    characteristics: [{name: simulate.fail}, {name: simulate.latency}]
""")


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"simulate.fail": "no"}, {}),
        ({"simulate.latency": 1}, {"simulate.latency": 2}),
        ({}, {"simulate.fail": "no"}),
    ],
    ids=str,
)
async def test_items_that_were_at_their_end(first: JsonObject, then: JsonObject) -> None:
    """An amended item is carried anew, and is then what that came to, with its services."""
    here = World(HOME, ("tmf622_product_ordering", *PACKAGES))
    orders = here.commands("tmf622", "productOrder")
    slow = item("2", "line", given={"simulate.latency": 40})
    items = [item("1", "line", given=first), copy.deepcopy(slow)]
    made = await orders.create({"productOrderItem": items})
    assert isinstance(made, Document)
    await here.run(5)
    state = "failed" if "simulate.fail" in first else "completed"
    assert states(await here.body("tmf622", "productOrder", made.id))[1] == state
    changed = item("1", "line", given=then)
    await orders.patch(made.id, {"productOrderItem": [changed, slow]})
    await here.run()
    order = await here.body("tmf622", "productOrder", made.id)
    (below,) = here.all("tmf641", "serviceOrder")
    one, other = order["productOrderItem"], below["serviceOrderItem"]
    assert order["state"] == below["state"]
    assert [each["state"] for each in one] == [each["state"] for each in other]
    for product, service in zip(one, other, strict=True):
        named = [each["id"] for each in product["product"].get("realizingService", [])]
        assert named == ([service["service"]["id"]] if product["state"] == "completed" else [])


async def test_while_it_is_cancelled() -> None:
    """An order that is being cancelled cannot be amended."""
    bench = Bench()
    id_ = await begun(bench, item("1", "line"))
    task = await bench.cancel(id_)
    await bench.look(task, "cancelProductOrder")
    with pytest.raises(Conflict, match="being cancelled"):
        await bench.patch(id_, productOrderItem=[item("1", "line"), item("2", "voice")])


async def test_price_only() -> None:
    """A modify of prices alone touches no service: it completes at once, naming none."""
    bench = Bench()
    price = {"priceType": "recurring", "price": {"dutyFreeAmount": {"unit": "EUR", "value": 5}}}
    id_ = await bench.post(item("1", "line", "modify", itemPrice=[price]))
    assert states(await bench.look(id_)) == ["completed", "completed"]
    assert bench.below.calls == []


@pytest.mark.parametrize(("status", "state"), [("suspended", "inactive"), ("active", "active")])
async def test_suspend_and_resume(status: str, state: str) -> None:
    """A modify of a product's status suspends or resumes the service that realizes it."""
    bench = Bench()
    body = item("1", "line", "modify", real=[{"id": "s", "name": "Access"}])
    body["product"]["status"] = status
    id_ = await bench.post(body)
    await bench.look(id_)
    (service,) = [each["service"] for each in bench.service_order()["serviceOrderItem"]]
    assert (service["id"], service["state"]) == ("s", state)


async def test_the_expected_date() -> None:
    """The service order's expected date is the order's; a note says once where that is late."""
    bench = Bench()
    wanted = "2026-01-02T00:00:00.000Z"
    id_ = await bench.post(item("1", "line"), requestedCompletionDate=wanted)
    await bench.look(id_)
    for day in (1, 3, 4):
        expected = f"2026-01-0{day}T00:00:00.000Z"
        bench.service_order()["expectedCompletionDate"] = expected
        body = await bench.look(id_)
        assert body["expectedCompletionDate"] == expected
    assert [n["text"] for n in body["note"]] == [
        "In jeopardy: by the plan it will be completed at 2026-01-03T00:00:00.000Z, not by "
        + wanted
        + "."
    ]


@pytest.mark.parametrize("settings", [{"refuse_duplicates": True}, {}])
async def test_duplicates(settings: dict[str, bool]) -> None:
    """With the setting, the same externalId of the same parties is 409 and names the order."""
    server = Server(Settings(database="sqlite:///:memory:", **settings))
    transport = httpx.ASGITransport(create_app(server))
    body = {
        "externalId": "B-1",
        "relatedParty": [{"id": "p", "@referredType": "Individual"}],
        "productOrderItem": [item("1", "nobody-knows")],
    }
    async with (
        server.running(),
        httpx.AsyncClient(transport=transport, base_url="http://t") as client,
    ):
        first = await client.post(BASE, json=body)
        assert first.status_code == 201
        again = await client.post(BASE, json=body)
        dry = await client.post(f"{BASE}?dryRun=true", json=body)
        if not settings:
            assert (again.status_code, dry.status_code) == (201, 200)
            return
        assert (again.status_code, dry.status_code) == (409, 409)
        assert again.json()["code"] == "duplicateOrder"
        assert first.json()["id"] in again.json()["reason"]
        others = [{"id": "q", "@referredType": "Individual"}]
        assert (await client.post(BASE, json={**body, "relatedParty": others})).status_code == 201
        assert (await client.post(BASE, json={**body, "externalId": "B-2"})).status_code == 201
