"""Orders that have been placed already: the same externalId, by the same parties."""

from typing import Final

from api.errors import Conflict
from api.jsontypes import JsonObject
from api.query.tree import Compare, Kind, Op
from api.store.protocol import Store

__all__ = ["refuse_duplicate"]

_MOST: Final = 100


async def refuse_duplicate(order: JsonObject, store: Store, collection: str) -> None:
    """Raises Conflict where another order has this one's externalId and parties.

    Two that come at the very same moment do not see each other: Idempotency-Key is for those.
    """
    known = None if "externalId" not in order else await _same(order, store, collection)
    if known is not None:
        raise Conflict(
            f"externalId: {order['externalId'][:100]!r} is that of order {known}",
            "The same parties have placed it already: read that order, or use another externalId.",
            code="duplicateOrder",
        )


async def _same(order: JsonObject, store: Store, collection: str) -> str | None:
    condition = Compare(("externalId",), Op.EQ, order["externalId"], Kind.STRING)
    for each in await store.find(collection, condition, limit=_MOST):
        if each.id != order["id"] and _parties(each.body.data) == _parties(order):
            return each.id
    return None


def _parties(order: JsonObject) -> frozenset[str]:
    return frozenset(str(each.get("id")) for each in order.get("relatedParty") or ())
