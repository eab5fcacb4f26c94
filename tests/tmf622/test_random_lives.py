"""Random product orders carried by all four APIs: amended, cancelled, given up, solved by people.

Each run is made from one number, its seed, which a failing test names:
``pytest "tests/tmf622/test_random_lives.py::test_some[17]"`` runs one of them again.
"""

import copy
import os
import random
from contextlib import suppress
from typing import Final, cast

import pytest

from api.catalog.load import parse_catalog
from api.catalog.model import Catalog
from api.errors import Conflict
from api.jsontypes import JsonObject, JsonValue
from api.rollup import roll_up
from api.store.document import Document
from tests import fakes
from tests.fakes import World
from tests.tmf622.shop import item
from tests.tmf641.checks import (
    check_executed,
    check_rolled_up,
    check_sealed,
    solve,
    steps_of,
)
from tests.tmf641.orders import characteristics, odd_ids
from tmf622_product_ordering.states import PRODUCT_ORDER, PRODUCT_ORDER_ITEM

RUNS: Final = 40
BETWEEN: Final = 20
"""In every run of the tests: as clients act at leisure, and in the midst of the processes."""

BATCHES: Final = 10
MANY: Final = int(os.environ.get("TURNUP_TEST_RANDOM_ORDERS", "10000")) // 5 // BATCHES
"""One for five of service orders alone: each takes as long as several of those."""

BESIDE: Final = frozenset({("completed", "pendingCancellation")})
"""Changes of an item's state beside the lifecycle: see docs/deviations.md."""

PACKAGES: Final = ("tmf622_product_ordering", *fakes.PACKAGES)

CATALOG: Final = """
productOfferings:
  - {{id: home, name: Home, bundles: [line, voice]}}
  - {{id: line, name: Line, productSpecification: line}}
  - {{id: voice, name: Voice, productSpecification: voice}}
productSpecifications:
  - id: line
    name: Line
    characteristics: [{{name: speed, default: 1}}, {{name: delay}}, {{name: fail}}, {{name: times}}]
    services: [{{name: access, specification: access, copy: all}}]
  - id: voice
    name: Voice
    characteristics: [{{name: lines, default: 1}}]
    services: [{{name: voice, specification: voice, copy: all}}]
serviceSpecifications:
  - id: access
    name: Access
    type: CFS
    characteristics: [{{name: speed}}, {{name: delay}}, {{name: fail}}, {{name: times}}]
    requires:
      - name: port
        specification: port
        characteristics:
          profile: {{from: speed}}
          simulate.latency: {{from: delay}}
          simulate.fail: {{from: fail}}
          simulate.failTimes: {{from: times}}
      - {{name: ip, specification: ip, actions: [add, delete], dependsOn: [port]}}
  - id: voice
    name: Voice
    type: CFS
    characteristics: [{{name: lines}}]
    requires: [{{name: jack, specification: jack, count: lines, actions: [add, delete]}}]
  - id: port
    name: Port
    type: RFS
    onFailure: {policy}
    retry: {{attempts: 2, first: 1}}
    options: {{assign: {{port: "p-{{number}}"}}}}
    duration: 5
  - {{id: ip, name: IP, type: RFS, pointOfNoReturn: {sealed}}}
  - {{id: jack, name: Jack, type: RFS, options: {{latency: 3}}}}
"""


def catalogue(chance: random.Random) -> Catalog:
    policy = chance.choice(["hold", "hold", "fail", "compensate"])
    sealed = chance.choice(["never"] * 4 + ["started", "completed"])
    return parse_catalog(CATALOG.format(policy=policy, sealed=sealed))


