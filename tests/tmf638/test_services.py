"""Services in the inventory: the dates that follow from their state, and what clients may do."""

import pytest

from api.clock import derived_id
from api.commands import Accepted
from api.errors import Conflict, Invalid, NotFound
from api.jsontypes import JsonObject
from api.store.document import Document
from tests.fakes import World

SPEC = {"id": "cfs-voice", "name": "Voice"}


async def create(world: World, **attributes: object) -> Document:
    body: JsonObject = {"state": "active", "serviceSpecification": dict(SPEC), **attributes}
    made = await world.commands("tmf638", "service").create(body)
    assert not isinstance(made, Accepted)
    return made


async def patch(world: World, id_: str, **changes: object) -> JsonObject:
    changed = await world.commands("tmf638", "service").patch(id_, changes)
    assert isinstance(changed, Document)
    return changed.body.data


async def test_dates_follow_the_state() -> None:
    """The record and the start are dated at creation, the end when it is terminated."""
    world = World()
    made = await create(world, state="reserved")
    assert made.body.data["serviceDate"] == "2025-06-15T15:06:40.000Z"
    assert "startDate" not in made.body.data
    await world.clock.advance(60)
    assert (await patch(world, made.id, state="active"))["startDate"] == "2025-06-15T15:07:40.000Z"
    await world.clock.advance(60)
    ended = await patch(world, made.id, state="terminated")
    assert ended["endDate"] == "2025-06-15T15:08:40.000Z"
    back = await patch(world, made.id, state="active")
    assert "endDate" not in back
    assert back["startDate"] == "2025-06-15T15:07:40.000Z"


async def test_a_clients_date_stays() -> None:
    """A date that comes with the state is not overwritten."""
    world = World()
    made = await create(world, startDate="2020-01-01T00:00:00Z")
    assert made.body.data["startDate"] == "2020-01-01T00:00:00.000Z"
    ended = await patch(world, made.id, state="terminated", endDate="2030-01-01T00:00:00Z")
    assert ended["endDate"] == "2030-01-01T00:00:00.000Z"


async def test_service_date_is_fixed() -> None:
    """An attribute that only the create has cannot be patched."""
    world = World()
    made = await create(world)
    with pytest.raises(Invalid, match="serviceDate"):
        await patch(world, made.id, serviceDate="yesterday")


async def test_forbidden_changes() -> None:
    """Terminated is no beginning, an active service cannot be deleted, a terminated one can."""
    world = World()
    with pytest.raises(Conflict, match="nothing is created as terminated"):
        await create(world, state="terminated")
    made = await create(world)
    commands = world.commands("tmf638", "service")
    with pytest.raises(Conflict, match="cannot be deleted while active"):
        await commands.delete(made.id)
    await patch(world, made.id, state="terminated")
    await commands.delete(made.id)
    with pytest.raises(NotFound):
        await commands.get(made.id)
    assert world.events(made.id) == [
        "ServiceCreateEvent",
        "ServiceStateChangeEvent",
        "ServiceAttributeValueChangeEvent",
        "ServiceDeleteEvent",
    ]


async def test_sequences_go_on_where_an_id_comes_back() -> None:
    """A service that is made anew under the id of a deleted one is not taken for the old one.

    An order that is redone reserves its service again: partners order by sequence per resource.
    """
    world = World()
    services = world.commands("tmf638", "service")
    id_ = derived_id("order", "1")
    body: JsonObject = {"state": "reserved", "serviceSpecification": SPEC}
    for _ in range(2):
        await services.create(dict(body), key=id_)
        await services.patch(id_, {"description": "kept for an order"})
        await services.delete(id_)
        await world.clock.advance(1)
    sequences = [entry.sequence for entry in await world.store.read_log(0, 100)]
    assert sequences == sorted(set(sequences))
    assert len(sequences) == 6
