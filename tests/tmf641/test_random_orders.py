"""Random orders, failures, cancellations, amendments and crashes: what holds of every one.

Each run is made from one number, its seed, which a failing test names:
``pytest "tests/tmf641/test_random_orders.py::test_some[17]"`` runs one of them again.
"""

import copy
import os
import random
from contextlib import suppress
from dataclasses import replace
from typing import Final

import pytest

from api.catalog.handling import Handling, OnFailure, PointOfNoReturn
from api.catalog.model import ServiceSpecification
from api.errors import Conflict
from api.jsontypes import JsonObject
from api.retry import RetryPolicy
from tests.fakes import World, by_id, catalog_of
from tests.tmf641.checks import (
    check_executed,
    check_rolled_up,
    check_sealed,
    solve,
    steps_of,
)
from tests.tmf641.orders import (
    carried,
    inventory,
    item,
    network,
    odd_ids,
    order,
    orders,
    patch,
    post,
)
from tests.tmf641.test_cancellation import cancel, task
from tests.tmf641.test_refused import refusing
from tmf641_service_ordering.items import walk
from tmf641_service_ordering.states import ORDER

RUNS: Final = 140
BETWEEN: Final = 60
"""In every run of the tests: as clients act at leisure, and in the midst of the processes."""

BATCHES: Final = 20
MANY: Final = int(os.environ.get("TURNUP_TEST_RANDOM_ORDERS", "10000")) // BATCHES
"""Ten thousand in a long one."""

RETRY: Final = RetryPolicy(attempts=2, first=1.0, jitter=0.0)


def specifications(chance: random.Random) -> list[ServiceSpecification]:
    usual = Handling(retry=RETRY, on_failure=chance.choice([*OnFailure]))
    points = [PointOfNoReturn.NEVER] * 6 + [*PointOfNoReturn]
    plain = ServiceSpecification(
        "s0", "S0", usual=usual, options={"assign": {"port": "p-{number}"}}
    )
    sealed = replace(usual, point_of_no_return=chance.choice(points))
    return [plain, replace(plain, id="s1", options={}, usual=sealed)]


