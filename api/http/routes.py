"""Which endpoint a request goes to: one table per API, made from its document.

A path is looked up by its segments in a dict, not matched against a list of patterns: with four
APIs that is a few microseconds less per request. What the document does not have is 404, what it
has with another method is 405 with ``Allow``.

Slashes behind a path, and more than one before it, change nothing: clients and gateways join
addresses so. What acts on one resource is never offered for a collection, so an empty id acts on
none.

An encoded slash in a path is never a separator (RFC 3986, 2.2): the front puts `ENCODED_SLASH` in
its place, which is a slash again in ids, and equals nothing elsewhere.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

import structlog
from starlette.types import Receive, Scope, Send

from api.errors import ApiError, Internal, MethodNotAllowed, NotFound
from api.http.reply import Reply, error_reply
from api.http.request import Request

__all__ = ["ENCODED_SLASH", "ApiRoute", "RouteTable"]

_log = structlog.get_logger(__name__)

ENCODED_SLASH: Final = "\udc2f"
"""Stands for ``%2F`` in a decoded path: a lone surrogate, which no decoded text has."""

Endpoint = Callable[[Request], Awaitable[Reply]]
ItemEndpoint = Callable[[Request, str], Awaitable[Reply]]


@dataclass(slots=True)
class RouteTable:
    """The endpoints of one API by path segment and method.

    Attributes:
        collections: of ``/{segment}``.
        items: of ``/{segment}/{id}``.
        views: of ``GET /{segment}/{id}/{view}``.
        others: of ``GET /{segment}`` where the client asks for that media type instead of JSON.
        parts: of ``/{segment}/{id}/{part}``, by method.
    """

    collections: dict[str, dict[str, Endpoint]] = field(default_factory=dict)
    items: dict[str, dict[str, ItemEndpoint]] = field(default_factory=dict)
    views: dict[tuple[str, str], ItemEndpoint] = field(default_factory=dict)
    others: dict[str, tuple[str, Endpoint]] = field(default_factory=dict)
    parts: dict[tuple[str, str], dict[str, ItemEndpoint]] = field(default_factory=dict)

    async def answer(self, request: Request, method: str, path: str) -> Reply:
        """The reply to a request. Raises ApiError. ``path`` is relative to the base path."""
        first, _, rest = path.partition("/")
        if not first:  # base address and path were joined with two slashes
            path = path.lstrip("/")
            first, _, rest = path.partition("/")
        rest = rest.rstrip("/")
        if "/" in rest:
            id_, _, name = rest.rpartition("/")  # an id may hold slashes, encoded ones
            view = self.views.get((first, name))
            methods = {"GET": view} if view is not None else self.parts.get((first, name))
            if methods is not None and id_:
                return await self._part(methods, request, method, _plain(id_))
        found: Mapping[str, Endpoint] | Mapping[str, ItemEndpoint] | None
        found = self.items.get(first) if rest else self.collections.get(first)
        if found is None:
            raise NotFound(
                f"there is nothing at {_shown(request, path)!r}",
                "The API's document tells all of its paths: GET …/openapi.json.",
            )
        endpoint = found.get("GET" if method == "HEAD" else method)
        if endpoint is None:
            return self._other_method(method, list(found))
        if not rest and first in self.others and request.takes(self.others[first][0]):
            return await self.others[first][1](request)
        request.check_accept()
        return await (endpoint(request, _plain(rest)) if rest else endpoint(request))  # type: ignore[call-arg]

    async def _part(
        self, methods: Mapping[str, ItemEndpoint], request: Request, method: str, id_: str
    ) -> Reply:
        endpoint = methods.get("GET" if method == "HEAD" else method)
        if endpoint is None:
            return self._other_method(method, list(methods))
        request.check_accept()
        return await endpoint(request, id_)

    @staticmethod
    def _other_method(method: str, offered: list[str]) -> Reply:
        allowed = sorted({*offered, "OPTIONS", *(["HEAD"] if "GET" in offered else [])})
        if method == "OPTIONS":
            return Reply(HTTPStatus.NO_CONTENT, headers=(("Allow", ", ".join(allowed)),))
        raise MethodNotAllowed(method, allowed)


def _plain(id_: str) -> str:
    """The id, in which an encoded slash is one."""
    return id_.replace(ENCODED_SLASH, "/")


def _shown(request: Request, path: str) -> str:
    """The request's whole path for people, at most 200 characters."""
    base = request.scope["path"].removesuffix(_plain(path))
    return f"{base}{path.replace(ENCODED_SLASH, '%2F')}"[:200]


class ApiRoute:
    """All paths below one API's base path.

    Args:
        base_path: e.g. ``/tmf-api/serviceOrdering/v4``.
        table: its endpoints.
        max_body: the largest request body, in bytes.
    """

    def __init__(self, base_path: str, table: RouteTable, max_body: int) -> None:
        self.base_path = base_path
        self.prefix = f"{base_path}/"
        self._table = table
        self._max_body = max_body

    async def handle(
        self, scope: Scope, receive: Receive, send: Send, path: str | None = None
    ) -> None:
        """Answers the request; every fault becomes a TMF ``Error``.

        ``path`` is the scope's, with `ENCODED_SLASH` where it has an encoded one.
        """
        request = Request(scope, receive, self._max_body)
        path = (scope["path"] if path is None else path)[len(self.prefix) :]
        try:
            reply = await self._table.answer(request, scope["method"], path)
        except ApiError as error:
            reply = error_reply(error)
        except Exception:  # noqa: BLE001 - the last line before the client
            _log.exception("request failed", method=scope["method"], path=scope["path"])
            reply = error_reply(
                Internal("the server failed", "Try again; the server's log has the details.")
            )
        await reply.send(send)
