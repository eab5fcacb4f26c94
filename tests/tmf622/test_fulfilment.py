"""The process that carries product orders, one look at a time."""

import pytest

from api.catalog.model import Catalog
from api.clock import derived_id
from api.dates import format_date
from api.errors import ApiError, BadRequest, Conflict, Unavailable
from api.store.document import Body, LogEntry, NewEvent
from tests.fakes import FakeWork
from tests.tmf622.bench import Bench, notes, states
from tests.tmf622.shop import item

LINE, VOICE = item("1", "line"), item("2", "voice", relies=["1"])


async def test_hand_over_and_follow() -> None:
    """An order is handed over once and goes with its service order until it is completed."""
    bench = Bench()
    id_ = await bench.post(LINE, VOICE)
    assert states(await bench.look(id_)) == ["inProgress", "acknowledged", "acknowledged"]
    assert [call[:2] for call in bench.below.calls] == [("create", "serviceOrder")]
    assert bench.service_order()["id"] == derived_id(id_, "serviceOrder")
    process = (await bench.orders.get(id_)).process or {}
    assert process["plan"]["catalog"] == bench.catalog.version
    assert process["plan"]["items"]["1"] == ["1.access", "1.access.port", "1.access.ip"]
    bench.set_below("inProgress", i1="completed", i2="inProgress")
    assert states(await bench.look(id_)) == ["inProgress", "completed", "inProgress"]
    bench.set_below("completed", i="completed")
    body = await bench.look(id_)
    assert set(states(body)) == {"completed"}
    assert "completionDate" in body
    named = body["productOrderItem"][0]["product"]["realizingService"]
    assert [each["id"] for each in named] == [
        "svc-1.access",
        "svc-1.access.port",
        "svc-1.access.ip",
    ]
    assert (await bench.orders.get(id_)).due is None


async def test_looks_without_news() -> None:
    """A look that finds nothing new writes nothing, and none is asked for: events tell of news."""
    bench = Bench()
    id_ = await bench.post(LINE)
    await bench.look(id_)
    writes = bench.store.writes
    await bench.clock.advance(3600)
    await bench.look(id_)
    assert bench.store.writes == writes
    assert (await bench.orders.get(id_)).due is None


async def test_stopped_between_plan_and_hand_over() -> None:
    """Where the service order is missing it is created by a plan made anew, under the same id."""
    bench = Bench()
    id_ = await bench.post(LINE)
    bench.below.refuse = Unavailable("away")
    with pytest.raises(Unavailable):
        await bench.look(id_)
    assert (await bench.orders.get(id_)).body.data["state"] == "inProgress"
    await bench.look(id_)
    assert bench.service_order()["id"] == derived_id(id_, "serviceOrder")


@pytest.mark.parametrize("refused", [BadRequest("too odd"), Conflict("too odd"), None])
async def test_cannot_be_handed_over(refused: ApiError | None) -> None:
    """An order that TMF641 refuses, or that a new catalogue does not know, is held for people."""
    bench = Bench()
    id_ = await bench.post(LINE)
    bench.below.refuse = refused or Unavailable("away")
    if not refused:
        with pytest.raises(Unavailable):
            await bench.look(id_)
        bench.catalog = Catalog()
    body = await bench.look(id_)
    assert states(body) == ["held", "held"]
    assert ("too odd" if refused else "does not know") in notes(body)
    assert set(states(await bench.patch(id_, state="inProgress"))) == {"inProgress"}


async def test_failure() -> None:
    """A failed item says why in a note, once; the order is partial."""
    bench = Bench()
    id_ = await bench.post(LINE, VOICE)
    await bench.look(id_)
    bench.set_below("partial", i1="completed", i2="failed")
    bench.service_order()["serviceOrderItem"][3]["errorMessage"] = [{"reason": "no port free."}]
    body = await bench.look(id_)
    assert states(body) == ["partial", "completed", "failed"]
    assert notes(body).count("no port free") == 1
    assert "Item 2 failed: 2.voice: no port free; " in notes(body)