class Scenario:
    """One run.

    Args:
        seed: what it is made from.
        between: whether the client acts between two writes of the processes, not between looks.
    """

    def __init__(self, seed: int, *, between: bool = False) -> None:
        self.chance = random.Random(seed)
        self.kinds = specifications(self.chance)
        self.here = World(catalog_of(*self.kinds))
        self.between = between
        self.before: list[JsonObject] = []
        self.services: list[str] = []
        self.id = ""
        self.amended = False
        self.by_hand = False
        self.skipped = False
        self.ids = odd_ids(self.chance, [*map(str, range(6)), "new"])

    async def prepare(self) -> None:
        """Services that are there before: one relies on another."""
        made = await carried(
            self.here,
            item("a", spec="s0", service=_speed(1)),
            item("b", "a", spec="s0", service=_speed(1, name="b")),
            item("c", spec="s0", service=_speed(1, state="inactive")),
            item("d", spec="s0", service=_speed(1, description="d")),
        )
        assert made["state"] == "completed"
        self.services = [each["service"]["id"] for each in made["serviceOrderItem"]]
        self.before = plain(self.here)

    def items(self) -> list[JsonObject]:
        free = list(self.services)
        self.chance.shuffle(free)
        made: list[JsonObject] = []
        for number in range(self.chance.randint(1, 6)):
            earlier = [each["id"] for each in made]
            after = [each for each in earlier if self.chance.random() < 0.35]
            made.append(self._item(self.ids[str(number)], after, free))
        return self._nest(made)

    def _nest(self, items: list[JsonObject]) -> list[JsonObject]:
        """Puts some items into later ones, which come after them then."""
        top = list(items)
        for each in items[:-1]:
            if self.chance.random() < 0.2:
                place = next(i for i, other in enumerate(top) if other is each)
                around = self.chance.choice(top[place + 1 :])
                around.setdefault("serviceOrderItem", []).append(each)
                top.remove(each)
        return top

    def _item(self, id_: str, after: list[str], free: list[str]) -> JsonObject:
        chance = self.chance
        own = _speed(chance.randint(1, 4))
        if chance.random() < 0.5:
            slow = _given("simulate.latency", chance.choice([1, 5, 20]))
            own["serviceCharacteristic"].append(slow)
        if chance.random() < 0.15:
            name, value = chance.choice([("fail", "broken"), ("failTimes", 5), ("failTimes", 1)])
            own["serviceCharacteristic"].append(_given(f"simulate.{name}", value))
        action = chance.choice(["add", "add", "add", "modify", "delete", "noChange"])
        if action == "add" or not free:
            return item(id_, *after, spec=chance.choice(["s0", "s1"]), service=own)
        if action == "delete":
            own = {}
        elif chance.random() < 0.3:
            own |= {"state": chance.choice(["active", "inactive"]), "name": "other"}
        return item(id_, *after, action=action, service={"id": free.pop(), **own})

    async def run(self) -> None:
        await self.prepare()
        items = self.items()
        planned = await self.try_out(items)
        self.id = await post(self.here, *items)
        if not self.between:
            await self.here.run(0.0)
            assert steps_of(await self.plan()) == planned
            await self.here.run(self.chance.choice([0.0, 0.4, 1.0, 6.0, 22.0, 45.0]))
        what = self.chance.choice(["nothing", "cancel", "amend", "amend"])
        if self.chance.random() < 0.4:
            self.here.crash_after(self.chance.randint(1, 25))
        cancellation = await self.meddle(what) if self.between else await self.act(what)
        await self.go_on(300)
        await self.people()
        body = await order(self.here, self.id)
        assert body["state"] in ORDER.final, body
        await self.check_items(body)
        if cancellation is not None:
            await self.check_cancelled(body, cancellation)
        if body["state"] == "completed":
            await self.check_completed(body)
        if body["state"] in ("cancelled", "failed") and self.undone(body):
            assert plain(self.here) == self.before
            if not self.skipped:
                assert ids(network(self.here)) <= ids(inventory(self.here))

    async def act(self, what: str) -> str | None:
        """What the client does with the order; the id of its task where it cancels."""
        if what == "amend":
            await self.amend_all()
        return await cancel(self.here, self.id) if what == "cancel" else None

    async def meddle(self, what: str) -> str | None:
        """The same in the midst of what the processes do."""
        tasks: list[str] = []

        async def act() -> None:
            if what == "cancel":
                tasks.append(await cancel(self.here, self.id))
            if what == "amend":
                await self.amend()

        self.here.meddle(self.chance.randint(0, 30), act)
        await self.go_on(300)
        if self.here.store.between is not None:  # there were not so many writes
            self.here.store.between = None
            await act()
        return tasks[0] if tasks else None

    async def go_on(self, seconds: float = 0.0) -> None:
        """Time passes, and in some runs the inventory refuses whatever is to be written."""
        if self.chance.random() < 0.1:
            with refusing(self.here):
                await self.here.run(seconds)
                await self.here.run()
        await self.here.run(seconds)
        await self.here.run()

    async def amend_all(self) -> None:
        """Amends the order, in some runs twice while it is suspended."""
        if self.chance.random() < 0.6:
            await self.amend()
            return
        with suppress(Conflict):
            await patch(self.here, self.id, state="held")
        for _ in range(2):
            await self.amend()
            await self.here.run(self.chance.choice([0.0, 1.0, 6.0]))
        with suppress(Conflict):
            await patch(self.here, self.id, state="inProgress")

    async def amend(self) -> None:
        """Changes, drops and adds items, unless the order forbids it."""
        body = await order(self.here, self.id)
        items = copy.deepcopy(body["serviceOrderItem"])
        dropped = [each["id"] for each in items[1:] if self.chance.random() < 0.25]
        kept = [each for each in items if each["id"] not in dropped]
        gone = {each["id"] for each in walk(each for each in items if each["id"] in dropped)}
        for each in walk(kept):
            relations = [
                r
                for r in each.get("serviceOrderItemRelationship", [])
                if r["orderItem"]["itemId"] not in gone
            ]
            each.pop("serviceOrderItemRelationship", None)
            if relations:
                each["serviceOrderItemRelationship"] = relations
            if each["action"] in ("add", "modify") and self.chance.random() < 0.4:
                depth = _given("depth", self.chance.randint(5, 9))
                each["service"]["serviceCharacteristic"] = [depth]
        new = self.ids["new"]
        if new not in by_id(walk(kept)) and self.chance.random() < 0.4:
            around = kept[0].setdefault("serviceOrderItem", [])
            into, after = self.chance.choice([(kept, [kept[0]["id"]]), (around, [])])
            into.append(item(new, *after, spec="s0", service=_speed(9)))
            if not around:
                del kept[0]["serviceOrderItem"]
        try:
            await patch(self.here, self.id, serviceOrderItem=kept)
        except Conflict:
            return
        self.amended = True

    async def people(self) -> None:
        """Persons solve what is held: they mend it, skip it, or have done it by hand."""
        for _ in range(12):
            body = await order(self.here, self.id)
            if body["state"] != "held":
                return
            items = copy.deepcopy(body["serviceOrderItem"])
            for each in walk(items):
                if each["state"] == "held":
                    self.by_hand |= solve(self.chance, each)
                    self.skipped |= each["state"] == "cancelled"
            note = [*body.get("note", []), {"text": "seen to"}]
            try:
                await patch(self.here, self.id, serviceOrderItem=items, note=note)
            except Conflict:
                await patch(self.here, self.id, state="inProgress")
            await self.go_on()

    async def check_items(self, body: JsonObject) -> None:
        """Every item is at its end; all went by the plan, and rolled up at every event."""
        assert {each["state"] for each in walk(body["serviceOrderItem"])} <= ORDER.final
        check_rolled_up(self.here, self.id)
        if self.kinds[1].usual.point_of_no_return is not PointOfNoReturn.NEVER:
            check_sealed(self.here, self.id, self.sealed(body))
        if not self.amended:
            check_executed(self.here, self.id, await self.plan())

    def sealed(self, body: JsonObject) -> set[str]:
        """The items that cannot be undone once they are completed."""
        return {
            each["id"]
            for each in walk(body["serviceOrderItem"])
            if (each["service"].get("serviceSpecification") or {}).get("id") == "s1"
        }

    async def try_out(self, items: list[JsonObject]) -> list[JsonObject]:
        """The steps that a dry run tells; it stores nothing."""
        dry_run = self.here.registry.dry_run("tmf641", "serviceOrder")
        assert dry_run is not None
        writes = self.here.store.writes
        told = await dry_run.create({"serviceOrderItem": copy.deepcopy(items)})
        assert self.here.store.writes == writes
        return steps_of(told["plan"])

    async def plan(self) -> JsonObject:
        make = self.here.registry.view("tmf641", "serviceOrder", "plan")
        assert make is not None
        return await make(await orders(self.here).get(self.id))

    async def check_cancelled(self, body: JsonObject, cancellation: str) -> None:
        done = await task(self.here, cancellation)
        assert done["state"] in ("done", "terminatedWithError")
        if done["state"] == "done":
            assert body["state"] == "cancelled"
            assert plain(self.here) == self.before

    def undone(self, body: JsonObject) -> bool:
        """Whether nothing that the order did is left, by the states of its items."""
        states = {each["state"] for each in walk(body["serviceOrderItem"])}
        return states <= {"cancelled", "failed"}

    async def check_completed(self, body: JsonObject) -> None:
        """The inventory is that of a fresh order with this content, and the network alike."""
        fresh = Scenario(0)
        fresh.here = World(catalog_of(*self.kinds))
        await fresh.prepare()
        names = dict(zip(self.services, fresh.services, strict=True))
        items = [_again(each, names) for each in body["serviceOrderItem"]]
        made = await carried(fresh.here, *items)
        assert made["state"] == "completed"
        again = by_id(walk(made["serviceOrderItem"]))
        names |= {
            each["service"]["id"]: again[each["id"]]["service"]["id"]
            for each in walk(body["serviceOrderItem"])
            if "id" in each["service"] and each["action"] == "add"
        }
        assert shape(self.here, names) == shape(fresh.here, {})
        if self.by_hand:
            return  # these persons do nothing in the network
        alike = {each["id"]: each["state"] for each in network(self.here)}
        for each in inventory(self.here):
            assert alike.get(each["id"], each["state"]) == each["state"]


