"""A connection: what it may send, and for how long it may send or read nothing."""

import asyncio
from collections.abc import AsyncIterator

import orjson
import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from api.http.protocol import HEADER_BYTES, HEADERS, HttpProtocol
from tests.patience import PATIENCE

HEAD = b"POST /x HTTP/1.1\r\nHost: a\r\n"
LARGE = 8_000_000


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads a body and answers; at /large with more than a connection holds."""
    while (await receive()).get("more_body"):
        pass
    body = b"x" * LARGE if scope["path"] == "/large" else b"{}"
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def patience() -> float:
    """So long that it is never over."""
    return PATIENCE


@pytest.fixture
def state() -> ServerState:
    """What uvicorn keeps of its connections."""
    return ServerState()


@pytest.fixture
async def port(patience: float, state: ServerState) -> AsyncIterator[int]:
    """Of a server."""
    config = uvicorn.Config(app, lifespan="off", log_config=None)
    config.load()
    server = await asyncio.get_running_loop().create_server(
        lambda: HttpProtocol(patience=patience, config=config, server_state=state, app_state={}),
        "127.0.0.1",
    )
    yield server.sockets[0].getsockname()[1]
    server.close()
    for connection in [*state.connections]:
        connection.transport.abort()
    await asyncio.gather(*state.tasks)


async def answer(port: int, *parts: bytes) -> tuple[int, bytes]:
    """The status and body of what comes back before the server closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
    except ConnectionError:
        pass  # it was closed meanwhile: what it said is still there to be read
    text = await asyncio.wait_for(reader.read(), PATIENCE)
    writer.close()
    head, _, body = text.partition(b"\r\n\r\n")
    return (int(head.split()[1]) if head else 0), body


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ([HEAD, b"a:b\r\n" * (HEADERS + 2)], 431),
        ([HEAD, *[b"a:" + b"x" * 1000 + b"\r\n"] * (HEADER_BYTES // 1000 + 3)], 431),
        ([HEAD + b"a:" + b"x" * 1000, *[b"x" * 60_000] * 10], 431),
        ([HEAD + b"x" * 1000, *[b"x" * 60_000] * 10], 431),
        ([b"GET /" + b"x" * 60_000, b"x" * 60_000], 400),
        ([HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\na:", *[b"x" * 60_000] * 10], 431),
    ],
    ids=["many", "large", "one value", "one name", "address", "trailer"],
)
async def test_a_head_is_bounded_while_it_comes(port: int, parts: list[bytes], status: int) -> None:
    """It is refused, and the connection closed, though its end has not come; never kept whole."""
    found, body = await answer(port, *parts)
    assert found == status
    assert orjson.loads(body)["status"] == str(status)


async def test_large_but_allowed(port: int) -> None:
    """Just within the limits it is read; a body may come byte by byte."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    long = b"a:" + b"x" * (HEADER_BYTES - 5000) + b"\r\n"
    writer.write(HEAD + b"a:b\r\n" * (HEADERS - 10) + long)
    writer.write(b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 100_000 + b"0\r\n\r\n")
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    writer.close()


@pytest.mark.parametrize("patience", [0.1])
@pytest.mark.parametrize(
    ("part", "status"),
    [
        (b"", 0),
        (b"\r\n", 0),
        (b"GET / HT", 408),
        (HEAD, 408),
        (HEAD + b"Content-Length: 9\r\n\r\nx", 408),
        (HEAD + b"Content-Length: 1\r\n\r\nxPOST /", 200),
    ],
    ids=[
        "nothing",
        "a blank line",
        "half a line",
        "half a head",
        "half a body",
        "half of a second",
    ],
)
async def test_a_request_must_come(port: int, part: bytes, status: int) -> None:
    """A connection on which no whole request comes is closed, after it was told."""
    assert (await answer(port, part))[0] == status


@pytest.mark.parametrize("patience", [0.1])
async def test_a_reply_must_be_read(port: int, state: ServerState) -> None:
    """Who reads nothing loses the connection, and what was kept for it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1000)
    writer.write(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    async with asyncio.timeout(PATIENCE):
        while state.connections:  # noqa: ASYNC110 - uvicorn tells nobody
            await asyncio.sleep(0.02)
    writer.close()
