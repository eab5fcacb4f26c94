"""Bodies that name a schema by ``@schemaLocation``, over HTTP, on every resource."""

from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from api.app import Server
from api.patch import JSON_PATCH
from api.settings import Settings
from tests.http.apis import Case, cases

BASE = "https://schemas.example.net"
FAR = "https://far.example.net/s"
SCHEMA = {"properties": {"vlan": {"type": "integer", "maximum": 4094}}, "required": ["vlan"]}
FILES = {
    "vlan.json": SCHEMA,
    "fibre.json": {
        "$id": f"{BASE}/fibre-v2",
        "properties": {"access": {"$ref": "vlan.json"}, "@type": {"const": "FibreOrder"}},
    },
}
CREATABLE = cases("POST")
CHANGEABLE = [each for each in CREATABLE if each.operation("PATCH", item=True)]
SERVICE = "/tmf-api/serviceInventory/v4/service"
VLAN = f"{BASE}/vlan.json"


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    """With a folder of schemas, and a place that more may be fetched from."""
    for name, schema in FILES.items():
        (tmp_path / name).write_bytes(orjson.dumps(schema))
    return Settings(
        database=database,
        activation_wait=20,
        extension_schemas=tmp_path,
        extension_base=BASE,
        extension_prefixes=[FAR],
    )


def far(server: Server, *answers: httpx.Response) -> list[str]:
    """Has the place answer so, one after the other; what it is asked for."""
    asked: list[str] = []
    left = list(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        reply = left.pop(0)
        stream = httpx.ByteStream(reply.content)
        return httpx.Response(reply.status_code, stream=stream)

    server.schemas._transport = lambda: httpx.MockTransport(answer)
    return asked


def assert_refused(reply: httpx.Response, start: str) -> None:
    assert reply.status_code == 400, reply.text
    assert reply.json()["reason"].startswith(start), reply.text
    assert reply.json()["@type"] == "Error"


@pytest.mark.parametrize("case", CREATABLE, ids=repr)
async def test_creates(client: httpx.AsyncClient, case: Case) -> None:
    """The resource itself and an object deep inside are held to their schemas, and kept."""
    own = {"@schemaLocation": VLAN, "vlan": 7}
    deep = {"parts": [{"value": {"@schemaLocation": VLAN, "vlan": 4095}}]}
    reply = await client.post(case.path, json={**case.body(), **own, "vlan": "7"})
    assert_refused(reply, 'vlan: "7" is not of type "integer"')
    reply = await client.post(case.path, json={**case.body(), **deep})
    assert_refused(reply, "parts[0].value.vlan: 4095 is greater than")
    deep["parts"][0]["value"]["vlan"] = 1
    reply = await client.post(case.path, json={**case.body(), **own, **deep})
    assert reply.status_code in (201, 202), reply.text
    if reply.status_code == 201:
        assert {name: reply.json()[name] for name in (*own, *deep)} == {**own, **deep}


@pytest.mark.parametrize("case", CHANGEABLE, ids=repr)
async def test_patches(client: httpx.AsyncClient, case: Case) -> None:
    """What a patch leaves is held to them: whichever it changes, the attribute or its schema."""
    made = (await client.post(case.path, json={**case.body(), "part": {"vlan": "x"}})).json()
    href = made["href"]
    assert_refused(
        await client.patch(href, json={"part": {"@schemaLocation": VLAN}}), "part.vlan: "
    )
    part = {"@schemaLocation": VLAN, "vlan": 1}
    assert (await client.patch(href, json={"part": part})).status_code == 200
    for changes, headers in (
        ({"part": {"vlan": "x"}}, {}),
        ([{"op": "replace", "path": "/part/vlan", "value": -0.5}], {"content-type": JSON_PATCH}),
    ):
        reply = await client.patch(
            href,
            content=orjson.dumps(changes),
            headers={"content-type": "application/json", **headers},
        )
        assert_refused(reply, "part.vlan: ")
    assert (await client.get(href)).json()["part"] == part


async def test_a_type_by_its_id(client: httpx.AsyncClient) -> None:
    """A file that says its own address, and refers to its neighbour relative to that."""
    body: dict[str, Any] = {
        "state": "designed",
        "serviceSpecification": {"id": "x"},
        "@type": "FibreOrder",
        "@schemaLocation": f"{BASE}/fibre-v2",
        "access": {"vlan": 1},
    }
    reply = await client.post(SERVICE, json=body)
    assert reply.status_code == 201, reply.text
    for location in (f"{BASE}/fibre-v2", f"{BASE}/fibre.json"):
        wrong = {**body, "@schemaLocation": location, "access": {}}
        assert_refused(await client.post(SERVICE, json=wrong), "access.vlan: is required")


async def test_unknown_locations_are_kept(client: httpx.AsyncClient) -> None:
    """Nothing is fetched for them, and the attributes come back as they were."""
    body = {
        "state": "designed",
        "serviceSpecification": {"id": "x"},
        "@schemaLocation": "http://127.0.0.1:1/x.json",
        "a": [1],
    }
    reply = await client.post(SERVICE, json=body)
    assert reply.status_code == 201, reply.text
    assert {name: reply.json()[name] for name in ("a", "@schemaLocation")} == {
        "a": [1],
        "@schemaLocation": "http://127.0.0.1:1/x.json",
    }


async def test_fetched_ones(client: httpx.AsyncClient, server: Server) -> None:
    """For a create and for what a patch leaves; 503 with Retry-After and 400 where it fails."""
    found = httpx.Response(200, json=SCHEMA)
    asked = far(server, found, found, httpx.Response(500), httpx.Response(404))
    body = {
        "state": "designed",
        "serviceSpecification": {"id": "x"},
        "@schemaLocation": f"{FAR}/a.json",
        "vlan": 1,
    }
    made = await client.post(SERVICE, json=body)
    assert made.status_code == 201, made.text
    assert_refused(await client.post(SERVICE, json={**body, "vlan": "x"}), "vlan: ")
    href = made.json()["href"]
    changes = {"@schemaLocation": f"{FAR}/b.json", "vlan": 5000}
    assert_refused(await client.patch(href, json=changes), "vlan: 5000")
    down = await client.patch(href, json={"@schemaLocation": f"{FAR}/c.json"})
    assert (down.status_code, down.headers["retry-after"]) == (503, "10")
    assert_refused(
        await client.post(SERVICE, json={**body, "@schemaLocation": f"{FAR}/d.json"}),
        f"@schemaLocation: {FAR}/d.json answers 404",
    )
    assert asked == [f"{FAR}/{name}.json" for name in "abcd"]


async def test_a_key_is_free_again(client: httpx.AsyncClient, server: Server) -> None:
    """A create that waits for a schema can be sent again under its Idempotency-Key."""
    far(server, httpx.Response(500), httpx.Response(200, json=SCHEMA))
    headers = {"idempotency-key": "one"}
    body = {
        "state": "designed",
        "serviceSpecification": {"id": "x"},
        "@schemaLocation": f"{FAR}/a.json",
        "vlan": 1,
    }
    first = await client.post(SERVICE, json=body, headers=headers)
    assert first.status_code == 503
    server.schemas._failures.clear()
    second = await client.post(SERVICE, json=body, headers=headers)
    assert second.status_code == 201, second.text
