"""Where callbacks may go: never to addresses that only this server can reach, unless allowed.

Otherwise anybody who may register a callback could have the server talk to its neighbours, to
itself or to a cloud's metadata service (server-side request forgery). The address counts, not its
notation: names are resolved, at registration and again for every connection.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import SplitResult, urlsplit

from api.errors import BadRequest, Forbidden, SetupError
from api.events.limits import LIMITS, Limits
from api.settings import Settings

__all__ = ["CallbackPolicy", "Resolver", "resolve"]

_Network = IPv4Network | IPv6Network
_Address = IPv4Address | IPv6Address

Resolver = Callable[[str, int], Awaitable[list[str]]]
"""Gives the addresses of a host and port, as text. Raises OSError."""

_LOOPBACK = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))
_NAT64 = IPv6Network("64:ff9b::/96")
_SCHEMES = frozenset({"http", "https"})
_PORTS = {"http": 80, "https": 443}
_SPACE = 32


async def resolve(host: str, port: int) -> list[str]:
    """See `Resolver`; asks the system."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class CallbackPolicy:
    """Decides on callback URLs and the addresses behind them.

    Args:
        settings: ``callback_hosts``, and ``host``: a server on loopback may call back to it.
        resolver: of names.
        limits: of URLs and look-ups.
    """

    def __init__(
        self, settings: Settings, resolver: Resolver = resolve, limits: Limits = LIMITS
    ) -> None:
        self._allowed = [_network(text) for text in settings.callback_hosts]
        if _listens_on_loopback(settings.host):
            self._allowed += _LOOPBACK
        self._resolver = resolver
        self._limits = limits

    def allows(self, address: str) -> bool:
        """Whether connections may go to that address."""
        try:
            real = _unwrapped(ip_address(address))
        except ValueError:
            return False
        if any(real.version == each.version and real in each for each in self._allowed):
            return True
        return real.is_global and not real.is_multicast and not real.is_reserved

    async def addresses(self, host: str, port: int) -> list[str]:
        """The host's addresses to which connections may go; may be empty. Raises OSError."""
        async with asyncio.timeout(self._limits.resolve):
            found = await self._resolver(host, port)
        return [address for address in found if self.allows(address)]

    async def check(self, url: str) -> None:
        """Raises BadRequest where it is no such URL, Forbidden where it leads to a private address.

        A name that cannot be resolved now is accepted: every connection is checked again.
        """
        parts = self._parsed(url)
        host = parts.hostname or ""
        try:
            found = await self.addresses(host, parts.port or _PORTS[parts.scheme])
        except (OSError, UnicodeError):
            return
        if not found:
            raise Forbidden(
                f"callback: {host} is not an address that callbacks may go to",
                "It is private to this server's network. Use a public address, or have the"
                " operator add its network to the setting callback_hosts"
                " (TURNUP_CALLBACK_HOSTS).",
            )

    def _parsed(self, url: str) -> SplitResult:
        if len(url) > self._limits.callback:
            raise BadRequest(f"callback: is longer than {self._limits.callback} characters")
        strange = any(ord(char) <= _SPACE or char == "\\" for char in url)
        try:
            parts = urlsplit(url)
            usable = parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port != 0
        except ValueError:
            strange, usable, parts = True, False, urlsplit("")
        if strange or not usable:
            raise BadRequest(
                "callback: is no http or https URL with a host",
                "Send an absolute URL, e.g. https://example.com/events.",
            )
        if "@" in parts.netloc:
            raise BadRequest(
                "callback: has credentials in it", "Leave out what stands before the @."
            )
        return parts


def _network(text: str) -> _Network:
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


def _unwrapped(address: _Address) -> _Address:
    """The IPv4 address inside of an IPv6 one that stands for it."""
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address.teredo is not None:
        inner = address.teredo[1]
    if inner is None and address in _NAT64:
        inner = IPv4Address(int(address) & 0xFFFF_FFFF)
    return inner or address
