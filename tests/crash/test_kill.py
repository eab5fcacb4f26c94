"""The server is killed, again and again, while it works; nothing is lost and nothing doubled."""

import json
import random
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.clock import SystemClock
from api.registry import load_apis
from api.settings import Settings
from api.store import open_store
from api.store.document import LogEntry
from api.store.protocol import Collection
from tests.crash.servers import ROOT, insist, serving

ORDERS = 50
KILLS = 10
PATIENCE = 240.0
ORDERING = "/tmf-api/productOrderingManagement/v4"
SERVICE_ORDERING = "/tmf-api/serviceOrdering/v4"
INVENTORY = "/tmf-api/serviceInventory/v4"
ACTIVATION = "/tmf-api/ServiceActivationAndConfiguration/v4"
HUBS = (ORDERING, SERVICE_ORDERING, INVENTORY, ACTIVATION)


class Receiver(ThreadingHTTPServer):
    """Keeps the events that are POSTed to it, in the order of their arrival."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Callback)
        self.events: list[dict[str, Any]] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"


class Callback(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.events.append(json.loads(body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.shutdown()
    made.server_close()


def post_order(client: httpx.Client, number: int, body: dict[str, Any]) -> None:
    """Posts an order once: whether a cut-off try came through, its externalId tells."""
    path = f"{ORDERING}/productOrder"
    while not insist(lambda: client.get(path, params={"externalId": f"kill-{number}"})).json():
        try:
            answer = client.post(path, json={**body, "externalId": f"kill-{number}"})
            assert answer.status_code == 201, answer.text
        except httpx.TransportError:
            time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [20261122])
def test_a_server_killed_ten_times_completes_every_order(
    tmp_path: Path, receiver: Receiver, seed: int
) -> None:
    """50 bundle orders, kill -9 at ten random moments: all complete, no service twice, all told.

    Proves that a crash at any point loses no order, doubles no service, and that a subscriber gets
    every event at least once, in order per resource.
    """
    chance = random.Random(seed)
    print(f"seed {seed}")
    database = f"sqlite:///{tmp_path}/kill.sqlite"
    bundle = json.loads((ROOT / "examples" / "residential-bundle.json").read_text())
    with serving(database) as server, httpx.Client(base_url=server.url, timeout=30) as client:
        for base in HUBS:
            assert client.post(f"{base}/hub", json={"callback": receiver.url}).status_code == 201
        poster = threading.Thread(
            target=lambda: [post_order(client, number, bundle) for number in range(ORDERS)]
        )
        poster.start()
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.05, 2.0))
            server.kill()
            server.start()
        poster.join(120)
        assert not poster.is_alive()
        orders = await_final(client)
        assert [order["state"] for order in orders] == ["completed"] * ORDERS
        check_inventory(client)
        await_quiet(receiver)
    check_events(database, receiver.events)


def await_final(client: httpx.Client) -> list[dict[str, Any]]:
    """The orders, once none is open."""
    deadline = time.monotonic() + PATIENCE
    path = f"{ORDERING}/productOrder"
    while True:
        orders: list[dict[str, Any]] = insist(
            lambda: client.get(path, params={"limit": 1000, "fields": "state,externalId"})
        ).json()
        open_ = [each for each in orders if each["state"] in ("acknowledged", "inProgress")]
        if not open_ or time.monotonic() > deadline:
            assert len({each["externalId"] for each in orders}) == len(orders) == ORDERS
            return orders
        time.sleep(0.2)


def check_inventory(client: httpx.Client) -> None:
    """Exactly one active service per item of every service order."""
    orders = client.get(f"{SERVICE_ORDERING}/serviceOrder", params={"limit": 1000}).json()
    assert len(orders) == ORDERS
    wanted = {(order["id"], item["id"]) for order in orders for item in order["serviceOrderItem"]}
    found: list[tuple[str, str]] = []
    while page := client.get(
        f"{INVENTORY}/service", params={"limit": 1000, "offset": len(found)}
    ).json():
        for service in page:
            assert service["state"] == "active"
            (reference,) = service["serviceOrderItem"]
            found.append((reference["serviceOrderId"], reference["itemId"]))
    assert len(found) == len(set(found))
    assert set(found) == wanted


def await_quiet(receiver: Receiver) -> None:
    """Returns when no event has come for two seconds."""
    seen = -1
    while len(receiver.events) != seen:
        seen = len(receiver.events)
        time.sleep(2)


def check_events(database: str, received: list[dict[str, Any]]) -> None:
    """Every event of the log came, and those of one resource in the log's order."""
    log = read_log(database)
    wanted = {entry.event.id: entry.position for entry in log}
    arrived = [event["eventId"] for event in received]
    missing = wanted.keys() - set(arrived)
    assert not missing, f"{len(missing)} of {len(wanted)} events never came"
    print(f"{len(wanted)} events, {len(arrived) - len(set(arrived))} of them delivered again")
    # a service has one id in the inventory and in activation: each API tells of its own
    resource = {entry.event.id: (entry.event.api, entry.event.resource_id) for entry in log}
    last: defaultdict[tuple[str, str], int] = defaultdict(int)
    for id_ in dict.fromkeys(arrived):  # first arrivals
        assert wanted[id_] > last[resource[id_]], "events of one resource came out of order"
        last[resource[id_]] = wanted[id_]


def read_log(database: str) -> list[LogEntry]:
    """The whole event log, read from the store when no server runs."""
    import asyncio  # noqa: PLC0415 - the test itself is synchronous

    async def read() -> list[LogEntry]:
        clock = SystemClock()
        store = open_store(database, clock)
        apis = load_apis(Settings().apis)
        collections = [
            Collection(resource.collection, resource.indexes)
            for loaded in apis
            for resource in loaded.api.resources
        ]
        await store.open(collections)
        entries: list[LogEntry] = []
        while page := await store.read_log(len(entries), 1000):
            entries += page
        await store.close()
        return entries

    return asyncio.run(read())
