"""What endpoints that are dead cost the API: ``python -m benchmarks.dead_endpoints``.

One server with its worker takes service creates, with no subscription and with a hundred whose
callbacks refuse every connection (or, with ``--silent``, accept it and never answer). Runs
alternate, and each has a fresh server and database. What counts is CPU time per request and the
latency while one request at a time is made.
"""

import argparse
import asyncio
import json
import socket
import statistics
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.load import request, run
from benchmarks.servers import Running, cpu_seconds, free_port, turnup

_API = "/tmf-api/serviceInventory/v4"
_BODY = json.dumps(
    {"serviceSpecification": {"id": "fibre"}, "state": "active", "name": "line"}
).encode()

_SETTLE = 45.0
"""Seconds until endpoints that are dead are known to be, and probed seldom: at 5, 15, 35, 75 …"""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one run, times in milliseconds."""

    cpu: float
    p50: float
    p99: float


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--dead", type=int, default=100, help="subscriptions that are dead")
    options.add_argument("--requests", type=int, default=4000, help="per run")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--silent", action="store_true", help="accept connections, never answer")
    options.add_argument(
        "--settle", type=float, default=_SETTLE, help="seconds before it is measured"
    )
    given = options.parse_args()
    runs: dict[int, list[Figures]] = {0: [], given.dead: []}
    for _ in range(given.rounds):
        for dead, figures in runs.items():
            figures.append(measure(dead, given.requests, given.settle, silent=given.silent))
    for dead, figures in runs.items():
        print(
            f"{dead:5} dead endpoints: CPU {_middle(figures, 'cpu'):.3f} ms per request, "
            f"p50 {_middle(figures, 'p50'):.2f} ms, p99 {_middle(figures, 'p99'):.2f} ms"
        )
    for name in ("cpu", "p50", "p99"):
        ratio = _middle(runs[given.dead], name) / _middle(runs[0], name)
        print(f"{name}: {100 * (ratio - 1):+.1f} %")


def measure(dead: int, requests: int, settle: float, *, silent: bool) -> Figures:
    """One run against a fresh server."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(turnup(f"sqlite:///{folder / 'b.sqlite'}", worker=True))
        for number in range(dead):
            _subscribe(server, _silent(stack) if silent else free_port(), number)
        body = request("POST", f"{_API}/service", _BODY)
        # the first ones find out that the endpoints are dead: that is over after some seconds
        asyncio.run(run(server.port, lambda _: body, 300, 1))
        time.sleep(settle)
        before = cpu_seconds(server.pid)
        load = asyncio.run(run(server.port, lambda _: body, requests, 1))
        cpu = cpu_seconds(server.pid) - before
    return Figures(1000 * cpu / requests, 1000 * load.quantile(0.5), 1000 * load.quantile(0.99))


def _subscribe(server: Running, port: int, number: int) -> None:
    url = f"http://127.0.0.1:{server.port}{_API}/hub"
    body = {"callback": f"http://127.0.0.1:{port}/in/{number}"}
    httpx.post(url, json=body, trust_env=False).raise_for_status()


def _silent(stack: ExitStack) -> int:
    listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    port: int = listener.getsockname()[1]
    return port


def _middle(figures: list[Figures], name: str) -> float:
    return statistics.median(getattr(each, name) for each in figures)


if __name__ == "__main__":
    main()
