"""A receiver for trying out, ``turnup listen``: it prints what comes and keeps nothing."""

import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import FrameType

import orjson
import uvicorn
from starlette.types import Receive, Scope, Send

from api.clock import Clock, SystemClock
from api.dates import format_date
from api.errors import SetupError
from api.jsontypes import JsonObject, JsonValue
from api.screen import clean
from api.webhooks import VerificationError, key_of, verify

__all__ = ["Listener", "Receipt", "listen", "read"]

_LARGEST = 10_000_000
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is told of an event.

    Attributes:
        at: when it came.
        id: its key; empty where it has none.
        type: of the event, e.g. ``ServiceStateChangeEvent``.
        resource: what it is about, e.g. ``service``.
        resource_id: the key of that.
        state: of that, where it has one.
        sequence: of the event among those of the resource, as its header says.
        position: in the sender's log, likewise.
        genuine: whether its signature fits; None: nobody asked.
        fault: why it does not, or why it could not be read.
        again: whether it has come before.
        answer: the status that it was answered with.
    """

    at: str
    id: str
    type: str
    resource: str
    resource_id: str
    state: str
    sequence: str
    position: str
    genuine: bool | None
    fault: str
    again: bool
    answer: int

    def line(self) -> str:
        """For people."""
        verdict = {True: "verified", False: "NOT VERIFIED", None: ""}[self.genuine]
        notes = [verdict, "again" if self.again else "", self.fault, f"answered {self.answer}"]
        parts = (
            self.at,
            self.type or "?",
            f"{self.resource or '?'} {self.resource_id}".strip(),
            self.state or "-",
            f"#{self.sequence or '-'} @{self.position or '-'}",
            ", ".join(note for note in notes if note),
        )
        return clean("  ".join(parts))

    def json(self) -> str:
        """For programs."""
        return orjson.dumps(self).decode()


def read(headers: Mapping[str, str], body: bytes) -> JsonObject:
    """The official body of an event, in whichever form it was posted. Raises ValueError."""
    value: JsonValue = orjson.loads(body)
    if headers.get("content-type", "").startswith("application/cloudevents+json"):
        value = value.get("data") if isinstance(value, dict) else None
    if not isinstance(value, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004 - of the sender's value, not type
    return value


class Listener:
    """An ASGI application that takes events at every path.

    Args:
        secrets: of the subscriptions; none: nothing is verified.
        fail: the part of all events that is answered 503, to see them come again.
        show: is given each receipt.
        clock: time and chance.
    """

    def __init__(
        self,
        secrets: Sequence[str],
        fail: float,
        show: Callable[[Receipt], None],
        clock: Clock,
    ) -> None:
        self._secrets = secrets
        self._fail = fail
        self._show = show
        self._clock = clock
        self._seen: dict[str, None] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            return
        status = 405
        if scope["method"] == "POST":
            fields = {
                key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]
            }
            body = await _body(receive)
            status = 413 if body is None else self._take(fields, body)
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body"})

    def _take(self, headers: Mapping[str, str], body: bytes) -> int:
        """Shows an event; gives the status to answer with."""
        now = self._clock.now()
        genuine, fault = self._verdict(headers, body, now)
        try:
            event = read(headers, body)
        except ValueError as error:
            event, fault = {}, fault or f"unreadable: {error}"
        status = 400 if fault else 503 if self._clock.chance() < self._fail else 204
        id_ = str(event.get("eventId", ""))
        receipt = Receipt(
            at=format_date(now),
            id=id_,
            type=str(event.get("eventType", "")),
            **_subject(event),
            sequence=headers.get("turnup-event-sequence", ""),
            position=headers.get("turnup-event-position", ""),
            genuine=genuine,
            fault=fault,
            again=id_ in self._seen,
            answer=status,
        )
        if status < 300 and id_:  # noqa: PLR2004 - 2xx: it was taken
            self._seen[id_] = None
            if len(self._seen) > _REMEMBERED:
                del self._seen[next(iter(self._seen))]
        self._show(receipt)
        return status

    def _verdict(
        self, headers: Mapping[str, str], body: bytes, now: float
    ) -> tuple[bool | None, str]:
        if not self._secrets:
            return None, ""
        try:
            verify(headers, body, self._secrets, now=now)
        except VerificationError as error:
            return False, str(error)
        return True, ""


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None: it is too large."""
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        part: bytes = message.get("body", b"")
        more, size = message.get("more_body", False), size + len(part)
        if size <= _LARGEST:
            parts.append(part)
    return b"".join(parts) if size <= _LARGEST else None


def _subject(event: JsonObject) -> dict[str, str]:
    """What an event is about."""
    payload = event.get("event")
    name, body = next(iter(payload.items()), ("", {})) if isinstance(payload, dict) else ("", {})
    body = body if isinstance(body, dict) else {}
    return {
        "resource": str(name),
        "resource_id": str(body.get("id", "")),
        "state": str(body.get("state", "")),
    }


def listen(host: str, port: int, secrets: Sequence[str], fail: float, *, as_json: bool) -> None:
    """Listens until SIGTERM or SIGINT. Raises SetupError where it cannot begin."""
    for each in secrets:
        try:
            key_of(each)
        except ValueError as error:
            raise SetupError(f"--verify: {error}; it begins with whsec_") from None

    def show(receipt: Receipt) -> None:
        sys.stdout.write(f"{receipt.json() if as_json else receipt.line()}\n")
        sys.stdout.flush()

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise SetupError(
            f"cannot listen on {host}:{port}: {error.strerror}. Choose another --port."
        ) from error
    name = f"[{host}]" if ":" in host else host
    # not on standard output, which is for events alone
    sys.stderr.write(f"Listening at http://{name}:{listener.getsockname()[1]}/ (Ctrl-C ends it)\n")
    sys.stderr.flush()
    application = Listener(secrets, fail, show, SystemClock())
    config = uvicorn.Config(
        application, lifespan="off", log_level="warning", access_log=False, server_header=False
    )
    _Quiet(config).run(sockets=[listener])


class _Quiet(uvicorn.Server):
    """Ends with status 0."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """See uvicorn, whose own would end by the signal once more."""
        del sig, frame
        self.should_exit = True
