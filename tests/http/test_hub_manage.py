"""Managing subscriptions over HTTP: every path, its reply by the document, and misuse."""

import asyncio
from typing import Any

import httpx
import jsonschema_rs
import pytest

from api.app import Server
from api.http.openapi import handed_out
from tests.http.apis import apis
from tests.patience import PATIENCE

BASE = "/tmf-api/serviceInventory/v4"
HUB = f"{BASE}/hub"


@pytest.fixture
def received(server: Server) -> list[httpx.Request]:
    """What is posted to callbacks."""
    requests: list[httpx.Request] = []

    async def receive(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, stream=httpx.ByteStream(b"thanks"))

    server.hub._transport = httpx.MockTransport(receive)
    return requests


async def subscribe(client: httpx.AsyncClient) -> str:
    reply = await client.post(HUB, json={"callback": "http://127.0.0.1:9000/in"})
    assert reply.status_code == 201
    return f"{HUB}/{reply.json()['id']}"


def check(path: str, method: str, reply: httpx.Response) -> Any:
    """The reply's body, which is as the handed-out document says."""
    (loaded,) = [each for each in apis() if each.base_path == BASE]
    document = handed_out(loaded)
    operation = document["paths"][path][method]
    response = operation["responses"][str(reply.status_code)]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    (content,) = response["content"].values()
    schema = {**content["schema"], "components": document["components"]}
    jsonschema_rs.Draft202012Validator(schema).validate(reply.json())
    return reply.json()


async def until(client: httpx.AsyncClient, path: str, count: int) -> httpx.Response:
    async with asyncio.timeout(PATIENCE):
        while len((reply := await client.get(path)).json()) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return reply


async def test_all_that_can_be_done(
    received: list[httpx.Request], client: httpx.AsyncClient
) -> None:
    """Each path answers as the document says, and the secret is in none of the replies."""
    path = await subscribe(client)
    for listed in ((await client.get(HUB)).json()[0], (await client.get(path)).json()):
        assert listed["health"]["state"] == "active"
        assert "secret" not in listed
    check("/hub", "get", await client.get(HUB))
    check("/hub/{id}", "get", await client.get(path))
    tested = check("/hub/{id}/test", "post", await client.post(f"{path}/test"))
    assert (tested["outcome"], tested["reply"]) == ("delivered", "thanks")
    assert len(received) == 1
    paused = check("/hub/{id}/pause", "post", await client.post(f"{path}/pause"))
    assert paused["health"]["state"] == "paused"
    body = {"serviceSpecification": {"id": "x"}, "state": "active"}
    service = (await client.post(f"{BASE}/service", json=body)).json()
    resumed = check("/hub/{id}/resume", "post", await client.post(f"{path}/resume"))
    assert resumed["health"]["state"] == "active"
    log = check("/hub/{id}/deliveries", "get", await until(client, f"{path}/deliveries", 1))
    assert log[0]["resource"] == {"name": "service", "id": service["id"]}
    reply = await client.get(f"{path}/deliveries?outcome=failed")
    assert check("/hub/{id}/deliveries", "get", reply) == []
    again = {"resource": log[0]["resource"]}
    check("/hub/{id}/replay", "post", await client.post(f"{path}/replay", json=again))
    reply = await client.post(f"{path}/replay", json={"fromTime": "2020-01-01T00:00:00Z"})
    assert check("/hub/{id}/replay", "post", reply)["fromPosition"] == 1
    await until(client, f"{path}/deliveries", 2)
    assert check("/hub/{id}/parked", "get", await client.get(f"{path}/parked")) == []
    reply = await client.post(f"{path}/unpark")
    assert check("/hub/{id}/unpark", "post", reply) == {"unparked": 0}


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("replay", None, 400),
        ("replay", {}, 400),
        ("replay", [], 400),
        ("replay", {"fromPosition": 0}, 400),
        ("replay", {"fromPosition": "1"}, 400),
        ("replay", {"fromPosition": True}, 400),
        ("replay", {"fromPosition": 10**6}, 409),
        ("replay", {"fromPosition": 1, "resource": None}, 400),
        ("unpark", {"resource": None}, 400),
        ("replay", {"fromPosition": 1, "fromTime": "2020-01-01T00:00:00Z"}, 400),
        ("replay", {"fromTime": "yesterday"}, 400),
        ("replay", {"fromTime": 7}, 400),
        ("replay", {"fromTime": "9999-12-31T23:59:59Z"}, 202),
        ("replay", {"fromTime": "0000-01-01T00:00:00Z"}, 202),
        ("replay", {"resource": "service"}, 400),
        ("replay", {"resource": {"name": "a/b", "id": "1"}}, 400),
        ("replay", {"position": 1}, 400),
        ("unpark", {"resource": {"name": "service"}}, 400),
        ("unpark", {"all": True}, 400),
    ],
)
async def test_bodies(client: httpx.AsyncClient, name: str, body: Any, status: int) -> None:
    """What cannot be done is told in the TMF error body."""
    path = await subscribe(client)
    reply = await client.post(f"{path}/{name}", json=body)
    assert reply.status_code == status
    if status != 202:
        assert reply.json()["@type"] == "Error"


async def test_misuse(client: httpx.AsyncClient) -> None:
    """Unknown subscriptions, methods and outcomes."""
    for name in ("pause", "resume", "test", "unpark"):
        assert (await client.post(f"{HUB}/none/{name}")).status_code == 404
    body = {"fromPosition": 1}
    assert (await client.post(f"{HUB}/none/replay", json=body)).status_code == 404
    for name in ("parked", "deliveries"):
        assert (await client.get(f"{HUB}/none/{name}")).status_code == 404
        assert (await client.post(f"{HUB}/none/{name}")).status_code == 405
    path = await subscribe(client)
    assert (await client.get(f"{path}/deliveries?outcome=good")).status_code == 400
    assert (await client.get(f"{path}/pause")).status_code == 405
    assert (await client.get(f"{path}/nothing")).status_code == 404
