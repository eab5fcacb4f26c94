"""A whole server on a leaping clock, on either store, with a subscriber at all its hubs."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from api.settings import Settings
from tests.scenarios.clock import LeapingClock
from tests.scenarios.desk import Desk
from tests.scenarios.host import HOST, Host
from tests.scenarios.subscriber import Subscriber
from tmf640_activation.adapters.base import Outcome, Task
from tmf640_activation.adapters.simulator import Simulator

CATALOG = Path(__file__).parent / "catalog.yaml"

HUBS = (
    "/tmf-api/productOrderingManagement/v4/hub",
    "/tmf-api/serviceOrdering/v4/hub",
    "/tmf-api/serviceInventory/v4/hub",
)


SLOW = (pytest.mark.slow, pytest.mark.timeout(1200))


@pytest.fixture(params=["sqlite", pytest.param("mongodb", marks=SLOW)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Each scenario is told on each store."""
    if request.param == "mongodb":
        url: str = request.getfixturevalue("mongodb_url")
        return url
    return f"sqlite:///{tmp_path / 'turnup.sqlite'}"


@pytest.fixture
def settings(database: str) -> Settings:
    """Activations that do not end at once are watched, as in a real network.

    Leases outlive every leap: what becomes of them where a process stalls is told elsewhere.
    """
    return Settings(database=database, catalog=CATALOG, activation_wait=0.2, lease=1e8)


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
    async with subscriber.listening(), httpx.AsyncClient(base_url=HOST) as nobody:
        desk = Desk(nobody, clock, subscriber, Host(settings, clock), network)
        await desk.restart()
        for hub in HUBS:
            await desk.post(hub, {"callback": subscriber.url})
        yield desk
        await desk.host.stop()
