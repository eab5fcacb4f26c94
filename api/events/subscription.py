"""A registration as a delivery needs it: where to, which events, and in which form."""

from dataclasses import dataclass, field

from api.errors import BadRequest
from api.events.filter import Filter
from api.events.kinds import EventKinds, untyped
from api.events.options import Options
from api.store.document import Document
from api.store.protocol import Collection

__all__ = ["ACTIVE", "ENDED", "PAUSED", "SUBSCRIPTIONS", "Subscription"]

SUBSCRIPTIONS = Collection("subscription")

ACTIVE, PAUSED, ENDED = "active", "paused", "ended"
"""What a subscription is meant to be: kept in its process state under ``state``."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription.

    Attributes:
        id: its key.
        api: whose events, e.g. ``tmf622``.
        callback: where they are posted.
        filter: which of them, and what of each.
        options: what else was asked for.
    """

    id: str
    api: str
    callback: str
    filter: Filter
    options: Options = field(default_factory=Options)

    @classmethod
    def of(cls, document: Document, kinds: EventKinds) -> "Subscription":
        """Of a stored registration. Raises BadRequest or KeyError where it cannot be read."""
        body, process = document.body.data, document.process or {}
        api = str(process["api"])
        return cls(
            id=document.id,
            api=api,
            callback=str(body["callback"]),
            filter=_filter(body.get("query"), kinds, api),
            options=Options.of(document),
        )


def _filter(query: str | None, kinds: EventKinds, api: str) -> Filter:
    try:
        return Filter(query, kinds.of(api))
    except BadRequest:
        # registered when less was refused, or by another document: it goes on as it was meant then
        return Filter(query, untyped)
