"""All the endpoints of this process, and their timers."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from api.clock import Clock
from api.events.endpoint import Endpoint
from api.events.gate import Gate
from api.events.limits import Limits
from api.process.timers import Timers

__all__ = ["Endpoints"]


class Endpoints:
    """All endpoints of this process.

    Args:
        clock: time and chance.
        limits: of each, and ``total`` and ``probes`` of all together.
    """

    def __init__(self, clock: Clock, limits: Limits) -> None:
        self._clock = clock
        self._limits = limits
        self._gates = (Gate(limits.total), Gate(limits.probes))
        self._known: dict[str, Endpoint] = {}
        self._timers: Timers[str] = Timers(clock, self._ring)

    def __iter__(self) -> Iterator[Endpoint]:
        return iter(self._known.values())

    def of(self, url: str) -> Endpoint:
        """The one that a callback is at."""
        origin = _origin(url)
        endpoint = self._known.get(origin)
        if endpoint is None:
            self._tidy()
            endpoint = Endpoint(origin, self._clock, self._limits, self._gates, self._timers)
            self._known[origin] = endpoint
        return endpoint

    async def run(self) -> None:
        """Keeps their times until cancelled."""
        await self._timers.run()

    def _ring(self, origin: str) -> None:
        endpoint = self._known.get(origin)
        if endpoint is not None:
            endpoint.ring()

    def _tidy(self) -> None:
        for origin in [each.origin for each in self if each.unused]:
            del self._known[origin]
            self._timers.set(origin, None)


def _origin(url: str) -> str:
    """Scheme, host and port of a callback, however it is written."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"{parts.scheme}://{parts.hostname}:{port}"
