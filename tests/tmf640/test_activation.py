"""TMF640 as clients and 641 see it: requests, monitors, retries, turns, crashes, on fake time."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import orjson
import pytest

from api.catalog.handling import Handling
from api.catalog.model import ServiceSpecification
from api.clock import derived_id
from api.commands import Accepted, Commands
from api.draft import Draft
from api.errors import BadRequest, Conflict, NotFound, PreconditionFailed
from api.jsontypes import JsonObject, JsonValue
from api.retry import RetryPolicy
from api.store.document import Document
from tests.fakes import FakeWork, World, catalog_of
from tmf640_activation import turns
from tmf640_activation.record import BASE_PATH

RETRY = RetryPolicy(attempts=3, first=1.0, jitter=0.0)


def world(timeout: float = 60.0, **options: JsonValue) -> World:
    """A world whose catalogue has one specification, with these simulator options."""
    return World(
        catalog_of(
            ServiceSpecification(
                "rfs", "RFS", options=options, usual=Handling(retry=RETRY, timeout=timeout)
            )
        )
    )


def services(here: World) -> Commands:
    return here.commands("tmf640", "service")


def body(state: str = "active", **simulate: JsonValue) -> JsonObject:
    return {
        "state": state,
        "serviceSpecification": {"id": "rfs"},
        "serviceCharacteristic": [
            {"name": f"simulate.{name}", "value": value} for name, value in simulate.items()
        ],
    }


async def create(here: World, sent: JsonObject, key: str | None = None) -> Document | Accepted:
    made = await here.during(services(here).create(sent, key=key))
    assert isinstance(made, Document | Accepted)
    return made


async def active(here: World) -> str:
    made = await create(here, body())
    assert isinstance(made, Document)
    return made.id


async def state(here: World, id_: str) -> str:
    return str((await here.body("tmf640", "service", id_))["state"])


async def monitor(here: World, accepted: object) -> JsonObject:
    assert isinstance(accepted, Accepted)
    return await here.body("tmf640", "monitor", accepted.document.id)


def error(done: JsonObject) -> JsonObject:
    found: JsonObject = orjson.loads(done["response"]["body"])
    return found


async def test_a_quick_create_is_synchronous() -> None:
    """Done within the wait: the service is given back, and a completed monitor tells of it."""
    here = world(assign={"ip": "10.0.0.1"})
    started = here.clock.now()
    made = await create(here, body())
    assert here.clock.now() == started
    assert isinstance(made, Document)
    data = made.body.data
    assert (data["state"], data["startDate"]) == ("active", "2025-06-15T15:06:40.000Z")
    assert data["serviceCharacteristic"][-1] == {"name": "ip", "value": "10.0.0.1"}
    (done,) = here.all("tmf640", "monitor")
    assert done["state"] == "Completed"
    assert done["request"]["method"] == "POST"
    assert done["response"]["statusCode"] == "201"
    href = f"{BASE_PATH}/service/{made.id}"
    assert orjson.loads(done["response"]["body"]) == {**data, "href": href}
    assert done["sourceHref"].endswith(f"/v4/service/{made.id}")
    assert here.events(done["id"]) == [
        "MonitorCreateEvent",
        "MonitorStateChangeEvent",
        "MonitorAttributeValueChangeEvent",
    ]


async def test_a_slow_create_is_accepted() -> None:
    """Not done within the wait: a monitor; the service is there when the network has it."""
    here = world(latency=5)
    made = await here.during(services(here).create(body()), 1.0)
    assert isinstance(made, Accepted)
    assert made.document.body.data["state"] == "InProgress"
    assert not here.all("tmf640", "service")
    await here.run()
    assert (await monitor(here, made))["state"] == "Completed"
    assert [each["state"] for each in here.all("tmf640", "service")] == ["active"]


async def test_a_failed_create_is_a_monitor_in_error() -> None:
    """The request was taken (202); its failure, with the reason, is on the monitor."""
    here = world()
    done = await monitor(here, await create(here, body(fail="no port free")))
    assert done["state"] == "InError"
    assert done["response"]["statusCode"] == "409"
    assert "no port free" in error(done)["reason"]
    assert error(done)["code"] == "adapterFailed"
    assert not here.all("tmf640", "service")


async def test_failures_for_now_are_retried() -> None:
    """By the specification's policy: tries at 0, 1 and 3 seconds."""
    here = world()
    started = here.clock.now()
    made = await create(here, body(failTimes=2))
    assert (await monitor(here, made))["state"] == "Completed"
    assert here.clock.now() - started >= 3
    assert len(list(here.all("tmf640", "service"))) == 1


