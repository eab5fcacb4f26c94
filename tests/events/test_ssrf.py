"""Nobody can have the server connect to where it must not, seen at the socket.

A trap listens on loopback and counts who comes, and every connection that the event loop is asked
to make is noted. The policy is that of a server that everybody can reach.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Any

import httpcore
import pytest

from api.errors import BadRequest, Forbidden
from api.events.callback import CallbackPolicy, resolve
from api.events.guard import GuardedTransport
from api.events.parcel import Parcel
from api.events.sender import Outcome, Sender
from api.settings import Settings

PUBLIC = "93.184.216.34"


def settings(**changed: Any) -> Settings:
    return Settings(**{"host": "0.0.0.0", **changed})


@dataclass
class Trap:
    """What came, and where the event loop was asked to connect to."""

    port: int = 0
    visitors: int = 0
    connects: list[tuple[str, int]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visitors += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()


@pytest.fixture
async def trap(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Trap]:
    trap = Trap()
    loop = asyncio.get_running_loop()
    connect = loop.sock_connect

    async def noted(sock: Any, address: Any) -> None:
        trap.connects.append(address[:2])
        await connect(sock, address)

    monkeypatch.setattr(loop, "sock_connect", noted)
    server = await asyncio.start_server(trap.serve, "127.0.0.1", 0)
    trap.port = server.sockets[0].getsockname()[1]
    async with server:
        yield trap


class Unreachable(httpcore.AnyIOBackend):
    """Notes where connections would go instead of making them."""

    def __init__(self) -> None:
        self.tried: list[str] = []

    async def connect_tcp(self, host: str, *_args: Any, **_kwargs: Any) -> Any:
        self.tried.append(host)
        raise httpcore.ConnectError("not in a test")


def answering(*answers: Iterable[str]) -> Any:
    """A resolver that gives one answer after the other, and the last one for ever."""
    following = itertools.chain(answers, itertools.repeat(answers[-1]))

    async def resolver(_host: str, _port: int) -> list[str]:
        return list(next(following))

    return resolver


async def post(policy: CallbackPolicy, url: str, backend: Any = None) -> Outcome:
    sender = Sender(GuardedTransport(policy, backend))
    try:
        return await sender.send(url, Parcel({}, b"{}"))
    finally:
        await sender.close()


FORBIDDEN = [
    # loopback, in every notation
    "http://127.0.0.1:{port}/",
    "http://127.1:{port}/",
    "http://127.0.1:{port}/",
    "http://2130706433:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://017700000001:{port}/",
    "http://0x7f000001:{port}/",
    "http://0x7f.0.0.1:{port}/",
    "http://0x7F.1:{port}/",
    "http://0x7f.0x/",
    "http://127.0.0.1.:{port}/",
    "http://127.255.255.254:{port}/",
    "http://localhost:{port}/",
    "http://LOCALHOST:{port}/",
    "http://localhost.:{port}/",
    "http://anything.localhost:{port}/",
    "HTTP://127.0.0.1:{port}/",
    "http://127。0。0。1:{port}/",
    "http://[::1]:{port}/",
    "http://[0:0:0:0:0:0:0:1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[::127.0.0.1]:{port}/",
    "http://[::ffff:0:127.0.0.1]:{port}/",
    # unspecified: this machine too
    "http://0.0.0.0:{port}/",
    "http://0:{port}/",
    "http://0x0:{port}/",
    "http://[::]:{port}/",
    "http://[::ffff:0.0.0.0]:{port}/",
    # an IPv4 address inside of an IPv6 one
    "http://[64:ff9b::7f00:1]:{port}/",
    "http://[64:ff9b::10.0.0.1]/",
    "http://[64:ff9b:1::7f00:1]/",
    "http://[2002:7f00:1::]:{port}/",
    "http://[2002:a9fe:a9fe::1]/",
    "http://[2001:0:7f00:1::]/",
    "http://[2001:0:0:0:0:0:80ff:fffe]/",
    "http://[2a00:1450::5efe:10.0.0.1]/",
    "http://[2a00:1450::200:5efe:127.0.0.1]/",
    # private, shared, link-local
    "http://10.1.2.3/",
    "http://0xa.1.2.3/",
    "http://167838211/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.1.1/",
    "http://192.168.257/",
    "http://100.64.0.1/",
    "http://169.254.1.1/",
    "http://[fc00::1]/",
    "http://[fd12:3456::1]/",
    "http://[fe80::1]/",
    "http://[fec0::1]/",
    # multicast, broadcast, reserved, documentation, benchmarks
    "http://224.0.0.1/",
    "http://239.255.255.250/",
    "http://[ff02::1]/",
    "http://[ff0e::1]/",
    "http://255.255.255.255/",
    "http://240.0.0.1/",
    "http://192.0.0.8/",
    "http://192.88.99.1/",
    "http://192.0.2.1/",
    "http://198.51.100.1/",
    "http://203.0.113.1/",
    "http://198.18.0.1/",
    "http://[2001:db8::1]/",
    "http://[3fff::1]/",
    "http://[2001:2::1]/",
    "http://[100::1]/",
    "http://[5f00::1]/",
    "http://[4000::1]/",
    # clouds' metadata
    "http://169.254.169.254/latest/meta-data/",
    "http://0xa9fea9fe/",
    "http://2852039166/",
    "http://0251.0376.0251.0376/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[fd00:ec2::254]/",
    "http://[fd20:ce::254]/",
    "http://100.100.100.200/",
    "http://168.63.129.16/",
    "http://169.254.170.2/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://METADATA.google.internal./",
    "http://metadata/",
    "http://instance-data/",
    # ports
    "http://93.184.216.34:22/",
    "http://93.184.216.34:25/",
    "http://93.184.216.34:6379/",
    "https://93.184.216.34:11211/",
    # names by what they mean
    "http://inside.test/",
    "http://inside.test.:{port}/",
]

UNREADABLE = [
    "http://\uff11\uff12\uff17.0.0.1:{port}/",  # full-width digits
    "http://\u2460\u2461\u2466.0.0.1:{port}/",  # digits in circles
    "http://\u217cocalhost:{port}/",  # a Roman fifty
    "http://%31%32%37.0.0.1:{port}/",
    "http://127.0.0.1%00.example.com/",
    "http://127.0.0.1%2f@example.com/",
    "http://example.com@127.0.0.1:{port}/",
    "http://user:pass@127.0.0.1:{port}/",
    "http://93.184.216.34&@127.0.0.1:{port}/",
    "http://93.184.216.34:80@127.0.0.1:{port}/",
    "http://@127.0.0.1:{port}/",
    "http://93.184.216.34\\@127.0.0.1:{port}/",
    "http:\\\\127.0.0.1:{port}\\",
    "http:/\\127.0.0.1:{port}/",
    "http://127.0.0.1\\.example.com/",
    "http://127.0.0.1:{port}\t/",
    "http://127.0.\t0.1:{port}/",
    "http://127.0.0.1\n:{port}/",
    "http://127.0.0.1:{port}/\r\nHost: example.com",
    " http://127.0.0.1:{port}/",
    "http://127.0.0.1 :{port}/",
    "http://127.0.0.1\u00a0:{port}/",
    "http://127.0.0.1:{port}:80/",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1:0/",
    "http://127.0.0.1:٨٠/",
    "http://127.0.0.1:-1/",
    "http:///127.0.0.1:{port}/",
    "http:127.0.0.1:{port}/",
    "//127.0.0.1:{port}/",
    "127.0.0.1:{port}",
    "http://[::1:{port}/",
    "http://::1:{port}/",
    "http://[::1]x:{port}/",
    "http://[fe80::1%25lo]:{port}/",
    "http://[fe80::1%lo]:{port}/",
    "http://[::1%2525lo]:{port}/",
    "http://[v1.127001]/",
    "http://127.0.0.1.1/",
    "http://256.0.0.1/",
    "http://127.0.0.256/",
    "http://4294967296/",
    "http://1.2.3.4.5/",
    "http://089.0.0.1/",
    "http://a..b/",
    "http://.127.0.0.1/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/_x",
    "ftp://127.0.0.1/",
    "dict://127.0.0.1:{port}/",
    "jar:http://127.0.0.1!/",
    "unix:///var/run/docker.sock",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/",
    "javascript:alert(1)",
    "http://" + "a" * 64 + ".com/",
    "http://" + "a." * 127 + "com/",
]


async def inside(host: str, port: int) -> list[str]:
    return ["10.0.0.7"] if host == "inside.test" else await resolve(host, port)


@pytest.mark.parametrize(
    ("url", "error"),
    [
        *((url, Forbidden) for url in FORBIDDEN),
        *((url, BadRequest) for url in UNREADABLE),
    ],
)
async def test_refused_when_registered_and_when_sent(
    url: str, error: type[Exception], trap: Trap
) -> None:
    """403 for what leads where none may go, 400 for what is no URL; sending connects to nothing."""
    policy = CallbackPolicy(settings(), inside)
    target = url.format(port=trap.port)
    with pytest.raises(error):
        await policy.check(target)
    assert not (await post(policy, target)).delivered
    assert (trap.connects, trap.visitors) == ([], 0)


@pytest.mark.parametrize(
    "url",
    [
        "https://93.184.216.34/events",
        "http://[2606:2800:220:1::1]/",
        "http://[::ffff:8.8.8.8]/",
        "http://[64:ff9b::808:808]/",
        "HTTPS://Partner.test:8443/a?b=c&d=@#e",
        "http://partner.test.:1024/",
        "http://my_host.partner.test:/",
        "http://bücher.test/",
        "http://xn--bcher-kva.test/",
        "http://partner.test/@127.0.0.1/",
    ],
)
async def test_what_everybody_can_reach_is_accepted(url: str) -> None:
    """Addresses and names, with the ports that are allowed; only those are connected to."""
    policy = CallbackPolicy(settings(), answering([PUBLIC]))
    await policy.check(url)
    backend = Unreachable()
    await post(policy, url, backend)
    assert len(backend.tried) == 1


async def test_the_trap_works(trap: Trap) -> None:
    """Where it is allowed, the connection is made, seen and counted: the other tests can fail."""
    policy = CallbackPolicy(settings(callback_hosts=["127.0.0.0/8"]))
    assert (await post(policy, f"http://127.0.0.1:{trap.port}/")).delivered
    assert (trap.connects, trap.visitors) == ([("127.0.0.1", trap.port)], 1)


REBOUND = {
    "loopback": ["127.0.0.1"],
    "loopback of IPv6": ["::1"],
    "both": ["127.0.0.1", "::1"],
    "mapped": ["::ffff:127.0.0.1"],
    "translated": ["64:ff9b::7f00:1"],
    "unspecified": ["0.0.0.0", "::"],
    "metadata": ["169.254.169.254"],
    "link-local with a zone": ["fe80::1%lo", "fe80::1%1"],
    "a network behind": ["10.0.0.1", "192.168.0.1", "fd00::1"],
    "no address": ["localhost", "", "127.1", "http://127.0.0.1"],
    "nothing": [],
}


@pytest.mark.parametrize("answer", REBOUND.values(), ids=REBOUND)
async def test_names_that_come_to_mean_something_else(answer: list[str], trap: Trap) -> None:
    """Public when registered, something else when connected to (DNS rebinding)."""
    policy = CallbackPolicy(settings(), answering([PUBLIC], answer))
    url = f"http://partner.test:{trap.port}/"
    await policy.check(url)
    for _ in range(3):
        assert not (await post(policy, url)).delivered
    assert (trap.connects, trap.visitors) == ([], 0)


async def test_names_that_mean_two_things_at_once(trap: Trap) -> None:
    """Of several addresses only the public ones are tried, whichever comes first."""
    for answer in (["127.0.0.1", PUBLIC, "::1"], [PUBLIC, "10.0.0.1"]):
        backend = Unreachable()
        policy = CallbackPolicy(settings(), answering(answer))
        await policy.check(f"http://partner.test:{trap.port}/")
        await post(policy, f"http://partner.test:{trap.port}/", backend)
        assert backend.tried == [PUBLIC]
    assert trap.visitors == 0


async def test_names_that_change_with_every_question(trap: Trap) -> None:
    """What was asked and checked is what is connected to: nothing is asked twice."""
    answers = [[PUBLIC], ["127.0.0.1"]] * 20
    policy = CallbackPolicy(settings(), answering(*answers))
    backend = Unreachable()
    for _ in range(20):
        await post(policy, f"http://partner.test:{trap.port}/", backend)
    assert set(backend.tried) == {PUBLIC}
    assert (trap.connects, trap.visitors) == ([], 0)


async def test_names_that_cannot_be_resolved_yet(trap: Trap) -> None:
    """Accepted, since partners' names come and go; what they mean later is checked then."""
    asked = []

    async def late(host: str, _port: int) -> list[str]:
        asked.append(host)
        if len(asked) == 1:
            raise OSError("unknown")
        return ["127.0.0.1"]

    policy = CallbackPolicy(settings(), late)
    await policy.check(f"http://soon.test:{trap.port}/")
    assert not (await post(policy, f"http://soon.test:{trap.port}/")).delivered
    assert (trap.connects, trap.visitors) == ([], 0)


