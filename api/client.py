"""A TMF API as another process sees it: in this process, or somebody else's over HTTP.

Order processes are clients of the API below them through this port: 622 of 641, 641 of 640 and
638. Errors are the same either way: the `ApiError` that the other side answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from api.jsontypes import JsonObject

__all__ = ["Client", "Reply"]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with status 2xx."""

    status: int
    body: JsonObject
    headers: Mapping[str, str] = field(default_factory=dict)


class Client(Protocol):
    """One TMF API."""

    async def create(self, resource: str, body: JsonObject, *, key: str) -> Reply:
        """Creates exactly once per key, however often it is called; 201, or 202 with a monitor.

        In this process the key becomes the id of what is created.
        """
        ...

    async def get(self, resource: str, id_: str) -> JsonObject | None:
        """The resource; None when there is none."""
        ...

    async def patch(self, resource: str, id_: str, changes: JsonObject, *, key: str) -> Reply:
        """A merge-patch, done once per key; 200, or 202 with a monitor."""
        ...

    async def delete(self, resource: str, id_: str, *, key: str) -> Reply | None:
        """Deletes; 204 gives None, as does a resource that is gone; 202 gives the monitor."""
        ...
