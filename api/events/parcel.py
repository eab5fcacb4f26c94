"""An event as it is posted to one subscription: headers and body."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from api.clock import Clock
from api.events.cloudevents import STRUCTURED, attributes, binary, structured
from api.events.message import Message
from api.events.options import Format
from api.events.subscription import Subscription

__all__ = ["CUT", "POSITION", "SEQUENCE", "Packer", "Parcel"]

SEQUENCE = "turnup-event-sequence"
"""Header: rises with every event of a resource; gaps mean nothing."""

POSITION = "turnup-event-position"
"""Header: the event's position in the log of this server."""

CUT = "turnup-event-cut"
"""Header: of the resource only its key is here, since the event is too large; read it there."""

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
        largest: bytes of an official body; of a larger event only the key of its resource is sent.
    """

    def __init__(self, clock: Clock, largest: int) -> None:
        self._clock = clock
        self._largest = largest

    def pack(self, message: Message, subscription: Subscription) -> Parcel:
        """An event for a subscription."""
        entry, options = message.entry, subscription.options
        headers = {
            "content-type": _JSON,
            SEQUENCE: str(entry.sequence),
            POSITION: str(entry.position),
        }
        body = subscription.filter.body(message)
        if len(body) > self._largest:
            body = _cut(message)
            headers[CUT] = "true"
        if options.format is not Format.TMF:
            context = attributes(entry, message.href)
            if options.format is Format.CLOUDEVENTS:
                headers["content-type"] = STRUCTURED
                body = structured(context, body)
            else:
                headers |= binary(context)
        headers |= options.secrets.headers(entry.event.id, self._clock.now(), body)
        return Parcel(headers, body)


def _cut(message: Message) -> bytes:
    """The event with nothing of its resource but what finds it."""
    event = message.entry.event
    resource = message.data["event"][event.resource]
    kept = {name: resource[name] for name in ("id", "href", "@type") if name in resource}
    return orjson.dumps({**message.data, "event": {event.resource: kept}})
