"""The limits of registrations and deliveries, as data."""

from dataclasses import dataclass, field, replace

from api.settings import Settings

__all__ = ["LIMITS", "SCHEDULE", "Breaking", "Limits", "Schedule", "Slowing", "limits", "schedule"]


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
class Breaking:
    """When an endpoint is taken for dead, and how often it is then looked at.

    Attributes:
        failures: in a row, after which nothing is sent any more but single probes. Tries without
            any answer count each; bad answers count once per resource, since a single resource
            that an endpoint cannot take says nothing about the others.
        first: seconds until the first probe.
        factor: by how much the wait grows with each probe that fails.
        most: the longest wait between probes.
        jitter: as in `Schedule`.
    """

    failures: int = 5
    first: float = 5.0
    factor: float = 2.0
    most: float = 300.0
    jitter: float = 0.1

    def wait(self, probes: int, chance: float) -> float:
        """Seconds until the next probe after so many that failed."""
        wait = min(self.most, self.first * self.factor ** min(probes, 64))
        return wait * (1 + self.jitter * (2 * chance - 1))


@dataclass(frozen=True, slots=True)
class Slowing:
    """How an endpoint is treated that says it is asked too much (429, 503).

    Attributes:
        first: seconds without deliveries where it does not say how long (``Retry-After``).
        factor: by how much that grows with each further such answer.
        most: the longest such wait.
        longest: the most that a ``Retry-After`` is believed.
    """

    first: float = 1.0
    factor: float = 2.0
    most: float = 60.0
    longest: float = 3600.0

    def wait(self, before: int) -> float:
        """Seconds to wait after so many earlier answers of the kind."""
        return min(self.most, self.first * self.factor ** min(before, 64))


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
        parallel: deliveries at once to one endpoint (scheme, host and port) that works.
        unsure: of these, for subscriptions whose last delivery was not answered, or that had none.
        total: deliveries at once, of all subscriptions whose last delivery was answered.
        probes: deliveries at once, of all others.
        rate: deliveries per second to one endpoint; 0: as many as there are.
        breaking: when an endpoint is taken for dead.
        slowing: how an endpoint is treated that is asked too much.
        turn: events of one resource that are sent before others get their turn.
        buffer: events held in memory per subscription; further ones stay in the log.
        blocked: resources that wait for another try, per subscription, before it reads no further.
        held: events behind those, known by position only.
        page: events read at once by a subscription that is behind.
        flush: how often positions are written while deliveries go on.
        claim: how often subscriptions that nobody delivers, and commands, are looked for.
        journal: how often the delivery log is written while deliveries go on.
        journal_count: deliveries that the log of a subscription keeps.
        journal_age: for how long it keeps them.
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
    unsure: int = 4
    total: int = 256
    probes: int = 64
    rate: float = 0.0
    breaking: Breaking = field(default_factory=Breaking)
    slowing: Slowing = field(default_factory=Slowing)
    turn: int = 32
    buffer: int = 200
    blocked: int = 1000
    held: int = 100_000
    page: int = 100
    flush: float = 0.15
    claim: float = 1.0
    journal: float = 2.0
    journal_count: int = 1000
    journal_age: float = 7 * 86400.0


LIMITS = Limits()

SCHEDULE = Schedule((5, 60, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400))
"""Tries over about three days: the first at once, then after these waits."""


def schedule(settings: Settings) -> Schedule:
    """As the operator set it."""
    return Schedule(tuple(settings.delivery_schedule))


def limits(settings: Settings) -> Limits:
    """As the operator set them."""
    return replace(
        LIMITS,
        parallel=settings.delivery_parallel,
        total=settings.delivery_total,
        rate=settings.delivery_rate,
        overlap=settings.secret_overlap,
        journal_count=settings.delivery_log_count,
        journal_age=settings.delivery_log_age,
    )
