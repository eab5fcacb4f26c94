"""What every resource of every API does, over HTTP: creating, reading, changing, deleting."""

import re
from typing import Any

import httpx
import jsonschema_rs
import pytest

from api.http.openapi import handed_out
from tests.http.apis import Case, cases

JSON = "application/json;charset=utf-8"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
CREATABLE = cases("POST")
CHANGEABLE = [each for each in CREATABLE if each.operation("PATCH", item=True)]
LISTED = cases("GET")


async def create(client: httpx.AsyncClient, case: Case, **more: Any) -> httpx.Response:
    reply = await client.post(case.path, json={**case.body(), **more})
    assert reply.status_code == 201, reply.text
    return reply


def names(body: dict[str, Any]) -> set[str]:
    return {name for name in body if not name.startswith("@")}


@pytest.mark.parametrize("case", CREATABLE, ids=repr)
async def test_create(client: httpx.AsyncClient, case: Case) -> None:
    """201, Location equal to href, the media type, the whole body with `@type`, and an ETag."""
    reply = await create(client, case, extension={"deep": [1, "x"]})
    body = reply.json()
    assert reply.headers["content-type"] == JSON
    assert (
        reply.headers["location"] == body["href"] == f"http://turnup.test{case.path}/{body['id']}"
    )
    assert reply.headers["etag"]
    assert body["@type"]
    assert body["@baseType"]
    assert body["extension"] == {"deep": [1, "x"]}
    sent = case.body()
    assert names(sent) <= names(body)


@pytest.mark.parametrize("case", CREATABLE, ids=repr)
async def test_create_ignores_what_the_server_owns(client: httpx.AsyncClient, case: Case) -> None:
    """A client's id, href and owned attributes are never taken over."""
    owned = {name: "mine" for name in case.loaded.resource(case.name).owned if "." not in name}
    body = (await create(client, case, id="mine", href="mine", **owned)).json()
    assert body["id"] != "mine"
    assert body["href"].startswith("http://turnup.test/")
    assert "mine" not in [body.get(name) for name in owned]


@pytest.mark.parametrize("case", CREATABLE, ids=repr)
async def test_retrieve(client: httpx.AsyncClient, case: Case) -> None:
    """What was created is read under its href; the reply is valid by the document handed out."""
    created = (await create(client, case)).json()
    reply = await client.get(created["href"])
    assert reply.status_code == 200
    body = reply.json()
    assert names(created) <= names(body)
    assert (body["id"], body["href"]) == (created["id"], created["href"])
    components = handed_out(case.loaded)["components"]
    schema = {"$ref": f"#/components/schemas/{case.type}", "components": components}
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    assert [error.message for error in validator.iter_errors(body)] == []
    for name, value in body.items():
        if name.endswith("Date") and isinstance(value, str):
            assert DATE.fullmatch(value), name


@pytest.mark.parametrize("case", CREATABLE, ids=repr)
async def test_found_by_href(client: httpx.AsyncClient, case: Case) -> None:
    """A list is filtered by href as it was read, alone and with others, also by JSONPath."""
    made = [(await create(client, case)).json() for _ in range(3)]
    first, second, _ = made
    for query, wanted in (
        ({"href": first["href"]}, made[:1]),
        ({"href": f"{first['href']},{second['href']}", "id": second["id"]}, made[1:2]),
        ({"href.ne": first["href"]}, made[1:]),
        ({"filter": f"$[?(@.href=='{second['href']}')]"}, made[1:2]),
        ({"href": f"{first['href']}x"}, []),
        ({"href": "http://elsewhere/"}, []),
    ):
        reply = await client.get(case.path, params=query)
        assert [each["id"] for each in reply.json()] == [each["id"] for each in wanted], query


