"""The endpoint by which a subscription gets a new secret."""

from dataclasses import dataclass
from http import HTTPStatus

import orjson

from api.errors import BadRequest
from api.events.subscriptions import Subscriptions
from api.http.reply import Reply
from api.http.request import Request
from api.jsontypes import JsonValue

__all__ = ["SecretEndpoint"]


@dataclass(frozen=True, slots=True)
class SecretEndpoint:
    """Rotation: the new secret is told once, and the old one signs beside it for a while.

    Attributes:
        api: whose subscriptions.
        subscriptions: where they are kept.
    """

    api: str
    subscriptions: Subscriptions

    async def rotate(self, request: Request, id_: str) -> Reply:
        """POST, with a body or without: ``secret`` is chosen, ``overlap`` is shorter than usual."""
        # whoever wants all as usual sends nothing, and then no media type either
        body: JsonValue = await request.json(("application/json",)) if request.media_type else {}
        if not isinstance(body, dict):
            raise BadRequest("the body is not a JSON object", "Send {} or nothing.")
        document, secret = await self.subscriptions.rotate(self.api, id_, body)
        return Reply(HTTPStatus.OK, orjson.dumps({**document.body.data, "secret": secret}))
