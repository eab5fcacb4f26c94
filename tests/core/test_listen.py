"""The receiver for trying out."""

import signal
import subprocess
import sys

import httpx
import orjson
import pytest
from typer.testing import CliRunner

from api.cli import app
from api.events.cloudevents import STRUCTURED
from api.events.signature import Secret, Secrets, make_secret
from api.listen import Listener, Receipt
from tests.fake_clock import START, FakeClock
from tests.patience import PATIENCE

SECRET = make_secret(b"s" * 32)
EVENT = {
    "eventId": "e1",
    "eventType": "ServiceStateChangeEvent",
    "event": {"service": {"id": "7", "state": "active"}},
}
BODY = orjson.dumps(EVENT)
NUMBERS = {"turnup-event-sequence": "3", "turnup-event-position": "17"}


class Listening:
    """A listener in this process."""

    def __init__(self, secrets: tuple[str, ...] = (), fail: float = 0.0) -> None:
        self.receipts: list[Receipt] = []
        listener = Listener(secrets, fail, self.receipts.append, FakeClock())
        transport = httpx.ASGITransport(listener)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://listener.test")

    async def post(self, body: bytes = BODY, **headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        reply = await self.client.post("/any/path", content=body, headers={**NUMBERS, **named})
        return reply.status_code


async def test_an_event_is_shown() -> None:
    """Time, type, resource, state, sequence and position in one line, or as JSON."""
    listening = Listening()
    assert await listening.post() == 204
    (receipt,) = listening.receipts
    assert receipt.line() == (
        "2025-06-15T15:06:40.000Z  ServiceStateChangeEvent  service 7  active  #3 @17  answered 204"
    )
    shown = orjson.loads(receipt.json())
    assert (shown["id"], shown["genuine"], shown["answer"]) == ("e1", None, 204)


async def test_events_in_the_form_of_cloudevents() -> None:
    """What is inside of one is shown as if it had come by itself."""
    listening = Listening()
    wrapped = orjson.dumps({"specversion": "1.0", "data": EVENT})
    assert await listening.post(wrapped, content_type=STRUCTURED) == 204
    assert await listening.post(ce_id="e1", content_type="application/json") == 204
    assert [each.type for each in listening.receipts] == ["ServiceStateChangeEvent"] * 2
    assert [each.again for each in listening.receipts] == [False, True]


async def test_signatures_are_verified() -> None:
    """Good ones are marked, others are answered 400 with the reason."""
    listening = Listening((SECRET,))
    good = Secrets((Secret(SECRET),)).headers("e1", START, BODY)
    old = Secrets((Secret(SECRET),)).headers("e1", START - 3600, BODY)
    assert await listening.post(**good) == 204
    assert await listening.post(**old) == 400
    assert await listening.post() == 400
    first, second, third = (each.line() for each in listening.receipts)
    assert first.endswith("verified, answered 204")
    assert "NOT VERIFIED" in second
    assert "3600 s ago" in second
    assert "webhook-id is missing" in third
    assert [each.genuine for each in listening.receipts] == [True, False, False]


async def test_failing_on_purpose() -> None:
    """The given part is answered 503, and what failed is not yet known when it comes again."""
    listening = Listening(fail=0.3)
    answers = [await listening.post() for _ in range(200)]
    assert set(answers) == {204, 503}
    assert 40 < answers.count(503) < 80
    first = answers.index(204)
    assert [each.again for each in listening.receipts] == [False] * (first + 1) + [True] * (
        199 - first
    )


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"\xff", b"[" * 100_000])
async def test_what_is_no_event(body: bytes) -> None:
    """It is shown as unreadable and answered 400."""
    listening = Listening()
    assert await listening.post(body) == 400
    assert "unreadable" in listening.receipts[0].line()


async def test_odd_events_and_requests() -> None:
    """Whatever is in an event is shown as text that cannot steer a terminal."""
    listening = Listening()
    for odd in (
        {},
        {"event": 7},
        {"event": {"service": 7}},
        {"eventType": "\x1b[2J\n", "event": {}},
    ):
        assert await listening.post(orjson.dumps(odd)) == 204
    assert all(each.line().isprintable() for each in listening.receipts)
    assert (await listening.client.get("/")).status_code == 405
    assert await listening.post(b" " * 10_000_001) == 413


def test_the_command() -> None:
    """It says where it listens, prints an event that comes, and ends with 0."""
    command = [sys.executable, "-m", "api", "listen", "--port", "0", "--json", "--verify", SECRET]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr
        assert process.stdout
        url = process.stderr.readline().split()[2]
        assert httpx.post(url, content=BODY, headers=NUMBERS).status_code == 400
        shown = orjson.loads(process.stdout.readline())
        assert (shown["type"], shown["genuine"]) == ("ServiceStateChangeEvent", False)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 0


def test_a_secret_that_is_none() -> None:
    """The command says what is wrong instead of refusing every event."""
    command = [sys.executable, "-m", "api", "listen", "--port", "0", "--verify", "whsec_###"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 2
    assert "--verify: the secret is not base64" in done.stderr


@pytest.mark.parametrize("port", ["-1", "99999"])
def test_a_port_that_is_none(port: str) -> None:
    """It is refused in a line."""
    told = CliRunner().invoke(app, ["listen", "--port", port])
    assert (told.exit_code, "--port" in told.output) == (2, True)
