"""A table of bad requests: each has its status and a whole TMF Error body, and changes nothing.

One request of each kind, on one API; `tests.http.test_bad_input` sends bad bodies to all.
"""

import http.client
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from api.http.openapi import handed_out
from tests.http.apis import apis
from tests.server import ServerProcess, serving

INVENTORY = "/tmf-api/serviceInventory/v4"
SERVICES = f"{INVENTORY}/service"
ORDERS = "/tmf-api/serviceOrdering/v4/serviceOrder"
CANCELS = "/tmf-api/serviceOrdering/v4/cancelServiceOrder"
PRODUCTS = "/tmf-api/productOrderingManagement/v4/productOrder"
MONITORS = "/tmf-api/ServiceActivationAndConfiguration/v4/monitor"
HUB = f"{INVENTORY}/hub"
EVENTS = "/tmf-api/eventManagement/v4/event"

JSON = {"content-type": "application/json"}
MERGE = {"content-type": "application/merge-patch+json"}
PATCH = {"content-type": "application/json-patch+json"}
QUERY = {"content-type": "application/json-patch-query+json"}

SERVICE: dict[str, Any] = {
    "name": "line",
    "state": "designed",
    "serviceSpecification": {"id": "any"},
}
ITEM: dict[str, Any] = {"id": "1", "action": "add", "service": {}}
ORDER: dict[str, Any] = {"requestedStartDate": "2098-01-01T00:00:00Z", "serviceOrderItem": [ITEM]}
ONE = f"{SERVICES}/{{service}}"
AN_ORDER = f"{ORDERS}/{{order}}"


@dataclass(frozen=True)
class Bad:
    """A bad request, and what must come of it."""

    name: str
    status: int
    reason: str
    method: str
    path: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes | None:
        if self.body is None or isinstance(self.body, bytes):
            return self.body
        return json.dumps(self.body).encode()


def get(name: str, status: int, reason: str, path: str, **headers: str) -> Bad:
    return Bad(name, status, reason, "GET", path, headers=headers)


def post(name: str, status: int, reason: str, path: str, body: Any, **headers: str) -> Bad:
    return Bad(name, status, reason, "POST", path, body, {**JSON, **headers})


def patch(
    name: str, status: int, reason: str, body: Any, headers: dict[str, str] = MERGE, path: str = ONE
) -> Bad:
    return Bad(name, status, reason, "PATCH", path, body, headers)


def service(**more: Any) -> dict[str, Any]:
    return {**SERVICE, **more}


def without(body: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in names}


def item(**more: Any) -> dict[str, Any]:
    return {**ORDER, "serviceOrderItem": [{**ITEM, **more}]}


def deep(levels: int) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for _ in range(levels):
        body = {"a": body}
    return body


