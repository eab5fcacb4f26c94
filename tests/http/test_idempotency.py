"""Creates with an `Idempotency-Key`: repeated, changed, at once, broken off, and after a day."""

import asyncio
from typing import Any

import httpx
import pytest

from api.app import Server
from api.clock import SystemClock
from api.errors import Unavailable
from api.idempotency import KEYS, LIFETIME
from api.settings import Settings
from tests.http.apis import Case, cases

CREATABLE = cases("GET", "POST")
KEY = "order 4711 ;,\"'()[]{}=\\~!"


class Shifted(SystemClock):
    """The machine's clock, some time later."""

    later = 0.0

    def now(self) -> float:
        return super().now() + self.later


@pytest.fixture
def clock() -> Shifted:
    return Shifted()


@pytest.fixture
def server(settings: Settings, clock: Shifted) -> Server:
    """With a clock that a test can put forward."""
    return Server(settings, clock=clock, listening="http://turnup.test")


async def post(
    client: httpx.AsyncClient, case: Case, key: str = KEY, query: str = "", **more: Any
) -> httpx.Response:
    headers = {"idempotency-key": key}
    return await client.post(f"{case.path}{query}", json={**case.body(), **more}, headers=headers)


async def count(client: httpx.AsyncClient, case: Case) -> int:
    return int((await client.get(case.path)).headers["x-total-count"])


def told(reply: httpx.Response) -> tuple[Any, ...]:
    """All that a reply says."""
    assert reply.status_code in (201, 202), reply.text
    return reply.status_code, reply.content, dict(reply.headers)


@pytest.mark.parametrize("case", CREATABLE, ids=repr)
async def test_the_same_again(client: httpx.AsyncClient, case: Case) -> None:
    """The first reply to the byte, though the resource has changed; one resource only."""
    first = await post(client, case)
    id_ = first.json()["id"]
    if case.operation("PATCH", item=True):
        await client.patch(f"{case.path}/{id_}", json={"colour": "blue"})
    assert told(await post(client, case)) == told(first)
    assert await count(client, case) == 1
    chosen = await post(client, case, query="?fields=none")
    assert chosen.json()["id"] == id_
    assert len(chosen.json()) < len(first.json())


@pytest.mark.parametrize("case", CREATABLE, ids=repr)
async def test_another_key_and_none(client: httpx.AsyncClient, case: Case) -> None:
    """Keys are told apart, also from those of other resources; without one, all are created."""
    for other in CREATABLE:
        assert (await post(client, other)).status_code == 201
    await post(client, case, key="other")
    for _ in range(2):
        await client.post(case.path, json=case.body())
    assert await count(client, case) == 4


@pytest.mark.parametrize("case", CREATABLE, ids=repr)
async def test_another_body_is_a_conflict(client: httpx.AsyncClient, case: Case) -> None:
    """409, not 422, and nothing is created; the order of attributes makes no other body."""
    first = await post(client, case, colour="red")
    refused = await post(client, case, colour="blue")
    assert (refused.status_code, refused.json()["code"]) == (409, "409")
    assert "Idempotency-Key" in refused.json()["reason"]
    backwards = dict(reversed({**case.body(), "colour": "red"}.items()))
    same = await client.post(case.path, json=backwards, headers={"idempotency-key": KEY})
    assert told(same) == told(first)
    assert await count(client, case) == 1


@pytest.mark.parametrize("case", CREATABLE, ids=repr)
async def test_twins_create_one(client: httpx.AsyncClient, case: Case) -> None:
    """Ten at once: the same reply ten times, one resource."""
    replies = await asyncio.gather(*(post(client, case) for _ in range(10)))
    assert {reply.status_code for reply in replies} == {201}
    assert len({reply.content for reply in replies}) == 1
    assert len({reply.headers["location"] for reply in replies}) == 1
    assert await count(client, case) == 1


