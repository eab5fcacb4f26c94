"""A subscriber: takes what the hubs post to it, over a socket, and tells what it was told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson

from api.jsontypes import JsonObject

__all__ = ["Subscriber"]


class Subscriber:
    """Answers every post with 204 and keeps its event, once."""

    def __init__(self) -> None:
        self.url = ""
        self.came = asyncio.Event()
        self._events: dict[str, JsonObject] = {}
        self._connections: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = {}

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Listens on a free port of loopback until left."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/events"
        try:
            yield
        finally:
            server.close()
            for writer in self._connections:
                writer.close()
            await asyncio.gather(*filter(None, self._connections.values()))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections[writer] = asyncio.current_task()
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
                event = orjson.loads(await reader.readexactly(length))
                self._events.setdefault(event["eventId"], event)  # delivery is at least once
                self.came.set()
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def about(self, id_: str) -> list[JsonObject]:
        """The events about a resource, in the order in which they came."""
        return [each for each in self._events.values() if _resource(each)["id"] == id_]

    def told(self, id_: str) -> list[str]:
        """The same in words: ``Create``, ``Milestone`` and so on; for a change of state, the state.

        Changes of other attributes are left out: how many of them one write takes together is
        chance.
        """
        said = [_word(each) for each in self.about(id_)]
        return [each for each in said if each != "AttributeValueChange"]


def _resource(event: JsonObject) -> JsonObject:
    (resource,) = event["event"].values()
    return dict(resource)


def _word(event: JsonObject) -> str:
    (name,) = event["event"]
    kind = str(event["eventType"]).removesuffix("Event")
    word = kind[len(name) :] if kind.lower().startswith(name.lower()) else kind
    return str(_resource(event)["state"]) if word == "StateChange" else word
