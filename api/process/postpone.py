"""Puts a document off to a later time, where nobody works on it."""

from dataclasses import replace

from api.errors import ApiError
from api.store.protocol import Store

__all__ = ["postpone"]


async def postpone(store: Store, collection: str, id_: str, due: float) -> bool:
    """Makes the document due then; tells whether it is due by then, or gone.

    Not where another process works on it, who takes the due time away when it is done. That is no
    error: whoever postpones has a timer of his own too.
    """
    try:
        document = await store.get(collection, id_)
        if document is None:
            return True
        if document.lease is not None:
            return False
        await store.replace(collection, replace(document, rev=document.rev + 1, due=due))
    except ApiError:
        return False
    return True
