"""Services of a kind that the catalogue has forgotten stay with the adapter that set them up."""

from typing import ClassVar

import pytest

from api.catalog.model import ServiceSpecification
from api.clock import Clock
from api.commands import Accepted
from api.store.document import Document
from tests.fakes import World, catalog_of
from tmf640_activation.adapters.base import Outcome, Task


class Recorder:
    """Notes what it was told to do, and for whom."""

    told: ClassVar[list[tuple[str, object]]] = []

    def __init__(self, clock: Clock) -> None: ...

    async def carry_out(self, task: Task) -> Outcome:
        self.told.append((task.operation.value, task.specification.options.get("host")))
        return Outcome()


@pytest.fixture(autouse=True)
def _anew() -> None:
    Recorder.told.clear()


def world() -> World:
    known = ServiceSpecification("s", "S", adapter="net", options={"host": "a"})
    return World(catalog_of(known), adapters={"net": f"{__name__}:Recorder"})


async def test_a_retired_specification_is_still_ended_where_it_is() -> None:
    """Not by the simulator, which would only say so."""
    here = world()
    services = here.commands("tmf640", "service")
    made = await here.during(
        services.create({"state": "active", "serviceSpecification": {"id": "s"}})
    )
    assert isinstance(made, Document)
    here.catalog = catalog_of(ServiceSpecification("other", "O"))
    await here.during(services.patch(made.id, {"state": "inactive"}))
    assert await here.during(services.delete(made.id)) is None
    assert Recorder.told == [("create", "a"), ("suspend", "a"), ("terminate", "a")]


async def test_the_catalogue_that_knows_it_decides() -> None:
    """A specification that has moved to another network element is changed there."""
    here = world()
    services = here.commands("tmf640", "service")
    made = await here.during(
        services.create({"state": "active", "serviceSpecification": {"id": "s"}})
    )
    assert not isinstance(made, Accepted)
    here.catalog = catalog_of(ServiceSpecification("s", "S", adapter="net", options={"host": "b"}))
    await here.during(services.patch(made.id, {"state": "inactive"}))
    here.catalog = catalog_of()
    await here.during(services.patch(made.id, {"state": "active"}))
    assert Recorder.told == [("create", "a"), ("suspend", "b"), ("resume", "b")]
