"""Product orders carried by all four APIs in one process, on fake time."""

import json
from pathlib import Path

import pytest

from api.catalog.load import load_catalog
from api.jsontypes import JsonObject
from api.store.document import Document
from tests import fakes
from tests.tmf622.bench import notes, states

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> fakes.World:
    monkeypatch.setattr(fakes, "PACKAGES", ("tmf622_product_ordering", *fakes.PACKAGES))
    return fakes.World(load_catalog(EXAMPLES / "catalog.yaml"))


async def post(world: fakes.World, body: JsonObject) -> JsonObject:
    made = await world.commands("tmf622", "productOrder").create(body)
    await world.run()
    return await world.body("tmf622", "productOrder", made.id)  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["residential-bundle", "business-bundle"])
async def test_bundle(world: fakes.World, name: str) -> None:
    """An example order comes to completed, with one active service per service order item."""
    order = await post(world, json.loads((EXAMPLES / f"{name}.json").read_text()))
    assert set(states(order)) == {"completed"}
    (below,) = world.all("tmf641", "serviceOrder")
    services = list(world.all("tmf638", "service"))
    assert len(services) == len(below["serviceOrderItem"])
    assert {each["state"] for each in services} == {"active"}


async def test_life_of_a_product(world: fakes.World) -> None:
    """What was ordered can be modified and deleted by the services that the order names."""
    first = await post(world, json.loads((EXAMPLES / "residential-bundle.json").read_text()))
    line, voice = first["productOrderItem"][1], first["productOrderItem"][2]
    line["action"], voice["action"] = "modify", "delete"
    line["product"]["productCharacteristic"] = [{"name": "downstreamMbps", "value": 1000}]
    del voice["productOrderItemRelationship"]  # to items of the first order
    second = await post(world, {"productOrderItem": [line, voice]})
    assert set(states(second)) == {"completed"}
    ended = [s["name"] for s in world.all("tmf638", "service") if s["state"] == "terminated"]
    assert sorted(ended) == [
        "SIP account",
        "Telephony",
        "Voice line",
        "Voice line",
        "Voice mailbox",
    ]


async def test_failure(world: fakes.World) -> None:
    """A service that fails for good fails its item; the rest comes up; a note says why."""
    body = json.loads((EXAMPLES / "residential-bundle.json").read_text())
    television = body["productOrderItem"][3]
    television["product"]["productCharacteristic"].append(
        {"name": "simulate.fail", "value": "no multicast here"}
    )
    order = await post(world, body)
    assert states(order) == ["partial", "failed", "completed", "completed", "failed", "completed"]
    assert "4.tv" in notes(order)


def failing(body: JsonObject, index: int) -> JsonObject:
    """The order with an item that the network refuses, so that it is held."""
    item = body["productOrderItem"][index]
    item["product"]["productCharacteristic"].append({"name": "simulate.fail", "value": "no"})
    return body


def residential() -> JsonObject:
    body: JsonObject = json.loads((EXAMPLES / "residential-bundle.json").read_text())
    return body


def live(world: fakes.World) -> list[str]:
    return sorted(s["name"] for s in world.all("tmf638", "service") if s["state"] != "terminated")


async def test_amended_under_way(world: fakes.World) -> None:
    """A held order whose bad item is mended by PATCH ends as a fresh order of that content."""
    order = await post(world, failing(residential(), 2))
    assert order["state"] == "held"
    items = residential()["productOrderItem"]
    await world.commands("tmf622", "productOrder").patch(order["id"], {"productOrderItem": items})
    await world.run()
    amended = await world.body("tmf622", "productOrder", order["id"])
    assert set(states(amended)) == {"completed"}
    mine, fresh = live(world), fakes.World(world.catalog)
    await post(fresh, residential())
    assert mine == live(fresh)


async def test_a_dropped_item(world: fakes.World) -> None:
    """What a dropped item had done is undone; the rest is completed."""
    order = await post(world, failing(residential(), 2))
    bundle, *parts = residential()["productOrderItem"]
    dropped = parts.pop(1)["id"]
    bundle["productOrderItemRelationship"] = [
        each for each in bundle["productOrderItemRelationship"] if each["id"] != dropped
    ]
    changes = {"productOrderItem": [bundle, *parts]}
    await world.commands("tmf622", "productOrder").patch(order["id"], changes)
    await world.run()
    amended = await world.body("tmf622", "productOrder", order["id"])
    assert set(states(amended)) == {"completed"}
    assert "Telephony" not in live(world)


async def test_cancelled_under_way(world: fakes.World) -> None:
    """A cancellation goes down; all that was done is undone, and the inventory is as before."""
    order = await post(world, failing(residential(), 2))
    assert live(world)
    task = await world.commands("tmf622", "cancelProductOrder").create(
        {"productOrder": {"id": order["id"]}}
    )
    await world.run()
    done = await world.body("tmf622", "cancelProductOrder", task.id)  # type: ignore[union-attr]
    assert done["state"] == "done"
    cancelled = await world.body("tmf622", "productOrder", order["id"])
    assert set(states(cancelled)) == {"cancelled"}
    assert live(world) == []


async def test_a_date_at_risk_before_the_start(world: fakes.World) -> None:
    """An order that waits for its start tells when it would be done, and notes that it is late."""
    start, wanted = "2025-06-15T16:00:00Z", "2025-06-15T16:00:10Z"
    body = residential() | {"requestedStartDate": start, "requestedCompletionDate": wanted}
    made = await world.commands("tmf622", "productOrder").create(body)
    assert isinstance(made, Document)
    await world.run(1)
    order = await world.body("tmf622", "productOrder", made.id)
    assert order["state"] == "acknowledged"
    expected = order["expectedCompletionDate"]
    assert expected > "2025-06-15T16:00:10"
    assert f"completed at {expected}, not by" in notes(order)
    await world.run()
    order = await world.body("tmf622", "productOrder", made.id)
    assert order["state"] == "completed"
    assert notes(order).count("In jeopardy") == 1
