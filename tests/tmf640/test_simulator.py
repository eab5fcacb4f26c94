"""The simulator adapter, on fake time: it does what options and characteristics ask of it."""

import asyncio

import pytest

from api.catalog.model import ServiceSpecification
from api.jsontypes import JsonObject, JsonValue
from tests.fake_clock import FakeClock
from tmf640_activation.adapters.base import (
    AdapterFailed,
    AdapterUnavailable,
    Operation,
    Outcome,
    Task,
)
from tmf640_activation.adapters.simulator import Simulator


def task(
    options: JsonObject,
    *,
    operation: Operation = Operation.CREATE,
    attempt: int = 1,
    **simulate: JsonValue,
) -> Task:
    characteristics = [
        {"name": f"simulate.{name}", "value": value} for name, value in simulate.items()
    ]
    after = {"id": "s-1", "state": "active", "serviceCharacteristic": characteristics}
    specification = ServiceSpecification("rfs", "RFS", options=options)
    return Task("key", operation, specification, None, after, attempt)


async def test_succeeds_at_once_by_default() -> None:
    """Without options there is nothing to wait for and nothing assigned."""
    assert await Simulator(FakeClock()).carry_out(task({})) == Outcome()


async def test_latency() -> None:
    """It takes as long as asked, a characteristic being stronger than the catalogue."""
    clock = FakeClock()
    running = asyncio.ensure_future(Simulator(clock).carry_out(task({"latency": 60}, latency=3)))
    await clock.advance(2.9)
    assert not running.done()
    await clock.advance(0.2)
    assert running.done()
    await running


@pytest.mark.parametrize(
    ("options", "reason"),
    [({"fail": True}, "asked to fail"), ({"fail": "no port free"}, "^no port free$")],
)
async def test_fails_for_good(options: JsonObject, reason: str) -> None:
    """With the reason that was given."""
    with pytest.raises(AdapterFailed, match=reason):
        await Simulator(FakeClock()).carry_out(task(options))


@pytest.mark.parametrize(("attempt", "fails"), [(1, True), (2, True), (3, False)])
async def test_fails_for_now(attempt: int, fails: bool) -> None:
    """The first tries fail, the next one succeeds; it keeps no count of its own."""
    simulator = Simulator(FakeClock())
    call = simulator.carry_out(task({}, attempt=attempt, failTimes=2))
    if fails:
        with pytest.raises(AdapterUnavailable):
            await call
    else:
        await call


@pytest.mark.parametrize(
    ("fail_on", "operation", "fails"),
    [
        ("terminate", Operation.TERMINATE, True),
        ("terminate", Operation.CREATE, False),
        (["modify", "suspend"], Operation.SUSPEND, True),
        (["modify", "suspend"], Operation.RESUME, False),
    ],
)
async def test_fails_on_some_operations(
    fail_on: JsonValue, operation: Operation, fails: bool
) -> None:
    """``failOn`` names the operations that fail."""
    call = Simulator(FakeClock()).carry_out(
        task({"fail": True, "failOn": fail_on}, operation=operation)
    )
    if fails:
        with pytest.raises(AdapterFailed):
            await call
    else:
        await call


async def test_assigns_characteristics() -> None:
    """The same service always gets the same values; only a create assigns."""
    options: JsonObject = {"assign": {"ip": "10.0.0.{number}", "port": "p-{id}", "vlan": 7}}
    simulator = Simulator(FakeClock())
    first = await simulator.carry_out(task(options))
    assert first == await simulator.carry_out(task(options, attempt=2))
    assert first.characteristics["port"] == "p-s-1"
    assert first.characteristics["vlan"] == 7
    assert 1 <= int(str(first.characteristics["ip"]).rsplit(".", 1)[1]) <= 254
    assert await simulator.carry_out(task(options, operation=Operation.MODIFY)) == Outcome()


@pytest.mark.parametrize("value", [None, "soon", [], {}, -5, True])
async def test_odd_values_do_no_harm(value: JsonValue) -> None:
    """Characteristics are clients' input: what is no number counts as none."""
    clock = FakeClock()
    running = asyncio.ensure_future(
        Simulator(clock).carry_out(task({}, latency=value, assign=value))
    )
    await clock.advance(1)
    assert running.done()
    assert await running == Outcome()
