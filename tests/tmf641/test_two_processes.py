"""A process that serves requests and another one that carries the orders, on one store."""

import pytest

from api.process.runtime import Runtime
from api.settings import Settings
from tests.fakes import World, catalog_of
from tests.tmf641.orders import SPECIFICATIONS, item, order, patch, post, states, world
from tests.tmf641.test_precedence import change, service
from tmf641_service_ordering.job import ItemJob
from tmf641_service_ordering.orchestration import ServiceOrderController
from tmf641_service_ordering.outcome import Outcome

Ran = tuple[dict[str, Outcome], Exception | None]


async def test_an_amendment_during_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change that comes in elsewhere, while an item's end is written down, is carried as well."""
    here = world()
    changed = await service(here)
    worker = World(catalog_of(*SPECIFICATIONS), beside=here)
    runtime = Runtime(worker.registry.controllers, here.store, here.clock, Settings(lease=10.0))
    await runtime.start()
    placed = await post(here, item("1", latency=2))
    await here.clock.advance(1)
    real, amended = ServiceOrderController._run, []

    async def run(self: ServiceOrderController, jobs: list[ItemJob]) -> Ran:
        outcome = await real(self, jobs)
        if not amended:
            items = (await order(here, placed))["serviceOrderItem"]
            amended.append(await patch(here, placed, serviceOrderItem=[*items, change(changed, 7)]))
        return outcome

    monkeypatch.setattr(ServiceOrderController, "_run", run)
    await here.clock.advance(60)
    assert amended
    assert states(await order(here, placed)) == dict.fromkeys(["", "1", "m"], "completed")
    await runtime.stop()
