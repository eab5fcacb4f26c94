"""HTTP as uvicorn reads it, within limits of size and time.

What it cannot read, what is too large and what does not come is answered with a TMF ``Error``, too.
"""

import asyncio
from http import HTTPStatus
from typing import Any, Final

import orjson
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from api.errors import ApiError, BadRequest, HeadersTooLarge, TimedOut
from api.http.reply import JSON

__all__ = ["HEADERS", "HEADER_BYTES", "HttpProtocol"]

HEADERS: Final = 200
"""Headers of one request."""

HEADER_BYTES: Final = 65_536
"""Bytes of all of them."""

_LONGEST: Final = 65_535
"""Bytes of an address that uvicorn's parser takes."""

_FRAMING: Final = 8
"""Bytes that are taken for one of the body: sent byte by byte, each is a chunk."""


class HttpProtocol(HttpToolsProtocol):
    """One connection.

    Args:
        patience: seconds within which a request must be here whole, and within which a client must
            read some of its reply.
        parts: uvicorn's own.
    """

    def __init__(self, *, patience: float, **parts: Any) -> None:
        super().__init__(**parts)
        self._patience = patience
        self._refusal: ApiError | None = None
        self._whole = True  # nothing of a request is here that is not yet complete
        self._read = self._body = self._header_bytes = 0
        self._late: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None

    # -- sizes

    def on_message_begin(self) -> None:
        """See uvicorn."""
        super().on_message_begin()
        self._whole = False
        self._read = self._body = self._header_bytes = 0

    def on_url(self, url: bytes) -> None:
        """See uvicorn. An error raised here ends the reading, and `send_400_response` tells it."""
        super().on_url(url)
        if len(self.url) > _LONGEST:
            self._refuse(_unreadable("Invalid HTTP request received."))

    def on_header(self, name: bytes, value: bytes) -> None:
        """See uvicorn."""
        super().on_header(name, value)
        self._header_bytes += len(name) + len(value) + len(": \r\n")
        if len(self.headers) > HEADERS or self._header_bytes > HEADER_BYTES:
            self._refuse(_headers())

    def on_body(self, body: bytes) -> None:
        """See uvicorn."""
        super().on_body(body)
        self._body += len(body)

    def on_message_complete(self) -> None:
        """See uvicorn."""
        super().on_message_complete()
        self._whole = True

    def _refuse(self, error: ApiError) -> None:
        self._refusal = error
        raise error

    def data_received(self, data: bytes) -> None:
        """See uvicorn. The parser keeps a header until it is whole: so all that came is counted."""
        self._read += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        most = _LONGEST + HEADER_BYTES + _FRAMING * self._body
        if not self._whole and self._read > most + len(data):
            self._answer(_headers())
            return
        self._watch()

    # -- times

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See uvicorn."""
        super().connection_made(transport)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """See uvicorn."""
        for timer in (self._late, self._stalled, self.timeout_keep_alive_task):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """Sees to it that a connection with no whole request does not stay for ever."""
        idle = self.cycle is None or self.cycle.response_complete
        if (idle or not self._whole) and self.timeout_keep_alive_task is None:
            if self._late is None:
                self._late = self.loop.call_later(self._patience, self._give_up)
        elif self._late is not None:
            self._late.cancel()
            self._late = None

    def _give_up(self) -> None:
        self._late = None
        if self.transport.is_closing():
            return
        if self._whole:
            self.transport.close()
        else:
            self._answer(
                TimedOut(
                    f"The request was not complete within {self._patience:g} seconds",
                    "Send it again, as a whole.",
                )
            )

    def pause_writing(self) -> None:
        """See uvicorn: the client reads more slowly than it is answered."""
        super().pause_writing()
        self._await_reading(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """See uvicorn."""
        super().resume_writing()
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def _await_reading(self, waiting: int) -> None:
        self._stalled = self.loop.call_later(self._patience, self._check_reading, waiting)

    def _check_reading(self, before: int) -> None:
        waiting = self.transport.get_write_buffer_size()
        if waiting < before:
            self._await_reading(waiting)
        else:
            self.transport.abort()

    # -- replies

    def send_400_response(self, msg: str) -> None:
        """See uvicorn, which says it in plain text, as no document of ours does."""
        self._answer(self._refusal or _unreadable(msg))

    def _answer(self, error: ApiError) -> None:
        """Says it, unless an earlier reply is under way, and closes the connection."""
        if (
            self.cycle is not None
            and self.cycle.response_started
            and not self.cycle.response_complete
        ):
            self.transport.close()
            return
        body = orjson.dumps(error.body())
        headers = [
            *self.server_state.default_headers,
            (b"content-type", JSON.encode()),
            (b"content-length", b"%d" % len(body)),
            (b"connection", b"close"),
        ]
        lines = b"".join(b"%s: %s\r\n" % header for header in headers)
        self.transport.write(STATUS_LINE[HTTPStatus(error.status)] + lines + b"\r\n" + body)
        self.transport.close()


def _unreadable(reason: str) -> BadRequest:
    return BadRequest(
        reason, f"Send HTTP/1.1, with an address of at most {_LONGEST} bytes, percent-encoded."
    )


def _headers() -> HeadersTooLarge:
    return HeadersTooLarge(
        "The request has too many or too large headers",
        f"Send at most {HEADERS} headers of {HEADER_BYTES} bytes in all.",
    )
