"""Patches of operations that an adapter carries out: done once, in turn, whatever happens."""

import asyncio

import pytest

from api.jsontypes import JsonObject
from api.patch import JSON_PATCH, JSON_PATCH_QUERY, Patch
from tests.fakes import World
from tests.tmf640.test_activation import body, create, error, services, world


def append(name: str) -> Patch:
    """Doing it twice would be seen."""
    value = {"name": name, "value": "1"}
    return Patch([{"op": "add", "path": "/serviceCharacteristic/-", "value": value}], JSON_PATCH)


async def names(here: World) -> list[str]:
    service: JsonObject = await here.body("tmf640", "service", "s")
    return [each["name"] for each in service["serviceCharacteristic"]]


@pytest.mark.parametrize("moment", [0.0, 2.5, 4.9, 5.0])
async def test_a_crash_does_nothing_twice(moment: float) -> None:
    """Killed at any moment and started again, an element is added once."""
    here = world(latency=5)
    await create(here, body(), key="s")
    call = asyncio.ensure_future(services(here).patch("s", append("a"), key="k"))
    await here.run(moment)
    here.crash()
    await here.run()
    await call
    assert await names(here) == ["a"]
    assert [done["state"] for done in here.all("tmf640", "monitor")] == ["Completed"] * 2


@pytest.mark.parametrize("writes", range(12))
async def test_a_crash_between_writes_does_nothing_twice(writes: int) -> None:
    """The same where it is killed after so many writes, the service's own among them."""
    here = world()
    await create(here, body(), key="s")
    here.crash_after(writes)
    call = asyncio.ensure_future(services(here).patch("s", append("a"), key="k"))
    await here.run()
    await asyncio.gather(call, return_exceptions=True)
    await here.during(services(here).patch("s", append("a"), key="k"))
    await here.run()
    assert await names(here) == ["a"]


async def test_patches_that_wait_for_each_other_lose_nothing() -> None:
    """Each is done on what the one before it has left."""
    here = world(latency=5)
    await create(here, body(), key="s")
    calls = [asyncio.ensure_future(services(here).patch("s", append(n))) for n in ("a", "b", "c")]
    await here.run()
    await asyncio.gather(*calls)
    assert sorted(await names(here)) == ["a", "b", "c"]


async def test_what_fits_no_more_ends_in_error() -> None:
    """The first patch has taken away what the second one meant: its monitor says 409."""
    here = world(latency=5)
    await create(here, body(mark="x"), key="s")
    path = "/serviceCharacteristic?serviceCharacteristic.name=simulate.mark"
    removal = Patch([{"op": "remove", "path": path}], JSON_PATCH_QUERY)
    calls = [asyncio.ensure_future(services(here).patch("s", removal)) for _ in range(2)]
    await here.run()
    await asyncio.gather(*calls)
    (done,) = [each for each in here.all("tmf640", "monitor") if each["state"] != "Completed"]
    assert (done["state"], done["response"]["statusCode"]) == ("InError", "409")
    assert "operation 0" in error(done)["reason"]
    assert await names(here) == []
