"""Delivery over real sockets, on the real clock."""

import asyncio
import time
from collections.abc import AsyncIterator

import orjson
import pytest

from api.clock import SystemClock
from api.events.hub import Hub
from api.jsontypes import JsonObject
from api.settings import Settings
from api.store import open_store
from api.store.protocol import Collection, Store
from tests.process.things import THING, Things


class Server:
    """A receiver that answers 204 on connections that it keeps open."""

    def __init__(self) -> None:
        self.events: list[JsonObject] = []
        self.at: list[float] = []
        self.connections = 0
        self.headers = b""
        self.came = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                self.headers = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(self.headers.split(b"content-length: ")[1].split(b"\r\n")[0])
                body = await reader.readexactly(length)
                self.at.append(time.perf_counter())
                self.events.append(orjson.loads(body))
                self.came.set()
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
                await writer.drain()
        except asyncio.IncompleteReadError:
            writer.close()


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    store = open_store("sqlite:///:memory:", SystemClock())
    await store.open([Collection(THING.collection), *Hub.collections()])
    yield store
    await store.close()


@pytest.mark.usefixtures("untraced")
async def test_commit_to_receipt(store: Store) -> None:
    """Events arrive within a few milliseconds, in order, over connections that are reused."""
    clock = SystemClock()
    things = Things(store, clock)
    receiver = Server()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    hub = Hub(store, clock, Settings(), lambda *parts: "http://x/" + "/".join(parts), ["test"])
    async with server:
        await hub.start()
        await hub.subscriptions.register("test", {"callback": f"http://127.0.0.1:{port}/in"})
        await asyncio.sleep(0.1)
        waits = []
        for number in range(20):
            receiver.came.clear()
            before = time.perf_counter()
            await things.add(f"t{number}")
            await receiver.came.wait()
            waits.append(receiver.at[number] - before)
            await asyncio.sleep(0.01)
        started = time.perf_counter()
        await hub.stop()
        assert time.perf_counter() - started < 3
    assert [each["event"]["thing"]["id"] for each in receiver.events] == [
        f"t{number}" for number in range(20)
    ]
    assert sorted(waits)[10] < 0.05, "the median, with room for a slow machine"
    assert receiver.connections == 1
    assert b"content-type: application/json;charset=utf-8" in receiver.headers
