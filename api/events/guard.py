"""Connections to callbacks: made only to addresses that the policy allows.

The check sits where the connection is made and the checked address is the one that is connected
to, so a name that means another address by now (DNS rebinding) gains nothing. Host header and TLS
names stay those of the URL.
"""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from ssl import SSLContext

import httpcore
import httpx

from api.events.callback import CallbackPolicy
from api.events.connections import Connections

__all__ = ["ANSWER", "GuardedBackend", "GuardedTransport"]

_KEEP_ALIVE = 30.0
"""Seconds that an idle connection is kept."""

_IDLE = 200
"""Idle connections that are kept in all."""

ANSWER = 131_072
"""Bytes of an answer that are read: those of its head, and the first of its body."""

_PORTS = {"http": 80, "https": 443}


class GuardedTransport(httpx.AsyncBaseTransport):
    """httpx over httpcore's connections, which the policy has checked; no proxies.

    Args:
        policy: where connections may go.
        backend: makes them; the event loop's own sockets by default.
        most: bytes that are read of one answer, whatever they are.
    """

    def __init__(
        self,
        policy: CallbackPolicy,
        backend: httpcore.AsyncNetworkBackend | None = None,
        most: int = ANSWER,
    ) -> None:
        self._policy = policy
        self._pool = Connections(
            GuardedBackend(policy, backend or httpcore.AnyIOBackend(), most),
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


class _Bounded(httpcore.AsyncNetworkStream):
    """A connection on which an answer may not go on for ever.

    Whoever asks bounds the body; what comes before it, such as ``100 Continue`` without end, the
    library reads by itself.
    """

    def __init__(self, stream: httpcore.AsyncNetworkStream, most: int) -> None:
        self._stream = stream
        self._most = most
        self._read = 0

    async def read(
        self,
        max_bytes: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> bytes:
        """See httpcore."""
        if self._read > self._most:
            raise httpcore.ReadError(f"the answer has more than {self._most} bytes")
        data = await self._stream.read(max_bytes, timeout)
        self._read += len(data)
        return data

    async def write(
        self,
        buffer: bytes,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> None:
        """See httpcore."""
        self._read = 0
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """See httpcore."""
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> httpcore.AsyncNetworkStream:
        """See httpcore."""
        inner = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        return _Bounded(inner, self._most)

    def get_extra_info(self, info: str) -> object:
        """See httpcore."""
        return self._stream.get_extra_info(info)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to the checked addresses of a host, one after the other.

    Args:
        policy: where connections may go.
        backend: makes them.
        most: bytes that are read of one answer.
    """

    def __init__(
        self, policy: CallbackPolicy, backend: httpcore.AsyncNetworkBackend, most: int
    ) -> None:
        self._most = most
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
                stream = await self._backend.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
                return _Bounded(stream, self._most)
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
