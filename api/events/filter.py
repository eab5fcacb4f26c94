"""What a subscription's query picks: which events, and what of them."""

from urllib.parse import unquote_plus

import orjson

from api.dates import parse_date
from api.events.kinds import DATES, INSIDE, PAYLOAD, TYPE
from api.events.message import Message
from api.query.evaluate import matcher
from api.query.fields import parse_fields
from api.query.parse import RESERVED, Types, parse_query
from api.query.tree import EVERYTHING, And, Compare, Kind, Node, Op, Or
from api.wire import select

__all__ = ["Filter"]


class Filter:
    """A query such as ``eventType=ServiceStateChangeEvent&event.service.state=active``.

    The language is the one of lists, over the event as it is sent, and what is in the resource is
    compared as in its lists. ``fields=`` cuts the resource in it; the event's own attributes always
    stay. It names attributes of the resource, with or without ``event.service.`` before them.

    Args:
        query: as registered; empty or None for everything. Raises BadRequest, NotSupported.
        kinds: of the attributes of events (`api.events.kinds`).
        reserved: parameters in it that are no conditions.
    """

    def __init__(
        self, query: str | None, kinds: Types, reserved: frozenset[str] = RESERVED
    ) -> None:
        text = (query or "").removeprefix("?")
        self.node = parse_query(text, kinds, reserved)
        """The conditions."""
        # kept here: of many different queries the evaluator would make each anew for every event
        self._holds = matcher(self.node)
        self._fields = _chosen(text)
        self.types = _types(self.node)
        """The only event types that can match; None: any."""
        self.everything = self.node == EVERYTHING
        """Whether every event matches."""
        self.since = _since(self.node)
        """No event before that time (seconds since 1970) can match; None: any may."""
        self._plain = self.node == _only(self.types)

    def matches(self, message: Message) -> bool:
        """Whether the event is wanted."""
        if self.everything:
            return True
        if self.types is not None and message.entry.event.type not in self.types:
            return False
        return self._plain or self._holds(message.data)

    def body(self, message: Message) -> bytes:
        """What is sent of it."""
        if self._fields is None:
            return message.raw
        name = message.entry.event.resource
        paths = {_inner(path, name) for path in self._fields}
        if () in paths:
            return message.raw
        data = message.data
        return orjson.dumps(
            {**data, PAYLOAD: {name: select(data[PAYLOAD][name], frozenset(paths))}}
        )


def _chosen(text: str) -> list[tuple[str, ...]] | None:
    parts = [part.partition("=") for part in text.replace(";", "&").split("&")]
    values = [value for name, _, value in parts if name == "fields"]
    if not values:
        return None
    return [path for value in values for path in parse_fields(unquote_plus(value))]


def _inner(path: tuple[str, ...], resource: str) -> tuple[str, ...]:
    if path[:1] != (PAYLOAD,):
        return path
    # of another resource's payload nothing is there to choose
    return path[INSIDE:] if path[1:INSIDE] in ((), (resource,)) else ("id",)


def _types(node: Node) -> frozenset[str] | None:
    """The event types that a query demands; None where it does not."""
    if isinstance(node, Compare) and node.path == TYPE and node.op is Op.EQ:
        return frozenset({str(node.value)})
    if isinstance(node, Or):
        parts = [_types(term) for term in node.terms]
        if parts and all(part is not None for part in parts):
            return frozenset().union(*(part for part in parts if part is not None))
    if isinstance(node, And):
        demanded = [part for part in map(_types, node.terms) if part is not None]
        return frozenset.intersection(*demanded) if demanded else None
    return None


def _since(node: Node) -> float | None:
    """The earliest time that a query demands; None where it does not."""
    if isinstance(node, Compare) and node.path in DATES and node.op in (Op.GT, Op.GTE):
        return parse_date(str(node.value))
    if isinstance(node, And):
        demanded = [part for part in map(_since, node.terms) if part is not None]
        return max(demanded, default=None)
    return None


def _only(types: frozenset[str] | None) -> Node | None:
    """The plainest query for one type, which needs no look into the event."""
    if types is None or len(types) != 1:
        return None
    return Compare(TYPE, Op.EQ, next(iter(types)), Kind.STRING)
