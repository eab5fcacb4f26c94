"""Two servers deliver, and are killed again and again: every subscriber gets every event."""

import json
import os
import random
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.crash.receivers import Arrival, Loop, Subscriber
from tests.crash.servers import Server, insist, serving

ORDERS = int(os.environ.get("TURNUP_TEST_KILL_ORDERS", "2000"))
KILLS = 10
POSTERS = 4
PATIENCE = 600.0
ORDERING = "/tmf-api/productOrderingManagement/v4"
EVENTS = "/tmf-api/eventManagement/v4/event"
SETTINGS = {
    "TURNUP_DELIVERY_SCHEDULE": json.dumps([0.2, 0.5, *[1.0] * 300]),  # nothing is parked
}
BODY = {
    "productOrderItem": [
        # not in the catalogue: the order waits for people, after a step or two
        {"id": "1", "action": "add", "productOffering": {"id": "unheard-of"}, "quantity": 1}
    ]
}


@contextmanager
def listening(seed: int) -> Iterator[tuple[Loop, list[Subscriber]]]:
    loop = Loop()
    subscribers = [
        Subscriber("steady"),
        Subscriber("flaky", chance=random.Random(seed)),
        Subscriber("dead for a while"),
    ]
    for each in subscribers:
        loop.run(each.listen())
    yield loop, subscribers
    for each in subscribers:
        loop.run(each.die())
    loop.stop()


def post(servers: list[Server], numbers: Iterator[int], taken: threading.Lock) -> None:
    """Posts orders and changes each; what a killed server cut off is repeated with its key."""
    with httpx.Client(timeout=20) as client:
        while True:
            with taken:
                number = next(numbers, None)
            if number is None:
                return
            server = servers[number % len(servers)]
            path, key = f"{server.url}{ORDERING}/productOrder", f"order-{number}"
            headers = {"Idempotency-Key": key}
            made = insist(
                lambda p=path, h=headers, k=key: client.post(
                    p, json={**BODY, "externalId": k}, headers=h
                )
            )
            assert made.status_code == 201, made.text
            change = {"description": "changed"}
            address = f"{path}/{made.json()['id']}"
            changed = insist(lambda a=address, c=change: client.patch(a, json=c))
            assert changed.status_code == 200, changed.text


def read_log(url: str) -> list[dict[str, Any]]:
    """The whole log, page by page."""
    events: list[dict[str, Any]] = []
    address: str | None = (
        f"{url}{EVENTS}?limit=1000&fields=eventId,eventType,domain,position,sequence,source"
    )
    with httpx.Client(timeout=30) as client:
        while address:
            answer = client.get(address)
            assert answer.status_code == 200, answer.text
            events += answer.json()
            address = answer.links.get("next", {}).get("url")
    return events


@pytest.mark.slow
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("seed", [20261122])
def test_every_subscriber_gets_every_event_whoever_is_killed(tmp_path: Path, seed: int) -> None:
    """2,000 orders, two servers on one store, ten kills: nothing is lost, nothing out of order.

    One subscriber always answers; one fails three times in ten, by its answer or by dropping the
    connection before or after it took the event; one is away for the first half. Each gets every
    event at least once; first arrivals are in order per resource; what comes again has its id.
    """
    chance = random.Random(seed)
    print(f"seed {seed}")
    database = f"sqlite:///{tmp_path}/kill.sqlite"
    began = time.monotonic()
    with ExitStack() as stack:
        loop, subscribers = stack.enter_context(listening(seed))
        servers = [stack.enter_context(serving(database, SETTINGS)) for _ in range(2)]
        for each in subscribers:
            hub = {"callback": f"http://127.0.0.1:{each.port}/events"}
            made = httpx.post(f"{servers[0].url}{ORDERING}/hub", json=hub)
            assert made.status_code == 201, made.text
        away = subscribers[2]
        loop.run(away.die())
        numbers, taken = iter(range(ORDERS)), threading.Lock()
        posters = [
            threading.Thread(target=post, args=(servers, numbers, taken)) for _ in range(POSTERS)
        ]
        for poster in posters:
            poster.start()
        for kill in range(KILLS):
            if kill == KILLS // 2:
                assert not away.arrivals
                loop.run(away.listen())
            time.sleep(chance.uniform(0.2, 3.0))
            killed = chance.choice(servers)
            killed.kill()
            killed.start()
        for poster in posters:
            poster.join(PATIENCE)
            assert not poster.is_alive()
        print(f"{ORDERS} orders posted, {KILLS} kills, after {time.monotonic() - began:.0f} s")
        log = await_all(servers[0].url, subscribers)
        print(f"all delivered after {time.monotonic() - began:.0f} s")
    check(log, subscribers)


def await_all(url: str, subscribers: list[Subscriber]) -> list[dict[str, Any]]:
    """The log, once every subscriber has all of it, or when time is up."""
    deadline = time.monotonic() + PATIENCE
    while True:
        end = int(httpx.head(f"{url}{EVENTS}", timeout=30).headers["X-Total-Count"])
        if all(len(each.ids) >= end for each in subscribers) or time.monotonic() > deadline:
            return read_log(url)
        time.sleep(0.5)


def check(log: list[dict[str, Any]], subscribers: list[Subscriber]) -> None:
    """Everything came, in order per resource; the same again is told by its id."""
    assert [each["position"] for each in log] == list(range(1, len(log) + 1))
    assert len(log) >= 2 * ORDERS
    assert len({each["source"]["id"] for each in log}) == ORDERS
    print(f"{len(log)} events in the log")
    logged = {(each["eventId"], each["position"], each["sequence"]) for each in log}
    for each in subscribers:
        arrivals = each.arrivals
        missing = {id_ for id_, _, _ in logged} - each.ids
        print(
            f"{each.name}: {len(arrivals)} arrivals of {len(each.ids)} events, "
            f"{len(arrivals) - len(each.ids)} of them again, {each.failed} failed, "
            f"{len(missing)} missing"
        )
        assert not missing
        assert {(one.id, one.position, one.sequence) for one in arrivals} == logged
        first: dict[str, Arrival] = {}
        for one in arrivals:
            first.setdefault(one.id, one)
        seen: defaultdict[str, int] = defaultdict(int)
        for one in first.values():
            assert one.sequence > seen[one.resource], "events of one resource came out of order"
            seen[one.resource] = one.sequence
