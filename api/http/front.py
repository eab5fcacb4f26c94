"""The ASGI application that a server runs: the APIs' own paths first, all else behind them.

What FastAPI puts around every request (telemetry, body limits, exit stacks) costs as much as a
read from the store, and the APIs' routes do that work for themselves. So their paths never enter
it; the start and stop of the server, the documentation and the health checks are FastAPI's.
"""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from api.http.routes import ENCODED_SLASH, ApiRoute

__all__ = ["Front"]

_SLASH = re.compile("%2f", re.IGNORECASE)
_PERCENT = ord("%")  # a number is looked for in bytes ten times as fast as bytes are


class Front:
    """An ASGI application.

    Args:
        app: takes what is no API's.
        routes: of the APIs.
        aliases: other base paths of the APIs, with the official one of each. A request under an
            alias is answered as if it had come under the official path, which its reply names too.
    """

    def __init__(
        self, app: FastAPI, routes: Sequence[ApiRoute], aliases: Mapping[str, str] | None = None
    ) -> None:
        self._app = app
        self._routes = tuple(routes)
        self._aliases = [(f"{alias}/", f"{base}/") for alias, base in (aliases or {}).items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] == "http":
            path = scope["path"]
            raw = scope.get("raw_path")
            if raw is not None and _PERCENT in raw:
                path = _marked(path, raw)
            if path.startswith("//"):  # the server's address and the path were joined with two
                more = len(path) - len(path.lstrip("/")) - 1
                scope, path = {**scope, "path": scope["path"][more:]}, path[more:]
            for route in self._routes:
                if path.startswith(route.prefix):
                    await route.handle(scope, receive, send, path)
                    return
            for alias, base in self._aliases:
                if path.startswith(alias):
                    own = {**scope, "path": base + scope["path"][len(alias) :]}
                    await self._handle(own, receive, send, base + path[len(alias) :])
                    return
        await self._app(scope, receive, send)

    async def _handle(self, scope: Scope, receive: Receive, send: Send, path: str) -> None:
        """Answers a request whose path is below an API's official base path."""
        route = next(each for each in self._routes if path.startswith(each.prefix))
        await route.handle(scope, receive, send, path)


def _marked(path: str, raw: bytes) -> str:
    """The decoded path with `ENCODED_SLASH` for each encoded slash.

    The path as it is where it is not what ``raw_path`` says: then something before this server
    has changed the one and not the other.
    """
    encoded = raw.partition(b"?")[0].decode("latin-1")
    parts = [unquote(part) for part in _SLASH.split(encoded)]
    return ENCODED_SLASH.join(parts) if "/".join(parts) == path else path
