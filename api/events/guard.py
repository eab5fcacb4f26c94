"""Connections to callbacks: made only to addresses that the policy allows.

The check sits where the connection is made and the checked address is the one that is connected
to, so a name that means another address by now (DNS rebinding) gains nothing. Host header and TLS
names stay those of the URL.
"""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager

import httpcore
import httpx

from api.events.callback import CallbackPolicy
from api.events.connections import Connections

__all__ = ["GuardedBackend", "GuardedTransport"]

_KEEP_ALIVE = 30.0
"""Seconds that an idle connection is kept."""

_IDLE = 200
"""Idle connections that are kept in all."""

_PORTS = {"http": 80, "https": 443}


class GuardedTransport(httpx.AsyncBaseTransport):
    """httpx over httpcore's connections, which the policy has checked; no proxies.

    Args:
        policy: where connections may go.
        backend: makes them; the event loop's own sockets by default.
    """

    def __init__(
        self, policy: CallbackPolicy, backend: httpcore.AsyncNetworkBackend | None = None
    ) -> None:
        self._policy = policy
        self._pool = Connections(
            GuardedBackend(policy, backend or httpcore.AnyIOBackend()),
            httpx.create_ssl_context(),
            idle=_IDLE,
            seconds=_KEEP_ALIVE,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """See httpx."""
        url = request.url
        port = url.port or _PORTS.get(url.scheme, 0)
        if fault := self._policy.fault(url.scheme, port):
            raise httpx.ConnectError(fault, request=request)
        with _as_httpx(request):
            reply = await self._pool.handle_async_request(
                httpcore.Request(
                    method=request.method,
                    url=httpcore.URL(
                        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                    ),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        return httpx.Response(
            reply.status,
            headers=reply.headers,
            stream=_Stream(reply, request),
            extensions=reply.extensions,
        )

    async def aclose(self) -> None:
        """Closes all connections."""
        await self._pool.aclose()


class _Stream(httpx.AsyncByteStream):
    """The body of a reply as it comes."""

    def __init__(self, reply: httpcore.Response, request: httpx.Request) -> None:
        self._reply = reply
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx(self._request):
            async for part in self._reply.aiter_stream():
                yield part

    async def aclose(self) -> None:
        await self._reply.aclose()


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to the checked addresses of a host, one after the other.

    Args:
        policy: where connections may go.
        backend: makes them.
    """

    def __init__(self, policy: CallbackPolicy, backend: httpcore.AsyncNetworkBackend) -> None:
        self._policy = policy
        self._backend = backend

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """See httpcore."""
        try:
            addresses = await self._policy.addresses(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} cannot be resolved: {error}") from error
        failure: Exception = httpcore.ConnectError(
            f"{host} is not an address that callbacks may go to (setting callback_hosts)"
        )
        for address in addresses:
            try:
                return await self._backend.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        """See httpcore."""
        await self._backend.sleep(seconds)


_NAMES = (
    "ConnectTimeout",
    "ReadTimeout",
    "WriteTimeout",
    "PoolTimeout",
    "ConnectError",
    "ReadError",
    "WriteError",
    "LocalProtocolError",
    "RemoteProtocolError",
    "UnsupportedProtocol",
)
"""Errors that both libraries call by the same name."""


@contextmanager
def _as_httpx(request: httpx.Request) -> Iterator[None]:
    """Turns httpcore's errors into httpx's own."""
    try:
        yield
    except tuple(getattr(httpcore, name) for name in _NAMES) as error:
        kind: type[httpx.TransportError] = getattr(httpx, type(error).__name__)
        raise kind(str(error), request=request) from error
