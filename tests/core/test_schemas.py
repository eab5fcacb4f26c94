"""Fetching schemas that bodies name: what is asked of whom, how much, how often."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import orjson
import pytest

from api.errors import ApiError, BadRequest, Invalid, Unavailable
from api.events.callback import CallbackPolicy
from api.events.guard import GuardedTransport
from api.schema.extension import Unfetched
from api.schemas import Limits, Schemas
from api.settings import Settings
from tests.fake_clock import FakeClock

PREFIX = "https://schemas.example.net/tmf/"
GOOD = {"properties": {"vlan": {"type": "integer"}}}


class Site:
    """Answers as it is told to, and keeps what it was asked."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response] | None = None) -> None:
        self.asked: list[httpx.Request] = []
        self.answer = answer or (lambda _: httpx.Response(200, json=GOOD))
        self.clock = FakeClock()
        self.schemas = Schemas(
            Settings(extension_prefixes=[PREFIX]),
            self.clock,
            lambda: httpx.MockTransport(self.handle),
            Limits(size=1000, whole=0.5),
        )

    async def handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        await asyncio.sleep(0)
        reply = self.answer(request)
        return httpx.Response(
            reply.status_code, headers=reply.headers, stream=httpx.ByteStream(reply.content)
        )

    async def check(self, name: str = "a.json", **body: Any) -> None:
        named = {"@schemaLocation": PREFIX + name, **body}
        await self.schemas.ready(named)
        self.schemas.extensions.check(named)


async def test_fetched_once_and_enforced() -> None:
    """One request for many bodies, also at once; without credentials; after an hour anew."""
    site = Site()
    await asyncio.gather(*(site.check(vlan=number) for number in range(20)))
    with pytest.raises(Invalid, match="vlan"):
        await site.check("b/../a.json#", vlan="x")
    assert [str(each.url) for each in site.asked] == [PREFIX + "a.json"]
    assert not {"authorization", "cookie"} & site.asked[0].headers.keys()
    await site.clock.advance(3601)
    await site.check(vlan=1)
    assert len(site.asked) == 2


async def test_an_old_one_serves_while_the_site_is_down() -> None:
    """Better an hour too old than no order; when it is back, the new one counts."""
    site = Site()
    await site.check(vlan=1)
    await site.clock.advance(3601)
    site.answer = lambda _: httpx.Response(503)
    for _ in range(3):
        with pytest.raises(Invalid):
            await site.check(vlan="x")
    assert len(site.asked) == 2
    await site.clock.advance(11)
    site.answer = lambda _: httpx.Response(200, json={})
    await site.check(vlan="x")


@pytest.mark.parametrize(
    ("answer", "raised", "why"),
    [
        (httpx.Response(500), Unavailable, "answers 500"),
        (httpx.Response(429), Unavailable, "answers 429"),
        (httpx.Response(404), BadRequest, "answers 404"),
        (httpx.Response(200, content=b"<html>"), BadRequest, "no JSON Schema"),
        (httpx.Response(200, json={"type": "strin"}), BadRequest, "no JSON Schema"),
        (httpx.Response(200, json={"$ref": "https://evil.example/"}), BadRequest, "not among"),
        (httpx.Response(200, json={"$ref": "b.json"}), BadRequest, "not among"),
        (httpx.Response(200, content=b" " * 2000), BadRequest, "larger than 1000"),
        (httpx.Response(302, headers={"location": "https://evil.example/"}), BadRequest, "redir"),
        (httpx.Response(302, headers={"location": "/private"}), BadRequest, "redirects"),
        (httpx.Response(302, headers={"location": PREFIX + "..%2fb"}), BadRequest, "redirects"),
        (
            httpx.Response(302, headers={"location": PREFIX + "../b?%s" % ("x" * 2000)}),
            BadRequest,
            "redirects",
        ),
        (httpx.Response(302, headers={"location": "a.json"}), BadRequest, "too often"),
        (httpx.Response(302, headers={"location": "http://u:p@x/"}), BadRequest, "redirects"),
    ],
)
async def test_what_cannot_be_had(answer: httpx.Response, raised: type[ApiError], why: str) -> None:
    """400 where the client named what is no schema, 503 where nobody can tell; asked once."""
    site = Site(lambda _: answer)
    for _ in range(3):
        with pytest.raises(raised, match=why) as caught:
            await site.check()
        assert "@schemaLocation" in caught.value.reason
    assert {str(each.url.host) for each in site.asked} == {"schemas.example.net"}
    before = len(site.asked)
    assert before <= 4
    await site.clock.advance(11)
    site.answer = lambda _: httpx.Response(200, json=GOOD)
    await site.check()
    assert len(site.asked) == before + 1


