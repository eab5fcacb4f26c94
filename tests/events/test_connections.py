"""Connections to callbacks: kept for the next delivery, and not for ever."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpcore
import httpx
import pytest

from api.events.connections import Connections
from tests.patience import PATIENCE


@dataclass
class Place:
    """A server on loopback that counts its connections."""

    port: int = 0
    opened: int = 0
    open: set[asyncio.StreamWriter] = field(default_factory=set)
    silent: bool = False
    polite: bool = True
    """Whether it leaves connections open."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        self.open.add(writer)
        try:
            while await reader.readuntil(b"\r\n\r\n") and not self.silent:
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                if not self.polite:
                    break
            if self.silent:
                await reader.read()
        except asyncio.IncompleteReadError:
            pass
        finally:
            self.open.discard(writer)
            writer.close()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while len(self.open) != count:  # noqa: ASYNC110 - the other end acts
                await asyncio.sleep(0.01)


@pytest.fixture
async def places() -> AsyncIterator[list[Place]]:
    made = [Place() for _ in range(5)]
    servers = []
    for place in made:
        servers.append(await asyncio.start_server(place.serve, "127.0.0.1", 0))
        place.port = servers[-1].sockets[0].getsockname()[1]
    yield made
    for server in servers:
        server.close()
    for place in made:
        for writer in list(place.open):
            writer.close()
        await place.until(0)


def a_pool(idle: int = 3, seconds: float = 30.0) -> Connections:
    context = httpx.create_ssl_context()
    return Connections(httpcore.AnyIOBackend(), context, idle=idle, seconds=seconds)


async def get(pool: Connections, place: Place) -> bytes:
    url = f"http://127.0.0.1:{place.port}/"
    reply = await pool.handle_async_request(httpcore.Request("GET", url, headers={"host": "x"}))
    try:
        return b"".join([part async for part in reply.aiter_stream()])
    finally:
        await reply.aclose()


async def test_one_after_the_other_use_one_connection(places: list[Place]) -> None:
    """Each place its own; at once they use as many as it takes."""
    pool = a_pool()
    for _ in range(3):
        assert [await get(pool, place) for place in places[:2]] == [b"ok", b"ok"]
    assert [place.opened for place in places] == [1, 1, 0, 0, 0]
    await asyncio.gather(*(get(pool, places[0]) for _ in range(3)))
    assert places[0].opened == 3
    await pool.aclose()
    await places[0].until(0)


async def test_only_so_many_are_kept(places: list[Place]) -> None:
    """Those that were used longest ago are closed."""
    pool = a_pool(idle=3)
    for place in places:
        await get(pool, place)
    assert len(pool) == 3
    await places[0].until(0)
    await places[1].until(0)
    assert [len(place.open) for place in places[2:]] == [1, 1, 1]
    await pool.aclose()
    assert len(pool) == 0
    await places[4].until(0)


async def test_they_are_not_kept_for_ever(places: list[Place]) -> None:
    """An old one is closed when another comes back; what the other end closed is not used."""
    pool = a_pool(seconds=0.05)
    await get(pool, places[0])
    await asyncio.sleep(0.1)
    await get(pool, places[1])
    await places[0].until(0)
    places[2].polite = False
    for _ in range(2):
        assert await get(pool, places[2]) == b"ok"
        await places[2].until(0)
    assert places[2].opened == 2
    await pool.aclose()


async def test_a_broken_off_request_leaves_nothing_behind(places: list[Place]) -> None:
    """Its connection is closed: nobody else may read its answer."""
    pool = a_pool()
    places[0].silent = True
    task = asyncio.ensure_future(get(pool, places[0]))
    await places[0].until(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await places[0].until(0)
    assert len(pool) == 0
    await pool.aclose()


async def test_a_reply_that_is_not_read_to_its_end(places: list[Place]) -> None:
    """Closing it closes the connection, also after the pool."""
    pool = a_pool()
    url = f"http://127.0.0.1:{places[0].port}/"
    request = httpcore.Request("GET", url, headers={"host": "x"})
    reply = await pool.handle_async_request(request)
    await reply.aclose()
    await places[0].until(0)
    reply = await pool.handle_async_request(request)
    await pool.aclose()
    assert [part async for part in reply.aiter_stream()] == [b"ok"]
    await reply.aclose()
    await places[0].until(0)
