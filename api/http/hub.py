"""The endpoints of an API's event hub, and of its listeners."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

import orjson

from api.errors import BadRequest, NotFound
from api.events.inbox import Inbox
from api.events.loops import Loops
from api.events.manager import Manager
from api.events.options import Options
from api.events.parcel import POSITION
from api.events.subscriptions import Subscriptions
from api.http.origin import Origin
from api.http.paging import Paging
from api.http.params import Params
from api.http.reply import Reply
from api.http.request import Request
from api.jsontypes import JsonObject
from api.schema.validator import Validator

__all__ = ["HubEndpoints", "ListenerEndpoints"]

_TYPES = ("application/json",)


@dataclass(frozen=True, slots=True)
class HubEndpoints:
    """Registration of callbacks.

    Attributes:
        api: whose events.
        path: of the hub, base path included.
        subscriptions: where registrations are kept.
        manager: tells how they are doing.
        schema: of a registration.
        origin: makes the beginning of hrefs.
        paging: makes the replies of lists.
    """

    api: str
    path: str
    subscriptions: Subscriptions
    manager: Manager
    schema: Validator
    origin: Origin
    paging: Paging = field(default_factory=Paging)

    async def list(self, request: Request) -> Reply:
        """GET of all registrations."""
        params = Params(request.query)
        page = await self.subscriptions.page(self.api, offset=params.offset, limit=params.limit)
        told = await self.manager.told(page.documents)
        address = f"{self.origin.of(request)}{self.path}"
        return self.paging.reply(
            orjson.dumps(told),
            len(told),
            page.total,
            address=address,
            query=request.query,
            params=params,
        )

    async def create(self, request: Request) -> Reply:
        """POST of a registration."""
        body = await request.json(_TYPES)
        self.schema.check(body)
        if not isinstance(body, dict):
            raise BadRequest("the registration is not a JSON object", "Send one JSON object.")
        document = await self.subscriptions.register(self.api, body)
        location = f"{self.origin.of(request)}{self.path}/{document.id}"
        shown = document.body.data
        if "secret" not in body:
            # the only time that it is told; who chose it knows it
            shown = {**shown, "secret": Options.of(document).secrets.present}
        return Reply(HTTPStatus.CREATED, orjson.dumps(shown), (("Location", location),))

    async def retrieve(self, _request: Request, id_: str) -> Reply:
        """GET of one registration."""
        document = await self.subscriptions.get(self.api, id_)
        (told,) = await self.manager.told([document])
        return Reply(HTTPStatus.OK, orjson.dumps(told))

    async def delete(self, _request: Request, id_: str) -> Reply:
        """DELETE of a registration."""
        await self.subscriptions.delete(self.api, id_)
        return Reply(HTTPStatus.NO_CONTENT)


@dataclass(frozen=True, slots=True)
class ListenerEndpoints:
    """Where somebody else's server tells of its events.

    Attributes:
        api: whose events are listened for.
        schemas: give those of the events, by the listener's path segment.
        inbox: is told of what comes.
        loops: looks out for events that this server itself sent.
        origin: makes the beginning of hrefs.
    """

    api: str
    schemas: Mapping[str, Callable[[], Validator]]
    inbox: Inbox
    loops: Loops
    origin: Origin

    async def receive(self, request: Request, name: str) -> Reply:
        """POST of an event."""
        schema = self.schemas.get(name)
        if schema is None:
            raise NotFound(
                f"there is no listener {name[:100]!r}", f"There is: {', '.join(self.schemas)}."
            )
        body = await request.json(_TYPES)
        schema().check(body)
        if not isinstance(body, dict):
            raise BadRequest("the event is not a JSON object", "Send one event.")
        await self.loops.check(request.headers.get(POSITION), str(body.get("eventId", "")))
        await self.inbox.receive(self.api, body)
        receipt: JsonObject = {
            "id": str(body.get("eventId", "")),
            "callback": f"{self.origin.of(request)}{request.scope['path']}",
        }
        return Reply(HTTPStatus.CREATED, orjson.dumps(receipt))
