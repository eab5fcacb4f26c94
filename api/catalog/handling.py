"""How the carrying of a service is handled: time, failure, and what can be taken back. Pure."""

from dataclasses import dataclass, field
from enum import StrEnum

from api.retry import RetryPolicy

__all__ = ["Compensation", "Handling", "OnFailure", "PointOfNoReturn"]


class OnFailure(StrEnum):
    """What becomes of an order's step that keeps failing."""

    HOLD = "hold"
    """It is held until a person decides."""
    FAIL = "fail"
    """It fails, with what depends on it; the rest goes on."""
    COMPENSATE = "compensate"
    """It fails, and what the order has done so far is undone."""


class PointOfNoReturn(StrEnum):
    """From when on a step cannot be undone."""

    NEVER = "never"
    """It can always be undone."""
    STARTED = "started"
    """From its start, even if it fails."""
    COMPLETED = "completed"
    """From its completion; one that runs may complete, so it cannot be called off either."""


class Compensation(StrEnum):
    """How a step is undone."""

    REVERSE = "reverse"
    """Network and inventory are brought back to what was before."""
    KEEP = "keep"
    """What was done stays: it does no harm and is used again."""


@dataclass(frozen=True, slots=True)
class Handling:
    """How an action on a service of one specification is handled.

    Attributes:
        on_failure: what becomes of it if it keeps failing.
        retry: of attempts that failed for now.
        timeout: seconds that one attempt may take.
        duration: seconds that it is expected to take: plans and expected dates come from it.
        point_of_no_return: from when on it cannot be undone.
        compensation: how it is undone.
        milestone: what its completion is called among the order's milestones; None: it is none.
    """

    on_failure: OnFailure = OnFailure.HOLD
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    timeout: float = 60.0
    duration: float = 0.0
    point_of_no_return: PointOfNoReturn = PointOfNoReturn.NEVER
    compensation: Compensation = Compensation.REVERSE
    milestone: str | None = None