TABLE = (
    # paths and methods
    get("unknown path", 404, "", "/nothing"),
    get("unknown resource", 404, "", f"{INVENTORY}/nothing"),
    get("unknown id", 404, "there is no service 'nobody'", f"{SERVICES}/nobody"),
    get("unknown monitor", 404, "there is no monitor 'nobody'", f"{MONITORS}/nobody"),
    get("unknown event", 404, "there is no event 'nobody'", f"{EVENTS}/nobody"),
    Bad("delete of an empty id", 405, "DELETE is not offered", "DELETE", f"{SERVICES}/"),
    get("below a resource", 404, "", f"{ONE}/note"),
    Bad("put", 405, "PUT is not offered", "PUT", ONE, {}, JSON),
    Bad("delete of a list", 405, "DELETE is not offered", "DELETE", SERVICES),
    Bad("patch of a list", 405, "PATCH is not offered", "PATCH", SERVICES, {}, MERGE),
    post("post to one", 405, "POST is not offered", ONE, SERVICE),
    post("create of a monitor", 405, "POST is not offered", MONITORS, {}),
    Bad("patch of a cancellation", 405, "PATCH", "PATCH", f"{CANCELS}/1", {}, MERGE),
    Bad("trace", 405, "TRACE is not offered", "TRACE", SERVICES),
    Bad("post to health", 405, "", "POST", "/health/live", {}, JSON),
    # media types
    get("html only", 406, "only JSON is served", SERVICES, accept="text/html"),
    get("json refused", 406, "only JSON", SERVICES, accept="application/json;q=0, text/html"),
    post("text", 415, "text/plain", SERVICES, SERVICE, **{"content-type": "text/plain"}),
    post("xml", 415, "application/xml", SERVICES, b"<a/>", **{"content-type": "application/xml"}),
    post("no type", 415, "", SERVICES, SERVICE, **{"content-type": ""}),
    post("latin-1", 415, "latin-1", SERVICES, SERVICE,
         **{"content-type": "application/json;charset=latin-1"}),
    post("merge-patch as a create", 415, "merge-patch", SERVICES, SERVICE, **MERGE),
    patch("patch in text", 415, "text/plain", {}, {"content-type": "text/plain"}),
    # bodies
    post("empty body", 400, "the body is not JSON", SERVICES, b""),
    post("cut short", 400, "the body is not JSON", SERVICES, b'{"a": 1'),
    post("no JSON", 400, "the body is not JSON", SERVICES, b"hello"),
    post("NaN", 400, "the body is not JSON", SERVICES, b'{"a": NaN}'),
    post("lone surrogate", 400, "the body is not JSON", SERVICES, b'{"a": "\\ud800"}'),
    post("broken UTF-8", 400, "the body is not JSON", SERVICES, b'{"a": "\xff"}'),
    post("array", 400, "not a JSON object", SERVICES, b"[]"),
    post("null", 400, "not a JSON object", SERVICES, b"null"),
    post("bottomless", 400, "", SERVICES, b"[" * 100_000),
    post("too deep", 400, "64", SERVICES, service(x=deep(70))),
    post("too large", 413, "larger than", SERVICES, service(x="x" * 1_000_000)),
    post("huge number", 400, "", SERVICES, service(x=2**63)),
    post("NUL", 400, "", SERVICES, service(x="a\x00b")),
    post("operator", 400, "$where", SERVICES, service(**{"$where": "1"})),
    post("dot in a name", 400, "a.b", SERVICES, service(**{"a.b": 1})),
    # what the schema says
    post("required missing", 400, "serviceSpecification", SERVICES,
         without(SERVICE, "serviceSpecification")),
    post("nested required missing", 400, "note[0]", SERVICES, service(note=[{"text": "x"}])),
    post("wrong type", 400, "name", SERVICES, service(name=7)),
    post("null for a text", 400, "name", SERVICES, service(name=None)),
    post("nested wrong type", 400, "serviceCharacteristic[0].name", SERVICES,
         service(serviceCharacteristic=[{"name": 7, "value": 1}])),
    post("array for an object", 400, "serviceSpecification", SERVICES,
         service(serviceSpecification=[])),
    post("text for a boolean", 400, "isBundle", SERVICES, service(isBundle="yes")),
    post("no such state", 400, "state", SERVICES, service(state="asleep")),
    post("no date", 400, "startDate", SERVICES, service(startDate="tomorrow")),
    post("no such day", 400, "startDate", SERVICES, service(startDate="2026-02-30T00:00:00Z")),
    post("date without time", 400, "startDate", SERVICES, service(startDate="2026-01-01")),
    post("no items", 400, "serviceOrderItem", ORDERS, {"serviceOrderItem": []}),
    post("no item at all", 400, "serviceOrderItem", ORDERS, {"externalId": "1"}),
    post("item without action", 400, "action", ORDERS,
         {"serviceOrderItem": [without(ITEM, "action")]}),
    post("no such action", 400, "serviceOrderItem[0].action", ORDERS, item(action="explode")),
    post("quantity is a text", 400, "serviceOrderItem[0].quantity", ORDERS, item(quantity="two")),
    post("cancellation of nothing", 400, "serviceOrder", CANCELS, {"cancellationReason": "x"}),
    post("no product items", 400, "productOrderItem", PRODUCTS, {"productOrderItem": []}),
    post("state at creation", 409, "nothing is created as terminated", SERVICES,
         service(state="terminated")),
    # queries
    get("negative offset", 400, "offset", f"{SERVICES}?offset=-1"),
    get("offset is no number", 400, "offset", f"{SERVICES}?offset=x"),
    get("limit is no integer", 400, "limit", f"{SERVICES}?limit=1.5"),
    get("empty limit", 400, "limit", f"{SERVICES}?limit="),
    get("bad regex", 400, "not a regular expression", f"{SERVICES}?name.regex=("),
    get("operator in a query", 400, "", f"{SERVICES}?$where=1"),
    get("operator in a path", 400, "", f"{SERVICES}?name.$gt=1"),
    get("unknown operator", 400, "like is not an operator", f"{SERVICES}?name.like=x"),
    get("two operators", 400, "two operators", f"{SERVICES}?name.gt%3E=x"),
    get("no name", 400, "", f"{SERVICES}?=x"),
    get("empty step", 400, "", f"{SERVICES}?a..b=1"),
    get("NUL in a query", 400, "", f"{SERVICES}?a%00=1"),
    get("date compared with a word", 400, "startDate", f"{SERVICES}?startDate.gt=soon"),
    get("boolean compared with a word", 400, "isBundle", f"{SERVICES}?isBundle=perhaps"),
    get("too many values", 400, "100 values", f"{SERVICES}?name={','.join('x' * 101)}"),
    get("too long a query", 400, "60000 characters", f"{SERVICES}?name={'x' * 60_001}"),
    get("too long a path", 400, "16 names", f"{SERVICES}?{'.'.join('a' * 17)}=1"),
    get("too many sort keys", 400, "8 attributes", f"{SERVICES}?sort={','.join('abcdefghi')}"),
    get("bad sort", 400, "", f"{SERVICES}?sort=$a"),
    get("bad fields", 400, "", f"{ONE}?fields=%00"),
    get("bad JSONPath", 400, "position", f"{SERVICES}?filter=$[?(@.name='x')]"),
    get("JSONPath cut short", 400, "the end", f"{SERVICES}?filter=$[?(@.name"),
    get("JSONPath that we lack", 501, "", f"{SERVICES}?filter=$..name"),
    # changes
    patch("patch of nothing", 404, "nobody", {"name": "x"}, path=f"{SERVICES}/nobody"),
    patch("patch that is no object", 400, "not a JSON object", b"[]"),
    patch("patch cut short", 400, "the body is not JSON", b"{"),
    patch("change of id", 400, "id", {"id": "other"}),
    patch("change of href", 400, "href", {"href": "http://example.com/1"}),
    patch("change of @type", 400, "@type", {"@type": "Other"}),
    patch("change of what is fixed", 400, "serviceDate", {"serviceDate": "2026-01-01T00:00:00Z"}),
    patch("change of what the server owns", 400, "orderDate",
          {"orderDate": "2026-01-01T00:00:00Z"}, path=AN_ORDER),
    patch("removal of what is required", 400, "serviceSpecification",
          {"serviceSpecification": None}),
    patch("wrong type in a patch", 400, "name", {"name": 7}),
    patch("no such state in a patch", 400, "state", {"state": "asleep"}),
    patch("forbidden state", 409, "designed cannot become terminated", {"state": "terminated"}),
    patch("forbidden state of an order", 409, "acknowledged", {"state": "completed"},
          path=AN_ORDER),
    patch("stale", 412, "revision", {"name": "x"}, {**MERGE, "if-match": '"99"'}),
    patch("no revision", 412, "revision", {"name": "x"}, {**MERGE, "if-match": "nonsense"}),
    patch("failed test", 409, "operation 0",
          [{"op": "test", "path": "/name", "value": "other"}], PATCH),
    patch("no such operation", 400, "operation 0", [{"op": "spam", "path": "/name"}], PATCH),
    patch("operation without path", 400, "operation 0", [{"op": "remove"}], PATCH),
    patch("bad pointer", 400, "operation 0", [{"op": "remove", "path": "name"}], PATCH),
    patch("pointer to nowhere", 409, "operation 0", [{"op": "remove", "path": "/a/b"}], PATCH),
    patch("JSON Patch is an object", 400, "", {"op": "remove", "path": "/name"}, PATCH),
    patch("query without a value", 400, "operation 0",
          [{"op": "remove", "path": "/note/text?note.author"}], QUERY),
    patch("JSONPath that we lack in a patch", 501, "operation 0: filter: ",
          [{"op": "remove", "path": "/note?filter=$..x"}], QUERY),
    patch("query that finds nothing", 409, "operation 0",
          [{"op": "remove", "path": "/note/text?note.author=nobody"}], QUERY),
    Bad("delete of nothing", 404, "nobody", "DELETE", f"{SERVICES}/nobody"),
    Bad("delete of what is active", 409, "active", "DELETE", f"{SERVICES}/{{active}}"),
    Bad("stale delete", 412, "revision", "DELETE", ONE, headers={"if-match": '"99"'}),
    # repeated creates
    post("key with another body", 409, "", SERVICES, service(name="another"),
         **{"idempotency-key": "used"}),
    post("key too long", 400, "", SERVICES, SERVICE, **{"idempotency-key": "k" * 256}),
    # hub
    post("no callback", 400, "callback", HUB, {}),
    post("callback is a number", 400, "callback", HUB, {"callback": 7}),
    post("callback by ftp", 400, "callback", HUB, {"callback": "ftp://example.com/x"}),
    post("callback without host", 400, "callback", HUB, {"callback": "http://"}),
    post("callback to a port", 403, "port 9", HUB, {"callback": "http://127.0.0.1:9/x"}),
    post("callback to a private network", 403, "callback", HUB, {"callback": "http://10.0.0.1/x"}),
    post("registered already", 409, "", HUB, {"callback": "http://127.0.0.1:18999/taken"}),
    post("bad query of a hub", 400, "query: ", HUB,
         {"callback": "http://127.0.0.1:18999/x", "query": "eventType.regex=("}),
    post("JSONPath that we lack in a hub", 501, "query: ", HUB,
         {"callback": "http://127.0.0.1:18999/x", "query": "filter=$..x"}),
    Bad("removal of no registration", 404, "", "DELETE", f"{HUB}/nobody"),
    get("read of no registration", 404, "", f"{HUB}/nobody"),
    post("event that nobody listens for", 404, "", f"{INVENTORY}/listener/nothing", {}),
)  # fmt: skip


