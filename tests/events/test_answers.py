"""What an endpoint answers that is no answer: faults of connections, and floods."""

import asyncio
import contextlib

from api.events.callback import CallbackPolicy
from api.events.guard import ANSWER
from tests.events.test_ssrf import post, settings


async def test_faults_of_a_connection_are_outcomes() -> None:
    """No TLS where it was to be, nobody there, a broken answer, none at all: told, not raised."""

    async def broken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if b"/broken" in await reader.read(1000):
            writer.write(b"HTTP/7.7 what\r\n\r\n")
        writer.close()

    policy = CallbackPolicy(settings(callback_hosts=["127.0.0.0/8"]))
    server = await asyncio.start_server(broken, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        for url, detail in (
            (f"https://127.0.0.1:{port}/", "ConnectError"),
            (f"http://127.0.0.1:{port}/broken", "RemoteProtocolError"),
            (f"http://127.0.0.1:{port}/silent", "RemoteProtocolError"),
        ):
            outcome = await post(policy, url)
            assert not outcome.delivered
            assert detail in outcome.detail, outcome
    outcome = await post(policy, f"http://127.0.0.1:{port}/")
    assert "ConnectError" in outcome.detail


async def test_an_answer_that_never_begins() -> None:
    """Interim answers without end are broken off by their bytes, long before the time is over."""
    sent = 0

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await reader.read(1000)
        with contextlib.suppress(ConnectionError):
            while sent < 100_000_000:
                writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
                sent += 2500
                await writer.drain()
        writer.close()

    policy = CallbackPolicy(settings(callback_hosts=["127.0.0.0/8"]))
    server = await asyncio.start_server(flood, "127.0.0.1", 0)
    async with server:
        outcome = await post(policy, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    assert not outcome.delivered
    assert f"more than {ANSWER} bytes" in outcome.detail
