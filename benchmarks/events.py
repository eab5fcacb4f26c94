"""Events from their commit to their receipt: a hub beside a bare httpx loop, over real sockets.

    python -m benchmarks.events [--events 3000] [--rounds 3] [--backlog 100000] [--only drain …]

A receiver runs in a process of its own on loopback; the hub, its store (a SQLite file) and the loop
run in this one, so that its CPU time is theirs. Events are about 2 kB.

- drain: a backlog to one and to 100 subscriptions; CPU time per delivery as a ratio to the loop,
  which posts the same bodies with as many connections; median of rounds taken alternately.
- latency: from the return of the commit to the receipt, one event at a time.
- flat: CPU time per event, commit included, with more and more subscriptions of which one matches;
  what they cost while nothing happens is told by itself, and is part of it.
- backlog: a long log is delivered; memory before, at most, and after.
- retention: a long log is removed, in CPU time per event.
"""

import argparse
import asyncio
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import httpx

from api.clock import SystemClock
from api.events.callback import CallbackPolicy
from api.events.guard import GuardedTransport
from api.events.hub import Hub
from api.events.kinds import EventKinds
from api.events.message import Message
from api.events.retention import Pruner
from api.settings import Settings
from api.store import open_store
from api.store.document import Body, Document, NewEvent
from api.store.protocol import Collection, Store
from benchmarks.load import request
from benchmarks.servers import await_port, free_port, memory_mb

PARALLEL = 16
ONE = ("one",)
API = "tmf638"
CLOCK = SystemClock()
NUMBERS = itertools.count()
SETTINGS = Settings(max_subscriptions_per_host=0, delivery_log_count=1000)
PATIENCE = 1800.0


def href(api: str, resource: str, id_: str) -> str:
    """As the server makes them."""
    return f"http://127.0.0.1:8080/tmf-api/{api}/v4/{resource}/{id_}"


@dataclass(frozen=True)
class Received:
    """How many events came, and when by their position."""

    count: int
    times: dict[int, float]


@dataclass(frozen=True)
class Receiving:
    """The receiver's process."""

    port: int

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.port}/{name}"

    async def ask(self, method: str = "GET") -> Received:
        """What it received since it was last asked by DELETE."""
        # not by httpx: making a client costs as much CPU time as hundreds of deliveries
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(request(method, "/"))
        head = await reader.readuntil(b"\r\n\r\n")
        found = json.loads(await reader.readexactly(int(head.rpartition(b": ")[2])))
        writer.close()
        return Received(found["count"], {int(key): at for key, at in found["times"].items()})

    async def until(self, count: int) -> None:
        """Returns once so many events have come."""
        deadline = time.monotonic() + PATIENCE
        while True:
            found = await self.ask("COUNT")
            if found.count >= count:
                return
            if time.monotonic() > deadline:
                raise RuntimeError(f"{found.count} of {count} events came")
            await asyncio.sleep(0.2)


@contextmanager
def receiving() -> Iterator[Receiving]:
    """A receiver in a process of its own."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.receiver", str(port)])
    try:
        await_port(process, port)
        yield Receiving(port)
    finally:
        process.terminate()
        process.wait(20)


@asynccontextmanager
async def a_store() -> AsyncIterator[Store]:
    """An empty store in a file."""
    with tempfile.TemporaryDirectory(prefix="turnup-bench-") as folder:
        store = open_store(f"sqlite:///{folder}/events.sqlite", CLOCK)
        await store.open([Collection("thing"), *Hub.collections()])
        try:
            yield store
        finally:
            await store.close()


def a_hub(store: Store) -> Hub:
    """A hub as a server has it."""
    # made here, since to make one costs as much CPU time as hundreds of deliveries
    transport = GuardedTransport(CallbackPolicy(SETTINGS))
    return Hub(store, CLOCK, SETTINGS, href, [API], EventKinds({}), transport=transport)


async def commit(store: Store, type_: str = "ServiceCreateEvent") -> None:
    """A new service with its event."""
    id_ = CLOCK.new_id()
    body = {
        "id": id_,
        "state": "active",
        "name": f"service {next(NUMBERS)}",
        "serviceSpecification": {"id": "line", "name": "Line", "version": "1"},
        "serviceCharacteristic": [
            {"name": f"characteristic{n}", "valueType": "string", "value": "some value " * 5}
            for n in range(12)
        ],
    }
    event = NewEvent(CLOCK.new_id(), type_, API, "service", id_, "2026-01-31T12:00:00.000Z")
    document = Document(id_, Body(data=body), int(CLOCK.now() * 1e6))
    await store.insert("thing", document, [event])


async def commit_many(store: Store, count: int) -> None:
    """So many at once, in groups as a busy server has them."""
    for start in range(0, count, 100):
        await asyncio.gather(*(commit(store) for _ in range(min(100, count - start))))


async def subscribe(hub: Hub, receiver: Receiving, names: Sequence[str], query: str = "") -> None:
    """Registers a callback for each name; ``{}`` in the query is the name's number."""
    for number, name in enumerate(names):
        body = {"callback": receiver.url(name), "query": query.format(number)}
        await hub.subscriptions.register(API, body)