@pytest.mark.parametrize("case", LISTED, ids=repr)
async def test_unknown_ids(client: httpx.AsyncClient, case: Case) -> None:
    """404 with an Error body, for every method, also for ids that are odd."""
    for id_ in ("nobody", "%00", "%F0%9F%98%80", "a%2Fb", "x" * 1000, "%24where", "'%22"):
        for method in ("GET", "PATCH", "DELETE"):
            if case.operation(method, item=True):
                headers = {"content-type": "application/json"} if method == "PATCH" else {}
                body = b"{}" if method == "PATCH" else b""
                reply = await client.request(
                    method, f"{case.path}/{id_}", headers=headers, content=body
                )
                assert reply.status_code == 404, (method, id_)
                assert reply.json()["code"] == "404"


@pytest.mark.parametrize("case", CREATABLE, ids=repr)
async def test_list_and_paging(client: httpx.AsyncClient, case: Case) -> None:
    """Totals in the headers; pages neither overlap nor lose one; past the end is empty."""
    ids = {(await create(client, case)).json()["id"] for _ in range(5)}
    reply = await client.get(case.path)
    assert reply.status_code == 200
    assert {each["id"] for each in reply.json()} == ids
    assert (reply.headers["x-total-count"], reply.headers["x-result-count"]) == ("5", "5")
    seen: list[str] = []
    for offset in range(0, 8, 2):
        page = await client.get(case.path, params={"offset": offset, "limit": 2})
        assert page.headers["x-total-count"] == "5"
        assert page.headers["x-result-count"] == str(len(page.json()))
        seen += [each["id"] for each in page.json()]
    assert len(seen) == 5
    assert set(seen) == ids
    none = await client.get(case.path, params={"limit": 0})
    assert (none.json(), none.headers["x-total-count"]) == ([], "5")


@pytest.mark.parametrize("case", LISTED, ids=repr)
@pytest.mark.parametrize("query", ["offset=-1", "limit=x", "limit=-1", "offset=1.5", "limit="])
async def test_bad_paging(client: httpx.AsyncClient, case: Case, query: str) -> None:
    """400 that names the parameter."""
    reply = await client.get(f"{case.path}?{query}")
    assert reply.status_code == 400
    assert query.partition("=")[0] in reply.json()["reason"]


@pytest.mark.parametrize("case", CREATABLE, ids=repr)
async def test_filter_by_equality(client: httpx.AsyncClient, case: Case) -> None:
    """A value that was returned finds its resource again: plain attributes, dates, extensions."""
    wanted = (await create(client, case, colour="red", size=7)).json()
    other = (await create(client, case, colour="blue", size=8)).json()
    for query in ("colour=red", "size=7", f"id={wanted['id']}", "colour=red&size=7"):
        reply = await client.get(f"{case.path}?{query}")
        assert [each["id"] for each in reply.json()] == [wanted["id"]], query
        assert reply.headers["x-total-count"] == "1"
    both = await client.get(case.path, params={"colour": "red,blue"})
    assert {each["id"] for each in both.json()} == {wanted["id"], other["id"]}
    for name, value in wanted.items():
        if isinstance(value, str) and DATE.fullmatch(value):
            found = (await client.get(case.path, params={name: value})).json()
            assert wanted["id"] in [each["id"] for each in found], name
    assert (await client.get(f"{case.path}?colour=green")).json() == []
    assert (await client.get(f"{case.path}?no.such=thing")).json() == []


@pytest.mark.parametrize("case", CREATABLE, ids=repr)
async def test_fields(client: httpx.AsyncClient, case: Case) -> None:
    """A selection holds the chosen attributes and what is always there, on lists too."""
    created = (await create(client, case, colour="red")).json()
    always = {name for name in created if name in ("id", "href") or name.startswith("@")}
    for fields, more in (("colour", {"colour"}), ("none", set()), ("colour,unknown", {"colour"})):
        params = {"fields": fields}
        one = (await client.get(created["href"], params=params)).json()
        (listed,) = (await client.get(case.path, params=params)).json()
        assert set(one) == always | more
        assert listed == one
    made = await client.post(case.path, params={"fields": "none"}, json=case.body())
    assert set(made.json()) >= {"id", "href", "@type"}
    assert set(made.json()) <= {"id", "href", "@type", "@baseType", "@schemaLocation"}


