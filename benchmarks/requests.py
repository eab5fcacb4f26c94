"""Creates, gets, lists and carries orders: this server beside a floor, and beside tmf-mock.

    python -m benchmarks.requests [--count 4000] [--rounds 3] [--orders 100] [--only floor …]

- start: time, CPU and memory of a server until it is ready, with all APIs and an empty file.
- floor: CPU time of the server process per request, as a ratio to the floor (`benchmarks.floor`:
  bare Starlette around the same store calls), taken alternately; the median of the rounds' ratios.
- mock: requests per second, and CPU per request, beside the in-memory server of tmf-mock, with the
  same client: for few connections at a time and for many.
- carried: bundle orders carried to completion per second of CPU.
- mongodb: floor and carried on a MongoDB server. The one that is started where none is named is for
  tests and slow, so there are fewer requests.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.load import Answer, Load, request, run
from benchmarks.servers import (
    Running,
    cpu_seconds,
    floor,
    memory_mb,
    mongodb,
    started,
    tmf_mock,
    turnup,
)

CONNECTIONS = 16
MOCK_CONNECTIONS = (CONNECTIONS, 64)
"""Few, and many: writes that come together share a commit."""

MONGODB_CONNECTIONS = 4
SERVICE_ORDER = "/tmf-api/serviceOrdering/v4/serviceOrder"
PRODUCT_ORDER = "/tmf-api/productOrderingManagement/v4/productOrder"
GOALS = {"create": 1.6, "get": 1.3, "list of 20": 1.3}
MOCK_GOALS = {"create": 4.0, "get": 5.0, "list of 20": 5.0}
READY_GOAL, MEMORY_GOAL = 2.0, 150.0
PARTS = ("start", "floor", "mock", "carried", "mongodb")


def order_body(items_name: str = "serviceOrderItem") -> bytes:
    """A service order of about 3 kB, as an integrator would send it."""
    items = [
        {
            "id": str(number),
            "action": "add",
            "@type": "ServiceOrderItem",
            "service": {
                "@type": "Service",
                "state": "active",
                "serviceType": "CFS",
                "serviceSpecification": {"id": f"spec-{number}", "name": "Line", "version": "1"},
                "serviceCharacteristic": [
                    {"name": f"characteristic{c}", "valueType": "string", "value": f"value {c}"}
                    for c in range(5)
                ],
                "place": [{"id": "A-1", "name": "12 Elm Street", "role": "installation"}],
            },
        }
        for number in range(3)
    ]
    body = {
        "externalId": "BSS-1",
        "priority": "1",
        "description": "A service order for measuring",
        "category": "benchmark",
        "requestedCompletionDate": "2030-01-15T09:37:40.508Z",
        "@type": "ServiceOrder",
        "note": [{"date": "2026-01-12T09:37:40.508Z", "author": "bench", "text": "Some text"}],
        "relatedParty": [
            {"id": "456", "role": "requester", "name": "Jean", "@type": "RelatedParty",
             "@referredType": "Individual"}
        ],
        items_name: items,
    }  # fmt: skip
    return json.dumps(body).encode()


class Session:
    """Creates, gets and lists on one server, with its CPU time.

    Args:
        server: under measurement.
        path: of the collection.
        count: requests per kind and round.
        items_name: what the server calls the items of an order.
        connections: requests at a time.
    """

    def __init__(
        self,
        server: Running,
        path: str,
        count: int,
        items_name: str = "serviceOrderItem",
        connections: int = CONNECTIONS,
    ) -> None:
        self.server = server
        self.path = path
        self.count = count
        self.connections = connections
        self.body = order_body(items_name)
        self.ids: list[str] = []
        self.cpu: dict[str, list[float]] = {}
        self.loads: dict[str, list[Load]] = {}

    async def round(self, *, ids_from_location: Callable[[Answer], str]) -> None:
        """One round of all kinds."""
        body = self.body
        if not self.ids:
            await run(
                self.server.port,
                lambda _: request("POST", self.path, body),
                200,
                self.connections,
                lambda answer: self.ids.append(ids_from_location(answer)),
            )
        ids = self.ids
        await self._measure("create", lambda _: request("POST", self.path, body))
        await self._measure("get", lambda n: request("GET", f"{self.path}/{ids[n % len(ids)]}"))
        await self._measure("list of 20", lambda _: request("GET", f"{self.path}?limit=20"))

    async def _measure(self, kind: str, make: Callable[[int], bytes]) -> None:
        before = cpu_seconds(self.server.pid)
        load = await run(self.server.port, make, self.count, self.connections)
        used = cpu_seconds(self.server.pid) - before
        self.cpu.setdefault(kind, []).append(used / self.count)
        self.loads.setdefault(kind, []).append(load)


async def against_floor(
    database: str, floor_database: str, count: int, rounds: int, connections: int = CONNECTIONS
) -> None:
    """Prints the table of CPU ratios on one store."""
    with turnup(database) as ours, floor(floor_database) as bare:
        mine = Session(ours, SERVICE_ORDER, count, connections=connections)
        least = Session(bare, "/order", count, connections=connections)
        ids = await _seed_floor(bare)
        least.ids = ids
        for _ in range(rounds):
            await mine.round(ids_from_location=lambda answer: json.loads(answer.body)["id"])
            await least.round(ids_from_location=lambda _: "")
        print(f"\nCPU per request on {database.partition(':')[0]}, median of {rounds} rounds")
        print(f"{'':12}{'turnup':>10}{'floor':>10}{'ratio':>8}{'goal':>8}")
        for kind, goal in GOALS.items():
            a, b = statistics.median(mine.cpu[kind]), statistics.median(least.cpu[kind])
            ratio = _ratio(mine.cpu[kind], least.cpu[kind])
            print(f"{kind:12}{a * 1e6:8.0f}us{b * 1e6:8.0f}us{ratio:8.2f}{goal:8.1f}")
        print(f"memory of the server: {memory_mb(ours.pid):.0f} MB")


def _ratio(ours: list[float], others: list[float]) -> float:
    """The median of the rounds' ratios: what disturbs a round disturbs both."""
    return statistics.median(a / b for a, b in zip(ours, others, strict=True))


