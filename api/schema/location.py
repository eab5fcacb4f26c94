"""Addresses of schemas, as ``@schemaLocation`` has them, and the prefixes that may be fetched."""

import posixpath
import re
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

from api.errors import SetupError

__all__ = ["Prefixes", "normal"]

_PORTS = {"http": 80, "https": 443}
_LONGEST = 2000
_STRANGE = re.compile(r"[\x00-\x20\\\x7f-\uffff]")
_ENCODED = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_HIDDEN = re.compile("%(2f|5c|25)", re.IGNORECASE)


def normal(url: str) -> str | None:
    """An absolute http or https URL in its normal form, fragment included; None where it is none.

    None too where it has credentials, or an encoded slash or percent sign in its path: what a
    server makes of these cannot be told from here.
    """
    if len(url) > _LONGEST or _STRANGE.search(url):
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host or "@" in parts.netloc or port == 0:
        return None
    path = _ENCODED.sub(_decoded, parts.path or "/")
    if _HIDDEN.search(path):
        return None
    resolved = posixpath.normpath("/" + path.lstrip("/"))
    if path.endswith(("/", "/.", "/..")) and resolved != "/":
        resolved += "/"
    shown = f"[{host}]" if ":" in host else host
    netloc = shown if port in (None, _PORTS[parts.scheme]) else f"{shown}:{port}"
    return urlunsplit((parts.scheme, netloc, resolved, parts.query, parts.fragment))


def _decoded(match: re.Match[str]) -> str:
    char = chr(int(match[1], 16))
    return char if _UNRESERVED.fullmatch(char) else match[0].upper()


class Prefixes:
    """The beginnings of addresses from which schemas may be fetched.

    Args:
        urls: as the operator gave them; each ends at a segment of the path.
    """

    def __init__(self, urls: Iterable[str] = ()) -> None:
        self._prefixes = tuple(_prefix(url) for url in urls)

    def __bool__(self) -> bool:
        return bool(self._prefixes)

    def allow(self, url: str) -> bool:
        """Whether an address lies below one of them; never where it is not in normal form.

        A client of HTTP brings an address into a form of its own, so that one which only looks
        as if it lay below could lead elsewhere.
        """
        return url.startswith(self._prefixes) and normal(url) == url


def _prefix(url: str) -> str:
    found = normal(url)
    if found is None or "?" in found or "#" in found:
        raise SetupError(
            f"settings, extension_prefixes: {url!r} is no http or https URL without credentials, "
            "query and fragment, e.g. https://schemas.example.net/tmf/."
        )
    return found.rstrip("/") + "/"
