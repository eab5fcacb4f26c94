"""A receiver of callbacks on loopback, in a thread of its own."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import orjson

from api.jsontypes import JsonObject

__all__ = ["Delivery", "Receiver"]

_STEP = 0.02


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was posted to a callback."""

    target: str
    media_type: str
    body: JsonObject

    @property
    def path(self) -> str:
        """The path that was posted to, without slash and query."""
        return urlsplit(self.target).path.strip("/")

    @property
    def type(self) -> str:
        """The event's type."""
        return str(self.body.get("eventType"))

    @property
    def id(self) -> str:
        """The event's id."""
        return str(self.body.get("eventId"))

    @property
    def resource(self) -> JsonObject:
        """The resource that the event is about, in whatever it is wrapped."""
        event = self.body.get("event")
        found = next(iter(event.values()), None) if isinstance(event, dict) else None
        return found if isinstance(found, dict) else {}


class Receiver:
    """Takes what is posted, and answers by path: ``busy`` fails the first time, ``202`` is 202."""

    def __init__(self) -> None:
        self._taken: list[Delivery] = []
        self._busy: set[str] = set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                status = receiver.take(
                    self.path, self.headers.get("content-type", ""), self.rfile.read(length)
                )
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_STEP,))
        self._thread.daemon = True

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        """Starts it."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Ends it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def take(self, target: str, media_type: str, raw: bytes) -> int:
        """One delivery; the status that it is answered with."""
        try:
            body = orjson.loads(raw)
        except orjson.JSONDecodeError:
            body = None
        delivery = Delivery(target, media_type, body if isinstance(body, dict) else {})
        self._taken.append(delivery)
        if delivery.path.endswith("busy") and delivery.id not in self._busy:
            self._busy.add(delivery.id)
            return 500
        return 202 if delivery.path.endswith("202") else 204

    def at(self, path: str) -> list[Delivery]:
        """What was posted to a path, in order."""
        return [each for each in list(self._taken) if each.path == path]

    def wait(self, ready: Callable[[], bool], seconds: float) -> bool:
        """Waits until it is so, at most so long; tells whether it is."""
        until = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > until:
                return False
            time.sleep(_STEP)
        return True

    def quiet(self, seconds: float, most: float) -> None:
        """Waits until nothing has come for so long; ``most`` bounds it."""
        until = time.monotonic() + most
        known = -1
        while known != len(self._taken) and time.monotonic() < until:
            known = len(self._taken)
            time.sleep(seconds)
