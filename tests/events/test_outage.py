"""An endpoint that is away for hours and days, by the default schedule: what comes when."""

from dataclasses import replace

import httpx
import pytest

from api.events import tail
from api.events.limits import LIMITS, SCHEDULE
from api.events.manager import Replay
from api.events.record import DELIVERIES
from api.store.protocol import Store
from tests.events.receivers import CALLBACK, a_hub, documents, logged
from tests.events.test_endpoint import Answering
from tests.fake_clock import FakeClock
from tests.process.things import Things

HOUR = 3600.0
RETURN = LIMITS.breaking.most * (1 + LIMITS.breaking.jitter) + 5
"""Seconds after its return by which an endpoint has been probed, and everything has come."""


@pytest.mark.parametrize(
    ("hours", "some_parked"), [(1, False), (24, False), (48, False), (96, True)]
)
async def test_an_endpoint_that_is_away(
    clock: FakeClock,
    store: Store,
    things: Things,
    monkeypatch: pytest.MonkeyPatch,
    hours: int,
    *,
    some_parked: bool,
) -> None:
    """Up to three days: all of it comes in order within minutes of the return, nothing is parked.

    After four days what was tried first is parked, the rest comes, and a replay brings what is
    missing. Meanwhile the endpoint is looked at every five minutes, by one probe.
    """
    monkeypatch.setattr(tail, "_LAST_LOOK", 600.0)
    receiver = Answering(clock)
    limits = replace(LIMITS, claim=600.0)
    hub = a_hub(store, clock, receiver, limits=limits, schedule=SCHEDULE, lease=4 * HOUR)
    await hub.start()
    id_ = (await hub.subscriptions.register("test", {"callback": CALLBACK})).id
    await clock.settle()
    receiver.answers["127.0.0.1"] = httpx.ConnectError("refused")
    begin = clock.now()
    names = [f"t{number}" for number in range(10)]
    for name in names:
        await things.add(name)
    for hour in range(hours):
        for name in names[hour % 2 :: 2]:
            await things.put(name, name=str(hour))
        await clock.advance(HOUR)
    assert receiver.events == []
    probes = len(receiver.tries)
    assert probes <= 40 + hours * 3600 / LIMITS.breaking.most * 1.2
    receiver.answers.clear()
    await clock.advance(RETURN)
    parked = {each["resource"]["id"] for each in await hub.manager.parked("test", id_)}
    assert bool(parked) is some_parked
    for name in names:
        if name not in parked:
            assert receiver.by_thing()[name] == await logged(store, name)
    if parked:
        await hub.manager.replay("test", id_, Replay(time=begin))
        await clock.advance(5)
        for name in names:
            assert receiver.by_thing()[name] == await logged(store, name)
    assert await documents(store, DELIVERIES.name) == []
    print(
        f"\naway {hours} h: {probes} tries, {len(receiver.events)} received, parked {len(parked)}"
    )
    await hub.stop()
