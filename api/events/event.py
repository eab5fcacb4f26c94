"""The events that follow from a change, and an event as it goes on the wire."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

import orjson

from api.clock import Clock
from api.dates import format_date
from api.declare import Resource
from api.draft import Notice
from api.jsontypes import JsonObject
from api.patch import changed_attributes
from api.store.document import Body, LogEntry, NewEvent
from api.wire import render

__all__ = ["EventMaker", "render_event"]


_VALUES = "AttributeValueChange"
_DESCRIPTIONS: Final = {
    "Create": "It has been created.",
    "StateChange": "Its state has changed.",
    _VALUES: "Attributes other than its state have changed.",
    "Delete": "It has been deleted.",
    "Milestone": "It has reached a milestone.",
    "Jeopardy": "Something puts it at risk.",
    "InformationRequired": "A person has to look at it.",
}
_PRESSING: Final = frozenset({"Jeopardy", "InformationRequired"})
"""What somebody should act on: their events have high priority."""


class EventMaker:
    """Makes the events of one resource.

    A state change emits the StateChange event; any other change AttributeValueChange; both if
    both (TMF630 part 1, notifications). Where the document has no AttributeValueChange event, as
    for the cancellations of orders, the StateChange alone tells of both.

    Args:
        resource: whose events.
        clock: time and ids.
        types: the event types that the document has.
    """

    def __init__(self, resource: Resource, clock: Clock, types: frozenset[str]) -> None:
        self._resource = resource
        self._clock = clock
        self._values = resource.event_type(_VALUES) in types

    def created(self, body: JsonObject, notices: Iterable[Notice] = ()) -> list[NewEvent]:
        """Of a create."""
        return [self._event("Create", body), *self._noticed(body, notices)]

    def changed(
        self, before: JsonObject, after: JsonObject, notices: Iterable[Notice] = ()
    ) -> list[NewEvent]:
        """Of a change, by what differs."""
        names = changed_attributes(before, after)
        events = []
        if "state" in names:
            events.append(self._event("StateChange", after))
            names.remove("state")
        if names and (self._values or not events):
            events.append(self._event(_VALUES, after, fieldPath=",".join(names)))
        return [*events, *self._noticed(after, notices)]

    def deleted(self, body: JsonObject) -> list[NewEvent]:
        """Of a delete."""
        return [self._event("Delete", body)]

    def _noticed(self, body: JsonObject, notices: Iterable[Notice]) -> list[NewEvent]:
        return [self._event(notice.what, body, **notice.envelope) for notice in notices]

    def _event(self, what: str, body: JsonObject, **envelope: str) -> NewEvent:
        resource = self._resource
        return NewEvent(
            id=self._clock.new_id(),
            type=resource.event_type(what),
            api=resource.api,
            resource=resource.name,
            resource_id=body["id"],
            time=format_date(self._clock.now()),
            envelope={"title": f"{resource.type} {what}", **envelope},
        )


def render_event(entry: LogEntry, href: str) -> bytes:
    """An event as it is POSTed to a callback; ``href`` is the resource's."""
    event = entry.event
    envelope: JsonObject = {
        "eventId": event.id,
        "eventTime": event.time,
        "eventType": event.type,
        "timeOcurred": event.time,
        "correlationId": event.resource_id,
        "domain": event.api.upper(),
        **_said(event.type),
        **event.envelope,
    }
    snapshot: Body = entry.snapshot
    head = orjson.dumps(envelope)[:-1]
    prefix = href.removesuffix(event.resource_id).encode()
    payload = render(snapshot, event.resource_id, prefix)
    return b'%b,"event":{"%b":%b}}' % (head, event.resource.encode(), payload)


@cache
def _said(type_: str) -> Mapping[str, str]:
    """What is the same in all events of a type, and need not be kept with each."""
    for what, description in _DESCRIPTIONS.items():
        if type_.endswith(f"{what}Event"):
            priority = "High" if what in _PRESSING else "Normal"
            return {"description": description, "priority": priority}
    return {}
