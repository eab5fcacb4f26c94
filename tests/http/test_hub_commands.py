"""``turnup hub …`` against a server of its own process."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from tests.server import ServerProcess

BASE = "/tmf-api/serviceOrdering/v4"


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, ["hub", *arguments])
    assert result.exit_code == code, result.output
    return result


def told(*arguments: str) -> Any:
    return json.loads(run(*arguments, "--json").stdout)


def test_every_command(served: ServerProcess) -> None:
    """Tables for people and JSON for programs; faults say what to do."""
    body = {"callback": "http://127.0.0.1:65533/in"}
    id_ = httpx.post(f"{served.url}{BASE}/hub", json=body).json()["id"]
    here = ("--url", served.url)
    (listed,) = told("list", *here)
    assert listed["id"] == id_
    assert "active" in run("list", *here).stdout
    assert id_ in run("list", *here).stdout
    assert told("show", id_, "--url", f"{served.url}{BASE}")["health"]["state"] == "active"
    assert "health.position" in run("show", id_, *here).stdout
    assert "failed" in run("test", id_, *here, code=1).stdout
    assert told("pause", id_, *here)["health"]["state"] == "paused"
    assert told("resume", id_, *here)["health"]["state"] == "active"
    assert told("replay", id_, "--since", "2020-01-01T00:00:00Z", *here)["fromPosition"] == 1
    assert told("unpark", id_, "--resource", "serviceOrder/1", *here) == {"unparked": 0}
    assert told("parked", id_, *here) == []
    assert told("log", id_, "--outcome", "failed", *here) == []
    assert "resource" in run("log", id_, *here).stdout
    run("log", id_, "--outcome", "none", *here, code=2)
    run("replay", id_, *here, code=2)
    run("replay", id_, "--resource", "x", *here, code=2)
    run("show", "none", *here, code=2)
    for wrong in ("../hub", f"{id_}/deliveries", ".", ""):
        assert "there is no subscription" in run("show", wrong, *here, code=2).stderr
    for overlap in ("nan", "inf"):
        assert "from 0 up" in run("rotate", id_, "--overlap", overlap, *here, code=2).stderr
    told_once = run("replay", id_, "--from", "0", *here, code=2).stderr
    assert told_once.count("fromPosition") == 1


def test_a_secret_is_replaced(served: ServerProcess) -> None:
    """A made one or a chosen one is told; what cannot be is refused with the reason."""
    body = {"callback": "http://127.0.0.1:65533/secret"}
    registered = httpx.post(f"{served.url}{BASE}/hub", json=body).json()
    here = (registered["id"], "--url", served.url)
    made = told("rotate", *here)["secret"]
    assert made.startswith("whsec_")
    assert made != registered["secret"]
    assert told("rotate", *here, "--secret", registered["secret"], "--overlap", "60") == registered
    typed = CliRunner().invoke(app, ["hub", "rotate", *here, "--secret", "-"], input=f"{made}\n")
    assert made in typed.stdout
    assert "secret" in run("rotate", *here, "--secret", "short", code=2).stderr
    assert "overlap" in run("rotate", *here, "--overlap", "-1", code=2).stderr


def test_the_help_names_the_id() -> None:
    """The argument is called as people write it, not as the code does."""
    told_help = run("show", "--help").stdout
    assert ("{id_}" in told_help, " ID" in told_help) == (False, True)


Answers = dict[str, tuple[int, object]]
"""By path what is answered: a status, and a body as JSON; a list is given page by page."""


@contextmanager
def another(answers: Answers) -> Iterator[str]:
    """The URL of a server of another make, with an API at ``/x``."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            status, body = answers.get(url.path, (404, {}))
            if isinstance(body, list):
                query = dict(parse_qsl(url.query))
                start = int(query["offset"])
                body = body[start : start + min(int(query["limit"]), 1000)]
            text = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/x"
        finally:
            server.shutdown()
            thread.join()


def test_a_hub_that_tells_no_health() -> None:
    """The official documents have none: what there is is listed."""
    with another({"/x/hub": (200, [{"id": "7", "callback": "http://partner/"}])}) as url:
        assert "http://partner/" in run("list", "--url", url).stdout


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (503, {"reason": "the store is away", "message": "Later."}, "503: the store is away"),
        (401, "who are you?", "401: who are you?"),
        (405, {}, "405"),
        (404, {}, "there is no subscription '7'"),
        (200, {"id": "8"}, "there is no subscription '7'"),
        (200, "<html>", "there is no subscription '7'"),
    ],
)
def test_a_subscription_that_cannot_be_looked_up(status: int, body: object, says: str) -> None:
    """Only where the server says that there is none is that what people are told."""
    with another({"/x/hub/7": (status, body)}) as url:
        assert says in run("show", "7", "--url", url, code=2).stderr


@pytest.mark.parametrize(
    ("body", "says"), [({"id": "7"}, "not with a list"), ([1], "not with a list"), ("<", "no JSON")]
)
def test_what_is_no_list_of_subscriptions(body: object, says: str) -> None:
    """It is told in a line."""
    with another({"/x/hub": (200, body)}) as url:
        assert says in run("list", "--url", url, code=2).stderr


def test_a_long_delivery_log() -> None:
    """As many as are asked for, though the server gives a thousand at once at most."""
    tries = [{"attempt": number} for number in range(2500)]
    with another({"/x/hub/7": (200, {"id": "7"}), "/x/hub/7/deliveries": (200, tries)}) as url:
        for limit in (0, 999, 1000, 2000, 2400):
            assert told("log", "7", "--limit", str(limit), "--url", url) == tries[:limit]
        assert told("log", "7", "--limit", "9999", "--url", url) == tries
        run("log", "7", "--limit", "-1", "--url", url, code=2)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "nonsense", "http://[::1"])
def test_a_server_that_is_not_there(url: str) -> None:
    """It is said which URL was tried."""
    assert url in run("list", "--url", url, code=2).stderr