async def test_retries_end() -> None:
    """After the last try the monitor is InError and says how often was tried."""
    here = world()
    done = await monitor(here, await create(here, body(failTimes=99)))
    assert done["state"] == "InError"
    assert done["response"]["statusCode"] == "503"
    assert "3 tries" in error(done)["reason"]


async def test_an_adapter_has_its_time() -> None:
    """A call that takes longer than the specification's timeout counts as a failure for now."""
    here = world(timeout=2.0)
    done = await monitor(here, await create(here, body(latency=10)))
    assert done["state"] == "InError"
    assert "no answer within 2 s" in error(done)["reason"]


async def test_an_unknown_adapter_is_named() -> None:
    """A catalogue that names an adapter which is not there fails the request, saying which are."""
    here = World(catalog_of(ServiceSpecification("rfs", "RFS", adapter="fax")))
    done = await monitor(here, await create(here, body()))
    assert "'fax'" in error(done)["reason"]
    assert "simulator" in error(done)["reason"]


async def test_an_unknown_specification_uses_the_default_adapter() -> None:
    """Clients may activate what the catalogue does not know."""
    assert isinstance(await create(World(), body()), Document)


async def test_the_network_is_not_asked_for_a_design() -> None:
    """A service that is only reserved is written down at once, with no monitor."""
    here = world(fail=True)
    made = await create(here, body("reserved"))
    assert isinstance(made, Document)
    assert not here.all("tmf640", "monitor")


async def test_a_key_does_it_once() -> None:
    """A repeated call meets the first one's monitor and service, whatever came of it."""
    here = world()
    first = await create(here, body(), key="k")
    again = await create(here, body(), key="k")
    assert isinstance(first, Document)
    assert first == again
    assert first.id == "k"
    failed = [await create(here, body(fail=True), key="bad") for _ in range(2)]
    assert [m.document.id for m in failed if isinstance(m, Accepted)] == [
        derived_id("bad", "c")
    ] * 2
    assert len(list(here.all("tmf640", "monitor"))) == 2


async def test_patch_through_the_network() -> None:
    """Suspend, resume, modify: 200 with the service as it is then."""
    here = world()
    id_ = await active(here)
    for changes in (
        {"state": "inactive"},
        {"state": "active"},
        {"serviceCharacteristic": [{"name": "speed", "value": 100}]},
    ):
        changed = await here.during(services(here).patch(id_, changes))
        assert isinstance(changed, Document)
        assert changes.items() <= changed.body.data.items()
        assert not turns.waiting(changed)
    methods = [each["request"]["method"] for each in here.all("tmf640", "monitor")]
    assert methods == ["POST", "PATCH", "PATCH", "PATCH"]


async def test_patch_beside_the_network() -> None:
    """A description is changed without an adapter."""
    here = world()
    id_ = await active(here)
    changed = await services(here).patch(id_, {"description": "mine"})
    assert isinstance(changed, Document)
    assert changed.body.data["description"] == "mine"
    assert len(list(here.all("tmf640", "monitor"))) == 1


async def test_a_failed_patch_leaves_the_service() -> None:
    """What the network refused is not written."""
    here = world()
    id_ = await active(here)
    changes = {"serviceCharacteristic": [{"name": "simulate.fail", "value": "too fast"}]}
    done = await monitor(here, await here.during(services(here).patch(id_, changes)))
    assert "too fast" in error(done)["reason"]
    service = await services(here).get(id_)
    assert service.body.data["serviceCharacteristic"] == []
    assert not turns.waiting(service)


async def test_a_patch_with_a_key_does_it_once() -> None:
    """Also where it could not be asked for again: the service has moved on."""
    here = world()
    id_ = await active(here)
    for _ in range(2):
        changed = await here.during(services(here).patch(id_, {"state": "terminated"}, key="k"))
        assert isinstance(changed, Document)
    assert len(list(here.all("tmf640", "monitor"))) == 2


@pytest.mark.parametrize(
    ("changes", "raised"),
    [
        ({"state": "reserved"}, Conflict),
        ({"state": "broken"}, BadRequest),
        ({"serviceDate": "x"}, BadRequest),
        ([], BadRequest),
    ],
)
async def test_bad_patches_are_refused_at_once(changes: JsonValue, raised: type[Exception]) -> None:
    """Nothing is written down for what cannot be."""
    here = world()
    id_ = await active(here)
    with pytest.raises(raised):
        await services(here).patch(id_, changes)
    assert len(list(here.all("tmf640", "monitor"))) == 1


