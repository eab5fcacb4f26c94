"""An event as it is posted to one subscription: headers and body."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.clock import Clock
from api.events.message import Message
from api.events.subscription import Subscription

__all__ = ["POSITION", "SEQUENCE", "Packer", "Parcel"]

SEQUENCE = "turnup-event-sequence"
"""Header: rises with every event of a resource; gaps mean nothing."""

POSITION = "turnup-event-position"
"""Header: the event's position in the log of this server."""

_JSON = "application/json;charset=utf-8"


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is posted.

    Attributes:
        headers: by lower-case name; beside those that every request has.
        body: as bytes.
    """

    headers: Mapping[str, str]
    body: bytes


class Packer:
    """Makes parcels, anew for each try: a signature holds the time of sending.

    Args:
        clock: time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def pack(self, message: Message, subscription: Subscription) -> Parcel:
        """An event for a subscription."""
        headers = {
            "content-type": _JSON,
            SEQUENCE: str(message.entry.sequence),
            POSITION: str(message.position),
        }
        return Parcel(headers, subscription.filter.body(message))
