"""What a million services cost beside ten thousand: server CPU per request, for what indexes serve.

    python -m benchmarks.scale [--large 1000000] [--small 10000] [--folder DIR] [--count 200]

Both files are made by `benchmarks.seed` where they are missing (a million takes 2 GB and minutes),
and served side by side. Each kind of request is asked of both in turns; what counts is the median
of the rounds. The goal is 1.5 for each kind; exit status 1 if one misses it.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.load import request, run
from benchmarks.seed import seed, service
from benchmarks.servers import Running, cpu_seconds, turnup

GOAL = 1.5
CONNECTIONS = 4
PATH = "/tmf-api/serviceInventory/v4/service"
_STRIDE = 7919  # a prime: requests spread over all services

Kind = Callable[[int, int], str]
"""The query (or id) of the n-th request to a store of so many services."""


def _window(n: int, size: int) -> str:
    first = n * _STRIDE % (size - 1000)
    dates = service(first)["startDate"], service(first + 1000)["startDate"]
    return f"?startDate.gte={dates[0]}&startDate.lt={dates[1]}&limit=20"


def _middle(n: int, count: int) -> int:
    """An offset anywhere in the middle half of so many: far from the ends, near to no other."""
    return count // 4 + n * _STRIDE % (count // 2)


KINDS: dict[str, Kind] = {
    "get by id": lambda n, size: f"/{service(n * _STRIDE % size)['id']}",
    "list by id": lambda n, size: f"?id={service(n * _STRIDE % size)['id']}",
    "default order, first page": lambda _n, _size: "?limit=20",
    "default order, middle": lambda n, size: f"?limit=20&offset={_middle(n, size)}",
    "default order, last page": lambda n, size: f"?limit=20&offset={size - 20 - n}",
    "filter with 20 matches": lambda n, size: (
        f"?relatedParty.id=party-{n * _STRIDE % (size // 20)}"
    ),
    "filter with a third, first page": lambda _n, _size: "?state=active&limit=20",
    "filter with a third, middle": lambda n, size: (
        f"?state=active&limit=20&offset={_middle(n, size // 3)}"
    ),
    "filter with a third, last page": lambda n, size: (
        f"?state=active&limit=20&offset={size // 3 - 20 - n}"
    ),
    "range of 1000 dates": _window,
    "sorted, first page": lambda _n, _size: "?sort=-startDate&limit=20",
    "sorted, middle": lambda n, size: f"?sort=-startDate&limit=20&offset={_middle(n, size)}",
    "sorted, last page": lambda n, size: f"?sort=-startDate&limit=20&offset={size - 20 - n}",
    "filter with a third, sorted": lambda _n, _size: "?state=active&sort=-startDate&limit=20",
    "count of all": lambda _n, _size: "?limit=0",
    "count of a third": lambda _n, _size: "?state=active&limit=0",
    "count of a range": lambda n, size: (
        f"?startDate.gte={service(n * _STRIDE % size)['startDate']}&limit=0"
    ),
}


async def _cost(server: Running, kind: Kind, size: int, count: int) -> float:
    """CPU seconds of the server per request."""
    paths = [PATH + kind(n, size) for n in range(count)]
    before = cpu_seconds(server.pid)
    await run(server.port, lambda n: request("GET", paths[n]), count, CONNECTIONS)
    return (cpu_seconds(server.pid) - before) / count


async def _warm(server: Running, size: int) -> None:
    """Has the server count what long lists ask for, and waits until that is done."""
    for _ in range(2):
        for kind in KINDS.values():
            await _cost(server, kind, size, 4)
        busy = 1.0
        while busy > 0.05:
            before = cpu_seconds(server.pid)
            await asyncio.sleep(1)
            busy = cpu_seconds(server.pid) - before


async def compare(files: tuple[Path, Path], sizes: tuple[int, int], count: int) -> bool:
    """Prints the table; tells whether all goals are met."""
    with turnup(f"sqlite:///{files[0]}") as small, turnup(f"sqlite:///{files[1]}") as large:
        await _warm(small, sizes[0])
        await _warm(large, sizes[1])
        print(f"\nServer CPU per request (median of 3 rounds of {count}); goal {GOAL}")
        print(f"{'':34}{sizes[0]:>12,}{sizes[1]:>12,}{'ratio':>8}")
        met = True
        for name, kind in KINDS.items():
            rounds: list[list[float]] = [[], []]
            for _ in range(3):
                rounds[0].append(await _cost(small, kind, sizes[0], count))
                rounds[1].append(await _cost(large, kind, sizes[1], count))
            few, many = map(statistics.median, rounds)
            met = met and many <= GOAL * few
            print(f"{name:34}{few * 1e6:10.0f}us{many * 1e6:10.0f}us{many / few:8.2f}")
        return met


def main() -> None:
    """Makes the files that are missing, and compares."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, help="where the files are kept; else they are not")
    parser.add_argument("--count", type=int, default=200)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="turnup-scale-") as name:
        folder = chosen.folder or Path(name)
        sizes = (chosen.small, chosen.large)
        files = (folder / f"{sizes[0]}.sqlite", folder / f"{sizes[1]}.sqlite")
        for file, size in zip(files, sizes, strict=True):
            if not file.exists():
                started = time.monotonic()
                seed(file, size)
                print(f"{size:,} services in {time.monotonic() - started:.0f} s")
        sys.exit(not asyncio.run(compare(files, sizes, chosen.count)))


if __name__ == "__main__":
    main()
