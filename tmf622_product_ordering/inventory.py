"""Reads the services that an order's modify and delete items mean."""

from collections.abc import Mapping
from types import MappingProxyType

from api.client import Client
from api.jsontypes import JsonObject
from tmf622_product_ordering.existing import Existing, existing_of
from tmf622_product_ordering.items import read_items

__all__ = ["read_existing"]

_MOST = 500


async def read_existing(
    order: JsonObject,
    inventory: Client,
    known: Mapping[str, Existing] = MappingProxyType({}),
) -> dict[str, Existing]:
    """By id, the services that ``product.realizingService`` names and those below them.

    What the inventory does not have is left out; so is what lies beyond 500 services. Those that
    are ``known`` are not read: the order has changed them since.
    """
    waiting = [
        named["id"]
        for item in read_items(order)
        if item.action in {"modify", "delete"}
        for named in item.product.get("realizingService") or []
    ]
    found: dict[str, Existing] = {}
    seen: set[str] = set()
    while waiting and len(seen) < _MOST:
        id_ = waiting.pop(0)
        if id_ in seen:
            continue
        seen.add(id_)
        if id_ in known:
            found[id_] = known[id_]
            waiting += known[id_].relies_on
            continue
        service = await inventory.get("service", id_)
        if service is not None and service.get("state") != "terminated":
            found[id_] = existing_of(service)
            waiting += found[id_].relies_on
    return found
