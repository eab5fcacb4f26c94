"""What keeps failing: held for a person, failed, or undone, by the catalogue's policy."""

from api.jsontypes import JsonObject, JsonValue
from tests.scenarios.desk import SERVICE, Desk, items_of, states, values
from tests.scenarios.orders import service

HELD = ("Create", "inProgress", "held", "Jeopardy", "InformationRequired")


async def stuck(desk: Desk) -> str:
    """An order whose first item is held, and the second waits for it."""
    id_ = await desk.order(
        SERVICE,
        service("1", "rfs-slow", simulate={"fail": "no port"}),
        service("2", "rfs-line", "1"),
    )
    order = await desk.until(SERVICE, id_, "held")
    assert states(order) == {"1": "held", "2": "acknowledged"}
    assert "no port" in items_of(order)[0]["errorMessage"][0]["reason"]
    return id_


async def decide(desk: Desk, id_: str, note: bool = True, **changes: JsonValue) -> None:
    """What a person decides about the first item, by PATCH."""
    items = items_of(await desk.get(SERVICE, id_))
    items[0] |= changes
    why: JsonObject = {"note": [{"text": "seen to it", "author": "me"}]} if note else {}
    await desk.patch(SERVICE, id_, serviceOrderItem=items, **why)


async def test_retries_with_backoff(desk: Desk) -> None:
    """What fails for now is tried again by the specification's schedule, without anybody's help."""
    id_ = await desk.order(SERVICE, service("1", "rfs-stubborn", simulate={"failTimes": 2}))
    for seconds in (600, 1200):
        await desk.busy("create rfs-stubborn")
        assert (await desk.get(SERVICE, id_))["state"] == "inProgress"
        await desk.put_off()
        assert desk.asked() == ["create rfs-stubborn"]
        desk.clock.leap(seconds)
    await desk.until(SERVICE, id_, "completed")
    assert desk.asked() == ["create rfs-stubborn"]
    await desk.told(id_, "Create", "inProgress", "completed")


async def test_decisions_on_a_held_item(desk: Desk) -> None:
    """Retried in vain, edited and retried, skipped, or completed by hand."""
    id_ = await stuck(desk)
    await decide(desk, id_, note=False, state="inProgress")
    await desk.told(id_, *HELD, "inProgress", *HELD[2:])
    await decide(desk, id_, note=False, service=service("1", "rfs-slow")["service"])
    await desk.until(SERVICE, id_, "completed")
    await desk.told(id_, *HELD, "inProgress", *HELD[2:], "inProgress", "completed")

    id_ = await stuck(desk)
    await decide(desk, id_, state="cancelled")
    order = await desk.until(SERVICE, id_, "failed")
    assert states(order) == {"1": "cancelled", "2": "failed"}

    id_ = await stuck(desk)
    await decide(desk, id_, state="completed")
    order = await desk.until(SERVICE, id_, "completed")
    real = items_of(order)[0]["service"]["id"]
    assert (await desk.inventory())[real]["state"] == "active"
    await desk.told(id_, *HELD, "inProgress", "completed")
    await desk.told(real, "Create", "active")


async def test_given_up(desk: Desk) -> None:
    """A person gives the order up: what is held is undone, what is completed stays."""
    id_ = await desk.order(
        SERVICE,
        service("1", "rfs-slow", "2", simulate={"fail": "no port"}),
        service("2", "rfs-line"),
    )
    await desk.until(SERVICE, id_, "held")
    await desk.patch(SERVICE, id_, state="cancelled")
    order = await desk.until(SERVICE, id_, "cancelled")
    assert states(order) == {"1": "cancelled", "2": "completed"}
    assert await desk.living() == ["Line"]
    await desk.told(id_, *HELD, "inProgress", "cancelled")


async def test_fail(desk: Desk) -> None:
    """The item fails with what depends on it, what was reserved is released, the rest goes on."""
    failing = service("1", "rfs-failing", simulate={"fail": "no"})
    id_ = await desk.order(
        SERVICE, failing, service("2", "rfs-line", "1"), service("3", "rfs-line")
    )
    order = await desk.until(SERVICE, id_, "partial")
    assert states(order) == {"1": "failed", "2": "failed", "3": "completed"}
    assert await desk.living() == ["Line"]
    assert len(await desk.inventory()) == 1
    await desk.told(id_, "Create", "inProgress", "partial")
    id_ = await desk.order(SERVICE, failing)
    await desk.until(SERVICE, id_, "failed")
    await desk.told(id_, "Create", "inProgress", "failed")


async def test_compensate(desk: Desk) -> None:
    """What the order has done is undone in reverse order, and the inventory is as before."""
    made = await desk.done(SERVICE, service("1", "rfs-line", profile="P1"))
    line = items_of(made)[0]["service"]["id"]
    before = await desk.inventory()
    desk.asked()
    id_ = await desk.order(
        SERVICE,
        service("1", action="modify", real=line, profile="P2"),
        service("2", "cfs-internet", "1"),
        service("3", "rfs-careful", "2", simulate={"fail": "no"}),
    )
    order = await desk.until(SERVICE, id_, "failed")
    assert states(order) == {"1": "cancelled", "2": "cancelled", "3": "failed"}
    assert desk.asked() == [
        "modify rfs-line",
        "create cfs-internet",
        "create rfs-careful",
        "terminate cfs-internet",
        "modify rfs-line",
    ]
    after = await desk.inventory()
    assert after.keys() == before.keys()
    assert values(after[line]) == {"profile": "P1"}
    await desk.told(id_, "Create", "inProgress", "Milestone", "failed")
