"""The ASGI application that a server runs: the APIs' own paths first, all else behind them.

What FastAPI puts around every request (telemetry, body limits, exit stacks) costs as much as a
read from the store, and the APIs' routes do that work for themselves. So their paths never enter
it; the start and stop of the server, the documentation and the health checks are FastAPI's.
"""

from collections.abc import Mapping, Sequence

from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from api.http.routes import ApiRoute

__all__ = ["Front"]


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
            for route in self._routes:
                if path.startswith(route.prefix):
                    await route.handle(scope, receive, send)
                    return
            for alias, base in self._aliases:
                if path.startswith(alias):
                    # under a base path, so this does not go round again
                    await self({**scope, "path": base + path[len(alias) :]}, receive, send)
                    return
        await self._app(scope, receive, send)
