"""Where callbacks may go, when they are registered and when they are called."""

import asyncio
from collections.abc import AsyncIterator
from ipaddress import ip_address

import httpx
import pytest

from api.errors import BadRequest, Forbidden, SetupError
from api.events import callback
from api.events.callback import CallbackPolicy, resolve
from api.events.guard import GuardedTransport
from api.events.parcel import Parcel
from api.events.ports import Ports
from api.events.sender import Sender
from api.settings import Settings

PUBLIC = Settings(host="0.0.0.0")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0177.0.0.1",
        "0x7f000001",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "224.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[fe80::1]",
        "[fc00::1]",
        "[ff02::1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "localhost",
    ],
)
async def test_private_addresses_are_refused_in_every_notation(host: str) -> None:
    """The message says which setting would allow it."""
    with pytest.raises(Forbidden) as refused:
        await CallbackPolicy(PUBLIC).check(f"http://{host}/events")
    assert "callback_hosts" in refused.value.message


@pytest.mark.parametrize("host", ["93.184.216.34", "[2606:2800:220:1::1]", "8.8.8.8:8080"])
async def test_public_addresses_are_accepted(host: str) -> None:
    """Addresses that everybody can reach."""
    await CallbackPolicy(PUBLIC).check(f"https://{host}/events")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "events",
        "/events",
        "ftp://example.com/",
        "file:///etc/passwd",
        "http:///events",
        "http://",
        "http://user:secret@example.com/",
        "http://example.com:99999/",
        "http://example.com:0/",
        "http://exa mple.com/",
        "http://example.com/\r\nx: y",
        "http://[::1/",
        "http://example.com\\@127.0.0.1/",
        "http://example.com/" + "x" * 2000,
    ],
)
async def test_what_is_no_usable_url(url: str) -> None:
    """Only absolute http and https URLs with a host and no credentials, of bounded length."""
    with pytest.raises(BadRequest):
        await CallbackPolicy(PUBLIC).check(url)


async def test_networks_may_be_allowed() -> None:
    """By the setting; and a server on loopback may call back to loopback, but not elsewhere."""
    policy = CallbackPolicy(Settings(host="0.0.0.0", callback_hosts=["10.0.0.0/8"]))
    await policy.check("http://10.9.8.7/")
    with pytest.raises(Forbidden):
        await policy.check("http://192.168.0.1/")
    local = CallbackPolicy(Settings(host="127.0.0.1"))
    await local.check("http://127.0.0.1:9999/")
    await local.check("http://localhost:9999/")
    with pytest.raises(Forbidden):
        await local.check("http://10.9.8.7/")
    with pytest.raises(SetupError, match="callback_hosts"):
        CallbackPolicy(Settings(callback_hosts=["nonsense"]))


async def test_a_name_counts_by_its_addresses() -> None:
    """A name for a private address is refused; one that cannot be resolved now is accepted."""

    async def resolver(host: str, _port: int) -> list[str]:
        if host == "gone.test":
            raise OSError("unknown")
        return {"inside.test": ["10.0.0.1"], "outside.test": ["8.8.8.8"]}[host]

    policy = CallbackPolicy(PUBLIC, resolver)
    with pytest.raises(Forbidden):
        await policy.check("http://inside.test/")
    await policy.check("http://outside.test/")
    await policy.check("http://gone.test/")


async def test_the_address_is_checked_again_when_connecting() -> None:
    """A name that has come to mean loopback (rebinding): no connection, seen at the socket."""
    visitors: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visitors.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async def rebound(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1", "::1"]

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        for policy in (CallbackPolicy(PUBLIC, rebound), CallbackPolicy(PUBLIC)):
            sender = Sender(GuardedTransport(policy))
            for host in ("partner.test", "127.0.0.1", "2130706433", "[::ffff:127.0.0.1]"):
                outcome = await sender.send(f"http://{host}:{port}/", Parcel({}, b"{}"))
                assert not outcome.delivered
            await sender.close()
        assert visitors == []
        allowed = Sender(GuardedTransport(CallbackPolicy(Settings(), rebound)))
        outcome = await allowed.send(f"http://partner.test:{port}/", Parcel({}, b"{}"))
        assert outcome.delivered
        assert f"host: partner.test:{port}".encode() in visitors[0].lower()
        await allowed.close()


async def test_redirects_are_not_followed_and_replies_are_cut() -> None:
    """A redirect is no receipt; of an endless reply only the beginning is read."""
    asked: list[str] = []

    class Endless(httpx.AsyncByteStream):
        read = 0

        async def __aiter__(self) -> AsyncIterator[bytes]:
            while True:
                self.read += 1024
                yield b"x" * 1024

    stream = Endless()

    async def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if request.url.path == "/moved":
            headers = {"location": "http://127.0.0.1/"}
            return httpx.Response(307, headers=headers, stream=httpx.ByteStream(b""))
        return httpx.Response(200, stream=stream)

    sender = Sender(httpx.MockTransport(handle))
    assert not (await sender.send("http://a.test/moved", Parcel({}, b"{}"))).delivered
    assert (await sender.send("http://a.test/endless", Parcel({}, b"{}"))).delivered
    assert asked == ["/moved", "/endless"]
    assert stream.read <= 4096
    await sender.close()


async def test_the_system_resolves() -> None:
    """The resolver that production uses gives plain addresses."""
    assert await resolve("127.0.0.1", 80) == ["127.0.0.1"]


def test_addresses_of_this_machine() -> None:
    """A server that listens everywhere knows its own addresses, and takes no others for them."""
    assert callback._is_here(ip_address("127.0.0.1"))
    for address in ("93.184.216.34", "10.255.255.254", "2606:2800:220:1::1"):
        assert not callback._is_here(ip_address(address))


@pytest.mark.parametrize(
    ("texts", "inside", "outside"),
    [
        (["443"], [443], [80, 442, 444]),
        (["80", "1024-65535"], [80, 1024, 8080, 65535], [81, 1023, 5432, 6379, 27017]),
        (["1024-65535", "6379"], [6379], [27017]),
        ([], [], [80, 443]),
    ],
)
def test_ports(texts: list[str], inside: list[int], outside: list[int]) -> None:
    """Single ones and ranges; those of well-known services only where they are named."""
    ports = Ports(texts)
    assert all(port in ports for port in inside)
    assert not any(port in ports for port in outside)


@pytest.mark.parametrize("text", ["", "http", "0", "65536", "80-", "-80", "1-99999", "٨٠"])
def test_ports_that_are_none(text: str) -> None:
    """The operator reads which setting is wrong."""
    with pytest.raises(SetupError, match="callback_ports"):
        Ports([text])