@pytest.mark.parametrize("case", CHANGEABLE, ids=repr)
@pytest.mark.parametrize("media", ["application/merge-patch+json", "application/json"])
async def test_patch(client: httpx.AsyncClient, case: Case, media: str) -> None:
    """Named attributes change, null removes, the others stay; a new ETag."""
    created = await create(client, case, colour="red", size=7)
    before = created.json()
    change = '{"size": null, "colour": "blue", "new": {"a": 1, "b": null}}'
    reply = await client.patch(before["href"], content=change, headers={"content-type": media})
    assert reply.status_code in (200, 202), reply.text
    after = (await client.get(before["href"])).json()
    assert after["colour"] == "blue"
    assert after["new"] == {"a": 1}
    assert "size" not in after
    assert names(before) - {"size"} <= names(after)
    assert (await client.get(before["href"])).headers["etag"] != created.headers["etag"]


@pytest.mark.parametrize("case", CHANGEABLE, ids=repr)
async def test_patch_refuses_what_clients_may_not_change(
    client: httpx.AsyncClient, case: Case
) -> None:
    """400 with the path for id, href and `@type`; the present values pass."""
    before = (await create(client, case)).json()
    for name in ("id", "href", "@type"):
        reply = await client.patch(before["href"], json={name: "other"})
        assert reply.status_code == 400, name
        assert name in reply.json()["reason"]
        assert (await client.patch(before["href"], json={name: None})).status_code == 400, name
    read = (await client.get(before["href"])).json()
    same = {name: read[name] for name in ("id", "href", "@type")}
    assert (await client.patch(before["href"], json=same)).status_code == 200


@pytest.mark.parametrize("case", CHANGEABLE, ids=repr)
async def test_revisions(client: httpx.AsyncClient, case: Case) -> None:
    """304 for the present ETag; 412 for a stale one on PATCH and DELETE, and nothing happens."""
    before = (await create(client, case, colour="red")).json()
    etag = (await client.get(before["href"])).headers["etag"]
    unchanged = await client.get(before["href"], headers={"if-none-match": f'"0", {etag}'})
    # a parameter that is wrong is told, whether the resource has changed or not
    wrong = await client.get(before["href"] + "?fields=%00", headers={"if-none-match": "*"})
    assert wrong.status_code == 400
    if unchanged.headers["etag"] == etag:  # a process may have carried the resource on
        assert (unchanged.status_code, unchanged.content) == (304, b"")
    for tag in ('"99999"', "nonsense", '"' + "9" * 5000 + '"'):
        stale = {"if-match": tag}
        patched = await client.patch(before["href"], json={"colour": "blue"}, headers=stale)
        assert patched.status_code == 412
        assert patched.json()["code"] == "412"
        if case.operation("DELETE", item=True):
            deleted = await client.delete(before["href"], headers=stale)
            assert deleted.status_code == 412
    assert (await client.get(before["href"])).json()["colour"] == "red"
    etag = (await client.get(before["href"])).headers["etag"]
    several = {"if-match": f'"0", {etag}'}
    listed = await client.patch(before["href"], json={"colour": "green"}, headers=several)
    if listed.status_code == 412:  # a process may have carried the resource on
        assert (await client.get(before["href"])).headers["etag"] != etag
    any_ = await client.patch(before["href"], json={"colour": "blue"}, headers={"if-match": "*"})
    assert any_.status_code in (200, 202)