@dataclass(frozen=True)
class There:
    """What there is on the server."""

    client: httpx.Client
    ids: dict[str, str]


@pytest.fixture(scope="module")
def provoked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server for the whole table."""
    with serving(tmp_path_factory.mktemp("provoked")) as process:
        yield process


@pytest.fixture(scope="module")
def there(provoked: ServerProcess) -> Iterator[There]:
    """A service and an order to provoke errors with."""
    with httpx.Client(base_url=provoked.url, trust_env=False) as client:

        def made(path: str, body: dict[str, Any], **headers: str) -> str:
            reply = client.post(path, json=body, headers=headers)
            assert reply.status_code == 201, reply.text
            return str(reply.json()["id"])

        made(HUB, {"callback": "http://127.0.0.1:18999/taken"})
        made(SERVICES, SERVICE, **{"idempotency-key": "used"})
        yield There(
            client,
            {
                "service": made(SERVICES, SERVICE),
                "active": made(SERVICES, service(state="active")),
                "order": made(ORDERS, ORDER),
            },
        )


def test_the_table_is_long_enough() -> None:
    """At least sixty kinds of error, of every status that a client can provoke."""
    assert len({each.name for each in TABLE}) == len(TABLE) >= 60
    assert {each.status for each in TABLE} == {400, 403, 404, 405, 406, 409, 412, 413, 415, 501}


def test_the_documents_have_these_statuses() -> None:
    """Whatever an operation of a document is answered with, its document says it may be."""
    documents = {each.base_path: handed_out(each)["paths"] for each in apis()}
    checked = set()
    for bad in TABLE:
        for base, paths in documents.items():
            if not bad.path.startswith(f"{base}/"):
                continue
            inside = bad.path.removeprefix(base).partition("?")[0].split("/")
            path = "/".join(["{id}" if at == 2 else part for at, part in enumerate(inside)])
            operation = paths.get(path, {}).get(bad.method.lower())
            if operation is not None:
                assert str(bad.status) in operation["responses"], bad.name
                checked.add(bad.status)
    assert checked == {400, 403, 404, 405, 406, 409, 412, 413, 415, 501}


@pytest.mark.parametrize("bad", TABLE, ids=lambda each: str(each.name))
def test_a_bad_request(there: There, bad: Bad) -> None:
    """Its status, and an Error with code, reason, message, status and @type; nothing is changed."""
    before = state_of(there)
    path = bad.path.format(**there.ids) if "{" in bad.path else bad.path
    reply = there.client.request(bad.method, path, content=bad.content, headers=bad.headers)
    assert reply.status_code == bad.status, reply.text[:500]
    assert reply.headers["content-type"] == "application/json;charset=utf-8"
    error = reply.json()
    assert bad.reason in error["reason"]
    assert error["code"] == str(bad.status)
    assert error["message"]
    assert (error["status"], error["@type"]) == (str(bad.status), "Error")
    assert error.keys() <= {"code", "reason", "message", "status", "@type", "referenceError"}
    assert "Traceback" not in reply.text
    if bad.status == 404:
        assert error["message"] != error["reason"], "what to do is told, too"
    if bad.status == 405:
        assert bad.method not in reply.headers["allow"]
    assert state_of(there) == before


@pytest.mark.parametrize(
    "request_",
    [
        f"GET {SERVICES}?name={'x' * 70_000} HTTP/1.1\r\nHost: a\r\n\r\n",
        f"GET {SERVICES} HTTP/1.1\r\nHo st: a\r\n\r\n",
        "nothing of HTTP\r\n\r\n",
    ],
    ids=["a long address", "a blank in a header's name", "no HTTP"],
)
def test_what_cannot_be_read(provoked: ServerProcess, request_: str) -> None:
    """It has an Error, too, and the connection is closed."""
    url = httpx.URL(provoked.url)
    with socket.create_connection((url.host, url.port), timeout=10) as connection:
        connection.sendall(request_.encode())
        reply = http.client.HTTPResponse(connection)
        reply.begin()
        error = json.loads(reply.read())
        assert connection.recv(1) == b""
    assert reply.status == 400
    assert reply.getheader("content-type") == "application/json;charset=utf-8"
    assert reply.getheader("connection") == "close"
    assert error["reason"] == "Invalid HTTP request received."
    assert (error["code"], error["status"], error["@type"]) == ("400", "400", "Error")
    assert "65535 bytes" in error["message"]


def state_of(there: There) -> tuple[object, ...]:
    """All services, how many orders there are, and all registrations."""
    client = there.client
    totals = [client.get(path).headers["x-total-count"] for path in (ORDERS, CANCELS, PRODUCTS)]
    registered = [(each["id"], each["callback"]) for each in client.get(HUB).json()]
    return (client.get(SERVICES).json(), totals, registered)
