"""What a monitor must remember: the work that was asked for, and how often it was tried."""

from dataclasses import dataclass, replace
from enum import StrEnum

from api.jsontypes import JsonObject, JsonValue
from api.patch import MERGE_PATCH, Patch

__all__ = ["Job", "Kind"]


class Kind(StrEnum):
    """The request that was taken."""

    CREATE = "create"
    PATCH = "patch"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Job:
    """One request on one service.

    Attributes:
        kind: what was asked for.
        service: the service's id; of a create, the one that it will have.
        body: of a create the whole service, of a patch its document, of a delete nothing.
        attempts: how often the adapter was called so far.
        media: of a patch, its media type.
        failure: why the last attempt failed, where one did.
    """

    kind: Kind
    service: str
    body: JsonValue
    attempts: int = 0
    media: str = MERGE_PATCH
    failure: str | None = None

    @classmethod
    def of(cls, process: JsonObject) -> "Job":
        """From a monitor's process state."""
        return cls(
            Kind(process["kind"]),
            process["service"],
            process["body"],
            process["attempts"],
            process.get("media", MERGE_PATCH),
            process.get("failure"),
        )

    def process(self) -> JsonObject:
        """As a monitor's process state."""
        return {
            "kind": self.kind.value,
            "service": self.service,
            "body": self.body,
            "attempts": self.attempts,
            "media": self.media,
            **({} if self.failure is None else {"failure": self.failure}),
        }

    @property
    def patch(self) -> Patch:
        """What a patch asks for."""
        return Patch(self.body, self.media)

    def tried(self) -> "Job":
        """The same, after one more call of the adapter."""
        return replace(self, attempts=self.attempts + 1)

    def failed(self, why: str) -> "Job":
        """The same, after an attempt that will be repeated."""
        return replace(self, failure=why)
