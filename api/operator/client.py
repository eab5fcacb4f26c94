"""The operator's client of the order APIs: plain HTTP, as any client's."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import punctuation
from typing import Final
from urllib.parse import quote

import httpx

from api.errors import TurnupError
from api.jsontypes import JsonObject

__all__ = ["KINDS", "PRODUCT", "SERVICE", "Kind", "OrderClient", "Refused", "said", "segment"]

_PAGE: Final = 200
_ENTRIES: Final = 1000  # of a history, to a page
_TIMEOUT: Final = 60.0
_KEPT: Final = punctuation.replace("#", "")
"""What a query may hold as it is: ``#`` would end it, and all behind it would be lost."""


class Refused(TurnupError):
    """The server said no, or there is no server."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of order.

    Attributes:
        name: as it is called on the command line.
        base: the official base path of its API.
        resource: path segment.
        cancel: the task that cancels one.
        items: the attribute of its items.
    """

    name: str
    base: str
    resource: str
    cancel: str
    items: str

    @property
    def path(self) -> str:
        """Of the orders."""
        return f"{self.base}/{self.resource}"


PRODUCT: Final = Kind(
    "product",
    "/tmf-api/productOrderingManagement/v4",
    "productOrder",
    "cancelProductOrder",
    "productOrderItem",
)
SERVICE: Final = Kind(
    "service",
    "/tmf-api/serviceOrdering/v4",
    "serviceOrder",
    "cancelServiceOrder",
    "serviceOrderItem",
)
KINDS: Final = {kind.name: kind for kind in (PRODUCT, SERVICE)}


class OrderClient:
    """Reads and changes orders. Every method may raise Refused.

    Args:
        url: of the server.
        transport: for tests; HTTP by default.
    """

    def __init__(self, url: str, transport: httpx.BaseTransport | None = None) -> None:
        # a connection ends with its request, so that there is nothing to close
        limits = httpx.Limits(max_keepalive_connections=0)
        try:
            self._http = httpx.Client(
                base_url=url, timeout=_TIMEOUT, transport=transport, limits=limits
            )
        except (httpx.InvalidURL, ValueError) as error:
            raise Refused(f"--url {url!r} is none: {error}") from None

    def find(self, id_: str) -> tuple[Kind, JsonObject, str]:
        """The order of that id, whichever kind it is, and its revision."""
        for kind in (SERVICE, PRODUCT):
            reply = self._send("GET", _path(kind, id_), missing=True)
            order = None if reply is None else reply.json()
            # what stands behind a slash in an id may be read as the path to something else
            if reply is not None and isinstance(order, dict) and order.get("id") == id_:
                return kind, order, reply.headers.get("etag", "")
        raise Refused(f"there is no order {id_}")

    def orders(self, kind: Kind, query: str = "", most: int | None = None) -> Iterator[JsonObject]:
        """The orders that a query string finds."""
        query = quote(query, safe=_KEPT, errors="surrogateescape")
        offset = 0
        while most is None or offset < most:
            limit = _PAGE if most is None else min(_PAGE, most - offset)
            paging = f"offset={offset}&limit={limit}"
            reply = self._get(f"{kind.path}?{f'{query}&' if query else ''}{paging}")
            found = reply.json()
            yield from found
            offset += limit
            if len(found) < limit:
                return

    def view(self, kind: Kind, id_: str, name: str) -> JsonObject:
        """A view of an order."""
        found: JsonObject = self._get(f"{_path(kind, id_)}/{name}").json()
        return found

    def history(self, kind: Kind, id_: str) -> list[JsonObject]:
        """Its whole history."""
        found: list[JsonObject] = []
        while True:
            paging = f"offset={len(found)}&limit={_ENTRIES}"
            page = self._get(f"{_path(kind, id_)}/history?{paging}").json()
            found += page
            if len(page) < _ENTRIES:
                return found

    def service_orders(self, kind: Kind, order: JsonObject) -> list[tuple[JsonObject, str]]:
        """The service orders to act on for an order, each with its revision: itself, or below."""
        if kind is SERVICE:
            return [self.find(str(order["id"]))[1:]]
        below = self.view(kind, str(order["id"]), "plan").get("serviceOrder") or ()
        return [self.find(str(each["id"]))[1:] for each in below]

    def patch(self, id_: str, changes: JsonObject, etag: str, *, dry_run: bool) -> JsonObject:
        """Changes a service order that is still as it was read."""
        headers = {"Content-Type": "application/merge-patch+json"}
        if etag:
            headers["If-Match"] = etag
        path = f"{_path(SERVICE, id_)}{'?dryRun=true' if dry_run else ''}"
        found: JsonObject = self._done("PATCH", path, json=changes, headers=headers).json()
        return found

    def cancel(self, kind: Kind, id_: str, body: JsonObject, *, dry_run: bool) -> JsonObject:
        """Asks for an order's cancellation; gives the task."""
        path = f"{kind.base}/{kind.cancel}{'?dryRun=true' if dry_run else ''}"
        task = {kind.resource: {"id": id_}, **body}
        found: JsonObject = self._done("POST", path, json=task).json()
        return found

    def _get(self, path: str) -> httpx.Response:
        return self._done("GET", path)

    def _done(
        self,
        method: str,
        path: str,
        *,
        json: JsonObject | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        reply = self._send(method, path, json=json, headers=headers)
        if reply is None:
            raise Refused(f"{method} {path}: there is nothing")
        return reply

    def _send(
        self,
        method: str,
        path: str,
        *,
        json: JsonObject | None = None,
        headers: Mapping[str, str] | None = None,
        missing: bool = False,
    ) -> httpx.Response | None:
        try:
            reply = self._http.request(method, path, json=json, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Refused(
                f"{self._http.base_url} does not answer: {error}. Start the server, or name "
                "another one by --url."
            ) from error
        if missing and reply.status_code == httpx.codes.NOT_FOUND:
            return None
        if reply.is_error:
            raise Refused(said(reply))
        try:
            reply.json()
        except ValueError:
            raise Refused(
                f"{self._http.base_url} answers with no JSON: it is no server of these APIs. Name "
                "another one by --url."
            ) from None
        return reply


def _path(kind: Kind, id_: str) -> str:
    """Of one order. An id never leads to another resource."""
    return f"{kind.path}/{segment(id_)}"


def segment(id_: str) -> str:
    """An id as a segment of a path: it never leads elsewhere. Raises Refused where it is none."""
    if id_ in ("", ".", ".."):
        raise Refused(f"{id_!r} is no id")
    return quote(id_, safe="", errors="surrogateescape")


def said(reply: httpx.Response) -> str:
    """What a reply with an error says, in a line."""
    try:
        body = reply.json()
        reason, message = str(body["reason"]), str(body["message"])
        # the message of many an error is its reason
        text = reason if reason == message else f"{reason.rstrip('.')}. {message}"
    except (ValueError, KeyError, TypeError):
        text = reply.text[:200]
    return f"{reply.status_code}: {text}"
