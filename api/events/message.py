"""An event on its way out: rendered once for everybody who gets it."""

from collections.abc import Callable
from functools import cached_property

import orjson

from api.events.event import render_event
from api.events.href import Hrefs
from api.jsontypes import JsonObject
from api.store.document import LogEntry

__all__ = ["Href", "Message"]

Href = Callable[[str, str, str], str]
"""Gives the href of a resource, by API, resource name and id; `Hrefs` completes bodies as well."""


class Message:
    """An event of the log as it is sent.

    Args:
        entry: of the log.
        href: of resources.
    """

    def __init__(self, entry: LogEntry, href: Href) -> None:
        self.entry = entry
        self.position = entry.position
        event = entry.event
        self.api = event.api
        self.lane = f"{event.api}/{event.resource}/{event.resource_id}"
        self._href = href

    @property
    def href(self) -> str:
        """Of its resource."""
        event = self.entry.event
        return self._href(event.api, event.resource, event.resource_id)

    @cached_property
    def raw(self) -> bytes:
        """The body of the POST."""
        href = self._href
        entry = href.complete(self.entry) if isinstance(href, Hrefs) else self.entry
        return render_event(entry, self.href)

    @cached_property
    def data(self) -> JsonObject:
        """The same, parsed. Not to be changed in place."""
        data: JsonObject = orjson.loads(self.raw)
        return data
