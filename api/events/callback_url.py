"""The URL of a callback, read so strictly that every library sees the same host in it. Pure."""

import re
from dataclasses import dataclass

import httpx

from api.errors import BadRequest
from api.events.addresses import literal

__all__ = ["CallbackUrl", "no_callback"]

_SHAPE = re.compile(
    r"(https?)://(?:\[([0-9a-f:.]+)\]|([^\[\]:/?#@%\\]+))(?::([0-9]{0,5}))?(?:[/?#].*)?",
    re.IGNORECASE | re.DOTALL,
)
_CREDENTIALS = re.compile(r"[^/?#]*//[^/?#\\]*@")
_STRANGE = re.compile(r"[\x00-\x20\x7f-\xa0\\]")
"""Blanks and controls, which some drop and others do not, and what some take for a slash."""

_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_-]{1,63}(?:[.][a-z0-9_-]{1,63})*", re.ASCII)
_PORTS = {"http": 80, "https": 443}
_LARGEST = 65535


@dataclass(frozen=True, slots=True)
class CallbackUrl:
    """What matters of it.

    Attributes:
        scheme: http or https.
        host: in small letters, international names in their ASCII form, no dot at the end; an
            IPv6 address without brackets.
        port: as given, or the scheme's own.
        usual: whether a library that reads URLs takes it too: not every old notation is taken.
    """

    scheme: str
    host: str
    port: int
    usual: bool

    @classmethod
    def parsed(cls, url: str, longest: int = 2000) -> "CallbackUrl":
        """Raises BadRequest where it is no URL that a callback could have."""
        if len(url) > longest:
            raise BadRequest(f"callback: is longer than {longest} characters")
        if _CREDENTIALS.match(url):
            raise BadRequest(
                "callback: has credentials in it", "Leave out what stands before the @."
            )
        try:
            return cls._read(url)
        except (ValueError, httpx.InvalidURL):
            raise no_callback() from None

    @classmethod
    def _read(cls, url: str) -> "CallbackUrl":
        found = None if _STRANGE.search(url) else _SHAPE.fullmatch(url)
        if found is None:
            raise ValueError(url)
        scheme, address, name, number = found.groups()
        scheme = scheme.lower()
        host = address or _ascii(name).lower().removesuffix(".")
        if literal(host) is None and not _NAME.fullmatch(host):
            raise ValueError(host)
        port = int(number) if number else _PORTS[scheme]
        if not 0 < port <= _LARGEST:
            raise ValueError(number)
        return cls(scheme, host, port, _is_usual(url))


def no_callback() -> BadRequest:
    """The error for a callback that is none."""
    return BadRequest(
        "callback: is no http or https URL with a host",
        "Send an absolute URL, e.g. https://example.com/events.",
    )


def _ascii(name: str) -> str:
    """A host name as name servers know it. Raises ValueError or InvalidURL."""
    return name if name.isascii() else httpx.URL(scheme="http", host=name).raw_host.decode("ascii")


def _is_usual(url: str) -> bool:
    try:
        return bool(httpx.URL(url).raw_host)
    except (httpx.InvalidURL, ValueError):
        return False
