"""The route table alone: what is found, what is not, and what each tells."""

from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
import orjson
import pytest
from fastapi import FastAPI
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from api.errors import Conflict
from api.http.front import Front
from api.http.reply import Reply
from api.http.request import Request
from api.http.routes import ApiRoute, RouteTable
from tests.http.asgi import request

BASE = "/tmf-api/x/v4"


async def _collection(made: Request) -> Reply:
    return Reply(200, f"{made.scope['method']} all".encode())


async def _item(made: Request, id_: str) -> Reply:
    return Reply(200, f"{made.scope['method']} {id_}".encode())


async def _view(made: Request, id_: str) -> Reply:
    return Reply(200, f"view of {id_}".encode())


async def _conflict(made: Request) -> Reply:
    raise Conflict("no", headers={"Retry-After": "1"})


async def _broken(made: Request) -> Reply:
    raise RuntimeError("the secret of the database")


TABLE = RouteTable(
    collections={
        "service": {"GET": _collection, "POST": _collection},
        "conflict": {"POST": _conflict},
        "broken": {"GET": _broken},
    },
    items={"service": {"GET": _item, "DELETE": _item}, "listener": {"POST": _item}},
    views={("service", "plan"): _view},
    parts={("service", "again"): {"POST": _item}},
)
ROUTE = ApiRoute(BASE, TABLE, 100)


