"""TMF ``Error`` bodies for what the framework itself answers: unknown paths, faults of ours."""

from http import HTTPStatus

import structlog
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.errors import ApiError, Internal, MethodNotAllowed, NotFound
from api.http.reply import JSON, error_reply

__all__ = ["add_fault_handlers"]

_log = structlog.get_logger(__name__)


def add_fault_handlers(app: FastAPI) -> None:
    """Has every fault outside the APIs' own routes answered with an ``Error`` body."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - what it is registered for
    return _response(_translated(request, error))


def _translated(request: Request, error: HTTPException) -> ApiError:
    if error.status_code == HTTPStatus.NOT_FOUND:
        return NotFound(
            f"there is nothing at {request.url.path[:200]!r}",
            "Look at the API's base path. Its document tells what is below: GET …/openapi.json.",
        )
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("Allow", "GET").split(", ")
        return MethodNotAllowed(request.method, allowed)
    other = ApiError(str(error.detail), headers=error.headers)
    other.status = HTTPStatus(error.status_code)
    other.code = str(error.status_code)
    return other


async def _unexpected(request: Request, error: Exception) -> Response:
    _log.error("request failed", method=request.method, path=request.url.path, exc_info=error)
    return _response(Internal("the server failed", "Try again; the server's log has the details."))


def _response(error: ApiError) -> Response:
    reply = error_reply(error)
    return Response(reply.body, reply.status, dict(reply.headers), media_type=JSON)
