"""Events that another server tells us of through our listeners.

They are hints, like all events: whoever follows a resource elsewhere looks at it when one comes.
"""

from collections.abc import Callable

from api.jsontypes import JsonObject
from api.store.document import Body, LogEntry, NewEvent

__all__ = ["Inbox"]


class Inbox:
    """Takes events that came over HTTP and passes them on."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[LogEntry], None]] = []

    def listen(self, listener: Callable[[LogEntry], None]) -> None:
        """Has the listener called with every event that comes."""
        self._listeners.append(listener)

    async def receive(self, api: str, event: JsonObject) -> None:
        """Passes an event on, as if it stood in our own log."""
        payload = event.get("event")
        for resource, body in payload.items() if isinstance(payload, dict) else ():
            if isinstance(body, dict):
                entry = _entry(api, event, resource, body)
                for listener in self._listeners:
                    listener(entry)


def _entry(api: str, event: JsonObject, resource: str, body: JsonObject) -> LogEntry:
    made = NewEvent(
        id=str(event.get("eventId", "")),
        type=str(event.get("eventType", "")),
        api=api,
        resource=resource,
        resource_id=str(body.get("id", "")),
        time=str(event.get("eventTime", "")),
    )
    return LogEntry(position=0, rev=0, event=made, snapshot=Body(data=body))
