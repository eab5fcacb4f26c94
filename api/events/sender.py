"""One POST to a callback, and what came of it."""

import asyncio

import httpx

from api.clock import Clock, SystemClock
from api.events.limits import LIMITS, Limits
from api.events.outcome import Outcome
from api.events.parcel import Parcel
from api.events.retry_after import retry_after

__all__ = ["Sender"]

_HEADERS = {
    "accept": "*/*",
    "accept-encoding": "identity",
    "user-agent": "turnup",
}

_DETAIL = 200
"""Characters of an answer that are told where there is room for one line."""


class Sender:
    """Posts to callbacks: connections are reused, redirects are not followed.

    Args:
        transport: makes the connections; in production a `api.events.guard.GuardedTransport`.
        limits: of times and of the answer.
        clock: time; the machine's own by default.
    """

    def __init__(
        self,
        transport: httpx.AsyncBaseTransport,
        limits: Limits = LIMITS,
        clock: Clock | None = None,
    ) -> None:
        self._clock = clock or SystemClock()
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
        before = self._clock.now()
        try:
            async with asyncio.timeout(self._limits.whole):
                return await self._post(url, parcel, before)
        except TimeoutError:
            detail = f"no complete answer within {self._limits.whole:g} s"
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
            detail = f"{type(error).__name__}: {error}"[:300]
        return Outcome(False, detail, seconds=self._since(before))

    async def _post(self, url: str, parcel: Parcel, before: float) -> Outcome:
        async with self._client.stream(
            "POST", url, content=parcel.body, headers=parcel.headers
        ) as response:
            raw = b""
            async for part in response.aiter_raw():
                raw += part
                if len(raw) > self._limits.reply:
                    break  # leaving closes the connection: the rest never comes
        reply = raw[: self._limits.reply].decode("utf-8", "replace").strip()
        wait = None
        if not response.is_success:
            longest = self._limits.slowing.longest
            wait = retry_after(response.headers.get("retry-after"), self._clock.now(), longest)
        return Outcome(
            response.is_success,
            f"{response.status_code} {reply[:_DETAIL]}".strip(),
            response.status_code,
            reply,
            wait,
            self._since(before),
        )

    def _since(self, before: float) -> float:
        return max(0.0, self._clock.now() - before)
