"""Connections that are kept for the next delivery to the same place.

httpcore's own pool looks at every connection it has for every request, sockets and all: with a
hundred endpoints that costs ten times as much as the delivery. Here a place's connections are a
stack, so the cost is the same however many there are.
"""

from collections import OrderedDict
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from ssl import SSLContext

import httpcore

__all__ = ["Connections"]

_SCHEMES = (b"http", b"https")


class Connections:
    """Takes requests as an httpcore pool does.

    How many connections there are at once is up to the caller; only the idle ones are bounded.

    Args:
        backend: makes them.
        ssl_context: of https.
        idle: how many are kept for later.
        seconds: how long each is kept.
    """

    def __init__(
        self,
        backend: httpcore.AsyncNetworkBackend,
        ssl_context: SSLContext,
        *,
        idle: int,
        seconds: float,
    ) -> None:
        self._backend = backend
        self._ssl_context = ssl_context
        self._idle = idle
        self._seconds = seconds
        self._stacks: dict[str, list[httpcore.AsyncHTTPConnection]] = {}
        self._order: OrderedDict[httpcore.AsyncHTTPConnection, str] = OrderedDict()
        self._closed = False

    def __len__(self) -> int:
        return len(self._order)

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Sends it; the connection is free again when the reply is closed."""
        if request.url.scheme not in _SCHEMES:
            raise httpcore.UnsupportedProtocol("only http and https are spoken")
        origin = request.url.origin
        connection = await self._take(origin)
        try:
            reply = await connection.handle_async_request(request)
        except BaseException:
            await connection.aclose()
            raise
        stream = reply.stream
        assert isinstance(stream, AsyncIterable)  # noqa: S101 - it came from an async connection
        lent = _Lent(stream, lambda: self._give_back(str(origin), connection))
        return httpcore.Response(
            reply.status, headers=reply.headers, content=lent, extensions=reply.extensions
        )

    async def aclose(self) -> None:
        """Closes the idle ones, and each other as soon as its reply is closed."""
        self._closed = True
        self._stacks.clear()
        while self._order:
            await self._order.popitem()[0].aclose()

    async def _take(self, origin: httpcore.Origin) -> httpcore.AsyncHTTPConnection:
        key = str(origin)
        while stack := self._stacks.get(key):
            connection = stack.pop()
            self._forget(connection)
            if connection.is_available() and not connection.has_expired():
                return connection
            await connection.aclose()
        return httpcore.AsyncHTTPConnection(
            origin,
            ssl_context=self._ssl_context,
            keepalive_expiry=self._seconds,
            network_backend=self._backend,
        )

    async def _give_back(self, key: str, connection: httpcore.AsyncHTTPConnection) -> None:
        if self._closed or not connection.is_idle():
            await connection.aclose()
            return
        self._stacks.setdefault(key, []).append(connection)
        self._order[connection] = key
        # the oldest are the first to expire: to look at one or two each time is enough
        while len(self._order) > 1:
            oldest = next(iter(self._order))
            if len(self._order) <= self._idle and not oldest.has_expired():
                break
            self._stacks[self._order[oldest]].remove(oldest)
            self._forget(oldest)
            await oldest.aclose()

    def _forget(self, connection: httpcore.AsyncHTTPConnection) -> None:
        key = self._order.pop(connection)
        if not self._stacks.get(key):
            self._stacks.pop(key, None)


class _Lent:
    """The body of a reply, which gives the connection back."""

    def __init__(self, stream: AsyncIterable[bytes], done: Callable[[], Awaitable[None]]) -> None:
        self._stream = stream
        self._done: Callable[[], Awaitable[None]] | None = done

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._stream:
            yield part

    async def aclose(self) -> None:
        done, self._done = self._done, None
        if done is None:
            return
        try:
            close: Callable[[], Awaitable[None]] | None = getattr(self._stream, "aclose", None)
            if close is not None:
                await close()
        finally:
            await done()