@pytest.mark.parametrize(
    "name", ["../secret?é", "../secret?\\", "..%2fsecret", "../secret?" + 2000 * "x"]
)
async def test_an_address_that_only_looks_allowed(name: str) -> None:
    """Nobody knows it: the body passes, and nothing is asked for."""
    site = Site()
    await site.check(name, vlan="x")
    assert site.asked == []


async def test_failures_leave_nothing_behind() -> None:
    """Addresses that cannot be fetched leave no lock each."""
    site = Site(lambda _: httpx.Response(404))
    for number in range(20):
        with pytest.raises(BadRequest):
            await site.check(f"{number}.json")
    assert len(site.schemas._turns) == 0


async def test_redirects_inside_the_prefix_are_followed() -> None:
    """A schema may have moved; it is known by the address that was named."""
    moved = httpx.Response(301, headers={"location": "v2/a.json"})
    site = Site(lambda r: httpx.Response(200, json=GOOD) if "v2" in str(r.url) else moved)
    with pytest.raises(Invalid):
        await site.check(vlan="x")
    assert len(site.asked) == 2


async def test_a_site_that_does_not_end() -> None:
    """The time limit is that of the whole, however the site drips."""

    class Drip(httpx.AsyncByteStream):
        async def __aiter__(self) -> Any:
            while True:
                await asyncio.sleep(0.05)
                yield b" "

    site = Site()

    async def handle(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=Drip())

    site.handle = handle  # type: ignore[method-assign]
    with pytest.raises(Unavailable, match=r"within 0\.5 s"):
        await site.check()


async def test_a_body_cannot_ask_for_many() -> None:
    """Ten of one request; what is known already does not count."""
    site = Site()
    for low, high in ((0, 9), (5, 14)):
        await site.check(parts=[{"@schemaLocation": f"{PREFIX}{n}"} for n in range(low, high)])
    with pytest.raises(BadRequest, match="names 11 schemas"):
        await site.check(parts=[{"@schemaLocation": f"{PREFIX}{n}"} for n in range(90, 101)])


async def test_a_patch_is_done_again_with_what_was_fetched() -> None:
    """What a patch leaves is known only once it is applied."""
    site = Site()
    body = {"@schemaLocation": f"{PREFIX}a.json", "vlan": 1}
    calls = []

    async def call() -> str:
        calls.append(1)
        site.schemas.extensions.check(body)
        return "done"

    assert await site.schemas.with_schemas(call) == "done"
    assert len(calls) == 2
    site.answer = lambda _: httpx.Response(404)
    body["@schemaLocation"] = f"{PREFIX}b.json"
    with pytest.raises(BadRequest, match="404"):
        await site.schemas.with_schemas(call)


async def test_private_addresses_are_not_asked() -> None:
    """A prefix of a private host is no way round the guard of callbacks."""
    settings = Settings(host="0.0.0.0", extension_prefixes=["http://127.0.0.1/s"])
    schemas = Schemas(settings, FakeClock(), lambda: GuardedTransport(CallbackPolicy(settings)))
    with pytest.raises(Unavailable, match="callback_hosts"):
        await schemas.ready({"@schemaLocation": "http://127.0.0.1/s/a.json"})
    await schemas.close()


async def test_reading_the_folder_anew(tmp_path: Any) -> None:
    """New files count, fetched ones are fetched again; a bad folder changes nothing."""
    clock = FakeClock()
    schemas = Schemas(
        Settings(extension_schemas=tmp_path, extension_base="urn:x"),
        clock,
        lambda: httpx.MockTransport(lambda _: httpx.Response(500)),
    )
    body = {"@schemaLocation": "urn:x/a.json", "vlan": "x"}
    schemas.extensions.check(body)
    (tmp_path / "a.json").write_bytes(orjson.dumps(GOOD))
    assert schemas.reload() == 1
    with pytest.raises(Invalid):
        schemas.extensions.check(body)
    (tmp_path / "a.json").write_bytes(b"{")
    with pytest.raises(Exception, match=r"a\.json"):
        schemas.reload()
    with pytest.raises(Invalid):
        schemas.extensions.check(body)


def test_the_error_of_a_missing_schema() -> None:
    """Where it gets out, it is 503 with a body that says what to do."""
    error = Unfetched(frozenset({"https://b", "https://a"}))
    assert (error.status, error.reason) == (503, "@schemaLocation: https://a is not at hand now")
