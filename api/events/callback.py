"""Where callbacks may go: never to places that only this server can reach, unless allowed.

Otherwise anybody who may register a callback could have the server talk to its neighbours, to
itself or to a cloud's metadata service (server-side request forgery). The address counts, not its
notation: names are resolved, at registration and again for every connection.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from ipaddress import ip_address, ip_network

from api.errors import BadRequest, Forbidden, SetupError
from api.events.addresses import (
    LOOPBACK,
    Address,
    Network,
    is_metadata,
    literal,
    refusal,
    unwrapped,
)
from api.events.callback_url import CallbackUrl, no_callback
from api.events.limits import LIMITS, Limits
from api.events.ports import Ports
from api.settings import Settings

__all__ = ["CallbackPolicy", "Resolver", "resolve"]

Resolver = Callable[[str, int], Awaitable[list[str]]]
"""Gives the addresses of a host and port, as text. Raises OSError."""

_METADATA_NAMES = frozenset(
    {
        "instance-data",
        "instance-data.ec2.internal",
        "metadata",
        "metadata.goog",
        "metadata.google.internal",
    }
)
"""Refused even where they cannot be resolved."""

_ITSELF = "this server itself"
"""A name for it is refused even where it has further addresses: it was not meant for those."""

_PRIVATE = (
    "It is private to this server's network. Use a public address, or have the operator add its"
    " network to the setting callback_hosts (TURNUP_CALLBACK_HOSTS)."
)


async def resolve(host: str, port: int) -> list[str]:
    """See `Resolver`; asks the system."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class CallbackPolicy:
    """Decides on callback URLs and the addresses behind them.

    Args:
        settings: ``callback_hosts``, ``callback_ports``, ``callback_https_only``, and ``host``: a
            server that listens on loopback may call back to it.
        resolver: of names.
        limits: of URLs and look-ups.
        own: URLs of this server itself, to which nothing is called back: it would talk to itself.
    """

    def __init__(
        self,
        settings: Settings,
        resolver: Resolver = resolve,
        limits: Limits = LIMITS,
        own: Iterable[str] = (),
    ) -> None:
        self._allowed = [_network(text) for text in settings.callback_hosts]
        if _listens_on_loopback(settings.host):
            self._allowed += LOOPBACK
        self._ports = Ports(settings.callback_ports)
        self._https_only = settings.callback_https_only
        self._own = frozenset(_places(own))
        self._resolver = resolver
        self._limits = limits

    async def check(self, url: str) -> None:
        """Raises BadRequest where it is no such URL, Forbidden where it leads where none may go.

        A name that cannot be resolved now is accepted: every connection is checked again.
        """
        target = CallbackUrl.parsed(url, self._limits.callback)
        if fault := self.fault(target.scheme, target.port):
            raise Forbidden(f"callback: {fault}", "Use another URL, or ask the operator.")
        host, port = target.host, target.port
        if self._is_barred(host, port):
            raise Forbidden(f"callback: {host}:{port} is no place to call back to", _PRIVATE)
        try:
            found = await self._resolved(host, port)
        except (OSError, UnicodeError):
            return
        faults = [self._fault(each, port) for each in found]
        if None not in faults or _ITSELF in faults:
            known = [each for each in faults if each] or ["without an address"]
            what = _ITSELF if _ITSELF in known else known[0]
            raise Forbidden(
                f"callback: {host} is not an address that callbacks may go to: it is {what}",
                _PRIVATE,
            )
        if not target.usual:
            raise no_callback()

    def fault(self, scheme: str, port: int) -> str | None:
        """What is wrong with that scheme or port; None: nothing."""
        if self._https_only and scheme != "https":
            return "only https is allowed (setting callback_https_only)"
        if port not in self._ports:
            return f"port {port} is not allowed (setting callback_ports)"
        return None

    def allows(self, address: str) -> bool:
        """Whether connections may go to that address, on some port."""
        return self._fault(address, None) is None

    async def addresses(self, host: str, port: int) -> list[str]:
        """The host's addresses to which connections may go; may be empty. Raises OSError."""
        if self._is_barred(host.lower().removesuffix("."), port):
            return []
        found = await self._resolved(host, port)
        faults = [self._fault(each, port) for each in found]
        if _ITSELF in faults:
            return []
        return [each for each, fault in zip(found, faults, strict=True) if fault is None]

    async def _resolved(self, host: str, port: int) -> list[str]:
        name = host.lower().removesuffix(".")
        try:
            address = literal(name)
        except ValueError as error:
            raise OSError(str(error)) from None
        if address is not None:
            return [str(address)]
        if name == "localhost" or name.endswith(".localhost"):
            # whatever a name server says (RFC 6761, 6.3)
            return ["127.0.0.1", "::1"]
        async with asyncio.timeout(self._limits.resolve):
            return await self._resolver(host, port)

    def _is_barred(self, name: str, port: int) -> bool:
        return name in _METADATA_NAMES or (name, port) in self._own

    def _fault(self, text: str, port: int | None) -> str | None:
        """What kind of forbidden address it is; None: it is allowed."""
        try:
            address = ip_address(text)
        except ValueError:
            return "unreadable"
        real = unwrapped(address)
        if any(port == own and _is_at(real, host) for host, own in self._own):
            return _ITSELF
        holding = [each for each in self._allowed if each.version == real.version and real in each]
        if is_metadata(real):  # a wide network that happens to hold it does not mean it
            holding = [each for each in holding if each.num_addresses == 1]
        return None if holding else refusal(address)


def _places(urls: Iterable[str]) -> Iterator[tuple[str, int]]:
    for url in urls:
        with suppress(BadRequest):  # then no callback can have it either
            place = CallbackUrl.parsed(url)
            yield place.host, place.port


def _is_at(address: Address, host: str) -> bool:
    """Whether who listens at that host is reached at the address."""
    if host == "localhost":
        return address.is_loopback
    try:
        listening = literal(host)
    except ValueError:
        return False
    if listening is None or not listening.is_unspecified:
        return address == listening
    return address.is_loopback or address.is_unspecified or _is_here(address)


def _is_here(address: Address) -> bool:
    """Whether it is one of this machine's: then it is its own sender. Nothing is sent."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6  # noqa: PLR2004
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((str(address), 9))
        except OSError:
            return False
        return ip_address(probe.getsockname()[0].partition("%")[0]) == address


def _network(text: str) -> Network:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise SetupError(
            f"callback_hosts: {text!r} is no network: write e.g. 10.0.0.0/8 or 192.168.1.7/32"
        ) from None


def _listens_on_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
