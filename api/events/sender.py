"""One POST to a callback, and what came of it."""

import asyncio
from dataclasses import dataclass

import httpx

from api.events.limits import LIMITS, Limits
from api.events.parcel import Parcel

__all__ = ["Outcome", "Sender"]

_HEADERS = {
    "accept": "*/*",
    "accept-encoding": "identity",
    "user-agent": "turnup",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a delivery.

    Attributes:
        delivered: whether the receiver has it: any 2xx.
        detail: what was answered or went wrong, for people.
    """

    delivered: bool
    detail: str


class Sender:
    """Posts to callbacks: connections are reused, redirects are not followed.

    Args:
        transport: makes the connections; in production a `api.events.guard.GuardedTransport`.
        limits: of times and of the answer.
    """

    def __init__(self, transport: httpx.AsyncBaseTransport, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._client = httpx.AsyncClient(
            transport=transport,
            headers=_HEADERS,
            timeout=httpx.Timeout(limits.read, connect=limits.connect, pool=None),
            follow_redirects=False,
            trust_env=False,
        )

    async def close(self) -> None:
        """Closes all connections."""
        await self._client.aclose()

    async def send(self, url: str, parcel: Parcel) -> Outcome:
        """Posts it. Never raises but for cancellation: whatever fails is an outcome."""
        try:
            async with asyncio.timeout(self._limits.whole):
                return await self._post(url, parcel)
        except TimeoutError:
            return Outcome(False, f"no complete answer within {self._limits.whole:g} s")
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
            return Outcome(False, f"{type(error).__name__}: {error}"[:300])

    async def _post(self, url: str, parcel: Parcel) -> Outcome:
        async with self._client.stream(
            "POST", url, content=parcel.body, headers=parcel.headers
        ) as response:
            reply = b""
            async for part in response.aiter_raw():
                reply += part
                if len(reply) > self._limits.reply:
                    break  # leaving closes the connection: the rest never comes
        text = reply[: self._limits.reply].decode("utf-8", "replace").strip()
        return Outcome(response.is_success, f"{response.status_code} {text[:200]}".strip())
