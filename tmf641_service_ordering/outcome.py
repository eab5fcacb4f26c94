"""What came of carrying a step on."""

from dataclasses import dataclass
from typing import TypeAlias

from tmf641_service_ordering.faults import Fault

__all__ = ["Done", "Failed", "Held", "Outcome", "Waiting"]


@dataclass(frozen=True, slots=True)
class Done:
    """The step is done.

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
    """The step has failed, and nothing of it is left."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class Held:
    """The step keeps failing; what it has come to stays until a person decides."""

    fault: Fault


Outcome: TypeAlias = Done | Waiting | Failed | Held
