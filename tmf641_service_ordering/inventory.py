"""Reads the inventory for the planning of orders."""

import asyncio
from collections.abc import Callable, Collection, Iterable
from typing import Final

from api.client import Client
from tmf641_service_ordering.planning import carriers
from tmf641_service_ordering.seen import Seen

__all__ = ["Inventory"]

_PATHS: Final = ("supportingService.id", "serviceRelationship.service.id")
"""Where a service names those that it relies on."""

_AT_ONCE: Final = 16


class Inventory:
    """TMF638 as the orders' process reads it.

    Args:
        client: gives the client of an API.
    """

    def __init__(self, client: Callable[[str], Client]) -> None:
        self._client = client

    async def read(self, services: Iterable[str], ends: Collection[str] = ()) -> dict[str, Seen]:
        """These services; those that may come to their end, with what relies on them."""
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(id_: str) -> tuple[str, Seen]:
            async with gate:
                return id_, await self._seen(id_, dependants=id_ in ends)

        return dict(await asyncio.gather(*map(one, services)))

    async def _seen(self, id_: str, *, dependants: bool) -> Seen:
        inventory = self._client("tmf638")
        service = await inventory.get("service", id_)
        if service is None:
            return Seen()
        if not dependants:
            return Seen(service, None)
        found: set[str] = set()
        for path in _PATHS:
            found |= {
                str(each["id"])
                for each in await inventory.find("service", {path: id_})
                if each.get("state") != "terminated" and id_ in carriers(each)
            }
        return Seen(service, tuple(sorted(found - {id_})))
