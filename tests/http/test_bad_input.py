"""Bad input: a TMF Error with the right status, nothing stored, never a 5xx."""

import json

import httpx
import pytest

from tests.http.apis import Case, cases
from tests.official import samples

CREATABLE = cases("POST")
CHANGEABLE = [each for each in CREATABLE if each.operation("PATCH", item=True)]
JSON = {"content-type": "application/json"}


def deep(levels: int) -> str:
    return '{"a":' * (levels - 1) + "{}" + "}" * (levels - 1)


BROKEN: list[tuple[str, bytes, int]] = [
    ("empty", b"", 400),
    ("cut", b'{"a": 1', 400),
    ("no json", b"hello", 400),
    ("NaN", b'{"a": NaN}', 400),
    ("infinity", b'{"a": -Infinity}', 400),
    ("lone surrogate", b'{"a": "\\ud800"}', 400),
    ("lone surrogate in a name", b'{"\\ud800": 1}', 400),
    ("broken UTF-8", b'{"a": "\xff\xfe"}', 400),
    ("array", b"[]", 400),
    ("null", b"null", 400),
    ("text", b'"x"', 400),
    ("bottomless", b"[" * 100_000, 400),
]
ATTRIBUTES: list[tuple[str, str]] = [
    ("65 levels", f'"x": {deep(64)}'),
    ("number beyond 64 bits", '"x": 9223372036854775808'),
    ("number far beyond 64 bits", '"x": 1e400'),
    ("NUL in a string", '"x": "a\\u0000b"'),
    ("NUL in a name", '"a\\u0000b": 1'),
    ("operator", '"$where": "1"'),
    ("deep operator", '"x": [{"y": {"$gt": ""}}]'),
    ("dot", '"a.b": 1'),
    ("deep dot", '"x": {"a.b": 1}'),
]


def assert_error(reply: httpx.Response, status: int) -> None:
    assert reply.status_code == status, reply.text[:300]
    assert reply.headers["content-type"] == "application/json;charset=utf-8"
    body = reply.json()
    assert body["code"]
    assert body["reason"]
    assert body["message"]
    assert (body["status"], body["@type"]) == (str(status), "Error")
    assert "Traceback" not in reply.text


async def total(client: httpx.AsyncClient, case: Case) -> str:
    count: str = (await client.get(case.path, params={"limit": 1})).headers["x-total-count"]
    return count


def with_attribute(case: Case, attribute: str) -> str:
    return json.dumps(case.body())[:-1] + ", " + attribute + "}"


@pytest.mark.parametrize("case", CREATABLE, ids=repr)
async def test_bodies_that_are_no_object(client: httpx.AsyncClient, case: Case) -> None:
    """400, and no resource more than before."""
    for name, body, status in BROKEN:
        reply = await client.post(case.path, content=body, headers=JSON)
        assert_error(reply, status), name
    assert await total(client, case) == "0"


@pytest.mark.parametrize("case", CREATABLE, ids=repr)
@pytest.mark.parametrize(("name", "attribute"), ATTRIBUTES, ids=[name for name, _ in ATTRIBUTES])
async def test_creates_with_what_cannot_be_kept(
    client: httpx.AsyncClient, case: Case, name: str, attribute: str
) -> None:
    """A body that is valid but for one thing is refused for that: 400, nothing stored."""
    reply = await client.post(case.path, content=with_attribute(case, attribute), headers=JSON)
    assert_error(reply, 400)
    assert await total(client, case) == "0"


@pytest.mark.parametrize("case", CHANGEABLE, ids=repr)
async def test_changes_with_what_cannot_be_kept(client: httpx.AsyncClient, case: Case) -> None:
    """The same for a patch: 400, and the resource is as it was."""
    created = (await client.post(case.path, json={**case.body(), "colour": "red"})).json()
    for _, attribute in ATTRIBUTES:
        body = f'{{"colour": "blue", {attribute}}}'
        assert_error(await client.patch(created["href"], content=body, headers=JSON), 400)
    for _, body_, status in BROKEN:
        assert_error(await client.patch(created["href"], content=body_, headers=JSON), status)
    assert (await client.get(created["href"])).json()["colour"] == "red"


@pytest.mark.parametrize("case", CREATABLE, ids=repr)
async def test_the_edges_are_taken(client: httpx.AsyncClient, case: Case) -> None:
    """Just inside the limits is inside, and comes back as it was sent."""
    kept = f'"x": {deep(63)}, "n": [9223372036854775807, -9223372036854775808, 0.5, 1e3]'
    text = '"s": "\\ud83d\\ude00 \\u2028 \\\\u0000 $ a.b", "": 1, "a$": 2'
    body = with_attribute(case, f"{kept}, {text}")
    reply = await client.post(case.path, content=body, headers=JSON)
    assert reply.status_code == 201, reply.text
    read = (await client.get(reply.headers["location"])).json()
    sent = json.loads(f"{{{kept}, {text}}}")
    assert {name: read[name] for name in sent} == sent


