"""What clients call this server: the beginning of every href.

The configured public URL wins; else the request's own ``Host``, or what a trusted proxy says with
``X-Forwarded-Proto``, ``-Host``, ``-Port`` and ``-Prefix``; outside a request, where the server
listens. ``Forwarded`` (RFC 7239) is not read: most proxies pass on what a client wrote into it.
"""

import re
from ipaddress import ip_address, ip_network

from api.errors import SetupError
from api.http.request import Request

__all__ = ["Origin"]

_HOST = re.compile(r"[A-Za-z0-9._-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")

_PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)*")
_PORT = re.compile(r"[1-9]\d{0,4}", re.ASCII)
_USUAL = ("80", "443")

# nothing in it that JSON would have to escape: hrefs are spliced into stored JSON
_URL = re.compile(r"https?://[A-Za-z0-9._~:/\[\]%-]+")


class Origin:
    """Makes origins such as ``https://tmf.example.net``, without a trailing slash.

    Args:
        public_url: the configured one, or None.
        trusted_proxies: addresses or networks of proxies that are believed; ``*``: any.
        listening: where the server listens, for what is made outside a request.

    Attributes:
        public: the configured origin, if any.
        default: the origin outside a request.
    """

    def __init__(self, public_url: str | None, trusted_proxies: list[str], listening: str) -> None:
        if public_url is not None and not _URL.fullmatch(public_url):
            raise SetupError(f"settings, public_url: {public_url!r} is no http or https URL")
        self.public = public_url.rstrip("/") if public_url else None
        self._trust_all = "*" in trusted_proxies
        try:
            self._trusted = [ip_network(each) for each in trusted_proxies if each != "*"]
        except ValueError as error:
            raise SetupError(f"settings, trusted_proxies: {error}") from None
        self.default = self.public or listening

    def of(self, request: Request) -> str:
        """The origin that the request's client uses."""
        if self.public is not None:
            return self.public
        headers = request.headers
        scheme: str = request.scope["scheme"]
        host, prefix = headers.get("host", ""), ""
        if (self._trusted or self._trust_all) and self._is_trusted(request):
            scheme = _first(headers.get("x-forwarded-proto")).lower() or scheme
            host = _first(headers.get("x-forwarded-host")) or host
            host = _with_port(host, _first(headers.get("x-forwarded-port")))
            prefix = _first(headers.get("x-forwarded-prefix")).rstrip("/")
        if scheme not in ("http", "https") or not _HOST.fullmatch(host):
            return self.default
        return f"{scheme}://{host}{prefix if _PREFIX.fullmatch(prefix) else ''}"

    def _is_trusted(self, request: Request) -> bool:
        if self._trust_all:
            return True
        client = request.scope.get("client")
        try:
            address = ip_address(client[0]) if client else None
        except ValueError:
            return False
        return address is not None and any(address in network for network in self._trusted)


def _with_port(host: str, port: str) -> str:
    """The host with the port that clients reach it by, unless it names one itself.

    80 and 443 are left out: of several proxies one may have ended TLS, and each tells its own port.
    """
    told = host.rpartition("]")[2].rpartition(":")[1]
    return host if told or port in _USUAL or not _PORT.fullmatch(port) else f"{host}:{port}"


def _first(value: str | None) -> str:
    return (value or "").partition(",")[0].strip()
