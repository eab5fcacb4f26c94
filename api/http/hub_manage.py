"""The endpoints by which a subscription is managed, beside the official ones of its hub."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

import orjson

from api.dates import parse_date
from api.errors import BadRequest, Invalid
from api.events.journal import AttemptOutcome
from api.events.manager import Manager, Replay
from api.http.origin import Origin
from api.http.paging import Paging
from api.http.params import Params
from api.http.reply import Reply
from api.http.request import Request
from api.http.routes import ItemEndpoint
from api.jsontypes import JsonObject, JsonValue

__all__ = ["HubManagement"]

_TYPES = ("application/json",)
_REPLAY = frozenset({"fromPosition", "fromTime", "resource"})
_UNPARK = frozenset({"resource"})
_LAST = 2**53


@dataclass(frozen=True, slots=True)
class HubManagement:
    """Management of the subscriptions of one API.

    Attributes:
        api: whose subscriptions.
        path: of the hub, base path included.
        manager: does it.
        origin: makes the beginning of hrefs.
        paging: makes the replies of lists.
    """

    api: str
    path: str
    manager: Manager
    origin: Origin
    paging: Paging = field(default_factory=Paging)

    def parts(self) -> Mapping[str, dict[str, ItemEndpoint]]:
        """The endpoints, by their name behind the subscription's id and by method."""
        return {
            "pause": {"POST": self.pause},
            "resume": {"POST": self.resume},
            "test": {"POST": self.test},
            "replay": {"POST": self.replay},
            "unpark": {"POST": self.unpark},
            "parked": {"GET": self.parked},
            "deliveries": {"GET": self.deliveries},
        }

    async def pause(self, _request: Request, id_: str) -> Reply:
        """POST: nothing is delivered until it is resumed."""
        document = await self.manager.pause(self.api, id_)
        return _reply((await self.manager.told([document]))[0])

    async def resume(self, _request: Request, id_: str) -> Reply:
        """POST: goes on from where it was paused."""
        document = await self.manager.resume(self.api, id_)
        return _reply((await self.manager.told([document]))[0])

    async def test(self, _request: Request, id_: str) -> Reply:
        """POST: sends an event for trying out, and tells what came of it."""
        return _reply(await self.manager.test(self.api, id_))

    async def replay(self, request: Request, id_: str) -> Reply:
        """POST: has events delivered again."""
        body = await _body(request, _REPLAY)
        position, time = body.get("fromPosition"), body.get("fromTime")
        if position is not None and time is not None:
            raise BadRequest("fromPosition and fromTime are both given", "Send one of them.")
        wanted = Replay(_position(position), _time(time), self._lane(body.get("resource")))
        if wanted == Replay():
            raise BadRequest(
                "the body does not say what to replay",
                "Send fromPosition, fromTime or a resource; fromPosition 1 is from the beginning.",
            )
        return _reply(await self.manager.replay(self.api, id_, wanted), HTTPStatus.ACCEPTED)

    async def unpark(self, request: Request, id_: str) -> Reply:
        """POST: has parked resources tried again, all or one."""
        body = await _body(request, _UNPARK)
        lane = self._lane(body.get("resource"))
        count = await self.manager.unpark(self.api, id_, lane)
        return _reply({"unparked": count}, HTTPStatus.ACCEPTED)

    async def parked(self, request: Request, id_: str) -> Reply:
        """GET: the resources that are not tried any more."""
        return self._list(request, id_, "parked", await self.manager.parked(self.api, id_))

    async def deliveries(self, request: Request, id_: str) -> Reply:
        """GET: the delivery log, newest first."""
        asked = Params(request.query).one("outcome")
        try:
            outcome = None if asked is None else AttemptOutcome(asked)
        except ValueError:
            known = ", ".join(AttemptOutcome)
            raise BadRequest(
                f"outcome: {str(asked)[:40]!r} is none", f"Use one of: {known}."
            ) from None
        found = await self.manager.deliveries(self.api, id_, outcome)
        return self._list(request, id_, "deliveries", found)

    def _list(self, request: Request, id_: str, name: str, items: list[JsonObject]) -> Reply:
        params = Params(request.query)
        shown = items[params.offset : params.offset + params.limit]
        address = f"{self.origin.of(request)}{self.path}/{id_}/{name}"
        return self.paging.reply(
            orjson.dumps(shown),
            len(shown),
            len(items),
            address=address,
            query=request.query,
            params=params,
        )

    def _lane(self, resource: JsonValue) -> str | None:
        if resource is None:
            return None
        if isinstance(resource, dict):
            name, id_ = resource.get("name"), resource.get("id")
            if isinstance(name, str) and isinstance(id_, str) and name and "/" not in name and id_:
                return f"{self.api}/{name}/{id_}"
        raise BadRequest(
            "resource: is not a resource",
            'Send its name and id, e.g. {"name": "serviceOrder", "id": "…"}.',
        )


async def _body(request: Request, known: frozenset[str]) -> JsonObject:
    # whoever wants everything sends nothing, and then no media type either
    body = await request.json(_TYPES) if request.media_type else {}
    if not isinstance(body, dict):
        raise BadRequest("the body is not a JSON object", "Send {} or nothing.")
    if unknown := body.keys() - known:
        raise Invalid([f"{name[:100]}: is not known here" for name in sorted(unknown)])
    if empty := [name for name, value in body.items() if value is None]:
        raise Invalid([f"{name}: is null: leave it out" for name in sorted(empty)])
    return body


def _position(value: JsonValue) -> int | None:
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # 7.0 is an integer to JSON Schema
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _LAST:
        raise BadRequest("fromPosition: is not a position of the event log, from 1 up")
    return value


def _time(value: JsonValue) -> float | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadRequest("fromTime: is not a date and time", "Send e.g. 2026-01-31T12:00:00Z.")
    return parse_date(value)


def _reply(body: JsonObject, status: HTTPStatus = HTTPStatus.OK) -> Reply:
    return Reply(status, orjson.dumps(body))