class Life:
    """One run.

    Args:
        seed: what it is made from.
        between: whether the client acts between two writes of the processes, not between looks.
    """

    def __init__(self, seed: int, *, between: bool = False) -> None:
        self.chance = random.Random(seed)
        self.catalog = catalogue(self.chance)
        self.here = World(self.catalog, PACKAGES)
        self.between = between
        self.products: list[JsonObject] = []
        self.before: list[JsonObject] = []
        self.id = ""
        self.amended = False
        self.by_hand = False
        self.given_up = False
        self.ids = odd_ids(self.chance, ["n1", "n2", "n0", "o1", "o2", "late"])

    async def prepare(self) -> None:
        """A household that is there before."""
        parts = [item("2", "line", given={"speed": 1}), item("3", "voice", relies=["2"])]
        id_ = await self.post([item("1", "home", parts=["2", "3"]), *parts])
        await self.here.run()
        made = await self.order(id_)
        assert made["state"] == "completed"
        self.products = [
            each["product"]["realizingService"] for each in made["productOrderItem"][1:]
        ]
        self.before = self.plain()

    async def post(self, items: list[JsonObject]) -> str:
        body = {"productOrderItem": copy.deepcopy(items)}
        made = await self.here.commands("tmf622", "productOrder").create(body)
        return cast(Document, made).id

    async def order(self, id_: str) -> JsonObject:
        return await self.here.body("tmf622", "productOrder", id_)

    async def below(self) -> JsonObject | None:
        found = [
            each
            for each in self.here.all("tmf641", "serviceOrder")
            if each.get("externalId") == self.id
        ]
        return found[0] if found else None

    def plain(self) -> list[JsonObject]:
        found = copy.deepcopy(list(self.here.all("tmf638", "service")))
        return sorted(found, key=lambda each: str(each["id"]))

    def items(self) -> list[JsonObject]:
        """Of a random order: new products, changes and ends of those that there are."""
        chance, ids = self.chance, self.ids
        made: list[JsonObject] = []
        if chance.random() < 0.7:
            made.append(item(ids["n1"], "line", given=self.line()))
            if chance.random() < 0.6:
                lines = chance.randint(1, 3)
                made.append(item(ids["n2"], "voice", given={"lines": lines}, relies=[ids["n1"]]))
            if chance.random() < 0.3:
                made.append(item(ids["n0"], "home", parts=[each["id"] for each in made]))
        if chance.random() < 0.5 or not made:
            action = chance.choice(["modify", "modify", "delete"])
            given = self.line() if action == "modify" else None
            made.append(item(ids["o1"], "line", action, given=given, real=self.products[0]))
            if action == "delete" or chance.random() < 0.3:
                made.append(item(ids["o2"], "voice", "delete", real=self.products[1]))
        return made

    def line(self) -> JsonObject:
        chance = self.chance
        given: JsonObject = {"speed": chance.randint(2, 9)}
        if chance.random() < 0.5:
            given["delay"] = chance.choice([1, 5, 20])
        if chance.random() < 0.15:
            given["fail"] = "broken"
        elif chance.random() < 0.1:
            given["times"] = chance.choice([1, 5])
        return given

    async def run(self) -> None:
        await self.prepare()
        items = self.items()
        planned = await self.try_out(items)
        self.id = await self.post(items)
        if not self.between:
            await self.here.run(0.1)
            assert steps_of(await self.plan()) == planned
            await self.here.run(self.chance.choice([0.0, 1.0, 3.0, 7.0, 22.0]))
        what = self.chance.choice(["nothing", "cancel", "amend", "amend", "give up"])
        if self.chance.random() < 0.4:
            self.here.crash_after(self.chance.randint(1, 25))
        task = await self.meddle(what) if self.between else await self.act(what)
        await self.here.run(300)
        await self.here.run()
        await self.people()
        order = await self.order(self.id)
        assert order["state"] in PRODUCT_ORDER.final, order
        await self.check(order, task)

    async def act(self, what: str) -> str | None:
        """What the client does with the order; the id of its task where it cancels."""
        if what == "amend":
            await self.amend()
        if what == "give up":
            await self.give_up()
        return await self.cancel() if what == "cancel" else None

    async def meddle(self, what: str) -> str | None:
        """The same in the midst of what the processes do."""
        tasks: list[str] = []

        async def act() -> None:
            if what == "cancel":
                tasks.append(await self.cancel())
            if what == "amend":
                await self.amend()
            if what == "give up":
                with suppress(Conflict):
                    orders = self.here.commands("tmf622", "productOrder")
                    await orders.patch(self.id, {"state": "held"})

        self.here.meddle(self.chance.randint(0, 60), act)
        await self.here.run(300)
        if self.here.store.between is not None:  # there were not so many writes
            self.here.store.between = None
            await act()
        if what == "give up":
            await self.give_up()
        return tasks[0] if tasks else None

    async def try_out(self, items: list[JsonObject]) -> list[JsonObject]:
        """The steps that a dry run tells; it stores nothing."""
        dry_run = self.here.registry.dry_run("tmf622", "productOrder")
        assert dry_run is not None
        writes = self.here.store.writes
        told = await dry_run.create({"productOrderItem": copy.deepcopy(items)})
        assert self.here.store.writes == writes
        assert not told["problem"]
        return steps_of(told["plan"])

    async def plan(self) -> JsonObject:
        make = self.here.registry.view("tmf622", "productOrder", "plan")
        assert make is not None
        return await make(await self.here.commands("tmf622", "productOrder").get(self.id))

    async def cancel(self) -> str:
        tasks = self.here.commands("tmf622", "cancelProductOrder")
        return cast(Document, await tasks.create({"productOrder": {"id": self.id}})).id

    async def give_up(self) -> None:
        """Suspends the order and gives it up, unless it is over before."""
        orders = self.here.commands("tmf622", "productOrder")
        with suppress(Conflict):
            await orders.patch(self.id, {"state": "held"})
            await self.here.run(self.chance.choice([0.0, 1.0, 7.0]))
            await orders.patch(self.id, {"state": "cancelled"})
            self.given_up = True

    async def amend(self) -> None:
        """Changes, drops and adds items, unless the order forbids it."""
        chance = self.chance
        items = copy.deepcopy((await self.order(self.id))["productOrderItem"])
        for each in items:
            for value in each.get("product", {}).get("productCharacteristic", ()):
                if value["name"] == "speed" and chance.random() < 0.5:
                    value["value"] = chance.randint(10, 19)
        bundled = {
            related["id"]
            for each in items
            for related in each.get("productOrderItemRelationship", ())
        }
        if len(items) > 1 and items[-1]["id"] not in bundled and chance.random() < 0.4:
            items.pop()
        if chance.random() < 0.4:
            items.append(item(self.ids["late"], "voice", given={"lines": 2}))
        before = (await self.order(self.id))["productOrderItem"]
        try:
            changes: JsonObject = {"productOrderItem": items}
            await self.here.commands("tmf622", "productOrder").patch(self.id, changes)
        except Conflict:
            return
        self.amended = items != before

    async def people(self) -> None:
        """Persons solve what is held below: they mend it, skip it, or have done it by hand."""
        for _ in range(12):
            below = await self.below()
            if below is None or below["state"] != "held":
                return
            orders = self.here.commands("tmf641", "serviceOrder")
            items = copy.deepcopy(below["serviceOrderItem"])
            for each in items:
                if each["state"] == "held":
                    self.by_hand |= solve(self.chance, each)
            note: JsonValue = [*below.get("note", []), {"text": "seen to"}]
            try:
                await orders.patch(below["id"], {"serviceOrderItem": items, "note": note})
            except Conflict:
                await orders.patch(below["id"], {"state": "inProgress"})
            await self.here.run()

    async def check(self, order: JsonObject, task: str | None) -> None:
        below = await self.below()
        for entry in self.here.store.log:
            if entry.event.resource_id == self.id:
                rolled_up(entry.snapshot.data, given_up=self.given_up, amended=self.amended)
        self.check_items()
        if below is not None:
            check_rolled_up(self.here, below["id"])
            check_sealed(self.here, below["id"], self.sealed(below))
            if not self.amended:
                check_executed(self.here, below["id"], await self.plan())
        if task is not None:
            done = await self.here.body("tmf622", "cancelProductOrder", task)
            assert done["state"] in ("done", "terminatedWithError")
            if done["state"] == "done":
                assert order["state"] == "cancelled"
                assert self.plain() == self.before
        states = {each["state"] for each in (below or {"serviceOrderItem": []})["serviceOrderItem"]}
        if order["state"] in ("cancelled", "failed") and states <= {"cancelled", "failed"}:
            assert self.plain() == self.before
        if order["state"] == "completed":
            await self.check_completed(order)
        if self.given_up:
            self.check_given_up(order, below)

    def check_items(self) -> None:
        """Its items go as their lifecycle says."""
        last: dict[str, str] = {}
        for entry in self.here.store.log:
            if entry.event.resource_id == self.id:
                for each in entry.snapshot.data["productOrderItem"]:
                    was, state = last.get(each["id"], each["state"]), each["state"]
                    legal = PRODUCT_ORDER_ITEM.allows(was, state) or (was, state) in BESIDE
                    assert legal or self.amended, (each["id"], was, state)
                    last[each["id"]] = state

    def check_given_up(self, order: JsonObject, below: JsonObject | None) -> None:
        """Both levels end alike, and the product order names what came up."""
        assert below is not None
        assert order["state"] == below["state"] or below["state"] not in ("cancelled", "completed")
        named = {
            service["id"]
            for each in order["productOrderItem"]
            for service in each.get("product", {}).get("realizingService", ())
        }
        before = {each["id"] for each in self.before}
        there = {each["id"] for each in self.plain() if each["state"] != "terminated"}
        assert there <= before | named

    def sealed(self, below: JsonObject) -> set[str]:
        """The items that cannot be undone once they are completed."""
        if self.catalog.service_specifications["ip"].usual.point_of_no_return == "never":
            return set()
        return {each["id"] for each in below["serviceOrderItem"] if each["id"].endswith(".ip")}

    async def check_completed(self, order: JsonObject) -> None:
        """The services are those of a fresh order with this content."""
        fresh = Life(0)
        fresh.catalog = self.catalog
        fresh.here = World(self.catalog, PACKAGES)
        await fresh.prepare()
        items = copy.deepcopy(order["productOrderItem"])
        names = dict(zip(_ids(self.products), _ids(fresh.products), strict=True))
        for each in items:
            each.pop("state")
            product = each.get("product", {})
            if each["action"] == "add":
                product.pop("realizingService", None)
            for service in product.get("realizingService", ()):
                service["id"] = names[service["id"]]
            product["productCharacteristic"] = [
                value
                for value in product.get("productCharacteristic", ())
                if value["name"] not in ("delay", "fail", "times")
            ]
        fresh.id = await fresh.post(items)
        await fresh.here.run()
        assert (await fresh.order(fresh.id))["state"] == "completed"
        assert self.shape() == fresh.shape()

    def shape(self) -> list[tuple[str, str, str]]:
        """What the services are, less what differs between two worlds anyway."""
        own = ("port", "delay", "fail", "times")
        return sorted(
            (
                str(each["name"]),
                str(each["state"]),
                str(
                    sorted(
                        (name, value)
                        for name, value in characteristics(each).items()
                        if not name.startswith("simulate.") and name not in own
                    )
                ),
            )
            for each in self.here.all("tmf638", "service")
        )