async def call(method: str, path: str, **headers: str) -> tuple[int, dict[str, str], Any]:
    """Status, headers and body of the answer."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    made = request(method, BASE + path, headers=headers)
    await ROUTE.handle(made.scope, made._receive, send)
    start, body = sent
    found = {name.decode(): value.decode() for name, value in start["headers"]}
    assert int(found.get("content-length", 0)) == len(body["body"])
    return start["status"], found, body["body"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/service", b"GET all"),
        ("POST", "/service", b"POST all"),
        ("GET", "/service/", b"GET all"),
        ("POST", "/service/", b"POST all"),
        ("GET", "//service", b"GET all"),
        ("POST", "///service/", b"POST all"),
        ("DELETE", "//service/1", b"DELETE 1"),
        ("GET", "/service/1", b"GET 1"),
        ("DELETE", "/service/a.b-c", b"DELETE a.b-c"),
        ("GET", "/service/a/b", b"GET a/b"),
        ("GET", "/service/1/", b"GET 1"),
        ("HEAD", "/service/1/", b"HEAD 1"),
        ("DELETE", "//service/1//", b"DELETE 1"),
        ("GET", "/service//", b"GET all"),
        ("GET", "/service/1/plan", b"view of 1"),
        ("GET", "/service/1/plan/", b"view of 1"),
        ("POST", "/service/1/again/", b"POST 1"),
        ("HEAD", "/service/1", b"HEAD 1"),
        ("POST", "/listener/someEvent", b"POST someEvent"),
    ],
)
async def test_found(method: str, path: str, body: bytes) -> None:
    """By the first segment and the rest; HEAD is answered as GET is."""
    status, headers, answer = await call(method, path)
    assert (status, answer) == (200, body)
    assert headers["content-type"] == "application/json;charset=utf-8"


@pytest.mark.parametrize(
    "path",
    ["/", "/unknown", "/unknown/1", "/Service", "/conflict/1", "//", "/listener/"],
)
async def test_404(path: str) -> None:
    """Also for the base path itself and for a collection without items: a TMF Error."""
    status, _, body = await call("GET", path)
    assert status == 404
    assert orjson.loads(body)["code"] == "404"
    assert path in orjson.loads(body)["reason"]


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/service", "GET, HEAD, OPTIONS, POST"),
        ("DELETE", "/service/", "GET, HEAD, OPTIONS, POST"),
        ("PATCH", "//service/", "GET, HEAD, OPTIONS, POST"),
        ("PUT", "/service/1", "DELETE, GET, HEAD, OPTIONS"),
        ("PUT", "/service/1/", "DELETE, GET, HEAD, OPTIONS"),
        ("DELETE", "/service//", "GET, HEAD, OPTIONS, POST"),
        ("DELETE", "/service/1/plan/", "GET, HEAD, OPTIONS"),
        ("GET", "/service/1/again/", "OPTIONS, POST"),
        ("TRACE", "/service", "GET, HEAD, OPTIONS, POST"),
        ("GET", "/listener/x", "OPTIONS, POST"),
        ("HEAD", "/conflict", "OPTIONS, POST"),
        ("get", "/service", "GET, HEAD, OPTIONS, POST"),
        ("QUERY", "/service", "GET, HEAD, OPTIONS, POST"),
    ],
)
async def test_405(method: str, path: str, allow: str) -> None:
    """With Allow, and the methods in `message`."""
    status, headers, body = await call(method, path)
    assert status == 405
    assert headers["Allow"] == allow
    assert allow in orjson.loads(body)["message"]


@pytest.mark.parametrize("path", ["/service/1", "/service/1/"])
async def test_options(path: str) -> None:
    """204 with Allow and no body."""
    status, headers, body = await call("OPTIONS", path)
    assert (status, body) == (204, b"")
    assert headers == {"Allow": "DELETE, GET, HEAD, OPTIONS"}


async def test_406_comes_after_404_and_405() -> None:
    """Whether JSON is taken matters only where there is some."""
    assert (await call("GET", "/service", accept="text/html"))[0] == 406
    assert (await call("PUT", "/service", accept="text/html"))[0] == 405
    assert (await call("GET", "/unknown", accept="text/html"))[0] == 404


async def test_errors_become_bodies() -> None:
    """An ApiError is answered with its status, its headers and its Error body."""
    status, headers, body = await call("POST", "/conflict")
    assert status == 409
    assert headers["Retry-After"] == "1"
    assert orjson.loads(body)["reason"] == "no"


async def test_a_fault_of_ours_tells_nothing() -> None:
    """500 with an Error body; what happened stands in the log only."""
    status, _, body = await call("GET", "/broken")
    assert status == 500
    assert b"secret" not in body
    assert orjson.loads(body)["@type"] == "Error"


@pytest.mark.parametrize(
    ("path", "ours"),
    [
        (BASE, False),
        (f"{BASE}/", True),
        (f"{BASE}/service", True),
        (f"{BASE}5/service", False),
        ("/tmf-api", False),
        ("/health/live", False),
    ],
)
async def test_only_paths_below_the_base_path_are_an_apis(path: str, *, ours: bool) -> None:
    """Another version of the API, and all that is no API, is the application's behind the front."""
    app = FastAPI()
    app.router.routes.append(Route("/{anything:path}", lambda _: PlainTextResponse("behind")))
    front = httpx.ASGITransport(Front(app, [ROUTE]))
    async with httpx.AsyncClient(transport=front, base_url="http://test") as client:
        answer = await client.get(path)
    assert (answer.text != "behind") is ours


async def test_an_id_with_slashes_reaches_the_parts_of_one(client: httpx.AsyncClient) -> None:
    """Encoded slashes are of the id: what is done with an unknown one is 404, not 405."""
    reply = await client.post("/tmf-api/serviceInventory/v4/hub/http%3A%2F%2Fa%2Fb/resume")
    assert reply.status_code == 404, reply.text


SERVICES = "/tmf-api/serviceInventory/v4/service"
DESIGNED = {"state": "designed", "serviceSpecification": {"id": "any"}}


async def test_a_slash_behind_one_resource(client: httpx.AsyncClient) -> None:
    """It is read, changed, explained and removed as without; so is a subscription."""
    made = (await client.post(SERVICES, json=DESIGNED)).json()["id"]
    path = f"{SERVICES}/{made}/"
    patched = await client.patch(path, json={"name": "new"})
    read = await client.get(path)
    assert patched.json() == read.json()
    assert read.json()["href"] == f"http://turnup.test{SERVICES}/{made}"
    assert (await client.head(path)).headers["etag"] == read.headers["etag"]
    assert (await client.get(f"{path}history/")).status_code == 200
    assert (await client.delete(path)).status_code == 204
    hub = SERVICES.removesuffix("service") + "hub"
    reply = await client.post(f"{hub}/", json={"callback": "http://127.0.0.1:9000/e"})
    made = reply.json()["id"]
    assert (await client.get(f"{hub}/{made}/")).status_code == 200
    assert (await client.delete(f"{hub}/{made}/")).status_code == 204