async def test_revisions_are_held() -> None:
    """If-Match is obeyed by patch and delete."""
    here = world()
    id_ = await active(here)
    with pytest.raises(PreconditionFailed):
        await services(here).patch(id_, {"state": "inactive"}, if_match={"7"})
    with pytest.raises(PreconditionFailed):
        await services(here).delete(id_, if_match={"7"})


async def test_a_revision_with_requests_before_it_is_refused() -> None:
    """What If-Match names will be another when the turn comes; later, it is taken."""
    here = world()
    id_ = await active(here)
    latency = [{"name": "simulate.latency", "value": 10}]
    slow = {"state": "inactive", "serviceCharacteristic": latency}
    assert isinstance(await here.during(services(here).patch(id_, slow), 1), Accepted)
    tag = (await services(here).get(id_)).tag
    with pytest.raises(PreconditionFailed, match="under way"):
        await services(here).patch(id_, {"state": "terminated"}, if_match={tag})
    with pytest.raises(PreconditionFailed, match="under way"):
        await services(here).delete(id_, if_match={tag})
    await here.run()
    assert await state(here, id_) == "inactive"
    tag = (await services(here).get(id_)).tag
    await here.during(services(here).patch(id_, {"state": "terminated"}, if_match={tag}))
    assert await state(here, id_) == "terminated"


async def test_a_request_that_broke_off_does_not_refuse_for_ever() -> None:
    """It joined the queue and died before there was a monitor: after a while it counts no more."""
    here = world()
    id_ = await active(here)
    now = here.clock.now()
    await services(here).update(id_, lambda _, draft: turns.join(draft, "dead", now))
    tag = (await services(here).get(id_)).tag
    with pytest.raises(PreconditionFailed):
        await services(here).patch(id_, {"state": "inactive"}, if_match={tag})
    await here.clock.advance(61)
    await here.during(services(here).patch(id_, {"state": "inactive"}, if_match={tag}))
    assert await state(here, id_) == "inactive"


async def test_delete_terminates_first() -> None:
    """An active service is taken down in the network and then gone; a failure keeps it."""
    here = world()
    id_ = await active(here)
    assert await here.during(services(here).delete(id_)) is None
    with pytest.raises(NotFound):
        await services(here).get(id_)
    assert here.events(id_)[-1] == "ServiceDeleteEvent"
    stubborn = await create(here, body(fail="busy", failOn="terminate"))
    assert isinstance(stubborn, Document)
    done = await monitor(here, await here.during(services(here).delete(stubborn.id)))
    assert done["state"] == "InError"
    assert await state(here, stubborn.id) == "active"


async def test_delete_of_what_is_not_in_the_network() -> None:
    """A reserved service is removed at once."""
    here = world(fail=True)
    made = await create(here, body("reserved"))
    assert isinstance(made, Document)
    assert await services(here).delete(made.id) is None
    assert not here.all("tmf640", "monitor")


async def test_requests_on_one_service_take_turns() -> None:
    """Three slow changes at once: one after the other, in order of arrival, with no gap."""
    here = world(latency=7)
    await create(here, body(), key="s")
    started = here.clock.now()
    for value in (1, 2, 3):
        changes = {"serviceCharacteristic": [{"name": "n", "value": value}]}
        assert isinstance(await here.during(services(here).patch("s", changes), 0.6), Accepted)
    await here.run()
    assert 21 <= here.clock.now() - started < 22
    values = [
        entry.snapshot.data["serviceCharacteristic"][0]["value"]
        for entry in here.store.log
        if entry.event.type == "ServiceAttributeValueChangeEvent"
    ]
    assert values == [1, 2, 3]
    assert not turns.waiting(await services(here).get("s"))


async def test_a_patch_after_the_delete_is_in_error() -> None:
    """A request whose service has gone while it waited ends with 404 on its monitor."""
    here = world(latency=5)
    await create(here, body(), key="s")
    await here.during(services(here).delete("s"), 0.6)
    late = await here.during(services(here).patch("s", {"state": "inactive"}), 0.6)
    await here.run()
    done = await monitor(here, late)
    assert (done["state"], done["response"]["statusCode"]) == ("InError", "404")


async def test_a_request_that_broke_off_holds_up_nobody() -> None:
    """A place in the queue whose monitor was never written is given up."""
    here = world()
    id_ = await active(here)
    long_ago = here.clock.now() - 61
    await services(here).update(id_, lambda _, d: turns.join(d, "never-written", long_ago))
    changed = await here.during(services(here).patch(id_, {"state": "inactive"}))
    await here.run()
    assert await state(here, id_) == "inactive"
    assert changed is not None
    assert not turns.waiting(await services(here).get(id_))


