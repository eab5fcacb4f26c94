"""The limits of registrations and deliveries, as data."""

from dataclasses import dataclass

__all__ = ["LIMITS", "SCHEDULE", "Limits", "Schedule"]


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a failed delivery is tried again.

    Attributes:
        waits: seconds before each further try; after the last one the delivery is parked.
        jitter: the part of a wait that chance may take off or add, so that what failed together
            is not tried together.
    """

    waits: tuple[float, ...]
    jitter: float = 0.2

    def wait(self, failed: int, chance: float) -> float | None:
        """Seconds to wait after so many failures (from 1); None: park it."""
        if failed > len(self.waits):
            return None
        return self.waits[failed - 1] * (1 + self.jitter * (2 * chance - 1))


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds.

    Attributes:
        callback: the longest callback URL.
        query: the longest query.
        overlap: how long a replaced secret signs on, at most.
        resolve: for the look-up of a callback's host.
        connect: for a connection to a callback.
        read: for each part of its answer.
        whole: for a delivery from beginning to end.
        reply: how much of an answer is read; more of it ends the connection.
        parallel: resources delivered at once to one subscription that works.
        probes: deliveries at once to all subscriptions whose last delivery failed.
        buffer: events held in memory per subscription; further ones stay in the log.
        blocked: resources that wait for another try, per subscription, before it reads no further.
        held: events behind those, known by position only.
        page: events read at once by a subscription that is behind.
        flush: how often positions are written while deliveries go on.
        claim: how often subscriptions that nobody delivers are looked for.
    """

    callback: int = 2000
    query: int = 4000
    overlap: float = 86_400.0
    resolve: float = 3.0
    connect: float = 5.0
    read: float = 10.0
    whole: float = 20.0
    reply: int = 2048
    parallel: int = 16
    probes: int = 64
    buffer: int = 200
    blocked: int = 1000
    held: int = 100_000
    page: int = 100
    flush: float = 0.15
    claim: float = 1.0


LIMITS = Limits()

SCHEDULE = Schedule((1.0, 5.0, 30.0, 120.0, 600.0, 1800.0, *(3600.0,) * 6))
"""Tries over about seven hours."""
