"""The catalogue's content as values. Pure; `load` makes them from YAML."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from api.jsontypes import JsonValue
from api.retry import RetryPolicy

__all__ = ["Catalog", "ServiceSpecification", "ServiceType"]


class ServiceType(StrEnum):
    """Whether a customer sees the service or the network carries it (SID)."""

    CFS = "CFS"
    RFS = "RFS"


@dataclass(frozen=True, slots=True)
class ServiceSpecification:
    """One kind of service and how it is brought up.

    Attributes:
        id: as orders name it in ``serviceSpecification.id``.
        name: for people.
        version: of the specification.
        type: customer-facing or resource-facing.
        category: copied to the services made of it.
        adapter: the network adapter that activates it.
        options: what that adapter wants to know about this specification (see the adapter).
        retry: for failures that may pass.
        timeout: seconds that one attempt may take.
    """

    id: str
    name: str
    version: str = "1.0"
    type: ServiceType = ServiceType.CFS
    category: str | None = None
    adapter: str = "simulator"
    options: Mapping[str, JsonValue] = field(default_factory=dict)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    timeout: float = 60.0


@dataclass(frozen=True, slots=True)
class Catalog:
    """All that is known about products and services.

    Attributes:
        version: a digest of the content: an order pins the one it was planned with.
        service_specifications: by id.
    """

    version: str = ""
    service_specifications: Mapping[str, ServiceSpecification] = field(default_factory=dict)

    def service_specification(self, id_: str | None) -> ServiceSpecification | None:
        """The specification of that id, or None."""
        return self.service_specifications.get(id_) if id_ else None
