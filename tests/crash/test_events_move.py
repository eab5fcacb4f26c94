"""A server that is killed, or stalls, leaves its subscriptions to another: within ten seconds."""

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.crash.receivers import Loop, Subscriber
from tests.crash.servers import Server, serving
from tests.patience import PATIENCE

INVENTORY = "/tmf-api/serviceInventory/v4"
EVENTS = "/tmf-api/eventManagement/v4/event"
SUBSCRIBERS = 6
SHARED = 8.0
"""Seconds after which two servers have shared the subscriptions evenly."""

MOST = 10.0


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """By the store's name."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/move.sqlite"
    url: str = request.getfixturevalue("mongodb_url")
    return url


@pytest.fixture
def subscribers() -> Iterator[list[Subscriber]]:
    loop = Loop()
    some = [Subscriber(f"subscriber {number}") for number in range(SUBSCRIBERS)]
    for each in some:
        loop.run(each.listen())
    yield some
    for each in some:
        loop.run(each.die())
    loop.stop()


def create(server: Server, count: int) -> None:
    for number in range(count):
        body = {"state": "active", "name": str(number), "serviceSpecification": {"id": "line"}}
        made = httpx.post(f"{server.url}{INVENTORY}/service", json=body, timeout=30)
        assert made.status_code == 201, made.text


def await_all(server: Server, subscribers: list[Subscriber]) -> None:
    """Returns once all of them have every event of the log."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        end = int(httpx.head(f"{server.url}{EVENTS}", timeout=30).headers["X-Total-Count"])
        if all(len(each.ids) == end for each in subscribers):
            return
        time.sleep(0.02)
    raise AssertionError([len(each.ids) for each in subscribers])


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("database", "how"),
    [
        ("sqlite", signal.SIGKILL),
        ("mongodb", signal.SIGKILL),
        # not on SQLite: a process that is stopped in a transaction keeps the file's lock
        ("mongodb", signal.SIGSTOP),
    ],
    indirect=["database"],
)
def test_subscriptions_move_to_the_other_server(
    database: str, how: signal.Signals, subscribers: list[Subscriber]
) -> None:
    """Two servers share six subscriptions; when either is gone the other delivers all of them soon.

    One that is only stopped may still hold them, for all that the other knows, until its leases run
    out. When it goes on nothing is withheld.
    """
    with ExitStack() as stack:
        servers = [stack.enter_context(serving(database)) for _ in range(2)]
        for each in subscribers:
            hub = {"callback": f"http://127.0.0.1:{each.port}/events"}
            made = httpx.post(f"{servers[0].url}{INVENTORY}/hub", json=hub, timeout=30)
            assert made.status_code == 201, made.text
        for gone, left in (servers, reversed(servers)):
            time.sleep(SHARED)
            began = time.monotonic()
            create(left, 3)
            await_all(left, subscribers)
            usual = time.monotonic() - began
            began = time.monotonic()
            leave(gone, how)
            create(left, 3)
            await_all(left, subscribers)
            taken = time.monotonic() - began
            kind = database.partition(":")[0]
            print(f"{kind}, {how.name}: moved within {taken:.1f} s, of which {usual:.1f} s as ever")
            assert taken - usual < MOST
            come_back(gone, how)
            create(left, 3)
            await_all(left, subscribers)


def leave(server: Server, how: signal.Signals) -> None:
    if how is signal.SIGKILL:
        server.kill()
    else:
        server.send(how)


def come_back(server: Server, how: signal.Signals) -> None:
    if how is signal.SIGKILL:
        server.start()
    else:
        server.send(signal.SIGCONT)