async def test_doubled_slashes_before_the_whole_path(client: httpx.AsyncClient) -> None:
    """They are as one, for all that the server has, and lead nowhere else."""
    host = "http://turnup.test"
    for path in (SERVICES, "/serviceInventory/v4/service", "/health/live", "/docs"):
        assert (await client.get(f"{host}///{path[1:]}")).status_code == 200
    made = await client.post(f"{host}/{SERVICES}", json=DESIGNED)
    assert made.headers["location"] == f"{host}{SERVICES}/{made.json()['id']}"
    assert (await client.get(f"{host}//evil.example{SERVICES}/")).status_code == 404
    led = await client.get(f"{host}//docs/")
    assert urlsplit(led.headers["location"]).netloc in ("", "turnup.test")
    assert urlsplit(led.headers["location"]).path == "/docs"
    # an encoded one is none
    assert (await client.get(f"{host}/%2F{SERVICES[1:]}")).status_code == 404


@pytest.mark.parametrize("slash", ["%2F", "%2f"])
async def test_an_encoded_slash_separates_nothing(client: httpx.AsyncClient, slash: str) -> None:
    """Anywhere but in an id it makes another path: 404, and nothing is done."""
    made = (await client.post(SERVICES, json=DESIGNED)).json()["id"]
    base, aliased = SERVICES.removesuffix("/service"), "/serviceInventory/v4"
    for method, path in (
        ("DELETE", f"{base}/service{slash}{made}"),
        ("DELETE", f"{aliased}/service{slash}{made}"),
        ("POST", f"{base}{slash}service"),
        ("POST", f"{aliased}{slash}service"),
        ("GET", f"{SERVICES}/{made}{slash}history"),
        ("HEAD", f"{SERVICES}/{made}{slash}history"),
        ("POST", f"{base}/hub{slash}{made}/resume"),
        ("GET", f"{base}/service{slash}"),
    ):
        reply = await client.request(method, path, json=DESIGNED)
        assert reply.status_code == 404, (method, path)
        if method != "HEAD":
            assert reply.json()["code"] == "404"
    shown = (await client.get(f"{aliased}/service{slash}{made}")).json()["reason"]
    assert f"{base}/service%2F{made}" in shown
    (left,) = (await client.get(SERVICES)).json()
    assert left["id"] == made


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("/service/a%2Fb", b"GET a/b"),
        ("/service/%E2%82%AC%2f%252F?x=%2F", "GET \u20ac/%2F".encode()),
        ("/service/a%2Fb%", b"GET a/b%"),
        ("/service/a%2F", b"GET a/"),
        ("/service/a%2F/", b"GET a/"),
    ],
)
async def test_an_encoded_slash_in_an_id_is_a_slash(raw: str, told: bytes) -> None:
    """As it was, whatever else is encoded."""
    assert await through_front(unquote(raw.partition("?")[0]), raw) == (200, told)


async def test_a_raw_path_that_says_something_else_is_left_alone() -> None:
    """What stands before the server may have rewritten the path; some servers give no raw one."""
    assert await through_front("/service/a/b", "/elsewhere%2Fa") == (200, b"GET a/b")
    assert await through_front("/service/a/b", None) == (200, b"GET a/b")


async def through_front(path: str, raw: str | None) -> tuple[int, bytes]:
    """Status and body of the answer to a GET."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    made = request("GET", BASE + path)
    if raw is not None:
        made.scope["raw_path"] = (BASE + raw).encode()
    await Front(FastAPI(), [ROUTE])(made.scope, made._receive, send)
    return sent[0]["status"], sent[1]["body"]
