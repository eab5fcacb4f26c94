"""Reading a request: media types, Accept, size, JSON."""

import pytest

from api.errors import BadRequest, NotAcceptable, TooLarge, UnsupportedMedia
from tests.http.asgi import request

JSON = ("application/json",)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "APPLICATION/JSON",
        "application/json;charset=utf-8",
        'application/json ; charset="UTF-8"',
        "application/json;charset=utf8",
        "application/json; charset=utf-8; version=4",
        "application/json; version=4",
    ],
)
async def test_media_types_that_are_taken(content_type: str) -> None:
    """Parameters and letter case do not matter, as long as it is UTF-8."""
    made = request("POST", headers={"content-type": content_type}, chunks=(b'{"a":1}',))
    assert await made.json(JSON) == {"a": 1}


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/xml",
        "application/jsonp",
        "application/merge-patch+json",
        "application/json;charset=utf-16",
        "application/json, application/json",
        "é",
    ],
)
async def test_media_types_that_are_not(content_type: str) -> None:
    """415, with what would be taken in `message` and the Accept header (RFC 9110, 15.5.16)."""
    made = request("POST", headers={"content-type": content_type}, chunks=(b"{}",))
    with pytest.raises(UnsupportedMedia) as caught:
        await made.json(JSON)
    assert caught.value.headers == {"Accept": "application/json"}
    assert "application/json" in caught.value.message


async def test_codings() -> None:
    """A body is read as it came: 415 for one that is compressed (RFC 9110, 8.4)."""
    plain = {"content-type": "application/json", "content-encoding": "identity"}
    assert await request("POST", headers=plain, chunks=(b"{}",)).json(JSON) == {}
    packed = {**plain, "content-encoding": "gzip"}
    with pytest.raises(UnsupportedMedia) as caught:
        await request("POST", headers=packed, chunks=(b"{}",)).json(JSON)
    assert caught.value.headers == {"Accept-Encoding": "identity"}


async def test_no_media_type_is_none_that_is_taken() -> None:
    """A body without Content-Type is not guessed at."""
    with pytest.raises(UnsupportedMedia):
        await request("POST", chunks=(b"{}",)).json(JSON)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{'a': 1}",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 1,}',
        b'{"a": 01}',
        b'"\xff"',
        b'"\\ud800"',
        b'{"\\udc00": 1}',
        b"\xef\xbb\xbf{}",
        b"{} {}",
        b"[" * 2000 + b"]" * 2000,
    ],
)
async def test_what_is_no_json(body: bytes) -> None:
    """NaN, lone surrogates, broken UTF-8 and all else that RFC 8259 does not have: 400."""
    made = request(
        "POST",
        headers={"content-type": "application/json"},
        chunks=(body,),
        max_body=10_000,
    )
    with pytest.raises(BadRequest):
        await made.json(JSON)


@pytest.mark.parametrize(
    ("chunks", "fits"),
    [
        ((b"x" * 100,), True),
        ((b"x" * 101,), False),
        ((b"x" * 50, b"x" * 50), True),
        ((b"x" * 50, b"x" * 50, b"", b"x"), False),
        ((b"x" * 101, b"x" * 10_000), False),
        ((b"", b"x" * 100, b""), True),
    ],
)
async def test_the_size_limit(chunks: tuple[bytes, ...], *, fits: bool) -> None:
    """To the byte, also when the body comes in chunks without a declared length."""
    made = request("POST", chunks=chunks)
    if fits:
        assert await made.body() == b"".join(chunks)
    else:
        with pytest.raises(TooLarge, match="100 bytes"):
            await made.body()


@pytest.mark.parametrize("chunks", [(), (b"",), (b'{"a":1}',), (b'{"a"', b":1}")])
async def test_a_body_that_breaks_off(chunks: tuple[bytes, ...]) -> None:
    """What came so far is not taken for all of it, even where it is JSON (RFC 9112, 8)."""
    made = request(
        "POST",
        headers={"content-type": "application/json"},
        chunks=chunks,
        breaks_off=True,
    )
    with pytest.raises(BadRequest, match="broke off"):
        await made.json(JSON)


async def test_a_declared_length_is_believed_at_once() -> None:
    """A body that is said to be too large is refused before any of it is read."""
    made = request("POST", headers={"content-length": "101"}, chunks=())
    with pytest.raises(TooLarge):
        await made.body()


async def test_reading_stops_at_the_limit() -> None:
    """A client cannot make the server keep more than the limit and one chunk."""
    made = request("POST", chunks=(b"x" * 101, *[b"x"] * 10_000))
    with pytest.raises(TooLarge):
        await made.body()
    assert (await made._receive())["more_body"]


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "",
        "*/*",
        "application/json",
        "application/*",
        "Application/JSON; charset=utf-8",
        "text/html, application/json;q=0.1",
        "text/html,*/*;q=0.8",
        "application/json;q=1, */*;q=0",
        "application/json;q=nonsense",
        " application/json ",
        "application/json, application/json;v=2;q=0",
    ],
)
def test_accept_that_takes_json(accept: str | None) -> None:
    """No header takes anything; else JSON must be in one of the ranges."""
    request(headers={} if accept is None else {"accept": accept}).check_accept()


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "text/*",
        "application/xml, text/plain",
        "application/json;q=0",
        "application/json; q=0.000",
        "application/json;q=0, */*",
        "*/*;q=0",
        "json",
    ],
)
def test_accept_that_rules_json_out(accept: str) -> None:
    """406; q=0 excludes, and the most specific range counts (RFC 9110, 12.5.1)."""
    with pytest.raises(NotAcceptable):
        request(headers={"accept": accept}).check_accept()
