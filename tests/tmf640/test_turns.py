"""Requests on one service where one of them breaks off: none is done twice, none comes first."""

import asyncio
from dataclasses import replace

import pytest

from api.commands import Accepted
from api.draft import Draft
from api.errors import PreconditionFailed
from api.jsontypes import JsonObject
from api.store.document import Body, Document
from tests.fakes import World
from tests.tmf640.test_activation import services, world
from tmf640_activation import turns
from tmf640_activation.monitors import MonitorController


def speed(value: int) -> JsonObject:
    return {"serviceCharacteristic": [{"name": "speed", "value": value}]}


async def set_up(here: World) -> str:
    await here.during(
        services(here).create({"state": "active", "serviceSpecification": {"id": "rfs"}}, key="s")
    )
    return "s"


async def speeds(here: World) -> list[int]:
    return [
        each["value"]
        for entry in here.store.log
        if entry.event.type == "ServiceAttributeValueChangeEvent"
        for each in entry.snapshot.data["serviceCharacteristic"]
    ]


async def test_what_is_done_and_not_ended_is_not_done_over_a_newer_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A process dies between the service and its monitor's end: the next request waits for it."""
    here = world(latency=1)
    id_ = await set_up(here)

    async def dies(*_: object) -> None:
        await asyncio.Event().wait()

    first = asyncio.ensure_future(services(here).patch(id_, speed(100)))
    await here.clock.settle()
    second = asyncio.ensure_future(services(here).patch(id_, speed(200)))
    await here.clock.settle()
    with monkeypatch.context() as broken:
        broken.setattr(MonitorController, "_end", dies)
        await here.run(1.5)
    assert await speeds(here) == [100]
    here.crash()
    for _ in range(2):  # the younger one is looked at first
        for monitor, document in here.store.of("tmf640_monitor").items():
            if document.body.data["state"] == "InProgress":
                late = monitor != min(here.store.of("tmf640_monitor"))
                due = here.clock.now() + (0 if late else 20)
                here.store.of("tmf640_monitor")[monitor] = replace(document, due=due)
        await here.run(10)
    await here.run(60)
    assert await speeds(here) == [100, 200]
    assert {each["state"] for each in here.all("tmf640", "monitor")} == {"Completed"}
    for each in (first, second):
        each.cancel()


async def test_who_has_joined_is_not_thrown_out_before_it_has_a_monitor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its revision was checked when it joined: it comes first, however slow its monitor is."""
    here = world(latency=1)
    id_ = await set_up(here)
    monitors = here.commands("tmf640", "monitor")
    insert = monitors.insert
    slow = [2.0]

    async def slowly(draft: Draft, *, once: bool = False) -> Document:
        if slow:
            await here.clock.sleep(slow.pop())
        return await insert(draft, once=once)

    monkeypatch.setattr(monitors, "insert", slowly)
    tag = (await services(here).get(id_)).tag
    first = asyncio.ensure_future(services(here).patch(id_, speed(100), if_match={tag}))
    await here.clock.settle()
    second = asyncio.ensure_future(services(here).patch(id_, speed(200)))
    await here.run(60)
    assert await speeds(here) == [100, 200]
    assert isinstance(await first, Document | Accepted)
    assert isinstance(await second, Document | Accepted)


async def test_of_two_that_mean_the_same_state_one_is_refused() -> None:
    """Both find nobody before them; who joins the queue later will find another state."""
    here = world(latency=1)
    id_ = await set_up(here)
    tag = (await services(here).get(id_)).tag
    asked = [services(here).patch(id_, speed(each), if_match={tag}) for each in (100, 200)]
    both = asyncio.gather(*asked, return_exceptions=True)
    await here.run(60)
    outcomes = await both
    assert [isinstance(each, PreconditionFailed) for each in outcomes].count(True) == 1
    assert len(await speeds(here)) == 1


def test_each_request_has_its_own_time() -> None:
    """One that joins later does not make the one before it younger."""
    draft = Draft("s", {})
    turns.join(draft, "old", 100.0)
    turns.join(draft, "new", 150.0)
    service = Document("s", Body(data={}), created=0, process=draft.process)
    assert [turns.cut_short(service, each, 165.0) for each in ("old", "new", "who")] == [
        True,
        False,
        True,
    ]


def test_a_queue_of_an_earlier_version() -> None:
    """Its one time for all requests is no hindrance: they are joined, told dead and left."""
    draft = Draft("s", {}, process={"queue": ["old"], "joined": 100.0})
    turns.join(draft, "new", 150.0)
    service = Document("s", Body(data={}), created=0, process=draft.process)
    assert [turns.cut_short(service, each, 165.0) for each in ("old", "new")] == [True, False]
    turns.leave(draft, "old")
    assert turns.first(replace(service, process=draft.process)) == "new"
