"""How many registrations there may be.

A client is known by the host that he has events posted to: that is what can be known without
asking who he is, and it is who suffers where somebody registers him a thousand times. The numbers
are not counted under a lock: of registrations at the same instant, a few too many may come through.
"""

from dataclasses import dataclass
from functools import lru_cache

from api.errors import BadRequest, Forbidden
from api.events.addresses import literal, unwrapped
from api.events.callback_url import CallbackUrl
from api.settings import Settings
from api.store.protocol import Store
from api.store.walk import walk

__all__ = ["Quota"]

_KEPT = 10_000
"""Callbacks whose host is remembered: to read it takes longer than to read the registration."""


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
        if self.total and (await store.page(collection, limit=1)).total >= self.total:
            raise Forbidden(
                f"there are {self.total} subscriptions already",
                "Have the operator raise the setting max_subscriptions.",
            )
        host = _host(callback)
        if self.host and host and await _count(store, collection, host) >= self.host:
            raise Forbidden(
                f"there are {self.host} subscriptions for {host} already",
                "Delete some, let one subscription's query take more, or have the operator raise"
                " the setting max_subscriptions_per_host.",
            )


async def _count(store: Store, collection: str, host: str) -> int:
    """Registrations with callbacks to that host, in whichever notation they were made."""
    count = 0
    async for each in walk(store, collection):
        count += _host(str(each.body.data.get("callback"))) == host
    return count


@lru_cache(maxsize=_KEPT)
def _host(callback: str) -> str | None:
    """The host, one text for all its notations; None: it has none."""
    try:
        host = CallbackUrl.parsed(callback, len(callback)).host
    except BadRequest:  # of a registration that would not be taken any more
        return None
    address = literal(host)
    return host if address is None else str(unwrapped(address))
