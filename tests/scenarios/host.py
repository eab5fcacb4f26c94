"""Where a server runs, in this process: it can be stopped and started again on its store."""

from contextlib import AsyncExitStack

import httpx

from api.app import Server, create_app
from api.settings import Settings
from tests.conftest import HOST
from tests.scenarios.clock import LeapingClock

__all__ = ["HOST", "Host"]


class Host:
    """One server at a time.

    Args:
        settings: of the server.
        clock: of the server.
    """

    def __init__(self, settings: Settings, clock: LeapingClock) -> None:
        self._settings = settings
        self._clock = clock
        self._running = AsyncExitStack()
        self._server: Server | None = None

    async def stop(self) -> None:
        """Ends the server."""
        await self._running.aclose()

    async def restart(self, **settings: object) -> httpx.AsyncClient:
        """Ends the server, if one runs, and starts one; gives a client of it."""
        await self.stop()
        changed = self._settings.model_copy(update=settings)
        server = self._server = Server(changed, clock=self._clock, listening=HOST)
        transport = httpx.ASGITransport(create_app(server), raise_app_exceptions=False)
        await self._running.enter_async_context(server.running())
        client = httpx.AsyncClient(transport=transport, base_url=HOST)
        return await self._running.enter_async_context(client)

    async def put_off(self, collection: str) -> bool:
        """Whether the store has a document there on which nobody works, and which is due later.

        Clients are not told of that.
        """
        assert self._server is not None
        now = self._clock.now()
        documents = await self._server.store.find(collection, limit=1000)
        return any(each.lease is None and (each.due or 0.0) > now for each in documents)
