"""A whole server on a leaping clock, on either store, with a subscriber at all its hubs."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from api.app import Server, create_app
from api.settings import Settings
from tests.conftest import HOST
from tests.scenarios.clock import LeapingClock
from tests.scenarios.desk import Desk
from tests.scenarios.subscriber import Subscriber
from tmf640_activation.adapters.base import Outcome, Task
from tmf640_activation.adapters.simulator import Simulator

CATALOG = Path(__file__).parent / "catalog.yaml"

HUBS = (
    "/tmf-api/productOrderingManagement/v4/hub",
    "/tmf-api/serviceOrdering/v4/hub",
    "/tmf-api/serviceInventory/v4/hub",
)


@pytest.fixture(params=["sqlite", pytest.param("mongodb", marks=pytest.mark.slow)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Each scenario is told on each store."""
    if request.param == "mongodb":
        url: str = request.getfixturevalue("mongodb_url")
        return url
    return f"sqlite:///{tmp_path / 'turnup.sqlite'}"


@pytest.fixture
def settings(database: str) -> Settings:
    """Activations that do not end at once are watched, as in a real network."""
    return Settings(database=database, catalog=CATALOG, activation_wait=0.2, lease=3600)


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> list[Task]:
    """What the simulator is asked to do."""
    tasks: list[Task] = []
    carry_out = Simulator.carry_out

    async def recorded(self: Simulator, task: Task) -> Outcome:
        tasks.append(task)
        return await carry_out(self, task)

    monkeypatch.setattr(Simulator, "carry_out", recorded)
    return tasks


@pytest.fixture
async def desk(settings: Settings, network: list[Task]) -> AsyncIterator[Desk]:
    """Who orders, with a server that runs."""
    clock, subscriber = LeapingClock(), Subscriber()
    server = Server(settings, clock=clock, listening=HOST)
    transport = httpx.ASGITransport(create_app(server), raise_app_exceptions=False)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(subscriber.listening())
        await stack.enter_async_context(server.running())
        client = httpx.AsyncClient(transport=transport, base_url=HOST)
        await stack.enter_async_context(client)
        for hub in HUBS:
            reply = await client.post(hub, json={"callback": subscriber.url})
            assert reply.status_code == 201, reply.text
        yield Desk(client, clock, subscriber, network)
