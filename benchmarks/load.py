"""A small HTTP/1.1 client for load on loopback: keep-alive connections, no more than it needs."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Answer", "Load", "request", "run"]


@dataclass(frozen=True, slots=True)
class Load:
    """What a run came to.

    Attributes:
        requests: answered.
        seconds: from the first request to the last answer.
        latencies: of each, in seconds, sorted.
    """

    requests: int
    seconds: float
    latencies: list[float]

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds

    def quantile(self, part: float) -> float:
        """The latency that so large a part of the requests stayed below, in seconds."""
        return self.latencies[min(len(self.latencies) - 1, int(part * len(self.latencies)))]


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body of one answer."""

    status: int
    body: bytes


def request(method: str, path: str, body: bytes = b"") -> bytes:
    """The bytes of a request."""
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n"
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


async def run(
    port: int,
    make: Callable[[int], bytes],
    count: int,
    connections: int,
    seen: Callable[[Answer], None] | None = None,
) -> Load:
    """Sends ``count`` requests over so many connections. Raises where one is not answered 2xx."""
    numbers = iter(range(count))
    latencies: list[float] = []

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in numbers:
            started = time.perf_counter()
            writer.write(make(number))
            answer = await _answer(reader)
            latencies.append(time.perf_counter() - started)
            if not 200 <= answer.status < 300:
                raise RuntimeError(f"{answer.status}: {answer.body[:500]!r}")
            if seen is not None:
                seen(answer)
        writer.close()

    started = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(client())
    return Load(count, time.perf_counter() - started, sorted(latencies))


async def _answer(reader: asyncio.StreamReader) -> Answer:
    head = await reader.readuntil(b"\r\n\r\n")
    lower = head.lower()
    at = lower.find(b"content-length:")
    length = int(head[at + 15 : head.index(b"\r\n", at)]) if at >= 0 else 0
    body = await reader.readexactly(length) if length else b""
    return Answer(int(head[9:12]), body)
