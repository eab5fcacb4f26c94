"""Connections to callbacks: made only to addresses that the policy allows.

The check sits where the connection is made and the checked address is the one that is connected
to, so a name that means another address by now (DNS rebinding) gains nothing. Host header and TLS
names stay those of the URL.
"""

import ssl
from collections.abc import Iterable

import httpcore
import httpx

from api.events.callback import CallbackPolicy

__all__ = ["GuardedTransport"]

_KEEP_ALIVE = 30.0
"""Seconds that an idle connection is kept."""

_IDLE = 200
"""Idle connections that are kept in all."""


class GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's own transport over connections that the policy has checked; no proxies."""

    def __init__(self, policy: CallbackPolicy) -> None:
        context = httpx.create_ssl_context()
        super().__init__(verify=context)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            # how many there are at most is the hub's business: nobody waits for another's
            max_connections=None,
            max_keepalive_connections=_IDLE,
            keepalive_expiry=_KEEP_ALIVE,
            network_backend=_GuardedBackend(policy),
        )


class _GuardedBackend(httpcore.AsyncNetworkBackend):
    def __init__(self, policy: CallbackPolicy) -> None:
        self._policy = policy
        self._backend: httpcore.AsyncNetworkBackend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
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
            except (httpcore.ConnectError, httpcore.ConnectTimeout, ssl.SSLError) as error:
                failure = error
        raise failure
