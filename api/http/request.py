"""A request, read only as far as an endpoint needs it."""

from collections.abc import Mapping
from functools import cached_property

import orjson
from starlette.types import Message, Receive, Scope

from api.errors import BadRequest, NotAcceptable, TooLarge, UnsupportedMedia
from api.jsontypes import JsonValue
from api.schema.hygiene import check_number_of_values, check_values

__all__ = ["Request", "names"]

_ACCEPTED = ("*/*", "application/*", "application/json")
_PLAIN = ("", "identity")
_UTF_8 = ("", "utf-8", "utf8")


class Request:
    """One HTTP request.

    Args:
        scope: the ASGI scope.
        receive: gives the body.
        max_body: the largest body, in bytes.
    """

    __slots__ = ("__dict__", "_max_body", "_receive", "scope")

    def __init__(self, scope: Scope, receive: Receive, max_body: int) -> None:
        self.scope = scope
        self._receive = receive
        self._max_body = max_body

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """The header fields by lower-case name; of a repeated one, all values joined by commas."""
        fields: dict[str, str] = {}
        for raw_name, raw_value in self.scope["headers"]:
            name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
            fields[name] = f"{fields[name]}, {value}" if name in fields else value
        return fields

    @property
    def query(self) -> str:
        """The query string as it was sent, still encoded."""
        raw: bytes = self.scope["query_string"]
        return raw.decode("latin-1")

    def check_accept(self) -> None:
        """Raises NotAcceptable where the client takes no JSON."""
        accept = self.headers.get("accept")
        if accept is None or accept in _ACCEPTED:
            return
        # of the ranges that JSON is in, the most specific one counts (RFC 9110, 12.5.1)
        taken: dict[str, bool] = {}
        for part in accept.split(","):
            media, _, parameters = part.partition(";")
            media = media.strip().lower()  # of several versions of it any one will do
            taken[media] = taken.get(media, False) or not _refused(parameters)
        found = next((media for media in reversed(_ACCEPTED) if media in taken), None)
        if (found and taken[found]) or not accept.strip():
            return
        raise NotAcceptable(
            "only JSON is served", f"Accept application/json, not only {accept[:100]!r}."
        )

    def takes(self, media_type: str) -> bool:
        """Whether the client names this media type among those that it accepts."""
        return names(self.headers.get("accept", ""), media_type)

    async def json(self, media_types: tuple[str, ...]) -> JsonValue:
        """The body, parsed, within the limits of `api.schema.hygiene`.

        Raises UnsupportedMedia, TooLarge, BadRequest.
        """
        self._check_media_type(media_types)
        raw = await self.body()
        check_number_of_values(raw)
        try:
            value = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise BadRequest(
                f"the body is not JSON: {error}", "Send one JSON value, UTF-8 encoded."
            ) from None
        check_values(value, raw)
        return value

    async def gone(self) -> None:
        """Returns when the client has closed the connection."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    @property
    def media_type(self) -> str:
        """The body's media type without parameters, in small letters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def _check_media_type(self, media_types: tuple[str, ...]) -> None:
        coding = self.headers.get("content-encoding", "").strip().lower()
        if coding not in _PLAIN:
            raise UnsupportedMedia(
                f"the content coding {coding[:100]!r} is not taken here",
                "Send the body as it is, without Content-Encoding.",
                headers={"Accept-Encoding": "identity"},
            )
        content_type = self.headers.get("content-type", "")
        parameters = content_type.partition(";")[2]
        if self.media_type not in media_types or _charset(parameters) not in _UTF_8:
            raise UnsupportedMedia(
                f"the media type {content_type[:100]!r} is not taken here",
                f"Send {' or '.join(media_types)}.",
                headers={"Accept": ", ".join(media_types)},
            )

    async def body(self) -> bytes:
        """The whole body. Raises TooLarge, BadRequest where the client goes away in the middle."""
        if int(self._declared_length()) > self._max_body:
            raise self._too_large()
        message = await self._piece()
        chunk: bytes = message.get("body", b"")
        if not message.get("more_body", False) and len(chunk) <= self._max_body:
            return chunk
        chunks, size = [chunk], len(chunk)
        while message.get("more_body", False) and size <= self._max_body:
            message = await self._piece()
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
        if size > self._max_body:
            raise self._too_large()
        return b"".join(chunks)

    async def _piece(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.disconnect":  # RFC 9112, 8: the request is incomplete
            raise BadRequest("the body broke off", "Send all of it.")
        return message

    def _declared_length(self) -> str:
        length = self.headers.get("content-length", "0")
        return length if length.isdecimal() else "0"

    def _too_large(self) -> TooLarge:
        return TooLarge(
            f"the body is larger than {self._max_body} bytes", "Send less in one request."
        )


def names(header: str, wanted: str) -> bool:
    """Whether a header such as Accept or Accept-Encoding names it, and does not refuse it."""
    parts = [part.partition(";") for part in header.split(",")]
    return any(
        name.strip().lower() == wanted and not _refused(parameters) for name, _, parameters in parts
    )


def _refused(parameters: str) -> bool:
    """Whether an Accept element says q=0 (RFC 9110, 12.4.2)."""
    try:
        return float(_parameter(parameters, "q") or 1) == 0
    except ValueError:
        return False


def _charset(parameters: str) -> str:
    return _parameter(parameters, "charset").strip('"').lower()


def _parameter(parameters: str, wanted: str) -> str:
    """A parameter of a media type; empty where it is not given."""
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == wanted:
            return value.strip()
    return ""