async def test_item_in_part() -> None:
    """An item of which only a part came up is failed, with a note that says in part."""
    bench = Bench()
    id_ = await bench.post(LINE)
    await bench.look(id_)
    bench.set_below("partial", **{"i1.access": "failed", "i1.access.port": "completed"})
    body = await bench.look(id_)
    assert states(body) == ["failed", "failed"]
    assert "failed in part" in notes(body)
    named = body["productOrderItem"][0]["product"]["realizingService"]
    assert [each["id"] for each in named] == ["svc-1.access.port"]


@pytest.mark.parametrize("end", ["rejected", "cancelled", "failed"])
async def test_items_left_open(end: str) -> None:
    """Items that a final service order left open share its fate."""
    bench = Bench()
    id_ = await bench.post(LINE)
    await bench.look(id_)
    bench.set_below(end)
    want = "cancelled" if end == "cancelled" else "failed"
    assert set(states(await bench.look(id_))) == {want}


async def test_bundle() -> None:
    """A bundle is done when its parts are, and fails where one does."""
    bench = Bench()
    id_ = await bench.post(item("0", "bundle", parts=["1", "2"]), LINE, VOICE)
    await bench.look(id_)
    bench.set_below("inProgress", i1="completed")
    assert states(await bench.look(id_))[1:] == ["inProgress", "completed", "acknowledged"]
    bench.set_below("completed", i="completed")
    assert set(states(await bench.look(id_))) == {"completed"}


@pytest.mark.parametrize(
    ("jack", "shown"), [("acknowledged", "acknowledged"), ("completed", "held")]
)
async def test_waits_for_what_is_held(jack: str, shown: str) -> None:
    """In an order that is held no item moves: one not begun is acknowledged, others are held."""
    bench = Bench()
    id_ = await bench.post(LINE, VOICE)
    await bench.look(id_)
    bench.set_below("held", **{"i1": "held", "i2.voice.jack": jack})
    assert states(await bench.look(id_)) == ["held", "held", shown]
    bench.set_below("inProgress", i1="inProgress")
    going = "acknowledged" if jack == "acknowledged" else "inProgress"
    assert states(await bench.look(id_)) == ["inProgress", "inProgress", going]


@pytest.mark.parametrize("stopped", ["held", "pending"])
async def test_stopped_below(stopped: str) -> None:
    """A service order that is held or pending shows in the product order, and is left again."""
    bench = Bench()
    id_ = await bench.post(LINE)
    await bench.look(id_)
    bench.set_below(stopped)
    assert (await bench.look(id_))["state"] == stopped
    bench.set_below("completed", i="completed")
    assert set(states(await bench.look(id_))) == {"completed"}


async def test_nothing_to_order() -> None:
    """An order of noChange items, or of products without services, completes by itself."""
    bench = Bench()
    id_ = await bench.post(item("1", "line", "noChange"), item("2", "paper"))
    assert set(states(await bench.look(id_))) == {"completed"}
    assert bench.below.calls == []


async def test_future_date() -> None:
    """An order for later stays acknowledged until then; a patched date is looked at again."""
    bench = Bench()
    start = bench.clock.now() + 1000
    id_ = await bench.post(LINE, requestedStartDate=format_date(start))
    assert (await bench.look(id_))["state"] == "acknowledged"
    assert (await bench.orders.get(id_)).due == start
    await bench.patch(id_, requestedStartDate=format_date(start - 500))
    await bench.look(id_)
    assert (await bench.orders.get(id_)).due == start - 500
    await bench.clock.advance(500)
    assert (await bench.look(id_))["state"] == "inProgress"


async def test_unknown() -> None:
    """An unknown item leaves the order acknowledged, with a note and an event, once."""
    bench = Bench()
    id_ = await bench.post(item("1", "zz"), LINE | {"id": "2"})
    body = await bench.look(id_)
    assert set(states(body)) == {"acknowledged"}
    assert "item 1: the catalogue does not know productOffering 'zz'" in notes(body)
    types = [entry.event.type for entry in bench.store.log]
    assert types.count("ProductOrderInformationRequiredEvent") == 1
    assert bench.below.calls == []


async def test_suspend_resume() -> None:
    """What a client asks of the order is passed on once; the order follows what came of it."""
    bench = Bench()
    id_ = await bench.post(LINE)
    await bench.look(id_)
    bench.set_below("inProgress")
    await bench.patch(id_, state="held")
    assert (await bench.look(id_))["state"] == "held"
    await bench.patch(id_, state="inProgress")
    assert (await bench.look(id_))["state"] == "inProgress"
    patches = [call[2]["state"] for call in bench.below.calls if call[0] == "patch"]
    assert patches == ["held", "inProgress"]


