"""Which internet addresses are everybody's, and which lead into somebody's own network. Pure.

The address counts, not its notation: `literal` reads a host in every notation that a system might
take for an address, and an IPv4 address inside of an IPv6 one is judged as what it is.
"""

import re
from ipaddress import (
    AddressValueError,
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

__all__ = ["LOOPBACK", "Address", "Network", "is_metadata", "literal", "refusal", "unwrapped"]

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))

_METADATA = frozenset(
    map(
        ip_address,
        (
            "169.254.169.254",  # nearly everybody's
            "169.254.170.2",  # containers' credentials
            "169.254.170.23",
            "fd00:ec2::254",
            "fd00:ec2::23",
            "fd20:ce::254",
            "100.100.100.200",
            "168.63.129.16",  # looks public, and is the host of the virtual machine
            "192.0.0.192",
        ),
    )
)
"""Where clouds tell their machines of themselves, credentials included."""

_SPECIAL: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "unspecified"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "of a carrier's address translation"),
    ("127.0.0.0/8", "loopback"),
    ("169.254.0.0/16", "link-local"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "reserved"),
    ("192.0.2.0/24", "for documentation"),
    ("192.88.99.0/24", "a 6to4 relay"),
    ("192.168.0.0/16", "private"),
    ("198.18.0.0/15", "for benchmarks"),
    ("198.51.100.0/24", "for documentation"),
    ("203.0.113.0/24", "for documentation"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved"),
    ("::/128", "unspecified"),
    ("::1/128", "loopback"),
    ("fc00::/7", "private"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "site-local"),
    ("ff00::/8", "multicast"),
    ("2001::/23", "reserved"),  # tunnels (Teredo), benchmarks and the like
    ("2001:db8::/32", "for documentation"),
    ("2002::/16", "a 6to4 tunnel"),
    ("3fff::/20", "for documentation"),
)
_KINDS: tuple[tuple[Network, str], ...] = tuple((ip_network(text), kind) for text, kind in _SPECIAL)
_UNICAST = IPv6Network("2000::/3")
"""All that has been given out of IPv6 so far; what lies outside is no place for a callback."""

_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})
"""In the middle of an address that stands for the IPv4 one at its end."""

_NUMBER = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+", re.ASCII)
_PARTS = 4


def refusal(address: Address) -> str | None:
    """What kind of address it is, e.g. ``loopback``; None: everybody's."""
    if is_metadata(address):
        return "a cloud's metadata service"
    real = unwrapped(address)
    for network, kind in _KINDS:
        if real.version == network.version and real in network:
            return kind
    if isinstance(real, IPv6Address):
        if real not in _UNICAST:
            return "reserved"
        if (int(real) >> 32) & 0xFFFF_FFFF in _ISATAP:
            return "an ISATAP tunnel"
    return None


def is_metadata(address: Address) -> bool:
    """Whether a cloud's metadata service is there."""
    return unwrapped(address) in _METADATA


def unwrapped(address: Address) -> Address:
    """The IPv4 address inside of an IPv6 one by which it is reached; else the same.

    Tunnels hold IPv4 addresses too, but are refused whatever they hold.
    """
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address


def literal(host: str) -> Address | None:
    """The address that a host stands for by itself; None: it is a name.

    IPv4 addresses may have one to four parts, each decimal, octal or hexadecimal, as `inet_aton`
    takes them. Raises ValueError where it is neither an address nor a name.
    """
    if ":" in host:
        if "%" in host:
            raise ValueError("a zone means nothing to others")
        return IPv6Address(host)
    labels = host.removesuffix(".").split(".")
    if not _NUMBER.fullmatch(labels[-1]):
        return None
    if len(labels) > _PARTS:
        raise AddressValueError(f"{host} has too many parts")
    *leading, last = map(_number, labels)
    room = 8 * (_PARTS - len(leading))
    if any(part > 0xFF for part in leading) or last >= 1 << room:  # noqa: PLR2004 - a byte
        raise AddressValueError(f"{host} has too large a part")
    value = last
    for place, part in enumerate(leading):
        value |= part << (24 - 8 * place)
    return IPv4Address(value)


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise AddressValueError(f"{text} is no number")
    if text[:2] in ("0x", "0X"):
        return int(text[2:] or "0", 16)
    return int(text, 8 if text.startswith("0") else 10)
