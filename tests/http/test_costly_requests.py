"""No request costs the server much: a corpus of costly ones, each measured."""

import time
from collections.abc import AsyncIterator

import orjson
import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp, Message

from api.app import Server, create_app
from api.settings import Settings
from tests.cpu import slowness
from tests.http.costly import BODIES, HUBS, LISTS, PATCHES, Costly

MOST = 0.1
"""Seconds of CPU, on a machine as `tests.cpu.slowness` knows it."""

DOCUMENTS = 100
SERVICES = "/tmf-api/serviceInventory/v4/service"
HUB = "/tmf-api/serviceInventory/v4/hub"
DATE = "2026-01-01T00:00:00Z"


@pytest.fixture
def settings() -> Settings:
    """Of a server that only answers: nothing else takes CPU meanwhile."""
    return Settings(database="sqlite:///:memory:", worker=False)


@pytest.fixture
async def app(server: Server) -> AsyncIterator[Starlette]:
    """A server with some services, to be called without a client between."""
    made = create_app(server)
    async with server.running():
        for number in range(DOCUMENTS):
            body = orjson.dumps(service(number))
            _, status, reply = await asked(made, "POST", SERVICES, Costly("", body=body))
            assert status == 201, reply
        yield made


def service(number: int) -> dict[str, object]:
    return {
        "state": "active",
        "long": "ab" * 15_000 if number == 0 else "",
        "name": "a" * 30 + str(number),
        "description": "A description " * 20,
        "serviceSpecification": {"id": str(number % 5)},
        "startDate": DATE,
        "relatedParty": [{"id": "p", "role": "r", "@referredType": "Individual"}],
        "note": [{"author": str(n), "text": "ab" * 30, "date": DATE} for n in range(10)],
        "serviceCharacteristic": [{"name": f"c{n}", "value": f"v{n}"} for n in range(10)],
    }


async def asked(app: ASGIApp, method: str, path: str, one: Costly) -> tuple[float, int, bytes]:
    """The CPU seconds of a request, the status and the body of its reply."""
    headers = [("host", "turnup.test"), *one.headers]
    if all(name != "content-type" for name, _ in one.headers):
        headers.append(("content-type", "application/json"))
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "scheme": "http",
        "query_string": one.query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
        "client": ("203.0.113.9", 40000),
    }
    replies: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": one.body, "more_body": False}

    async def send(message: Message) -> None:
        replies.append(message)

    before = time.process_time()  # noqa: TID251
    await app(scope, receive, send)
    spent = time.process_time() - before  # noqa: TID251
    return spent, replies[0]["status"], b"".join(one.get("body", b"") for one in replies[1:])


async def cost(app: ASGIApp, method: str, path: str, one: Costly) -> tuple[float, int]:
    """CPU seconds of a request, the least of up to five, and its status."""
    runs = []
    for _ in range(5):
        seconds, status, _ = await asked(app, method, path, one)
        runs.append((seconds, status))
        if seconds < MOST:
            break
        runs[-1] = (seconds / slowness(), status)
    return min(runs)


@pytest.mark.usefixtures("untraced")
async def test_no_request_costs_much(app: Starlette) -> None:
    """The whole corpus: each under 100 ms of CPU, and never a fault of ours."""
    id_ = orjson.loads((await asked(app, "GET", SERVICES, Costly("", "limit=1")))[2])[0]["id"]
    corpus = [
        *(("GET", SERVICES, one) for one in LISTS),
        *(("POST", SERVICES, one) for one in BODIES),
        *(("PATCH", f"{SERVICES}/{id_}", one) for one in PATCHES),
        *(("POST", HUB, one) for one in HUBS),
    ]
    bad = []
    for method, path, one in corpus:
        seconds, status = await cost(app, method, path, one)
        if seconds > MOST or status >= 500:
            bad.append(f"{method} {one.name}: {status}, {seconds * 1000:.0f} ms")
    assert not bad, "\n".join(bad)