@pytest.mark.parametrize("case", CREATABLE, ids=repr)
async def test_bodies_over_the_limit(client: httpx.AsyncClient, case: Case) -> None:
    """413 over 1 MB, by declared length and in chunks; nothing stored."""
    body = with_attribute(case, f'"x": "{"x" * 1_000_000}"').encode()
    assert_error(await client.post(case.path, content=body, headers=JSON), 413)

    async def chunks() -> object:
        for at in range(0, len(body), 50_000):
            yield body[at : at + 50_000]

    reply = await client.post(case.path, content=chunks(), headers=JSON)  # type: ignore[arg-type]
    assert_error(reply, 413)
    assert await total(client, case) == "0"


@pytest.mark.parametrize("case", CREATABLE, ids=repr)
async def test_media_types(client: httpx.AsyncClient, case: Case) -> None:
    """415 for everything but JSON in UTF-8; a merge-patch is none for a create."""
    body = json.dumps(case.body())
    for media in ("text/plain", "application/xml", "application/merge-patch+json", ""):
        reply = await client.post(case.path, content=body, headers={"content-type": media})
        assert_error(reply, 415)
    latin = {"content-type": "application/json;charset=latin-1"}
    assert_error(await client.post(case.path, content=body, headers=latin), 415)
    assert await total(client, case) == "0"


@pytest.mark.parametrize("case", CREATABLE, ids=repr)
async def test_wrong_types(client: httpx.AsyncClient, case: Case) -> None:
    """Each attribute of the document's example, made a wrong type: 400 that names it."""
    owned = case.loaded.resource(case.name).owned
    schemas = case.loaded.spec.schemas
    properties = schemas[case.loaded.resource(case.name).create_schema]["properties"]
    for name in case.body():
        if name not in properties or name in owned or name in ("id", "href"):
            continue
        for wrong in (7, True, None) if not isinstance(case.body()[name], bool) else (7, "x"):
            reply = await client.post(case.path, json={**case.body(), name: wrong})
            assert_error(reply, 400)
            assert name in reply.json()["message"]
    assert await total(client, case) == "0"


@pytest.mark.parametrize("case", CREATABLE, ids=repr)
async def test_what_is_required(client: httpx.AsyncClient, case: Case) -> None:
    """Each required attribute, left out: 400 that names it; all faults at once in `message`."""
    schema = case.loaded.spec.schemas[case.loaded.resource(case.name).create_schema]
    for name in schema.get("required", []):
        body = case.body()
        body.pop(name)
        reply = await client.post(case.path, json=body)
        assert_error(reply, 400)
        assert name in reply.json()["message"]
    reply = await client.post(case.path, json={})
    assert_error(reply, 400)
    assert all(name in reply.json()["message"] for name in schema.get("required", []))


@pytest.mark.parametrize("case", CREATABLE, ids=repr)
async def test_dates_that_are_none(client: httpx.AsyncClient, case: Case) -> None:
    """Every date of the document is enforced, with its path."""
    schemas, resource = case.loaded.spec.schemas, case.loaded.resource(case.name)
    properties = schemas[resource.create_schema]["properties"]
    dates = [n for n, s in properties.items() if s.get("format") == "date-time"]
    for name in set(dates) - resource.owned:
        for wrong in ("tomorrow", "", "2026-02-30T00:00:00Z", "2026-01-01"):
            reply = await client.post(case.path, json={**case.body(), name: wrong})
            assert_error(reply, 400)
            assert name in reply.json()["message"]
    assert await total(client, case) == "0"


@pytest.mark.parametrize("case", cases("GET"), ids=repr)
@pytest.mark.parametrize(
    "query",
    [
        "a.regex=(",
        "a.regex=%28a%2B%29%2B",
        "$where=1",
        "a.$gt=1",
        "=x",
        "a..b=1",
        "a%00=1",
        "&".join(f"a{n}.b=1,2,3" for n in range(200)),
        "a=" + "x" * 60_000,
    ],
)
async def test_bad_queries(client: httpx.AsyncClient, case: Case, query: str) -> None:
    """400 with an Error body."""
    assert_error(await client.get(f"{case.path}?{query}"), 400)


SERVER_OWNED = {"id", "href", "orderDate", "completionDate", "effectiveCancellationDate"}


@pytest.mark.parametrize(("name", "sample"), samples(), ids=[name for name, _ in samples()])
async def test_official_samples(client: httpx.AsyncClient, name: str, sample: object) -> None:
    """The official sample bodies post, less the attributes that are the server's."""
    bodies = sample if isinstance(sample, list) else [sample]
    for body in bodies:
        assert isinstance(body, dict)
        number, _, type_ = name.partition("-")
        found = [each for each in cases("GET") if each.type == type_]
        (case,) = (each for each in found if each.loaded.api.name == number.lower())
        if case.operation("POST") is None:
            pytest.skip("the document has no create of this")
        owned = SERVER_OWNED | case.loaded.resource(case.name).owned
        sent = {attribute: value for attribute, value in body.items() if attribute not in owned}
        if case.loaded.resource(case.name).lifecycle and type_ != "Service":
            sent.pop("state", None)
        reply = await client.post(case.path, json=sent)
        assert reply.status_code in (201, 202), reply.text
