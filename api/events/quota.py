"""How many registrations there may be.

A client is known by the host that he has events posted to: that is what can be known without
asking who he is, and it is who suffers where somebody registers him a thousand times. The numbers
are not counted under a lock: of registrations at the same instant, a few too many may come through.
"""

import re
from dataclasses import dataclass

from api.errors import Forbidden
from api.events.callback_url import CallbackUrl
from api.query.tree import EVERYTHING, Compare, Kind, Node, Op
from api.settings import Settings
from api.store.protocol import Store

__all__ = ["Quota"]


@dataclass(frozen=True, slots=True)
class Quota:
    """Limits; 0 is none.

    Attributes:
        total: of all registrations.
        host: of those with callbacks to one host.
    """

    total: int = 0
    host: int = 0

    @classmethod
    def of(cls, settings: Settings) -> "Quota":
        """As the operator set it."""
        return cls(settings.max_subscriptions, settings.max_subscriptions_per_host)

    async def check(self, store: Store, collection: str, callback: str) -> None:
        """Raises Forbidden where there is no room for one more."""
        if self.total and await _count(store, collection, EVERYTHING) >= self.total:
            raise Forbidden(
                f"there are {self.total} subscriptions already",
                "Have the operator raise the setting max_subscriptions.",
            )
        host = CallbackUrl.parsed(callback).host
        if self.host and await _count(store, collection, _with(host)) >= self.host:
            raise Forbidden(
                f"there are {self.host} subscriptions for {host} already",
                "Delete some, let one subscription's query take more, or have the operator raise"
                " the setting max_subscriptions_per_host.",
            )


def _with(host: str) -> Node:
    shape = rf"(?i)^https?://\[?{re.escape(host)}[.]?\]?([:/?#]|$)"
    return Compare(("callback",), Op.REGEX, shape, Kind.STRING)


async def _count(store: Store, collection: str, query: Node) -> int:
    return (await store.page(collection, query, limit=1)).total
