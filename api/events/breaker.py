"""A circuit breaker: whether an endpoint is worth a delivery. Pure: time and chance are given."""

from enum import StrEnum

from api.events.limits import Breaking

__all__ = ["Breaker", "BreakerState"]


class BreakerState(StrEnum):
    """Closed: deliveries flow. Open: none are made. Half-open: one is on its way to find out."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "halfOpen"


class Breaker:
    """The breaker of one endpoint.

    Args:
        breaking: when it opens, and for how long.
    """

    def __init__(self, breaking: Breaking) -> None:
        self._breaking = breaking
        self._failed: set[str] = set()
        self._unanswered = 0
        self._probes = 0
        self.state = BreakerState.CLOSED
        self.until = 0.0
        """While open: when a probe may be made."""
        self.silent = False
        """Whether the last delivery that failed had no answer at all, whatever it was."""

    def admits(self, now: float) -> bool:
        """Whether a delivery may be made; in an open breaker whose time has come: as a probe."""
        return self.state is BreakerState.CLOSED or (
            self.state is BreakerState.OPEN and now >= self.until
        )

    def probe(self) -> None:
        """A delivery is made to find out."""
        self.state = BreakerState.HALF_OPEN

    def probe_lost(self, now: float) -> None:
        """The delivery that was to find out was not made after all: another may."""
        if self.state is BreakerState.HALF_OPEN:
            self.state, self.until = BreakerState.OPEN, now

    def succeeded(self) -> None:
        """A delivery was received: everything is good."""
        if self.state is BreakerState.CLOSED and not self._failed and not self._unanswered:
            return
        self._failed.clear()
        self._unanswered = self._probes = 0
        self.state = BreakerState.CLOSED

    def failed(self, now: float, chance: float, resource: str | None) -> None:
        """A delivery failed: of that resource with a bad answer, or (None) without any."""
        self.silent = resource is None
        if resource is None:
            self._unanswered += 1
        else:
            self._failed.add(resource)
        if self.state is BreakerState.OPEN:
            return  # one that was under way when it opened
        if self.state is BreakerState.HALF_OPEN:
            self._probes += 1
        elif self._unanswered + len(self._failed) < self._breaking.failures:
            return
        self._failed.clear()  # what it is opened by need not be remembered
        self.state = BreakerState.OPEN
        self.until = now + self._breaking.wait(self._probes, chance)