async def test_suspend_refused() -> None:
    """Where the service order cannot be held, a note says so and the order goes on."""
    bench = Bench()
    id_ = await bench.post(LINE)
    await bench.look(id_)
    bench.set_below("inProgress")
    await bench.patch(id_, state="held")
    bench.below.refuse = Conflict("it cannot rest.")
    body = await bench.look(id_)
    assert body["state"] == "inProgress"
    assert "cannot become held: it cannot rest." in notes(body)


async def test_given_up() -> None:
    """An order that is given up has its service order given up; it is over when that is."""
    bench = Bench()
    id_ = await bench.post(LINE)
    await bench.look(id_)
    bench.set_below("inProgress")
    await bench.patch(id_, state="held")
    await bench.patch(id_, state="cancelled")
    await bench.look(id_)
    assert bench.service_order()["state"] == "cancelled"
    assert bench.below.calls[-1] == ("patch", "serviceOrder", {"state": "cancelled"})
    body = await bench.look(id_)
    assert set(states(body)) == {"cancelled"}
    assert {"completionDate", "cancellationDate"} <= body.keys()


async def test_changed_while_planning() -> None:
    """An order that changes while it is planned is not carried by the stale plan."""
    bench = Bench()
    id_ = await bench.post(LINE)
    stale = await bench.orders.get(id_)
    await bench.patch(id_, productOrderItem=[LINE, VOICE])
    work = FakeWork(bench.orders, stale, set())
    await bench.controller("productOrder").reconcile(work)
    assert bench.below.calls == []
    await bench.look(id_)
    assert len(bench.service_order()["serviceOrderItem"]) == 6


async def test_modify_reads_the_inventory() -> None:
    """The services below those that a delete names are found in the inventory."""
    bench = Bench()
    services = bench.clients["tmf638"].resources
    services["service", "a"] = {
        "id": "a",
        "serviceSpecification": {"id": "cfs-access"},
        "supportingService": [{"id": "p"}, {"id": "gone"}],
    }
    services["service", "p"] = {"id": "p", "serviceSpecification": {"id": "rfs-port"}}
    id_ = await bench.post(item("1", "line", "delete", real=[{"id": "a"}]))
    assert (await bench.look(id_))["state"] == "inProgress"
    named = [each["service"]["id"] for each in bench.service_order()["serviceOrderItem"]]
    assert named == ["a", "p"]


def entry(api: str, resource: str, body: dict[str, object]) -> LogEntry:
    event = NewEvent("e", "T", api, resource, "r", "2025-01-01T00:00:00.000Z")
    return LogEntry(1, 1, event, Body(data=body))


def test_concerns() -> None:
    """Open orders, and orders whose service order changed, are looked at; others are not."""
    concerns = Bench().controller("productOrder").concerns
    reference = {"id": "po", "externalReferenceType": "productOrder", "name": "x"}
    other = {"id": "x", "externalReferenceType": "ticket", "name": "x"}
    assert list(concerns(entry("tmf622", "productOrder", {"state": "held"}))) == ["r"]
    assert list(concerns(entry("tmf622", "productOrder", {"state": "completed"}))) == []
    told = entry("tmf641", "serviceOrder", {"externalReference": [other, reference]})
    assert list(concerns(told)) == ["po"]
    assert list(concerns(entry("tmf641", "serviceOrder", {}))) == []
    assert list(concerns(entry("tmf638", "service", {}))) == []


async def test_no_item_is_open_in_an_order_that_is_over() -> None:
    """Items that reach their end by a state between reach it before their order does."""
    bench = Bench()
    id_ = await bench.post(item("1", "line"), item("2", "voice"))
    await bench.look(id_)
    bench.set_below("failed", i1="failed", i2="cancelled")
    assert states(await bench.look(id_)) == ["failed", "failed", "cancelled"]
    told = [e.snapshot.data for e in bench.store.log if e.event.resource_id == id_]
    over = [states(each) for each in told if each["state"] == "failed"]
    assert over
    assert all(each == ["failed", "failed", "cancelled"] for each in over)
