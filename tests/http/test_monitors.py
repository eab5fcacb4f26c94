"""What monitors tell over HTTP: whole addresses, wherever one goes out."""

from collections.abc import Iterator

import httpx
import orjson
import pytest

from api.app import Server
from api.events.message import Message
from api.jsontypes import JsonObject
from api.settings import Settings

BASE = "/tmf-api/ServiceActivationAndConfiguration/v4"
EVENTS = "/tmf-api/eventManagement/v4/event"
GATEWAY = "https://gw.example.net/api"


def service(**simulate: object) -> JsonObject:
    return {
        "state": "active",
        "serviceSpecification": {"id": "any"},
        "serviceCharacteristic": [
            {"name": f"simulate.{name}", "value": value} for name, value in simulate.items()
        ],
    }


def addresses(monitor: JsonObject) -> Iterator[str]:
    yield monitor["href"]
    yield monitor["sourceHref"]
    yield monitor["request"]["to"]


def headers_of(part: JsonObject) -> dict[str, str]:
    return {each["name"]: each["value"] for each in part["header"]}


class TestAccepted:
    """A request that is under way."""

    @pytest.fixture
    def settings(self, database: str) -> Settings:
        return Settings(database=database, activation_wait=0)

    @pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "k"}])
    async def test_the_reply(self, client: httpx.AsyncClient, key: dict[str, str]) -> None:
        """The 202 of a create has whole addresses, the reply to its repetition too."""
        for _ in range(2):
            reply = await client.post(f"{BASE}/service", json=service(latency=900), headers=key)
            assert reply.status_code == 202, reply.text
            monitor = reply.json()
            for each in addresses(monitor):
                assert each.startswith(f"http://turnup.test{BASE}/")

    async def test_the_event(self, client: httpx.AsyncClient, server: Server) -> None:
        """In the log by the name of whoever reads it; to a callback by the server's own."""
        await client.post(f"{BASE}/service", json=service(latency=900))
        asked = {"eventType": "MonitorCreateEvent"}
        headers = {"host": "other.test:81"}
        (event,) = (await client.get(EVENTS, params=asked, headers=headers)).json()
        for each in addresses(event["event"]["monitor"]):
            assert each.startswith(f"http://other.test:81{BASE}/")
        href = server.href(server.origin.default)
        (entry,) = [e for e in await server.store.read_log(0, 10) if "Monitor" in e.event.type]
        for each in addresses(orjson.loads(Message(entry, href).raw)["event"]["monitor"]):
            assert each.startswith(f"http://turnup.test{BASE}/")


class TestGateway:
    """A server that clients reach by another URL, which has a path."""

    @pytest.fixture
    def settings(self, database: str) -> Settings:
        return Settings(database=database, activation_wait=20, public_url=GATEWAY)

    async def test_reading(self, client: httpx.AsyncClient) -> None:
        """One, the list, chosen attributes; and what was read finds it again."""
        made = (await client.post(f"{BASE}/service", json=service())).json()
        (monitor,) = (await client.get(f"{BASE}/monitor")).json()
        assert monitor["sourceHref"] == made["href"] == f"{GATEWAY}{BASE}/service/{made['id']}"
        assert monitor["request"]["to"] == f"{GATEWAY}{BASE}/service"
        path = f"{BASE}/monitor/{monitor['id']}"
        assert (await client.get(path)).json() == monitor
        chosen = {"fields": "sourceHref,request.to"}
        for cut in (
            (await client.get(f"{BASE}/monitor", params=chosen)).json()[0],
            (await client.get(path, params=chosen)).json(),
        ):
            assert cut["sourceHref"] == monitor["sourceHref"]
            assert cut["request"] == {"to": monitor["request"]["to"]}
        for source in (made["href"], f"{BASE}/service/{made['id']}"):
            for query in ({"sourceHref": source}, {"filter": f"$[?(@.sourceHref=='{source}')]"}):
                found = await client.get(f"{BASE}/monitor", params=query)
                assert found.json() == [monitor], query
        (location,) = [h["value"] for h in monitor["response"]["header"] if h["name"] == "Location"]
        for query in (
            f"$.response.header[?(@.name=='Location' && @.value=='{location}')]",
            f"$.request[?(@.to=='{monitor['request']['to']}')]",
        ):
            found = await client.get(f"{BASE}/monitor", params={"filter": query})
            assert found.json() == [monitor], query
        other = {"sourceHref": f"http://turnup.test{BASE}/service/{made['id']}"}
        assert (await client.get(f"{BASE}/monitor", params=other)).json() == []

    async def test_a_create_is_kept_as_it_was(self, client: httpx.AsyncClient) -> None:
        """The body that was sent, without what the server made of it, and the reply to it."""
        sent = service(mark="a") | {"x-own": {"n": [1, None]}, "id": "mine"}
        made = await client.post(f"{BASE}/service", json=sent)
        (monitor,) = (await client.get(f"{BASE}/monitor")).json()
        request, response = monitor["request"], monitor["response"]
        assert orjson.loads(request["body"]) == sent
        assert headers_of(request) == {"Content-Type": "application/json"}
        assert response["statusCode"] == "201"
        assert orjson.loads(response["body"]) == made.json()
        kept = {"Content-Type": made.headers["content-type"], "Location": made.headers["location"]}
        assert headers_of(response) == kept

    @pytest.mark.parametrize(
        "media",
        ["application/json", "application/merge-patch+json", "application/json-patch+json"],
    )
    async def test_a_patch_is_kept_as_it_was(self, client: httpx.AsyncClient, media: str) -> None:
        """With its media type, and with the href that a client may send along."""
        made = (await client.post(f"{BASE}/service", json=service())).json()
        sent: object = {"state": "inactive", "href": made["href"]}
        if "patch+json" in media and "merge" not in media:
            sent = [
                {"op": "test", "path": "/href", "value": made["href"]},
                {"op": "replace", "path": "/state", "value": "inactive"},
            ]
        changed = await client.patch(
            f"{BASE}/service/{made['id']}",
            content=orjson.dumps(sent),
            headers={"Content-Type": media},
        )
        assert changed.status_code == 200, changed.text
        monitor = (await client.get(f"{BASE}/monitor")).json()[-1]
        assert headers_of(monitor["request"]) == {"Content-Type": media}
        assert orjson.loads(monitor["request"]["body"]) == sent
        assert orjson.loads(monitor["response"]["body"]) == changed.json()
        assert headers_of(monitor["response"]) == {"Content-Type": changed.headers["content-type"]}

    async def test_a_delete_is_kept_as_it_was(self, client: httpx.AsyncClient) -> None:
        """Neither the request nor the reply has content, so neither has a type of it."""
        made = (await client.post(f"{BASE}/service", json=service())).json()
        assert (await client.delete(f"{BASE}/service/{made['id']}")).status_code == 204
        monitor = (await client.get(f"{BASE}/monitor")).json()[-1]
        request, response = monitor["request"], monitor["response"]
        assert (request["method"], request["to"]) == ("DELETE", made["href"])
        assert (response["statusCode"], response["body"], request["body"]) == ("204", "", "")
        assert headers_of(request) == {"Content-Length": "0"}
        assert headers_of(response).keys() == {"Date"}
        assert headers_of(response)["Date"].endswith(" GMT")
