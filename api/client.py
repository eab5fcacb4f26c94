"""A TMF API as another process sees it: in this process, or somebody else's over HTTP.

Order processes are clients of the API below them through this port: 622 of 641, 641 of 640 and
638. Errors are the same either way: the `ApiError` that the other side answered.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from api.errors import NotFound, PreconditionFailed, Stale
from api.jsontypes import JsonObject

__all__ = ["Client", "Reply", "revise"]

_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with status 2xx."""

    status: int
    body: JsonObject
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def etag(self) -> str | None:
        """The revision of what was read; None where the other side tells none."""
        return self.headers.get("ETag")


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

    async def find(self, resource: str, where: Mapping[str, str]) -> list[JsonObject]:
        """All resources in which these attributes (dotted paths) have these values."""
        ...

    async def read(self, resource: str, id_: str) -> Reply | None:
        """The resource with its revision, for a conditional patch; None when there is none."""
        ...

    async def view(self, resource: str, id_: str, name: str) -> JsonObject | None:
        """A view of a resource, e.g. its ``plan``; None where there is no such one."""
        ...

    async def dry_create(self, resource: str, body: JsonObject) -> JsonObject | None:
        """What a create would come to (``dryRun=true``); None where that cannot be told.

        Raises what the create would raise.
        """
        ...

    async def dry_patch(self, resource: str, id_: str, changes: JsonObject) -> JsonObject | None:
        """What a merge-patch would come to (``dryRun=true``); None where that cannot be told.

        Raises what the patch would raise.
        """
        ...

    async def patch(
        self,
        resource: str,
        id_: str,
        changes: JsonObject,
        *,
        key: str,
        if_match: str | None = None,
    ) -> Reply:
        """A merge-patch; 200, or 202 with a monitor.

        Service orders and the network do it once per key: whoever repeats it after a crash undoes
        nothing of what others did meanwhile. The inventory does it again, so what is written there
        says how the service shall be.

        With ``if_match``, the ``etag`` of a read, only while the resource is at that revision:
        otherwise raises PreconditionFailed.
        """
        ...

    async def delete(self, resource: str, id_: str, *, key: str) -> Reply | None:
        """Deletes; 204 gives None, as does a resource that is gone; 202 gives the monitor."""
        ...


async def revise(
    client: Client,
    resource: str,
    id_: str,
    change: Callable[[JsonObject], Awaitable[JsonObject]],
    *,
    key: str,
) -> Reply:
    """A merge-patch that is made from the resource as it is, so that no other's change is lost.

    Where somebody comes between the read and the patch, ``change`` is asked again, for what is
    there then. A merge-patch replaces arrays whole: whoever adds to one must patch this way.
    Raises NotFound, Stale (try again later: others keep changing it, or have changes under way).
    """
    for _ in range(_TRIES):
        present = await client.read(resource, id_)
        if present is None:
            raise NotFound(f"there is no {resource} {id_[:100]!r}")
        changes = await change(present.body)
        try:
            return await client.patch(resource, id_, changes, key=key, if_match=present.etag)
        except PreconditionFailed:
            continue
    raise Stale(f"{resource} {id_}")
