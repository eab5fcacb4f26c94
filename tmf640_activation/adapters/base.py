"""What an adapter to the network is: the one interface that a new network needs.

An adapter gets the service as it is and as it shall be, and what to do about the difference. It
answers in one of three ways: it returns an `Outcome` (done), raises `AdapterUnavailable` (not now:
the specification's retry policy says when again) or raises `AdapterFailed` (never like this).

An adapter is repeatable: after a crash, a timeout or a lost reply it is called again with the same
`Task.key`, and must then do no harm: find that the work is done, and return the same outcome.
It may be cancelled at any ``await`` when its time (the specification's ``timeout``) is up.

AdapterError
├── AdapterFailed           for good: the request ends InError
└── AdapterUnavailable      for now: it is tried again
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from api.catalog.handling import Handling
from api.catalog.model import ServiceSpecification
from api.errors import TurnupError
from api.jsontypes import JsonObject, JsonValue

__all__ = [
    "Adapter",
    "AdapterError",
    "AdapterFailed",
    "AdapterUnavailable",
    "Operation",
    "Outcome",
    "Task",
]


class Operation(StrEnum):
    """What the network shall do with a service."""

    CREATE = "create"
    """Set it up, active or (``after.state``) inactive."""
    MODIFY = "modify"
    """Change it while its state stays."""
    SUSPEND = "suspend"
    """From active to inactive; other attributes may change with it."""
    RESUME = "resume"
    """From inactive to active; other attributes may change with it."""
    TERMINATE = "terminate"
    """Take it down."""

    @property
    def action(self) -> str:
        """The order item action that it belongs to, as the catalogue names it."""
        return {"create": "add", "terminate": "delete"}.get(self.value, "modify")


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do.

    Attributes:
        key: the same for every try of the same request, different for every request.
        operation: what to do.
        specification: the kind of service, with the adapter's ``options``.
        before: the service as it is; None when it is new.
        after: the service as it shall be; None when it shall be gone.
        attempt: which try this is, from 1.
    """

    key: str
    operation: Operation
    specification: ServiceSpecification
    before: JsonObject | None
    after: JsonObject | None
    attempt: int = 1

    @property
    def handling(self) -> Handling:
        """What the catalogue says of its time and its retries."""
        return self.specification.handling(self.operation.action)

    @property
    def service(self) -> JsonObject:
        """The service that it is about: as it shall be, or as it is when it shall be gone."""
        return self.after if self.after is not None else self.before or {}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the network gave back.

    Attributes:
        characteristics: values that the network chose, by name (an address, a port …): they
            are written into the service's characteristics.
    """

    characteristics: Mapping[str, JsonValue] = field(default_factory=dict)


class AdapterError(TurnupError):
    """The adapter could not do it. ``str`` is the reason, for people."""


class AdapterFailed(AdapterError):
    """For good: trying again as it is cannot help."""


class AdapterUnavailable(AdapterError):
    """For now: the network cannot be reached, or is busy."""


class Adapter(Protocol):
    """The way to one kind of network."""

    async def carry_out(self, task: Task) -> Outcome:
        """Does it, or finds that it is done. Raises AdapterFailed, AdapterUnavailable."""
        ...
