"""What lies around the replies: compression and CORS, each by its setting."""

import gzip

import httpx
import pytest

from api.settings import Settings
from tests.http.apis import cases

PATH = "/tmf-api/serviceInventory/v4/service"
ORIGIN = "https://shop.example.net"
(CASE,) = (each for each in cases("POST") if each.path == PATH)


async def raw(client: httpx.AsyncClient, accept: str | None) -> tuple[httpx.Headers, bytes]:
    """Headers and undecoded body of a list, asked with that Accept-Encoding."""
    request = client.build_request("GET", PATH)
    del request.headers["accept-encoding"]
    if accept is not None:
        request.headers["accept-encoding"] = accept
    reply = await client.send(request, stream=True)
    body = b"".join([part async for part in reply.aiter_raw()])
    await reply.aclose()
    assert reply.headers["content-length"] == str(len(body))
    return reply.headers, body


async def fill(client: httpx.AsyncClient) -> None:
    for _ in range(10):
        assert (await client.post(PATH, json=CASE.body())).status_code == 201


@pytest.mark.parametrize("accept", ["gzip", "identity"])
async def test_what_has_not_changed_varies_too(client: httpx.AsyncClient, accept: str) -> None:
    """A cache keeps a 304 with the body that it has, compressed or not (RFC 9110, 15.4.5)."""
    href = (await client.post(PATH, json=CASE.body())).json()["href"]
    etag = (await client.get(href)).headers["etag"]
    headers = {"accept-encoding": accept, "if-none-match": etag}
    reply = await client.get(href, headers=headers)
    assert reply.status_code == 304
    assert reply.headers.get_list("vary") == ["Accept-Encoding"]


async def test_large_replies_are_compressed_for_who_takes_it(client: httpx.AsyncClient) -> None:
    """The same bytes after decompression; plain for who does not accept gzip, and when small."""
    for accept in ("gzip", None):
        small, _ = await raw(client, accept)
        assert not {"content-encoding", "vary"} & small.keys()
    await fill(client)
    headers, body = await raw(client, "br, gzip;q=0.8")
    assert headers["content-encoding"] == "gzip"
    assert "accept-encoding" in headers["vary"].lower()
    for accept in (None, "identity", "br", "gzip;q=0", "br, gzip; q=0.0", "notgzip"):
        plain, text = await raw(client, accept)
        assert "content-encoding" not in plain
        assert plain["vary"] == "Accept-Encoding"
        assert gzip.decompress(body) == text
        assert len(body) < len(text) / 3
    for accept in ("GZIP", "br, Gzip;Q=0.5"):
        other, again = await raw(client, accept)
        assert (other["content-encoding"], again) == ("gzip", body)
    assert headers["x-total-count"] == "10"
    head = await client.head(PATH, headers={"accept-encoding": "gzip"})
    assert head.status_code == 200


async def test_browsers_are_told_nothing_by_default(client: httpx.AsyncClient) -> None:
    """No CORS header, and OPTIONS is the API's own."""
    reply = await client.get(PATH, headers={"origin": ORIGIN})
    assert not [name for name in reply.headers if name.startswith("access-control")]
    options = {"origin": ORIGIN, "access-control-request-method": "PATCH"}
    answer = await client.options(f"{PATH}/1", headers=options)
    assert answer.status_code == 204
    assert "access-control-allow-origin" not in answer.headers


class TestOtherSettings:
    """Compression off, CORS for one origin."""

    @pytest.fixture
    def settings(self, database: str) -> Settings:
        return Settings(database=database, gzip=False, cors_origins=[ORIGIN])

    async def test_nothing_is_compressed(self, client: httpx.AsyncClient) -> None:
        """Whatever the client accepts."""
        await fill(client)
        headers, _ = await raw(client, "gzip")
        assert "content-encoding" not in headers
        assert headers.get("vary") == "Origin"

    async def test_a_page_of_the_origin_may_call(self, client: httpx.AsyncClient) -> None:
        """It may read the headers of lists and creates; another origin's may not."""
        body = {**CASE.body(), "colour": "red"}
        made = await client.post(PATH, json=body, headers={"origin": ORIGIN})
        for reply in (made, await client.get(PATH, headers={"origin": ORIGIN})):
            assert reply.headers["access-control-allow-origin"] == ORIGIN
            exposed = reply.headers["access-control-expose-headers"].lower().split(", ")
            assert {"x-total-count", "x-result-count", "location", "link", "etag"} <= set(exposed)
            assert "monitorid" in exposed
        other = await client.get(PATH, headers={"origin": "https://other.example.net"})
        assert "access-control-allow-origin" not in other.headers

    async def test_preflight(self, client: httpx.AsyncClient) -> None:
        """PATCH with If-Match and a media type of ours passes; another origin gets an Error."""
        asked = {
            "origin": ORIGIN,
            "access-control-request-method": "PATCH",
            "access-control-request-headers": "content-type,if-match,idempotency-key",
        }
        answer = await client.options(f"{PATH}/1", headers=asked)
        assert answer.status_code == 200
        assert "PATCH" in answer.headers["access-control-allow-methods"]
        assert "if-match" in answer.headers["access-control-allow-headers"].lower()
        refused = await client.options(PATH, headers={**asked, "origin": "https://x.example"})
        assert (refused.status_code, refused.json()["@type"]) == (400, "Error")
        plain = await client.options(PATH)
        assert (plain.status_code, "GET" in plain.headers["allow"]) == (204, True)
