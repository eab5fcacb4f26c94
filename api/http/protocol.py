"""HTTP as uvicorn reads it; what it cannot read is answered with a TMF ``Error``, too."""

from http import HTTPStatus
from typing import Final

import orjson
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from api.errors import BadRequest
from api.http.reply import JSON

__all__ = ["HttpProtocol"]

_LONGEST: Final = 65_535
"""Bytes of an address that uvicorn's parser takes."""


class HttpProtocol(HttpToolsProtocol):
    """One connection."""

    def send_400_response(self, msg: str) -> None:
        """See uvicorn, which says it in plain text, as no document of ours does."""
        error = BadRequest(
            msg, f"Send HTTP/1.1, with an address of at most {_LONGEST} bytes, percent-encoded."
        )
        body = orjson.dumps(error.body())
        headers = [
            *self.server_state.default_headers,
            (b"content-type", JSON.encode()),
            (b"content-length", b"%d" % len(body)),
            (b"connection", b"close"),
        ]
        lines = b"".join(b"%s: %s\r\n" % header for header in headers)
        self.transport.write(STATUS_LINE[HTTPStatus.BAD_REQUEST] + lines + b"\r\n" + body)
        self.transport.close()
