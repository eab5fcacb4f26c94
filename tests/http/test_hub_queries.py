"""Queries of hubs and of the event log: what is in the event is filtered as in lists."""

import asyncio
from collections import defaultdict
from collections.abc import Callable

import httpx
import orjson
import pytest

from api.app import Server
from tests.patience import PATIENCE

SERVICES = "/tmf-api/serviceInventory/v4"
ORDERS = "/tmf-api/productOrderingManagement/v4"
ACTIVATION = "/tmf-api/ServiceActivationAndConfiguration/v4"
EVENTS = "/tmf-api/eventManagement/v4/event"
CALLBACK = "http://127.0.0.1:9000"
BODY = {
    "serviceSpecification": {"id": "line"},
    "state": "designed",
    "startDate": "2024-02-29T18:00:00Z",
}
CREATED = "eventType=ServiceCreateEvent"
CONDITIONS = {
    "event.service.startDate=2024-02-29T18:00:00Z": True,
    "event.service.startDate=2024-02-29T19:00:00%2B01:00": True,
    "event.service.startDate.gte=2024-02-29T18:00:00Z": True,
    "event.service.startDate.gt=2024-02-29T18:00:00Z": False,
    "event.service.startDate.gte=2024-02-29T19:00:00%2B02:00": True,
    "event.service.startDate.lte=2024-02-29T19:00:00%2B02:00": False,
}


@pytest.mark.parametrize(
    ("base", "condition"),
    [
        (SERVICES, "event.service.startDate.gt=blah"),
        (SERVICES, "event.service.isServiceEnabled=True"),
        (SERVICES, "event.service.state.foo=1"),
        (SERVICES, "event.service.note.text.like=1"),
        (SERVICES, "filter=$[?(@.event.service.startDate>'blah')]"),
        (SERVICES, "priority.like=High"),
        (ACTIVATION, "event.service.startDate.gt=blah"),
        (ORDERS, "event.productOrder.productOrderItem.product.isBundle=True"),
        (ORDERS, "event.productOrder.productOrderItem.quantity=zz"),
    ],
)
async def test_what_lists_refuse_is_refused(
    client: httpx.AsyncClient, base: str, condition: str
) -> None:
    """By the hub of its API and by the event log."""
    callback = f"{CALLBACK}/events"
    for answer in (
        await client.post(f"{base}/hub", json={"callback": callback, "query": condition}),
        await client.get(f"{EVENTS}?{condition}"),
    ):
        assert (answer.status_code, answer.json()["@type"]) == (400, "Error"), answer.text
    assert (await client.get(f"{base}/hub")).json() == []


@pytest.fixture
def came(server: Server) -> dict[str, list[str]]:
    """The names of the services in what was posted, by path; asked for before `client` starts."""
    found: dict[str, list[str]] = defaultdict(list)

    async def take(request: httpx.Request) -> httpx.Response:
        body = orjson.loads(await request.aread())
        found[request.url.path].append(body["event"]["service"]["name"])
        return httpx.Response(204, stream=httpx.ByteStream(b""))

    server.hub._transport = httpx.MockTransport(take)
    return found


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_dates_are_compared_as_such(
    came: dict[str, list[str]], client: httpx.AsyncClient
) -> None:
    """Whatever form they are asked for in: by hubs and by the event log."""
    for at, condition in enumerate(CONDITIONS):
        # the other events of a service come behind its first, so that what is to come has come
        query = f"{CREATED}&{condition};event.service.name=last"
        body = {"callback": f"{CALLBACK}/{at}", "query": query}
        assert (await client.post(f"{SERVICES}/hub", json=body)).status_code == 201
    made = (await client.post(f"{SERVICES}/service", json={**BODY, "name": "first"})).json()
    await client.patch(f"{SERVICES}/service/{made['id']}", json={"name": "last"})
    await until(lambda: sum(names[-1:] == ["last"] for names in came.values()) == len(CONDITIONS))
    for at, (condition, wanted) in enumerate(CONDITIONS.items()):
        assert came[f"/{at}"] == (["first", "last"] if wanted else ["last"]), condition
        found = (await client.get(f"{EVENTS}?{CREATED}&{condition}")).json()
        assert [each["event"]["service"]["name"] for each in found] == ["first"] * wanted, condition
