"""What orders that wait for their start date cost: a server with none beside one with 10,000.

    python -m benchmarks.waiting [orders] [seconds]

Both servers have served the same creates; then nobody asks them anything, and the CPU time that
each takes while it waits is what is told.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

import httpx

from tests.server import serving

ORDERS = "/tmf-api/serviceOrdering/v4/serviceOrder"
SETTLE = 10.0


def body(start: str | None) -> dict[str, object]:
    service = {"serviceSpecification": {"id": "cfs-voice"}}
    order: dict[str, object] = {
        "serviceOrderItem": [{"id": "1", "action": "add", "service": service}]
    }
    return order if start is None else {**order, "requestedStartDate": start}


def cpu(pid: int) -> float:
    """Seconds of CPU that a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


async def fill(url: str, count: int) -> None:
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:

        async def some(number: int) -> None:
            for _ in range(number):
                reply = await client.post(ORDERS, json=body("2999-01-01T00:00:00Z"))
                reply.raise_for_status()

        await asyncio.gather(*(some(count // 16) for _ in range(16)))


async def measure(count: int, seconds: float) -> tuple[float, float]:
    """CPU seconds while waiting, and after a restart, of a server with so many waiting orders."""
    with tempfile.TemporaryDirectory() as folder:
        with serving(Path(folder)) as server:
            await fill(server.url, count)
            await asyncio.sleep(SETTLE)
            before = cpu(server.process.pid)
            await asyncio.sleep(seconds)
            waited = cpu(server.process.pid) - before
        with serving(Path(folder)) as server:
            await asyncio.sleep(SETTLE)
            before = cpu(server.process.pid)
            await asyncio.sleep(seconds)
            return waited, cpu(server.process.pid) - before


async def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 60.0
    print(f"CPU per second of waiting, on sqlite, over {seconds:.0f} s")
    for orders in (0, count):
        waited, again = await measure(orders, seconds)
        print(
            f"{orders:6d} orders waiting: {waited / seconds * 1000:6.2f} ms/s,"
            f" after a restart {again / seconds * 1000:6.2f} ms/s"
        )


if __name__ == "__main__":
    asyncio.run(main())
