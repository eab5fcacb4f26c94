"""Goes through a whole collection, page by page, while others write to it."""

from collections.abc import AsyncIterator

from api.query.tree import EVERYTHING, And, Compare, Kind, Node, Op, Sort
from api.store.document import Document
from api.store.protocol import Store

__all__ = ["walk"]

_ID = ("id",)
_PAGE = 500


async def walk(store: Store, collection: str, query: Node = EVERYTHING) -> AsyncIterator[Document]:
    """All documents that match, in the order of their ids, each once.

    Each page goes on behind the last id, not at an offset: what is removed meanwhile would shift
    the others past the reader. Of what is added meanwhile some comes, some does not.
    """
    condition = query
    while found := await store.find(collection, condition, sort=(Sort(_ID),), limit=_PAGE):
        for each in found:
            yield each
        if len(found) < _PAGE:
            return
        condition = And((query, Compare(_ID, Op.GT, found[-1].id, Kind.STRING)))
