"""What a registration may ask for beside the official attributes, over HTTP and as it arrives."""

import asyncio
from typing import Any

import httpx
import jsonschema_rs
import orjson
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.app import Server, create_app
from api.settings import Settings
from api.webhooks import VerificationError, key_of, verify
from tests.http.apis import apis
from tests.official import official
from tests.patience import PATIENCE

BASE = "/tmf-api/serviceInventory/v4"
HUB = f"{BASE}/hub"
CALLBACK = "http://127.0.0.1:9000/events"
CHOSEN = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SERVICE = {"state": "active", "serviceSpecification": {"id": "x", "name": "x"}}


class Receiver:
    """Takes what is posted, headers and all."""

    def __init__(self) -> None:
        self.answer: ASGIApp = self.take
        self.came: asyncio.Queue[tuple[dict[str, str], bytes]] = asyncio.Queue()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.answer(scope, receive, send)

    async def take(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = (await receive()).get("body", b"")
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        await self.came.put((headers, body))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    async def next(self) -> tuple[dict[str, str], bytes]:
        async with asyncio.timeout(PATIENCE):
            return await self.came.get()


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """SQLite's memory, unless a test asks for MongoDB."""
    if getattr(request, "param", "sqlite") == "mongodb":
        return str(request.getfixturevalue("mongodb_url"))
    return "sqlite:///:memory:"


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def settings(database: str) -> Settings:
    return Settings(
        database=database, activation_wait=20, max_subscriptions=6, max_subscriptions_per_host=3
    )


@pytest.fixture
def server(settings: Settings, receiver: Receiver) -> Server:
    """One whose deliveries end at the receiver."""
    server = Server(settings, listening="http://turnup.test")
    server.hub._transport = httpx.ASGITransport(receiver)
    return server


async def register(client: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    reply = await client.post(HUB, json={"callback": CALLBACK, **more})
    assert reply.status_code == 201, reply.text
    body: dict[str, Any] = reply.json()
    return body


async def test_a_secret_is_told_once(client: httpx.AsyncClient, receiver: Receiver) -> None:
    """The reply of the registration has it, no other reply does, and events are signed with it."""
    given = await register(client)
    assert set(given) == {"id", "callback", "secret"}
    assert len(key_of(given["secret"])) == 32
    for path in (HUB, f"{HUB}/{given['id']}"):
        assert "secret" not in (await client.get(path)).text
    assert (await client.post(f"{BASE}/service", json=SERVICE)).status_code == 201
    headers, body = await receiver.next()
    assert verify(headers, body, given["secret"]) == orjson.loads(body)["eventId"]


async def test_a_chosen_secret(client: httpx.AsyncClient, receiver: Receiver) -> None:
    """It signs, and no reply repeats it."""
    given = await register(client, secret=CHOSEN)
    assert set(given) == {"id", "callback"}
    assert (await client.post(f"{BASE}/service", json=SERVICE)).status_code == 201
    headers, body = await receiver.next()
    assert verify(headers, body, CHOSEN)


@pytest.mark.parametrize("format_", ["cloudevents", "cloudevents-binary", "tmf"])
async def test_a_format(client: httpx.AsyncClient, receiver: Receiver, format_: str) -> None:
    """Events come in the form that was asked for; the registration shows it."""
    given = await register(client, format=format_, secret=CHOSEN)
    assert (await client.get(f"{HUB}/{given['id']}")).json()["format"] == format_
    service = (await client.post(f"{BASE}/service", json=SERVICE)).json()
    headers, body = await receiver.next()
    assert verify(headers, body, CHOSEN)
    event = orjson.loads(body)
    source = f"http://turnup.test{BASE}"
    if format_ == "cloudevents":
        assert headers["content-type"] == "application/cloudevents+json; charset=UTF-8"
        assert (event["type"], event["source"]) == ("tmf638.service.create", source)
        event = event["data"]
    elif format_ == "cloudevents-binary":
        assert (headers["ce-type"], headers["ce-source"]) == ("tmf638.service.create", source)
    assert event["event"]["service"]["id"] == service["id"]


async def test_options_that_cannot_be(client: httpx.AsyncClient) -> None:
    """400, and the message says what to send."""
    for attribute, values in {
        "secret": ("whsec_short", CHOSEN[6:], 7, ["x"], None),
        "format": ("xml", 7, ["tmf"], {}, None),
    }.items():
        for value in values:
            reply = await client.post(HUB, json={"callback": CALLBACK, attribute: value})
            assert reply.status_code == 400
            assert reply.json()["reason"].startswith(f"{attribute}: ")
    assert (await client.get(HUB)).json() == []


async def test_rotation(client: httpx.AsyncClient) -> None:
    """A new secret is told once; chosen ones are taken; what cannot be is refused."""
    given = await register(client)
    path = f"{HUB}/{given['id']}/secret"
    first = await client.post(path)
    second = await client.post(path, json={"overlap": 60})
    third = await client.post(path, json={"secret": CHOSEN, "overlap": 0})
    assert [each.status_code for each in (first, second, third)] == [200] * 3
    told = [given["secret"], *(each.json()["secret"] for each in (first, second, third))]
    assert len(set(told)) == 4
    assert told[3] == CHOSEN
    assert set(first.json()) == {"id", "callback", "secret"}
    for bad in (
        {"overlap": -1},
        {"overlap": "1"},
        {"overlap": True},
        {"overlap": None},
        {"secret": "x"},
        {"secret": None},
        [],
        "x",
    ):
        assert (await client.post(path, json=bad)).status_code == 400, bad
    assert (await client.post(f"{HUB}/none/secret")).status_code == 404
    assert (await client.get(path)).status_code == 405
    other = path.replace("serviceInventory", "serviceOrdering")
    assert (await client.post(other)).status_code == 404, "of another API"


async def test_a_new_secret_signs_at_once(client: httpx.AsyncClient, receiver: Receiver) -> None:
    """Beside the old one, until that ends; a receiver with either verifies meanwhile."""
    given = await register(client, secret=CHOSEN, query="eventType=ServiceCreateEvent")
    path = f"{HUB}/{given['id']}/secret"
    await client.post(f"{BASE}/service", json=SERVICE)
    headers, body = await receiver.next()
    assert len(headers["webhook-signature"].split()) == 1
    second = (await client.post(path)).json()["secret"]
    await client.post(f"{BASE}/service", json=SERVICE)
    headers, body = await receiver.next()
    assert len(headers["webhook-signature"].split()) == 2
    for each in (CHOSEN, second):
        assert verify(headers, body, each)
    third = (await client.post(path, json={"overlap": 0})).json()["secret"]
    await client.post(f"{BASE}/service", json=SERVICE)
    headers, body = await receiver.next()
    assert len(headers["webhook-signature"].split()) == 1
    assert verify(headers, body, third)


@pytest.mark.parametrize("database", ["sqlite", "mongodb"], indirect=True)
async def test_there_are_limits(client: httpx.AsyncClient) -> None:
    """Per host of the callbacks, however it is written, and in all; who deletes some has room."""
    hosts = ["127.0.0.1:9001/", "127.0.0.1:9002", "127.0.0.1/?a"]
    replies = [await client.post(HUB, json={"callback": f"http://{each}"}) for each in hosts]
    assert [each.status_code for each in replies] == [201, 201, 201]
    for host in ("HTTP://127.0.0.1:9003", "https://127.0.0.1", "http://127.0.0.1.:9004/"):
        refused = await client.post(HUB, json={"callback": host})
        assert refused.status_code == 403
    refused = await client.post(HUB, json={"callback": "http://127.0.0.1:9003"})
    assert "3 subscriptions for 127.0.0.1" in refused.json()["reason"]
    assert "max_subscriptions_per_host" in refused.json()["message"]
    for host in ("127.0.0.10", "127.0.0.2", "[::1]"):
        reply = await client.post(HUB, json={"callback": f"http://{host}:9000"})
        assert reply.status_code == 201, reply.text
    refused = await client.post(HUB, json={"callback": "http://127.0.0.3:9000"})
    assert refused.json()["reason"] == "there are 6 subscriptions already"
    await client.delete(f"{HUB}/{replies[0].json()['id']}")
    assert (await client.post(HUB, json={"callback": "http://127.0.0.1:9"})).status_code == 403
    assert (await client.post(HUB, json={"callback": "http://127.0.0.1:9009"})).status_code == 201


async def test_official_clients_can_read_the_reply(client: httpx.AsyncClient) -> None:
    """By the official documents' own schema the reply with a secret is a good one."""
    for api in apis():
        definitions = orjson.loads(official(api.spec).read_bytes())["definitions"]
        schema = {"$ref": "#/definitions/EventSubscription", "definitions": definitions}
        body = {"callback": f"http://{api.api.name}.localhost:9000/", "query": ""}
        reply = await client.post(f"{api.base_path}/hub", json=body)
        assert reply.status_code == 201
        assert "secret" in reply.json()
        assert jsonschema_rs.Draft4Validator(schema).is_valid(reply.json())


async def test_secrets_of_others_do_not_fit(client: httpx.AsyncClient, receiver: Receiver) -> None:
    """Every registration has a secret of its own."""
    one = await register(client)
    two = await register(client, query="eventType=ServiceCreateEvent")
    assert one["secret"] != two["secret"]
    await client.delete(f"{HUB}/{two['id']}")
    await client.post(f"{BASE}/service", json=SERVICE)
    headers, body = await receiver.next()
    with pytest.raises(VerificationError):
        verify(headers, body, two["secret"])


async def test_events_that_come_home(
    client: httpx.AsyncClient, server: Server, receiver: Receiver
) -> None:
    """A server that turns out to be registered with itself ends that registration: 410."""
    application = create_app(server)
    answers: asyncio.Queue[int] = asyncio.Queue()

    async def home(scope: Scope, receive: Receive, send: Send) -> None:
        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                await answers.put(message["status"])
            await send(message)

        # as through a proxy with another name
        path = f"{BASE}/listener/serviceCreateEvent"
        await application({**scope, "path": path}, receive, noted)

    receiver.answer = home
    await register(client)
    await client.post(f"{BASE}/service", json=SERVICE)
    async with asyncio.timeout(PATIENCE):
        assert await answers.get() == 410


async def test_events_of_others_are_taken(client: httpx.AsyncClient, server: Server) -> None:
    """Only the event that stands at that place of our own log is our own."""
    await client.post(f"{BASE}/service", json=SERVICE)
    (own,) = await server.store.read_log(0, 1)
    for position, id_ in [
        ("1", "other"),
        *((each, own.event.id) for each in ("2", "0", "-1", "9" * 40, "x", "")),
    ]:
        body = {"eventId": id_, "event": {"service": {"id": "1"}}}
        path = f"{BASE}/listener/serviceCreateEvent"
        reply = await client.post(path, json=body, headers={"turnup-event-position": position})
        assert reply.status_code == 201, position
