"""The event log over HTTP: as a list with a cursor, one by one, and as a stream (TMF688).

An event is given as it is posted to subscribers, with ``id``, ``href`` and ``source`` as TMF688 has
them, and with its ``position`` in the log and ``sequence`` among its resource's events.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus

import orjson
import structlog

from api.bundled import bundled
from api.clock import Clock
from api.declare import Api
from api.errors import ApiError, BadRequest
from api.events.filter import Filter
from api.events.log import EventLog
from api.events.message import Href, Message
from api.events.parcel import POSITION
from api.events.search import Search
from api.events.stream import Stream, Streams
from api.http.links import cursor_link
from api.http.origin import Origin
from api.http.params import Fields, Params, whole_number
from api.http.reply import EVENT_STREAM, Reply, StreamReply
from api.http.request import Request
from api.http.routes import RouteTable
from api.jsontypes import JsonObject
from api.query.parse import RESERVED, Types
from api.registry import LoadedApi
from api.spec import load
from api.store.document import LogEntry
from api.store.protocol import Store
from api.wire import select

__all__ = ["EventLogEndpoints", "event_log_table", "load_event_log"]

_log = structlog.get_logger(__name__)

_API = Api(
    name="tmf688",
    spec="TMF688-Event-v4.0.0.yaml",
    resources=(),
    aliases=("/tmf-api/event/v4", "/eventManagement/v4"),
)
_EVENT = "event"
_RESERVED = RESERVED | {"after"}
_RETRY = b"retry: 2000\n\n"
"""Milliseconds after which a client that lost its stream comes back."""


def load_event_log() -> LoadedApi:
    """The API of the event log: the framework's own, whatever packages are served."""
    return LoadedApi(_API, load(bundled("specs") / _API.spec), {})


@dataclass(frozen=True, slots=True)
class EventLogEndpoints:
    """What HTTP does with the log.

    Attributes:
        path: of the events, base path included.
        kinds: of the attributes of events, by which filters are read.
        log: where they are.
        clock: time.
        streams: the readers that stay.
        origin: makes the beginning of hrefs.
        href: gives the href of a resource, by origin, API, resource name and id.
    """

    path: str
    kinds: Types
    log: EventLog
    clock: Clock
    streams: Streams
    origin: Origin
    href: Callable[[str], Href]

    async def list(self, request: Request) -> Reply:
        """GET of the events behind a position."""
        params = Params(request.query)
        wanted, fields = self._filter(request), params.fields
        if params.sort:
            raise BadRequest(
                "sort: events come in the order of the log", "Leave sort out, or filter by time."
            )
        render = self._renderer(request)
        search = Search(self.log, self.clock, self._message(request))
        offset, limit = params.offset, params.limit
        found = await search.page(wanted, after=params.after, offset=offset, limit=limit)
        headers = [("X-Result-Count", str(len(found.messages))), (POSITION, str(found.position))]
        if found.total is not None:
            headers.append(("X-Total-Count", str(found.total)))
        if found.more:
            address = f"{self.origin.of(request)}{self.path}"
            rest = offset - found.skipped
            link = cursor_link(address, request.query, found.position, rest, limit)
            headers += [("Link", link)] if link else []
        bodies = [render(message, fields) for message in found.messages]
        return Reply(HTTPStatus.OK, b"[" + b",".join(bodies) + b"]", headers)

    async def retrieve(self, request: Request, id_: str) -> Reply:
        """GET of one event."""
        fields = Params(request.query).fields
        message = self._message(request)(await self.log.get(id_))
        return Reply(HTTPStatus.OK, self._renderer(request)(message, fields))

    async def stream(self, request: Request) -> Reply:
        """GET of the events as they come, as server-sent events."""
        params = Params(request.query)
        wanted, fields = self._filter(request), params.fields
        after = _last_event_id(request)
        if after is None:
            after = params.after
        headers = (("Cache-Control", "no-store"), ("X-Accel-Buffering", "no"))
        if request.scope["method"] == "HEAD":
            return Reply(HTTPStatus.OK, b"", headers, EVENT_STREAM)
        stream = await self.streams.open(wanted, after)
        render = self._renderer(request)
        parts = self._parts(request, stream, lambda message: render(message, fields))
        first = await anext(parts)  # from here on it is in its own hands to clean up
        return StreamReply(HTTPStatus.OK, first, headers, EVENT_STREAM, parts=parts)

    async def _parts(
        self, request: Request, stream: Stream, render: Callable[[Message], bytes]
    ) -> AsyncGenerator[bytes, None]:
        async with self._attended(request, stream):
            yield _RETRY
            try:
                while (messages := await self.streams.next(stream)) is not None:
                    if messages:
                        yield b"".join([_frame(each, render(each)) for each in messages])
                    else:  # moves the client's Last-Event-ID on, without an event
                        yield b": still here\nid: %d\n\n" % stream.position
            except ApiError as error:
                # nothing but the end can be told here; the client's next try gets the error
                _log.info("event stream ended", reason=error.reason)

    @asynccontextmanager
    async def _attended(self, request: Request, stream: Stream) -> AsyncIterator[None]:
        """Ends the stream when the client goes, and forgets it in the end."""
        watch = asyncio.create_task(request.gone(), name="event stream client")
        watch.add_done_callback(lambda _: stream.end())
        try:
            yield
        finally:
            watch.cancel()
            await self.streams.close(stream)

    def _filter(self, request: Request) -> Filter:
        return Filter(request.query, self.kinds, _RESERVED)

    def _message(self, request: Request) -> Callable[[LogEntry], Message]:
        href = self.href(self.origin.of(request))
        return lambda entry: Message(entry, href)

    def _renderer(self, request: Request) -> Callable[[Message, Fields | None], bytes]:
        origin = self.origin.of(request)
        address, href = f"{origin}{self.path}/", self.href(origin)

        def render(message: Message, fields: Fields | None) -> bytes:
            raw = _event(message.entry, address, href)
            return raw if fields is None else orjson.dumps(select(orjson.loads(raw), fields))

        return render