REPLIES = {
    **{
        f"{status}": "HTTP/1.1 {status} X\r\nlocation: {url}\r\n".replace("{status}", str(status))
        for status in (300, 301, 302, 303, 305, 307, 308)
    },
    "201 with a place": "HTTP/1.1 201 X\r\nlocation: {url}\r\n",
    "refresh": "HTTP/1.1 200 X\r\nrefresh: 0; url={url}\r\n",
    "another service": 'HTTP/1.1 200 X\r\nalt-svc: h2="127.0.0.1:{port}"\r\n',
    "a link": "HTTP/1.1 200 X\r\nlink: <{url}>; rel=canonical\r\n",
    "ask a proxy": "HTTP/1.1 407 X\r\nproxy-authenticate: Basic\r\nlocation: {url}\r\n",
    "an upgrade": "HTTP/1.1 426 X\r\nupgrade: h2c\r\nlocation: {url}\r\n",
    "relative": "HTTP/1.1 307 X\r\nlocation: //127.0.0.1:{port}/\r\n",
}


@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES)
async def test_receivers_that_send_elsewhere(reply: str, trap: Trap) -> None:
    """Redirects and their kin, from an allowed address to the trap: nobody follows."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = reply.format(url=f"http://127.0.0.1:{trap.port}/", port=trap.port)
        writer.write(f"{head}content-length: 0\r\nconnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.2", 0)
    port = server.sockets[0].getsockname()[1]
    # the trap may be reached too: not following is what keeps it empty
    policy = CallbackPolicy(settings(callback_hosts=["127.0.0.0/8"]))
    async with server:
        outcome = await post(policy, f"http://127.0.0.2:{port}/")
    assert outcome.delivered == (" 20" in reply[:14])
    assert (trap.connects, trap.visitors) == ([("127.0.0.2", port)], 0)


async def test_proxies_of_the_environment(trap: Trap, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are not used: whoever sets one does not mean callbacks, and checks would be in vain."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{trap.port}")
    backend = Unreachable()
    await post(CallbackPolicy(settings()), f"http://{PUBLIC}/", backend)
    assert (backend.tried, trap.visitors) == ([PUBLIC], 0)


async def test_settings_that_were_narrowed(trap: Trap) -> None:
    """What was registered before is held to the present settings with every delivery."""
    url = f"http://127.0.0.1:{trap.port}/"
    open_ = {"callback_hosts": ["127.0.0.0/8"]}
    await CallbackPolicy(settings(**open_)).check(url)
    for narrowed in (
        settings(),
        settings(**open_, callback_ports=["443"]),
        settings(**open_, callback_https_only=True),
    ):
        policy = CallbackPolicy(narrowed)
        with pytest.raises(Forbidden):
            await policy.check(url)
        assert not (await post(policy, url)).delivered
    assert (trap.connects, trap.visitors) == ([], 0)


async def test_networks_that_happen_to_hold_a_metadata_service() -> None:
    """Allowing the network is not enough: such an address must be named by itself."""
    everything = ["0.0.0.0/0", "::/0"]
    policy = CallbackPolicy(settings(callback_hosts=everything))
    await policy.check("http://10.0.0.1/")
    await policy.check("http://[fd00::1]/")
    for address in ("169.254.169.254", "[fd00:ec2::254]", "[::ffff:169.254.169.254]"):
        with pytest.raises(Forbidden, match="metadata"):
            await policy.check(f"http://{address}/")
    named = settings(callback_hosts=[*everything, "169.254.169.254"])
    await CallbackPolicy(named).check("http://169.254.169.254/")


@pytest.mark.parametrize(
    ("own", "url"),
    [
        ("http://0.0.0.0:{port}", "http://127.0.0.1:{port}/"),
        ("http://0.0.0.0:{port}", "http://localhost:{port}/x"),
        ("http://0.0.0.0:{port}", "http://127.0.0.5:{port}/x"),
        ("http://[::]:{port}", "http://[::1]:{port}/"),
        ("http://127.0.0.1:{port}", "http://127.1:{port}/serviceOrdering/v4/hub"),
        ("http://localhost:{port}", "http://127.0.0.1:{port}/"),
        ("https://tmf.test", "https://TMF.test./tmf-api/serviceOrdering/v4/listener/x"),
        ("https://tmf.test", "https://tmf.test:443/"),
        ("http://tmf.test:{port}/base", "http://tmf.test:{port}/"),
        ("http://127.0.0.1:{port}", "http://alias.test:{port}/"),
        ("http://127.0.0.1:{port}", "http://localhost:{port}/x"),
        ("http://127.0.0.1:{port}", "http://foo.localhost:{port}/x"),
        ("http://[::1]:{port}", "http://LOCALHOST.:{port}/x"),
    ],
)
async def test_callbacks_to_the_server_itself(own: str, url: str, trap: Trap) -> None:
    """Whatever the path and the name, also where loopback is allowed; other ports are others."""

    async def resolver(host: str, _port: int) -> list[str]:
        return ["127.0.0.1"] if host == "alias.test" else [PUBLIC]

    open_ = settings(callback_hosts=["127.0.0.0/8", "::1/128"])
    policy = CallbackPolicy(open_, resolver, own=[own.format(port=trap.port)])
    with pytest.raises(Forbidden, match=r"itself|no place"):
        await policy.check(url.format(port=trap.port))
    assert not (await post(policy, url.format(port=trap.port))).delivered
    assert (trap.connects, trap.visitors) == ([], 0)
    await policy.check(f"http://127.0.0.1:{trap.port - 1}/")
    await CallbackPolicy(open_, resolver).check(url.format(port=trap.port))