async def bodies(store: Store, count: int) -> list[bytes]:
    """What is posted of the first events."""
    entries = await store.read_log(0, count)
    return [Message(entry, href).raw for entry in entries]


async def bare(receiver: Receiving, posts: Sequence[bytes], times: int) -> tuple[float, float]:
    """CPU and time per POST of a plain httpx loop."""
    left = iter([body for _ in range(times) for body in posts])
    limits = httpx.Limits(max_connections=PARALLEL, max_keepalive_connections=PARALLEL)
    async with httpx.AsyncClient(limits=limits) as client:

        async def loop() -> None:
            for body in left:
                answer = await client.post(
                    receiver.url("bare"), content=body, headers={"content-type": "application/json"}
                )
                assert answer.status_code == 204

        cpu, began = time.process_time(), time.monotonic()
        await asyncio.gather(*(loop() for _ in range(PARALLEL)))
        count = len(posts) * times
        return (time.process_time() - cpu) / count, (time.monotonic() - began) / count


async def drained(
    receiver: Receiving, events: int, names: Sequence[str]
) -> tuple[float, float, list[bytes]]:
    """CPU and time per delivery of a backlog, and its bodies."""
    async with a_store() as store:
        hub = a_hub(store)
        await subscribe(hub, receiver, names)
        await commit_many(store, events)
        await receiver.ask("DELETE")
        cpu, began = time.process_time(), time.monotonic()
        await hub.start()
        count = events * len(names)
        await receiver.until(count)
        used, taken = time.process_time() - cpu, time.monotonic() - began
        await hub.stop()
        return used / count, taken / count, await bodies(store, events)