@pytest.mark.parametrize("case", CHANGEABLE, ids=repr)
async def test_revisions_the_other_way_round(client: httpx.AsyncClient, case: Case) -> None:
    """A read only if it is the one that is meant; a change only if it is not (RFC 9110, 13.1)."""
    href = (await create(client, case, colour="red")).json()["href"]
    for tag, status in (('"99999"', 412), ("nonsense", 412), ("*", 200), ('"99999", *', 412)):
        read = await client.get(href, headers={"if-match": tag})
        assert read.status_code == status, tag
    assert (await client.head(href, headers={"if-match": '"99999"'})).status_code == 412
    every = {"if-none-match": "*"}
    assert (await client.patch(href, json={"colour": "blue"}, headers=every)).status_code == 412
    if case.operation("DELETE", item=True):
        assert (await client.delete(href, headers=every)).status_code == 412
    assert (await client.get(href)).json()["colour"] == "red"
    other = {"if-none-match": '"99999"', "if-match": "*"}
    patched = await client.patch(href, json={"colour": "green"}, headers=other)
    assert patched.status_code in (200, 202)


@pytest.mark.parametrize("case", cases("GET"), ids=repr)
async def test_methods_that_are_not_offered(client: httpx.AsyncClient, case: Case) -> None:
    """405 with Allow and an Error body for all that the document does not have."""
    for path, item in ((case.path, False), (f"{case.path}/1", True)):
        for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE"):
            if case.operation(method, item=item):
                continue
            reply = await client.request(method, path)
            assert reply.status_code == 405, (method, path)
            assert "GET" in reply.headers["allow"]
            assert method not in reply.headers["allow"]
            assert reply.json()["code"] == "405"
        options = await client.options(path)
        assert options.status_code == 204
        assert "GET" in options.headers["allow"]
        head = await client.head(case.path)
        assert head.status_code == 200
        assert head.headers["x-total-count"] == "0"


@pytest.mark.parametrize("case", LISTED, ids=repr)
async def test_not_acceptable(client: httpx.AsyncClient, case: Case) -> None:
    """406 with an Error body (which is JSON all the same)."""
    reply = await client.get(case.path, headers={"accept": "text/html"})
    assert reply.status_code == 406
    assert reply.json()["code"] == "406"


@pytest.mark.parametrize("case", cases("GET"), ids=repr)
async def test_deletes(client: httpx.AsyncClient, case: Case) -> None:
    """204 without body, then 404; or 409 where the resource's state forbids it, and it stays."""
    if not (case.operation("DELETE", item=True) and case.operation("POST")):
        pytest.skip("the document offers no delete of this")
    created = (await create(client, case)).json()
    reply = await client.delete(created["href"])
    after = await client.get(created["href"])
    if reply.status_code == 409:
        assert reply.json()["message"]
        assert after.status_code == 200
    else:
        assert (reply.status_code, reply.content) == (204, b"")
        assert after.status_code == 404
        assert (await client.delete(created["href"])).status_code == 404


async def test_what_lies_outside_the_apis(client: httpx.AsyncClient) -> None:
    """Unknown paths and wrong methods outside of the APIs have Error bodies as well."""
    for method, path, status in (
        ("GET", "/", 404),
        ("GET", "/tmf-api", 404),
        ("POST", "/health/live", 405),
        ("GET", "/docs/static/nothing.js", 404),
    ):
        reply = await client.request(method, path)
        assert reply.status_code == status, path
        assert reply.json()["@type"] == "Error"
        assert reply.json()["status"] == str(status)
    assert (await client.get("/health/live")).json() == {"status": "pass"}
    assert (await client.get("/health/ready")).json() == {"status": "pass"}


async def test_the_pages(client: httpx.AsyncClient) -> None:
    """Documentation is browsable, and nothing in it comes from the internet."""
    index = (await client.get("/docs")).text
    for case in LISTED:
        base = case.loaded.base_path
        assert f"{base}/docs" in index
        page = (await client.get(f"{base}/docs")).text
        asked = await client.get(f"{base}/docs", headers={"Accept": "text/html"})
        assert (asked.status_code, asked.text) == (200, page)
        assert "//cdn" not in page
        assert not re.search(r"(src|href)=\"https?://", page)
        for link in re.findall(r"(?:src|href)=\"(/[^\"]+)\"", page):
            assert (await client.get(link)).status_code == 200, link
        document = (await client.get(f"{base}/openapi.json")).json()
        assert document["openapi"].startswith("3.1")
