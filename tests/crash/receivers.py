"""Receivers of events in threads of the test: each listens on a port of its own."""

import asyncio
import json
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Arrival", "Loop", "Subscriber"]


@dataclass(frozen=True)
class Arrival:
    """An event as it was received."""

    id: str
    resource: str
    sequence: int
    position: int


@dataclass
class Subscriber:
    """Listens on a port of its own; its server runs in a thread of the test.

    Attributes:
        name: for the figures.
        chance: of the flaky one; None: it never fails.
        told: of every event that arrives, in the loop's thread.
    """

    name: str
    chance: random.Random | None = None
    told: Callable[[dict[str, Any]], None] = lambda _: None
    arrivals: list[Arrival] = field(default_factory=list)
    failed: int = 0
    port: int = 0
    _server: asyncio.Server | None = None

    async def listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def die(self) -> None:
        assert self._server is not None
        self._server.close()

    @property
    def ids(self) -> set[str]:
        return {each.id for each in self.arrivals}

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError):
            pass  # the sender was killed
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answers one request; tells whether the connection stays open."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        lines = [line.partition(": ") for line in head.split("\r\n")[1:]]
        fields = {name.lower(): value for name, _, value in lines}
        body = await reader.readexactly(int(fields["content-length"]))
        luck = 1.0 if self.chance is None else self.chance.random()
        if luck < 0.3:
            self.failed += 1
        if luck < 0.1:  # dropped before it is taken
            return False
        if luck < 0.2:
            writer.write(b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n")
            return True
        event = json.loads(body)
        (resource,) = event["event"].values()
        self.arrivals.append(
            Arrival(
                event["eventId"],
                resource["id"],
                int(fields["turnup-event-sequence"]),
                int(fields["turnup-event-position"]),
            )
        )
        self.told(resource)
        if luck < 0.3:  # dropped after it is taken: it comes again
            return False
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        return True


class Loop:
    """An event loop in a thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0.1))
        self._loop.close()
