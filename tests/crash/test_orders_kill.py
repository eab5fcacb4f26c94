"""Mixed orders through two servers that are killed again and again: all end as they should."""

import asyncio
import json
import os
import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.crash.aftermath import read_store
from tests.crash.caller import Board, Caller
from tests.crash.receivers import Loop, Subscriber
from tests.crash.servers import ROOT, Server, serving
from tests.crash.stories import Story, Tally

ORDERS = int(os.environ.get("TURNUP_TEST_KILL_MIXED", "1000"))
KILLS = max(6, ORDERS // 60)
CLIENTS = 12
PATIENCE = 300.0
_LAST_LOOKS = 10.0
"""Seconds in which a server that was just started looks at all that is due."""
SETTINGS = {
    "TURNUP_CATALOG": str(ROOT / "tests" / "crash" / "orders.yaml"),
    "TURNUP_DELIVERY_SCHEDULE": json.dumps([0.2, 0.5, *[1.0] * 300]),  # nothing is parked
}
APIS = (
    "/tmf-api/productOrderingManagement/v4",
    "/tmf-api/serviceOrdering/v4",
    "/tmf-api/serviceInventory/v4",
    "/tmf-api/ServiceActivationAndConfiguration/v4",
)
EVENTS = "/tmf-api/eventManagement/v4/event"


class Clients:
    """Clients in threads, each with stories of its own, until enough was ordered."""

    def __init__(self, servers: Sequence[Server], board: Board, seed: int) -> None:
        self.tally = Tally(ORDERS)
        self.errors: list[BaseException] = []
        self.repeated = 0
        self._servers = servers
        self._board = board
        self._threads = [
            threading.Thread(target=self._run, args=(f"{seed}-{number}",), daemon=True)
            for number in range(CLIENTS)
        ]
        for each in self._threads:
            each.start()

    @property
    def busy(self) -> bool:
        return any(each.is_alive() for each in self._threads)

    def _run(self, name: str) -> None:
        chance = random.Random(name)
        caller = Caller(self._servers, self._board, chance, name)
        try:
            while not self.tally.full and not self.errors:
                Story(caller, chance, self.tally).tell()
        except BaseException as error:  # noqa: BLE001 - the test itself tells of it
            self.errors.append(error)
        finally:
            self.repeated += caller.repeated
            caller.close()


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", [20261122])
def test_mixed_orders_end_as_they_should_whoever_is_killed(tmp_path: Path, seed: int) -> None:
    """1,000 mixed orders, two servers on one store, each killed -9 several times.

    Adds, modifies, deletes, amendments, cancellations, failures that pass and that do not, with
    operators who retry, skip, cancel and give up. Proves that every order ends in a final state by
    legal steps, that its items roll up into it, that inventory and network are exactly what the
    orders come to, that a subscriber gets every event, in order per resource, and that no process
    has anything left to do.
    """
    chance = random.Random(seed)
    print(f"seed {seed}, {ORDERS} orders")
    database = f"sqlite:///{tmp_path}/kill.sqlite"
    began = time.monotonic()
    board = Board()
    inbox = Subscriber("inbox", told=board.told)
    with ExitStack() as stack:
        stack.enter_context(listening(inbox))
        servers = [stack.enter_context(serving(database, SETTINGS)) for _ in range(2)]
        for api in APIS:
            hub = {"callback": f"http://127.0.0.1:{inbox.port}/events"}
            assert httpx.post(f"{servers[0].url}{api}/hub", json=hub).status_code == 201
        clients = Clients(servers, board, seed)
        kills = kill_now_and_then(servers, clients, chance)
        print(f"{kills} kills, all ordered and over after {time.monotonic() - began:.0f} s")
        for error in clients.errors:
            raise error
        await_quiet(servers[0].url, inbox)
        print(f"all told after {time.monotonic() - began:.0f} s")
    # a server that is stopped leaves what it held to the next one, which finds it done
    with serving(database, SETTINGS):
        time.sleep(_LAST_LOOKS)
    print(f"{clients.repeated} calls were cut off and repeated")
    for name, count in sorted(clients.tally.counts.items()):
        print(f"  {name}: {count}")
    end = asyncio.run(read_store(database))
    end.check_events(inbox.arrivals)
    end.check_orders()
    end.check_services(clients.tally)
    end.check_nothing_left()


@contextmanager
def listening(inbox: Subscriber) -> Iterator[None]:
    loop = Loop()
    loop.run(inbox.listen())
    yield
    loop.run(inbox.die())
    loop.stop()


def kill_now_and_then(servers: Sequence[Server], clients: Clients, chance: random.Random) -> int:
    """Kills one server after the other, in random turns, while the clients are busy."""
    turns = [server for _ in range(KILLS // 2) for server in servers]
    chance.shuffle(turns)
    pause = 2.0 * ORDERS / 1000 * 60 / len(turns)
    kills = 0
    while clients.busy:
        time.sleep(chance.uniform(0.2, pause))
        if clients.busy and kills < len(turns):
            turns[kills].kill()
            turns[kills].start()
            kills += 1
    return kills


def await_quiet(url: str, inbox: Subscriber) -> None:
    """Returns when everything is over and told, or when time is up."""
    deadline = time.monotonic() + PATIENCE
    seen = -1
    while time.monotonic() < deadline:
        end = int(httpx.head(f"{url}{EVENTS}", timeout=30).headers["X-Total-Count"])
        if len(inbox.ids) == end == seen:
            return
        seen = end
        time.sleep(3.0)