async def _seed_floor(bare: Running) -> list[str]:
    """Ids of orders in the floor's store: it gives them in Location only, so ask for one body."""
    ids: list[str] = []
    reader, writer = await asyncio.open_connection("127.0.0.1", bare.port)
    for _ in range(200):
        writer.write(request("POST", "/order", order_body()))
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
        await reader.readexactly(length)
        ids.append(head.partition("location: /order/")[2].partition("\r\n")[0])
    writer.close()
    return ids


async def against_mock(
    database: str, environment: Path, count: int, rounds: int, connections: int
) -> None:
    """Prints requests per second beside tmf-mock, which is in an environment of its own."""
    with turnup(database) as ours, tmf_mock(environment) as other:
        mine = Session(ours, SERVICE_ORDER, count, connections=connections)
        # tmf-mock calls the items of a service order otherwise than the official document
        theirs = Session(other, SERVICE_ORDER, count, "orderItem", connections)
        for _ in range(rounds):
            await mine.round(ids_from_location=lambda answer: json.loads(answer.body)["id"])
            await theirs.round(ids_from_location=lambda answer: json.loads(answer.body)["id"])
        print(f"\nRequests per second of {connections} clients: turnup on SQLite (durable),")
        print("tmf-mock in memory")
        print(f"{'':12}{'turnup':>10}{'tmf-mock':>10}{'ratio':>8}{'goal':>8}{'by CPU':>8}")
        for kind, goal in MOCK_GOALS.items():
            rates = [[load.rate for load in one.loads[kind]] for one in (mine, theirs)]
            a, b = map(statistics.median, rates)
            cpu = _ratio(theirs.cpu[kind], mine.cpu[kind])
            print(f"{kind:12}{a:10.0f}{b:10.0f}{_ratio(*rates):8.2f}{goal:8.1f}{cpu:8.2f}")


def start(folder: Path, times: int) -> None:
    """Prints how long a server takes to be ready, and what memory it has then."""
    found = [started(f"sqlite:///{folder}/start{number}.sqlite") for number in range(times)]
    seconds, cpu, memory = (statistics.median(column) for column in zip(*found, strict=True))
    print(
        f"\nStart to ready, median of {times}: {seconds:.2f} s (goal {READY_GOAL:.0f}), "
        f"CPU {cpu:.2f} s, memory {memory:.0f} MB (goal {MEMORY_GOAL:.0f})"
    )


async def carried(database: str, orders: int, connections: int = CONNECTIONS) -> None:
    """Prints how many bundle orders are carried to completion per second of CPU."""
    bundle = Path(__file__).parent.parent / "examples" / "residential-bundle.json"
    body = bundle.read_bytes()
    with turnup(database, worker=True) as ours:
        before, started = cpu_seconds(ours.pid), time.monotonic()
        await run(ours.port, lambda _: request("POST", PRODUCT_ORDER, body), orders, connections)
        done = 0
        while done < orders and time.monotonic() - started < 300:
            await asyncio.sleep(0.25)
            done = await _completed(ours)
        used, taken = cpu_seconds(ours.pid) - before, time.monotonic() - started
        print(
            f"\n{database.partition(':')[0]}: {done} of {orders} bundle orders completed in "
            f"{taken:.1f} s: {done / used:.1f} per second of CPU; {memory_mb(ours.pid):.0f} MB"
        )


async def _completed(server: Running) -> int:
    totals: list[int] = []
    path = f"{PRODUCT_ORDER}?state=completed&limit=1000&fields=none"
    await run(
        server.port,
        lambda _: request("GET", path),
        1,
        1,
        lambda answer: totals.append(len(json.loads(answer.body))),
    )
    return totals[0]


async def main() -> None:
    """Runs what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=4000, help="requests per kind and round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--orders", type=int, default=100, help="bundle orders to carry")
    parser.add_argument("--mongodb-count", type=int, default=300, help="--count on MongoDB")
    parser.add_argument("--mongodb-orders", type=int, default=10, help="--orders on MongoDB")
    parser.add_argument("--mock", type=Path, help="the environment with tmf-mock, made if missing")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="turnup-bench-") as name:
        folder = Path(name)
        sqlite = f"sqlite:///{folder}"
        if "start" in chosen.only:
            start(folder, chosen.rounds)
        if "floor" in chosen.only:
            databases = (f"{sqlite}/turnup.sqlite", f"{sqlite}/floor.sqlite")
            await against_floor(*databases, chosen.count, chosen.rounds)
        if "mock" in chosen.only:
            environment = chosen.mock or folder / "tmf-mock"
            for clients in MOCK_CONNECTIONS:
                database = f"{sqlite}/mock{clients}.sqlite"
                await against_mock(database, environment, chosen.count, chosen.rounds, clients)
        if "carried" in chosen.only:
            await carried(f"{sqlite}/carried.sqlite", chosen.orders)
        if "mongodb" in chosen.only:
            with mongodb(folder / "mongodb") as url:
                databases = (f"{url}/turnup", f"{url}/floor")
                few = MONGODB_CONNECTIONS
                await against_floor(*databases, chosen.mongodb_count, chosen.rounds, few)
                await carried(f"{url}/carried", chosen.mongodb_orders, few)


if __name__ == "__main__":
    asyncio.run(main())
