"""What lies around all replies where the settings ask for it: compression, and CORS."""

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

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
    """Goes round starlette's middleware, which costs as much as a read, where it has no use.

    A plain reply so lacks ``Vary``: whoever takes gzip takes a plain one from a cache as well.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._gzip = GZipMiddleware(app, minimum_size=_COMPRESSED, compresslevel=_LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self._gzip if _takes_gzip(scope) else self._app)(scope, receive, send)


def _takes_gzip(scope: Scope) -> bool:
    if scope["type"] == "http":
        for name, value in scope["headers"]:
            if name == b"accept-encoding" and b"gzip" in value:
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