def event_log_table(
    path: str,
    kinds: Types,
    store: Store,
    clock: Clock,
    streams: Streams,
    origin: Origin,
    href: Callable[[str], Href],
) -> RouteTable:
    """The endpoints of the log."""
    endpoints = EventLogEndpoints(
        f"{path}/{_EVENT}", kinds, EventLog(store), clock, streams, origin, href
    )
    return RouteTable(
        collections={_EVENT: {"GET": endpoints.list}},
        items={_EVENT: {"GET": endpoints.retrieve}},
        others={_EVENT: (EVENT_STREAM, endpoints.stream)},
    )


def _event(entry: LogEntry, address: str, href: Href) -> bytes:
    """The event as TMF688 has it."""
    event = entry.event
    resource = href(event.api, event.resource, event.resource_id)
    head: JsonObject = {
        "id": event.id,
        "href": address + event.id,
        "position": entry.position,
        "sequence": entry.sequence,
        "source": {
            "id": event.resource_id,
            "href": resource,
            "@type": "EntityRef",
            "@referredType": event.resource[:1].upper() + event.resource[1:],
        },
        "@type": event.type,
        "@baseType": "Event",
    }
    return orjson.dumps(head)[:-1] + b"," + Message(entry, href).raw[1:]


def _frame(message: Message, body: bytes) -> bytes:
    """One server-sent event. JSON as we write it has no line breaks; as it was sent it might."""
    if b"\n" in body or b"\r" in body:
        body = orjson.dumps(orjson.loads(body))
    type_ = message.entry.event.type.encode()
    return b"id: %d\nevent: %b\ndata: %b\n\n" % (message.position, type_, body)


def _last_event_id(request: Request) -> int | None:
    """The position that a client comes back with; None: it does not come back."""
    text = request.headers.get("last-event-id", "").strip()
    if not text:
        return None
    position = whole_number(text)
    if position is None:
        raise BadRequest(
            f"Last-Event-ID: {text[:40]!r} is no position", "Send the last id: of the stream."
        )
    return position
