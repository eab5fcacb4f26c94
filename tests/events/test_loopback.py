"""Delivery over real sockets, on the real clock."""

import asyncio
from collections.abc import AsyncIterator

import orjson
import pytest

from api.clock import SystemClock
from api.events.hub import Hub
from api.events.kinds import EventKinds
from api.jsontypes import JsonObject
from api.settings import Settings
from api.store import open_store
from api.store.protocol import Collection, Store
from tests.patience import PATIENCE
from tests.process.things import THING, Things


class NoLooks(SystemClock):
    """One whose waits end with what they are for, so that nothing is found by looking again."""

    async def wait(self, event: asyncio.Event, _seconds: float | None) -> bool:
        return await super().wait(event, None)


class Server:
    """A receiver that answers 204 on connections that it keeps open."""

    def __init__(self) -> None:
        self.events: list[JsonObject] = []
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


async def test_commit_to_receipt(store: Store) -> None:
    """Events are sent because they are committed, in order, over connections that are reused.

    Within how many milliseconds: `benchmarks/events.py`.
    """
    clock = NoLooks()
    things = Things(store, clock)
    receiver = Server()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    hub = Hub(
        store,
        clock,
        Settings(),
        lambda *parts: "http://x/" + "/".join(parts),
        ["test"],
        EventKinds({}),
    )
    async with server:
        await hub.start()
        await hub.subscriptions.register("test", {"callback": f"http://127.0.0.1:{port}/in"})
        for number in range(20):
            receiver.came.clear()
            await things.add(f"t{number}")
            await asyncio.wait_for(receiver.came.wait(), PATIENCE)
        await asyncio.wait_for(hub.stop(), PATIENCE)
    assert [each["event"]["thing"]["id"] for each in receiver.events] == [
        f"t{number}" for number in range(20)
    ]
    assert receiver.connections == 1
    assert b"content-type: application/json;charset=utf-8" in receiver.headers