def _ids(products: list[JsonObject]) -> list[str]:
    return [service["id"] for services in products for service in services]


def rolled_up(order: JsonObject, *, given_up: bool, amended: bool) -> None:
    """A product order is what its items come to, whenever one is told of it."""
    states = [each["state"] for each in order["productOrderItem"]]
    if order["state"] in ("completed", "failed", "partial"):
        assert roll_up(states) == order["state"], order
    elif order["state"] == "cancelled":
        # what had failed before the order was called off has failed
        assert given_up or "cancelled" in states, order
        assert given_up or set(states) <= {"cancelled", "failed"}, order
    elif set(states) <= PRODUCT_ORDER.final:
        # one that was given up is held on its way to being cancelled: there is no other one; and
        # one of which the item that held it was dropped, until the order below has heard of it
        stands = (given_up or amended) and order["state"] == "held"
        assert order["state"] == "inProgress" or stands, order


@pytest.mark.parametrize("seed", range(RUNS))
async def test_some(seed: int) -> None:
    """As planned; ends legally; rolled up at each event; what is undone leaves no trace."""
    await Life(seed).run()


@pytest.mark.parametrize("seed", range(BETWEEN))
async def test_some_with_clients_between(seed: int) -> None:
    """The same where a client writes between what a look read and what it writes."""
    await Life(seed, between=True).run()


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("batch", range(BATCHES))
async def test_many(batch: int) -> None:
    """The same, two thousand times, or a fifth of what TURNUP_TEST_RANDOM_ORDERS says."""
    for seed in range(1_000 + batch * MANY, 1_000 + (batch + 1) * MANY):
        try:
            await Life(seed, between=seed % 2 == 1).run()
        except BaseException:
            print(f"seed {seed}")
            raise