async def drain(receiver: Receiving, events: int, rounds: int) -> None:
    """One and 100 subscriptions, beside the bare loop."""
    for subscriptions in (1, 100):
        few = max(events // subscriptions, 30)
        names = [f"s{number}" for number in range(subscriptions)]
        ours, floor = [], []
        for _ in range(rounds):
            cpu, taken, posts = await drained(receiver, few, names)
            ours.append((cpu, taken))
            floor.append(await bare(receiver, posts, subscriptions))
        ratio = statistics.median(a[0] / b[0] for a, b in zip(ours, floor, strict=True))
        mine, least = sorted(ours)[len(ours) // 2], sorted(floor)[len(floor) // 2]
        print(
            f"drain, {few} events to {subscriptions} subscriptions: "
            f"{1 / mine[1]:.0f} deliveries per second (bare loop {1 / least[1]:.0f}); CPU per "
            f"delivery {mine[0] * 1e6:.0f} us, bare {least[0] * 1e6:.0f} us, "
            f"ratio {ratio:.2f} (goal 1.5)"
        )


async def latency(receiver: Receiving, events: int) -> None:
    """One event at a time, nothing else to do."""
    async with a_store() as store:
        hub = a_hub(store)
        await subscribe(hub, receiver, ONE)
        await hub.start()
        await commit_many(store, 20)
        await receiver.until(20)
        await asyncio.sleep(1)
        await receiver.ask("DELETE")
        committed: dict[int, float] = {}
        for _ in range(events):
            await commit(store)
            committed[await store.log_end()] = time.time()
            await asyncio.sleep(0.05)
        await receiver.until(events)
        times = (await receiver.ask()).times
        taken = sorted(times[position] - at for position, at in committed.items())
        await hub.stop()
    middle, most = taken[len(taken) // 2], taken[int(len(taken) * 0.99)]
    print(
        f"latency, commit to receipt, {events} events one at a time: p50 {middle * 1e3:.1f} ms "
        f"(goal 20), p99 {most * 1e3:.1f} ms"
    )


OTHERS = (
    (0, ""),
    (9, "eventType=ServiceDeleteEvent"),
    (99, "eventType=ServiceDeleteEvent"),
    (999, "eventType=ServiceDeleteEvent"),
    (999, "event.service.name=nobody"),
    (999, "event.service.name=nobody{}"),
    (999, "eventType=ServiceCreateEvent&event.service.state=terminated"),
    (999, "event.service.name.regex=^nobody"),
)
"""How many others there are, and what they want."""

IDLE = 4.0
"""Seconds without an event: the lease of the process is renewed once."""


async def flat(receiver: Receiving, events: int) -> None:
    """More and more subscriptions of which one matches."""
    figures: list[float] = []
    await told(receiver, 20, 0, "")  # what is done once only is not to count
    for others, query in OTHERS:
        used, taken, idle = await told(receiver, events, others, query)
        figures.append(used)
        print(
            f"flat, {others + 1} subscriptions, others want {query or 'nothing'}: CPU per event "
            f"{used * 1e6:.0f} us, {used / figures[0]:.2f} of that with one; "
            f"while nothing happens {idle * 1e3:.0f} ms per second, which is "
            f"{idle * taken * 1e6:.0f} us of it at this pace"
        )


async def told(
    receiver: Receiving, events: int, others: int, query: str
) -> tuple[float, float, float]:
    """CPU and time per event, and CPU per second without any."""
    async with a_store() as store:
        hub = a_hub(store)
        await subscribe(hub, receiver, ONE, "eventType=ServiceCreateEvent")
        await subscribe(hub, receiver, [f"other{n}" for n in range(others)], query)
        await hub.start()
        await asyncio.sleep(3)
        await receiver.ask("DELETE")
        cpu = time.process_time()
        await asyncio.sleep(IDLE)
        idle = (time.process_time() - cpu) / IDLE
        cpu, began = time.process_time(), time.monotonic()
        await commit_many(store, events)
        await receiver.until(events)
        used, taken = time.process_time() - cpu, time.monotonic() - began
        await hub.stop()
    return used / events, taken / events, idle


async def backlog(receiver: Receiving, events: int) -> None:
    """A long log is delivered by a hub that was away."""
    async with a_store() as store:
        hub = a_hub(store)
        await subscribe(hub, receiver, ONE)
        await commit_many(store, events)
        await receiver.ask("DELETE")
        before = most = memory_mb(os.getpid())
        cpu, began = time.process_time(), time.monotonic()
        await hub.start()
        while (await receiver.ask("COUNT")).count < events:
            await asyncio.sleep(0.5)
            most = max(most, memory_mb(os.getpid()))
        used, taken = time.process_time() - cpu, time.monotonic() - began
        await hub.stop()
        print(
            f"backlog of {events}: delivered in {taken:.0f} s, {events / taken:.0f} per second, "
            f"CPU {used / events * 1e6:.0f} us each; memory before {before:.0f} MB, at most "
            f"{most:.0f} MB, after {memory_mb(os.getpid()):.0f} MB"
        )
        await retention(store)


async def retention(store: Store) -> None:
    """All of it is removed: it is old, and delivered."""
    pruner = Pruner(store, CLOCK, Settings(event_retention_count=1))
    cpu, began = time.process_time(), time.monotonic()
    removed = await pruner.prune()
    used, taken = time.process_time() - cpu, time.monotonic() - began
    print(
        f"retention: {removed} events removed in {taken:.0f} s, "
        f"CPU {used / max(removed, 1) * 1e6:.1f} us each"
    )


async def main() -> None:
    """Runs what was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--backlog", type=int, default=100_000)
    parts = ("drain", "latency", "flat", "backlog")
    parser.add_argument("--only", nargs="+", choices=parts, default=parts)
    chosen = parser.parse_args()
    with receiving() as receiver:
        if "drain" in chosen.only:
            await drain(receiver, chosen.events, chosen.rounds)
        if "latency" in chosen.only:
            await latency(receiver, max(chosen.events // 10, 20))
        if "flat" in chosen.only:
            await flat(receiver, max(chosen.events // 3, 20))
        if "backlog" in chosen.only:
            await backlog(receiver, chosen.backlog)


if __name__ == "__main__":
    asyncio.run(main())
