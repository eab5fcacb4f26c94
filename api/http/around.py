"""What lies around all replies where the settings ask for it: compression, and CORS."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipResponder
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import BadRequest
from api.events.parcel import POSITION
from api.http.reply import JSON, error_reply
from api.http.request import names
from api.settings import Settings

__all__ = ["around"]

_COMPRESSED = 1000
"""Bytes from which on compressing a body is worth it."""

_LEVEL = 5
"""Beyond it, JSON gets hardly smaller and takes much longer."""

_VARY = (b"vary", b"Accept-Encoding")

_METHODS = ("GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS")
_EXPOSED = ("X-Total-Count", "X-Result-Count", "Location", "Link", "ETag", "monitorId", POSITION)


def around(app: ASGIApp, settings: Settings) -> ASGIApp:
    """The application with what the settings put around it; by default only compression."""
    if settings.gzip:
        app = _Compression(app)
    if settings.cors_origins:
        app = _Cors(
            app,
            allow_origins=settings.cors_origins,
            allow_methods=_METHODS,
            allow_headers=["*"],
            expose_headers=_EXPOSED,
        )
    return app


class _Compression:
    """Goes round starlette's responder, which costs as much as a read, where it has no use.

    What could have been compressed, and is not, says that it could (RFC 9110, 12.5.5).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif _takes_gzip(scope):
            # not the middleware, which looks for the coding in small letters
            responder = GZipResponder(self._app, _COMPRESSED, compresslevel=_LEVEL)
            await responder(scope, receive, partial(_send, send, _has_no_body))
        else:
            await self._app(scope, receive, partial(_send, send, _may_be_compressed))


async def _send(send: Send, varies: Callable[[Message], bool], message: Message) -> None:
    if message["type"] == "http.response.start" and varies(message):
        message["headers"] = [*message["headers"], _VARY]
    await send(message)


def _has_no_body(start: Message) -> bool:
    """Whether the client has the body already, which may have been compressed (304)."""
    return bool(start["status"] == HTTPStatus.NOT_MODIFIED)


def _may_be_compressed(start: Message) -> bool:
    """Whether starlette's responder would compress what follows; streams of events are not."""
    if _has_no_body(start):
        return True
    if start["status"] == HTTPStatus.PARTIAL_CONTENT:
        return False
    lengths = (int(value) for name, value in start["headers"] if name == b"content-length")
    return next(lengths, 0) >= _COMPRESSED


def _takes_gzip(scope: Scope) -> bool:
    for name, value in scope["headers"]:
        if name == b"accept-encoding" and b"gzip" in value.lower():
            return names(value.decode("latin-1"), "gzip")
    return False


class _Cors(CORSMiddleware):
    """Refuses with a TMF ``Error``, as all else does."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """See starlette."""
        answer = super().preflight_response(request_headers)
        if answer.status_code < BadRequest.status:
            return answer
        text = bytes(answer.body).decode()
        reply = error_reply(BadRequest(text, "The setting cors_origins names who may ask."))
        kept = {n: v for n, v in answer.headers.items() if not n.startswith("content-")}
        return Response(reply.body, reply.status, kept, media_type=JSON)
