"""A reply, sent as plain ASGI messages: everything here is already bytes."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field
from http import HTTPStatus

import orjson
from starlette.types import Send

from api.errors import ApiError

__all__ = ["EVENT_STREAM", "JSON", "Reply", "StreamReply", "error_reply"]

JSON = "application/json;charset=utf-8"
"""The media type of every body, as the official documents spell it."""

EVENT_STREAM = "text/event-stream"
"""The media type of server-sent events."""

Headers = Iterable[tuple[str, str]]


@dataclass(slots=True)
class Reply:
    """Status, body and headers of an answer.

    Attributes:
        status: of the answer.
        body: what is sent; empty: no body and no content type.
        headers: beside content type and length.
        media_type: of the body.
    """

    status: int
    body: bytes = b""
    headers: Headers = field(default_factory=tuple)
    media_type: str = JSON

    async def send(self, send: Send) -> None:
        """Sends it."""
        headers = [(name.encode("latin-1"), text.encode("latin-1")) for name, text in self.headers]
        if self.body or self.status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
            headers.append((b"content-length", b"%d" % len(self.body)))
        if self.body:
            headers.append((b"content-type", self.media_type.encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


@dataclass(slots=True)
class StreamReply(Reply):
    """An answer whose body comes bit by bit.

    Attributes:
        parts: what follows the body; each is sent when the client has room for it.
    """

    parts: AsyncGenerator[bytes, None] = field(kw_only=True)

    async def send(self, send: Send) -> None:
        """Sends it until the parts end."""
        headers = [(name.encode("latin-1"), text.encode("latin-1")) for name, text in self.headers]
        headers.append((b"content-type", self.media_type.encode()))
        async with aclosing(self.parts) as parts:
            await send({"type": "http.response.start", "status": self.status, "headers": headers})
            await send({"type": "http.response.body", "body": self.body, "more_body": True})
            async for part in parts:
                await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def error_reply(error: ApiError) -> Reply:
    """An error with its TMF ``Error`` body."""
    return Reply(error.status.value, orjson.dumps(error.body()), tuple(error.headers.items()))