def _given(name: str, value: object) -> JsonObject:
    return {"name": name, "value": value}


def _speed(value: int, **more: object) -> JsonObject:
    return {"serviceCharacteristic": [_given("speed", value)], **more}


def _again(done: JsonObject, names: dict[str, str]) -> JsonObject:
    """An item as it would be ordered anew, in a world where nothing fails."""
    service = copy.deepcopy(done["service"])
    if done["action"] == "add":
        service.pop("id", None)
    elif "id" in service:
        service["id"] = names[service["id"]]
    if done["action"] == "modify" and "name" not in service:
        service.pop("state", None)  # the server's, not the client's
    if "serviceCharacteristic" in service:
        service["serviceCharacteristic"] = [
            each
            for each in service["serviceCharacteristic"]
            if not each["name"].startswith("simulate.")
        ]
    inner = [_again(each, names) for each in done.get("serviceOrderItem") or ()]
    item = {**{k: v for k, v in done.items() if k != "state"}, "service": service}
    return {**item, "serviceOrderItem": inner} if inner else item


def ids(services: list[JsonObject]) -> set[str]:
    return {str(each["id"]) for each in services}


def plain(here: World) -> list[JsonObject]:
    return sorted(copy.deepcopy(inventory(here)), key=lambda each: str(each["id"]))


def shape(here: World, names: dict[str, str]) -> dict[str, object]:
    """What the services are, by id, less what differs between two worlds anyway."""
    found: dict[str, object] = {}
    for each in inventory(here):
        values = {
            c["name"]: c["value"]
            for c in each.get("serviceCharacteristic", [])
            if not c["name"].startswith("simulate.") and c["name"] != "port"
        }
        below = sorted(
            names.get(link["id"], link["id"]) for link in each.get("supportingService", [])
        )
        own = names.get(each["id"], each["id"])
        found[own] = (each["state"], each.get("name"), each.get("description"), values, below)
    return found


@pytest.mark.parametrize("seed", range(RUNS))
async def test_some(seed: int) -> None:
    """All ends legally, nothing begins too early, what is undone leaves no trace."""
    await Scenario(seed).run()


@pytest.mark.parametrize("seed", range(BETWEEN))
async def test_some_with_clients_between(seed: int) -> None:
    """The same where a client writes between what a look read and what it writes."""
    await Scenario(seed, between=True).run()


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("batch", range(BATCHES))
async def test_many(batch: int) -> None:
    """The same, ten thousand times, or as often as TURNUP_TEST_RANDOM_ORDERS says."""
    for seed in range(1_000 + batch * MANY, 1_000 + (batch + 1) * MANY):
        try:
            await Scenario(seed, between=seed % 2 == 1).run()
        except BaseException:
            print(f"seed {seed}")
            raise
