"""What came of carrying an item a step on."""

from dataclasses import dataclass
from typing import TypeAlias

from tmf641_service_ordering.faults import Fault

__all__ = ["Done", "Failed", "Outcome", "Waiting"]


@dataclass(frozen=True, slots=True)
class Done:
    """The item is completed.

    Attributes:
        service: the service's id.
        state: the service's state now; None where there is no service any more, or it is not known.
    """

    service: str | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """The network works on it; the monitor tells when it is done."""

    monitor: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The item has failed."""

    fault: Fault


Outcome: TypeAlias = Done | Waiting | Failed