@pytest.mark.parametrize("moment", [0.0, 2.5, 4.9, 5.0])
async def test_a_crash_changes_nothing(moment: float) -> None:
    """Killed at any moment and started again, it is done once and ends as it should."""
    here = world(latency=5)
    call = asyncio.ensure_future(services(here).create(body(), key="s"))
    await here.run(moment)
    here.crash()
    await here.run()
    await call
    assert [each["id"] for each in here.all("tmf640", "service")] == ["s"]
    (done,) = here.all("tmf640", "monitor")
    assert done["state"] == "Completed"
    assert here.events("s") == ["ServiceCreateEvent"]


async def test_nothing_slips_past_the_network() -> None:
    """A service that comes up while it is being removed or patched as a design is not lost."""
    here = world()
    made = await create(here, body("reserved"))
    assert isinstance(made, Document)
    commands, read = services(here), services(here).get

    async def meanwhile(id_: str) -> Document:
        commands.get = read  # type: ignore[method-assign]
        before = await read(id_)
        await commands.update(id_, lambda _, draft: draft.body.update(state="active"))
        return before

    for call in (lambda: commands.delete(made.id), lambda: commands.patch(made.id, DESIGNED)):
        commands.get = meanwhile  # type: ignore[method-assign]
        with pytest.raises(Conflict):
            await call()
        assert await state(here, made.id) == "active"
        here.store.of("tmf640_service")[made.id] = made


DESIGNED: JsonObject = {"state": "designed"}


@pytest.mark.parametrize("what", ["create", "patch", "delete"])
@pytest.mark.parametrize("writes", range(1, 7))
async def test_a_crash_after_any_write(what: str, writes: int) -> None:
    """Each request is carried out once and ends Completed."""
    here = world()
    if what != "create":
        await create(here, body(), key="s")
    calls: dict[str, Callable[[], Coroutine[Any, Any, object]]] = {
        "create": lambda: services(here).create(body(), key="s"),
        "patch": lambda: services(here).patch("s", {"state": "inactive"}),
        "delete": lambda: services(here).delete("s"),
    }
    here.crash_after(writes)
    await here.during(calls[what](), 2.0)
    await here.run()
    found = [each["state"] for each in here.all("tmf640", "service")]
    assert found == {"create": ["active"], "patch": ["inactive"], "delete": []}[what]
    assert {each["state"] for each in here.all("tmf640", "monitor")} == {"Completed"}
    assert here.events("s").count("ServiceCreateEvent") == 1


async def test_the_monitor_names_the_order() -> None:
    """Whoever waits for the activation of an order's item finds the order in the monitor."""
    here = world()
    sent = body() | {"serviceOrderItem": [{"serviceOrderId": "o-1", "itemId": "1"}]}
    await create(here, sent)
    (done,) = here.all("tmf640", "monitor")
    assert {"name": "serviceOrderId", "value": "o-1"} in done["request"]["header"]


async def test_an_end_stays() -> None:
    """A process that was taken for dead, and fails late, does not change what another has ended."""
    here = world()
    call = asyncio.ensure_future(services(here).create(body(latency=5, fail="broken")))
    await here.run(2)
    accepted = await call
    assert isinstance(accepted, Accepted)
    monitors = here.commands("tmf640", "monitor")
    await monitors.update(
        accepted.document.id, lambda _, draft: draft.body.update(state="Completed")
    )
    await here.run()
    assert (await monitor(here, accepted))["state"] == "Completed"


@pytest.mark.parametrize("changes", [{"state": "inactive"}, {"name": "other"}])
async def test_a_process_that_comes_late_does_nothing_again(changes: JsonObject) -> None:
    """A request that another process has ended meanwhile is not carried out a second time."""
    here = world()
    id_ = (await services(here).insert(Draft("s", body(latency=5) | {"id": "s"}))).id
    call = asyncio.ensure_future(services(here).patch(id_, {"state": "inactive", **changes}))
    await here.run(2)
    await call
    monitors = here.commands("tmf640", "monitor")
    (seen,) = [
        each
        for each in here.store.of("tmf640_monitor").values()
        if each.body.data["state"] == "InProgress"
    ]
    await here.run()
    await here.during(services(here).patch(id_, {"state": "active", "name": "first"}))
    await here.run()
    (late,) = [c for c in here.registry.controllers if c.commands is monitors]
    await here.during(late.reconcile(FakeWork(monitors, seen, set())))
    await here.run()
    service = await here.body("tmf640", "service", id_)
    assert (service["state"], service["name"]) == ("active", "first")
    assert not turns.waiting(await services(here).get(id_))