@pytest.mark.parametrize("case", CREATABLE, ids=repr)
@pytest.mark.parametrize("broken", ["insert", "replace"])
async def test_broken_off_between_two_writes(
    client: httpx.AsyncClient,
    server: Server,
    case: Case,
    broken: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The record is there and the resource not, or both and not the reply: repeating repairs it."""
    store, real = server.store, getattr(server.store, broken)
    hit = KEYS.name if broken == "replace" else None

    async def fails(collection: str, *args: Any) -> None:
        if collection == hit or (hit is None and collection != KEYS.name):
            raise Unavailable("the disk is gone")
        await real(collection, *args)

    monkeypatch.setattr(store, broken, fails)
    assert (await post(client, case)).status_code == 503
    monkeypatch.setattr(store, broken, real)
    first = await post(client, case)
    assert told(await post(client, case)) == told(first)
    assert await count(client, case) == 1


@pytest.mark.parametrize("case", CREATABLE, ids=repr)
async def test_a_refused_create_leaves_the_key_free(client: httpx.AsyncClient, case: Case) -> None:
    """400 for a bad body, and the corrected one is created with the same key."""
    bad = await post(client, case, **{"@type": 7})
    assert bad.status_code == 400
    assert (await post(client, case)).status_code == 201


async def test_what_was_deleted_is_not_created_again(client: httpx.AsyncClient) -> None:
    """The first reply comes again although its resource is gone."""
    (case,) = (each for each in CREATABLE if repr(each) == "tmf638-service")
    first = await post(client, case, state="designed")
    assert (await client.delete(first.json()["href"])).status_code == 204
    assert told(await post(client, case, state="designed")) == told(first)
    assert await count(client, case) == 0


async def test_a_key_is_forgotten_after_a_day(
    client: httpx.AsyncClient, server: Server, clock: Shifted
) -> None:
    """Up to 24 hours the first reply; then another resource, and no record is left behind."""
    (case,) = (each for each in CREATABLE if repr(each) == "tmf638-service")
    first = await post(client, case)
    await post(client, case, key="left behind")
    clock.later = LIFETIME - 60
    assert told(await post(client, case)) == told(first)
    clock.later = LIFETIME + 60
    assert (await post(client, case)).json()["id"] != first.json()["id"]
    assert len(await server.store.find(KEYS.name)) == 1


@pytest.mark.parametrize("case", CREATABLE, ids=repr)
async def test_keys_that_cannot_be(client: httpx.AsyncClient, case: Case) -> None:
    """400 that names the header for one that is empty, too long or not printable; 255 are taken."""
    for key in ("", "x" * 256, "a\tb", "caf\u00e9"):
        headers = {b"idempotency-key": key.encode("latin-1")}
        reply = await client.post(case.path, json=case.body(), headers=headers)
        assert reply.status_code == 400, key
        assert "Idempotency-Key" in reply.json()["reason"]
    for key in ("x" * 255, "a"):
        assert (await post(client, case, key=key)).status_code == 201


@pytest.mark.parametrize("case", CREATABLE, ids=repr)
async def test_the_document_says_so(client: httpx.AsyncClient, case: Case) -> None:
    """Whoever reads the document knows of the header; a fuzzer is not told to repeat creates."""
    document = (await client.get(f"{case.loaded.base_path}/openapi.json")).json()
    assert "`Idempotency-Key`" in document["paths"][f"/{case.name}"]["post"]["description"]


class TestAccepted:
    """A create whose work goes on when it is answered (202)."""

    @pytest.fixture
    def settings(self, database: str) -> Settings:
        return Settings(database=database, activation_wait=0)

    async def test_the_same_monitor(self, client: httpx.AsyncClient) -> None:
        """202 with the monitor as it was then, again when the work is done; one service."""
        (case,) = (each for each in CREATABLE if repr(each) == "tmf640-service")
        first = await post(client, case)
        assert first.status_code == 202
        for _ in range(100):
            if (await client.get(first.headers["location"])).json()["state"] != "InProgress":
                break
            await asyncio.sleep(0.05)
        again = await post(client, case)
        assert told(again) == told(first)
        assert again.headers["monitorid"] == first.headers["monitorid"]
        assert await count(client, case) == 1


class TestOnMongoDB:
    """The same when MongoDB keeps the keys."""

    @pytest.fixture
    def database(self, mongodb_url: str) -> str:
        return mongodb_url

    @pytest.mark.parametrize("case", CREATABLE, ids=repr)
    async def test_once(self, client: httpx.AsyncClient, case: Case) -> None:
        """Again, at once and with another body, as on the other store."""
        await test_twins_create_one(client, case)
        bad = await post(client, case, key="other", **{"@type": 7})
        assert bad.status_code == 400
        first = await post(client, case, key="other")
        assert told(await post(client, case, key="other")) == told(first)
        assert (await post(client, case, key="other", colour="red")).status_code == 409

    async def test_forgetting(
        self, client: httpx.AsyncClient, server: Server, clock: Shifted
    ) -> None:
        """An expired key's record is gone and may come again."""
        await test_a_key_is_forgotten_after_a_day(client, server, clock)
