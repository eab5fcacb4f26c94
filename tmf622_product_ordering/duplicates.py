"""Orders that have been placed already: the same externalId, by the same parties."""

from typing import Final

from api.jsontypes import JsonObject
from api.query.tree import Compare, Kind, Op
from api.store.protocol import Store

__all__ = ["same_order"]

_MOST: Final = 100


async def same_order(order: JsonObject, store: Store, collection: str) -> str | None:
    """The id of an order with this one's externalId and parties; None where there is none.

    Two that come at the very same moment do not see each other: Idempotency-Key is for those.
    """
    condition = Compare(("externalId",), Op.EQ, order["externalId"], Kind.STRING)
    for each in await store.find(collection, condition, limit=_MOST):
        if each.id != order["id"] and _parties(each.body.data) == _parties(order):
            return each.id
    return None


def _parties(order: JsonObject) -> frozenset[str]:
    return frozenset(str(each.get("id")) for each in order.get("relatedParty") or ())
