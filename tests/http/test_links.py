"""The `Link` header of lists: read by a strict parser of RFC 8288, and followed."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.http.links import link_header
from tests.http.apis import Case, apis, cases

LINK = re.compile(r'<([^<>"\s\\^`{|}\x00-\x20\x7f-\uffff]*)>((?:\s*;\s*[!-~]+?="[^"]*")*)')
URI = re.compile(
    r"https?://[A-Za-z0-9.:-]+(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+)*"
    r"\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*"
)
ADDRESS = "http://turnup.test/tmf-api/x/v4/thing"
LISTS = [*(each.path for each in cases("GET")), *(f"{each.base_path}/hub" for each in apis())]


def links(header: str) -> dict[str, str]:
    """Relation to target; fails where the header is not what RFC 8288, 3 says."""
    found: dict[str, str] = {}
    at = 0
    while at < len(header):
        match = LINK.match(header, at)
        assert match, header[at:]
        (relation,) = re.findall(r'rel="([a-z]+)"', match[2])
        assert relation not in found
        assert URI.fullmatch(match[1]), match[1]
        found[relation] = match[1]
        at = match.end()
        if at < len(header):
            assert header.startswith(", ", at), header[at:]
            at += 2
    return found


def made(
    query: str, offset: int, limit: int, total: int, count: int | None = None
) -> dict[str, str]:
    header = link_header(ADDRESS, query, offset, limit, total, count)
    assert header is not None
    return links(header)


def offsets(found: dict[str, str]) -> dict[str, int]:
    return {name: int(parse_qs(urlsplit(uri).query)["offset"][0]) for name, uri in found.items()}


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ((0, 10, 0), {"self": 0, "first": 0, "last": 0}),
        ((0, 10, 10), {"self": 0, "first": 0, "last": 0}),
        ((0, 10, 11), {"self": 0, "first": 0, "next": 10, "last": 10}),
        ((10, 10, 25), {"self": 10, "first": 0, "prev": 0, "next": 20, "last": 20}),
        ((3, 10, 25), {"self": 3, "first": 0, "prev": 0, "next": 13, "last": 23}),
        ((20, 10, 25), {"self": 20, "first": 0, "prev": 10, "last": 20}),
        ((90, 10, 25), {"self": 90, "first": 0, "prev": 20, "last": 20}),
        ((0, 0, 25), {"self": 0, "first": 0}),
    ],
)
def test_the_places(place: tuple[int, int, int], expected: dict[str, int]) -> None:
    """Only pages that there are; past the end, `prev` is the last page that holds anything."""
    assert offsets(made("", *place)) == expected


async def test_pages_of_large_bodies(client: httpx.AsyncClient) -> None:
    """What would fill memory comes in several pages, which who follows `next` sees whole."""
    path = "/tmf-api/serviceInventory/v4/service"
    body = {"serviceSpecification": {"id": "x"}, "state": "active", "description": "x" * 990_000}
    made = [(await client.post(path, json=body)).json()["id"] for _ in range(36)]
    seen: list[str] = []
    url = f"{path}?limit=1000"
    while url:
        reply = await client.get(url)
        page = reply.json()
        assert 0 < len(page) == int(reply.headers["x-result-count"]) <= 34
        assert reply.headers["x-total-count"] == "36"
        seen += [each["id"] for each in page]
        url = links(reply.headers["link"]).get("next", "")
    assert seen == made


def test_a_page_that_ends_before_its_limit() -> None:
    """Where a page is full of large ones, the next begins with the first that found no room."""
    cut = offsets(made("", 20, 10, 55, 3))
    assert cut == {"self": 20, "first": 0, "prev": 10, "next": 23, "last": 53}
    for count in (0, 5):  # none: others took them away meanwhile; all that there are
        assert made("", 20, 10, 25, count) == made("", 20, 10, 25)


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF), max_size=200))
def test_any_query_makes_a_header_that_a_strict_parser_takes(query: str) -> None:
    """Whatever bytes were sent as the query, the targets are URIs, and say the same."""
    uri = made(query, 7, 5, 100)["self"]

    def others(text: str) -> dict[str, Any]:
        terms = text.replace(";", "&")  # between groups of terms
        given_ = parse_qs(terms, keep_blank_values=True, encoding="latin-1")
        return {name: value for name, value in given_.items() if name not in ("offset", "limit")}

    assert others(urlsplit(uri).query) == others(query)
    assert parse_qs(urlsplit(uri).query)["offset"] == ["7"]
    assert parse_qs(urlsplit(uri).query)["limit"] == ["5"]


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("filter=$.a&&$.b&limit=1", "filter=$.a&&$.b"),
        ("a=1&limit=2;b=2", "a=1;b=2"),
        ("limit=2;a=1;;offset=3&&b=2", "a=1;b=2"),
        ("limit=2;offset=3", ""),
    ],
)
def test_terms_are_those_of_the_filters(query: str, kept: str) -> None:
    """A `&&` of a filter stays whole; paging is taken out of whichever group it stands in."""
    target = urlsplit(made(query, 0, 1, 3)["next"]).query
    assert target == f"{kept}{'&' if kept else ''}offset=1&limit=1"


def test_what_is_sent_encoded_stays_encoded() -> None:
    """`%3B` is a character of a value, `;` an OR: neither becomes the other; nor `+` and `%2B`."""
    uri = made("offset=1&a=1;b=2%3B&c=x+y%2B&%6Cimit=3&d=[1]", 0, 5, 1)["self"]
    assert uri == f"{ADDRESS}?a=1;b=2%3B&c=x+y%2B&d=%5B1%5D&offset=0&limit=5"


def test_a_header_that_nobody_takes_is_left_out() -> None:
    """Beyond 8,000 characters proxies and clients refuse the reply, so there is no header."""
    assert link_header(ADDRESS, "a=" + "x" * 9000, 0, 5, 1) is None


@pytest.mark.parametrize("path", LISTS)
async def test_every_list_has_them(client: httpx.AsyncClient, path: str) -> None:
    """Also an empty one and the hub's, with the client's own origin and the limit as cut."""
    reply = await client.get(f"{path}?limit=5000&fields=none", headers={"host": "other.test:81"})
    found = links(reply.headers["link"])
    uri = f"http://other.test:81{path}?fields=none&offset=0&limit=1000"
    assert found == {"self": uri, "first": uri, "last": uri}


@pytest.mark.parametrize("case", cases("GET", "POST"), ids=repr)
async def test_following_them(client: httpx.AsyncClient, case: Case) -> None:
    """From first by next to last, and back by prev, with a filter: everything once, in order."""
    for colour in ("red, \u00e9", "blue", "red, \u00e9", "red, \u00e9"):
        body = {**case.body(), "colour": colour}
        assert (await client.post(case.path, json=body)).status_code == 201
    query = "colour=red%5C,%20%C3%A9&sort=-id&limit=1"
    reply = await client.get(f"{case.path}?{query}")
    seen = [reply.json()[0]["id"]]
    while uri := links(reply.headers["link"]).get("next"):
        reply = await client.get(uri)
        seen.append(reply.json()[0]["id"])
    assert links(reply.headers["link"])["last"] == links(reply.headers["link"])["self"]
    assert len(seen) == len(set(seen)) == 3
    back = [reply.json()[0]["id"]]
    while uri := links(reply.headers["link"]).get("prev"):
        reply = await client.get(uri)
        back.append(reply.json()[0]["id"])
    assert back == seen[::-1]
    assert links(reply.headers["link"])["first"] == links(reply.headers["link"])["self"]
