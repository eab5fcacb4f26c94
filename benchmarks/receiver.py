"""A receiver of callbacks that does as little as it can: counts, and notes when what came.

    python -m benchmarks.receiver PORT

``POST`` is answered 204. ``GET /`` gives the number of events since the last ``DELETE /``, and the
time at which each was received by its position in the log; ``COUNT /`` the number only.
"""

import asyncio
import json
import sys
import time

_POSITION = b"turnup-event-position: "


class Receiver(asyncio.Protocol):
    """One connection."""

    count = 0
    times: dict[int, float] = {}  # noqa: RUF012 - of all connections

    def __init__(self) -> None:
        self._transport: asyncio.WriteTransport | None = None
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._data += data
        while (end := self._data.find(b"\r\n\r\n")) >= 0:
            head = self._data[:end].lower()
            at = head.find(b"content-length: ")
            length = int(head[at + 16 :].partition(b"\r")[0]) if at >= 0 else 0
            if len(self._data) < end + 4 + length:
                return
            self._data = self._data[end + 4 + length :]
            self._answer(head)

    def _answer(self, head: bytes) -> None:
        assert self._transport is not None
        if head.startswith(b"post"):
            Receiver.count += 1
            at = head.find(_POSITION)
            if at >= 0:
                position = int(head[at + len(_POSITION) :].partition(b"\r")[0])
                Receiver.times.setdefault(position, time.time())
            self._transport.write(b"HTTP/1.1 204 No Content\r\n\r\n")
            return
        times = {} if head.startswith(b"count") else Receiver.times
        body = json.dumps({"count": Receiver.count, "times": times}).encode()
        if head.startswith(b"delete"):
            Receiver.count = 0
            Receiver.times.clear()
        self._transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body)


async def main() -> None:
    """Serves for ever."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Receiver, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
