"""What the inventory holds of a service, as a plan needs to know it. Pure."""

from dataclasses import dataclass

from api.jsontypes import JsonObject

__all__ = ["Seen"]


@dataclass(frozen=True, slots=True)
class Seen:
    """A service as the inventory holds it.

    Attributes:
        service: None where there is none.
        dependants: ids of the services that rely on it and have not ended; None: nobody has asked.
    """

    service: JsonObject | None = None
    dependants: tuple[str, ...] | None = ()

    def tells(self, action: str) -> bool:
        """Whether it has what must be known before the service is changed or ended."""
        return action != "delete" or self.dependants is not None

    @property
    def state(self) -> str:
        """The service's state; empty where there is none."""
        return str((self.service or {}).get("state", ""))
