"""What clients and operators do: stories of orders that follow on one another.

A story is made from chance; it goes on as its orders end. All that is needed to compute what the
inventory must hold is entered into the `Tally`: for every item the values that were ordered, one
more set for each amendment that may have been taken.
"""

import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.crash.caller import FINAL, PATIENCE, Caller, Json

__all__ = ["Story", "Tally"]

ENDED = ("done", "terminatedWithError")


@dataclass
class Tally:
    """What was ordered in all stories.

    Attributes:
        size: how many orders there shall be.
        asked: by order and item of the service order, the values that were ordered.
        counts: of what was done.
    """

    size: int
    asked: defaultdict[tuple[str, str], list[Json]] = field(
        default_factory=lambda: defaultdict(list)
    )
    counts: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def full(self) -> bool:
        return self.counts["orders"] >= self.size

    def count(self, *what: str) -> None:
        with self._lock:
            self.counts.update(what)

    def ask(self, order: str, items: dict[str, Json]) -> None:
        with self._lock:
            for item, values in items.items():
                self.asked[order, item].append(values)


class Story:
    """One story.

    Args:
        caller: calls the servers.
        chance: what happens.
        tally: what was ordered.
    """

    def __init__(self, caller: Caller, chance: random.Random, tally: Tally) -> None:
        self._caller = caller
        self._chance = chance
        self._tally = tally

    def tell(self) -> None:
        self._chance.choice([self._household, self._services])()

    def _likely(self, likelihood: float) -> bool:
        return self._chance.random() < likelihood

    # product orders

    def _household(self) -> None:
        """A bundle is ordered, changed, ended."""
        speed = self._chance.randint(1, 99)
        added = self._product(_home(speed, self._simulated()), {**_line("2", speed), **_voice("3")})
        (order,) = self._lead_product((added, speed))
        parts = {each["id"]: each.get("product", {}) for each in order["productOrderItem"]}
        if order["state"] != "completed":
            return
        line, voice = (parts[id_]["realizingService"] for id_ in ("2", "3"))
        for _ in range(self._chance.randint(0, 2)):
            self._modify_line(line)
        if self._likely(0.4):
            asked = {**_line("2"), **_voice("3")}
            self._lead_product((self._product(_end(line, voice), asked), None))

    def _modify_line(self, line: list[Json]) -> None:
        """One change, or two at once, which must be carried one after the other."""
        orders: list[tuple[str, int | None]] = []
        for _ in range(2 if self._likely(0.2) else 1):
            speed = self._chance.randint(1, 99)
            extra = self._simulated()
            item = _item("1", "modify", "line", line, speed=speed, **extra)
            asked = {k: v for k, v in _line("1", speed).items() if not k.endswith("ip")}
            orders.append((self._product([item], asked), speed))
        self._lead_product(*orders)

    def _product(self, items: list[Json], asked: dict[str, Json]) -> str:
        id_ = self._caller.post("productOrder", {"productOrderItem": items})
        self._tally.ask(id_, asked)
        self._tally.count("orders", "product orders", f"product {items[-1]['action']}")
        return id_

    def _lead_product(self, *orders: tuple[str, int | None]) -> list[Json]:
        """Cancels or amends the orders perhaps, and sees to them until they are at their ends."""
        for id_, speed in orders:
            if self._likely(0.2):
                time.sleep(self._chance.uniform(0, 0.8))
                self._cancel("product", id_)
            elif speed is not None and self._likely(0.15):
                time.sleep(self._chance.uniform(0, 0.5))
                self._amend_product(id_)
        return self._see_over("product", [id_ for id_, _ in orders], self._see_below)

    def _see_over(
        self, what: str, orders: Sequence[str], see_to: Callable[[Json], None]
    ) -> list[Json]:
        """The orders at their ends; any may wait for any other, so all are seen to in turns."""
        kind, items = f"{what}Order", f"{what}OrderItem"
        over: dict[str, Json] = {}
        deadline = time.monotonic() + PATIENCE
        while len(over) < len(orders):
            for id_ in [each for each in orders if each not in over]:
                seen = self._caller.wait(kind, id_, *FINAL, "held", seconds=0.5)
                assert time.monotonic() < deadline, f"{kind} {id_} stays {seen['state']}: {seen}"
                if seen["state"] in FINAL:
                    over[id_] = self._caller.settled(kind, id_, items)
                    self._tally.count(f"{what} orders {seen['state']}")
                elif seen["state"] == "held":
                    see_to(seen)
        return [over[id_] for id_ in orders]

    def _see_below(self, order: Json) -> None:
        """A held product order is seen to by its service order."""
        for below in self._caller.get("serviceOrder", externalId=order["id"]):
            seen = self._caller.see("serviceOrder", below["id"])
            if seen["state"] == "held":
                self._see_to(seen, lambda: self._cancel("product", order["id"]), give_up=False)
        time.sleep(0.1)

    def _amend_product(self, id_: str) -> None:
        seen = self._caller.see("productOrder", id_)
        if seen["state"] in FINAL:
            return
        speed = self._chance.randint(1, 99)
        items = seen["productOrderItem"]
        for each in items:
            for value in each.get("product", {}).get("productCharacteristic", ()):
                if value["name"] == "speed":
                    value["value"] = speed
                    values = _line(each["id"], speed)
                    known = {k: v for k, v in values.items() if (id_, k) in self._tally.asked}
                    self._tally.ask(id_, known)
        taken = self._caller.patch("productOrder", id_, seen, {"productOrderItem": items})
        self._tally.count(f"product orders amended: {taken}")

    # service orders

    def _services(self) -> None:
        """Services are ordered, changed, ended."""
        kind = self._chance.choice(["hold", "hold", "fail", "compensate", "sealed"])
        items: list[Json] = []
        for number in range(self._chance.randint(1, 3)):
            after = [each["id"] for each in items if self._likely(0.5)]
            own = "hold" if kind == "sealed" and number else kind
            items.append(_add(str(number), own, after, self._chance.randint(1, 99)))
        self._upset(items)
        (order,) = self._lead_service(self._service(items))
        made = [
            each["service"]["id"]
            for each in order["serviceOrderItem"]
            if each["state"] == "completed"
        ]
        for _ in range(self._chance.randint(0, 2)):
            self._modify_services(made)
        if made and self._likely(0.4):
            ends = [_of(str(n), "delete", service) for n, service in enumerate(made)]
            self._lead_service(self._service(ends))

    def _modify_services(self, services: Sequence[str]) -> None:
        """One change of some, or two at once, which must be carried one after the other."""
        if not services:
            return
        orders = []
        for _ in range(2 if self._likely(0.2) else 1):
            some = self._chance.sample(services, self._chance.randint(1, len(services)))
            speed = self._chance.randint(1, 99)
            items = [_of(str(n), "modify", service, speed) for n, service in enumerate(some)]
            self._upset(items)
            orders.append(self._service(items))
        self._lead_service(*orders)

    def _upset(self, items: list[Json]) -> None:
        for name, value in self._simulated().items():
            short = {"delay": "latency", "trouble": "fail", "hiccups": "failTimes"}[name]
            given = {"name": f"simulate.{short}", "value": value}
            self._chance.choice(items)["service"]["serviceCharacteristic"].append(given)

    def _service(self, items: list[Json]) -> str:
        id_ = self._caller.post("serviceOrder", {"serviceOrderItem": items})
        self._tally.ask(id_, {each["id"]: _speed_of(each) for each in items})
        self._tally.count("orders", "service orders", f"service {items[-1]['action']}")
        return id_

    def _lead_service(self, *orders: str) -> list[Json]:
        """Cancels or amends the orders perhaps, and sees to them until they are at their ends."""
        for id_ in orders:
            if self._likely(0.2):
                time.sleep(self._chance.uniform(0, 0.4))
                self._cancel("service", id_)
            elif self._likely(0.15):
                time.sleep(self._chance.uniform(0, 0.3))
                self._amend_service(id_)

        def see_to(order: Json) -> None:
            self._see_to(order, lambda: self._cancel("service", order["id"]), give_up=True)

        return self._see_over("service", orders, see_to)

    def _amend_service(self, id_: str) -> None:
        """Changes an item, drops one, adds one."""
        seen = self._caller.see("serviceOrder", id_)
        items = seen["serviceOrderItem"]
        if seen["state"] in FINAL or items[0]["action"] == "delete":
            return
        if len(items) > 1 and self._likely(0.4):
            items.pop()
        for each in items:
            if self._likely(0.5):
                _speed_up(each, self._chance.randint(1, 99))
        if items[0]["action"] == "add" and self._likely(0.4):
            items.append(_add("new", "hold", [items[0]["id"]], self._chance.randint(1, 99)))
        self._tally.ask(id_, {each["id"]: _speed_of(each) for each in items})
        taken = self._caller.patch("serviceOrder", id_, seen, {"serviceOrderItem": items})
        self._tally.count(f"service orders amended: {taken}")

    # what goes wrong, and what people do about it

    def _simulated(self) -> Json:
        """How the network does with an item: slowly, not at first, not at all."""
        found: Json = {}
        if self._likely(0.3):
            found["delay"] = round(self._chance.uniform(0.1, 0.8), 1)
        if self._likely(0.12):
            found["trouble"] = "no port is free"
        elif self._likely(0.15):
            found["hiccups"] = self._chance.randint(1, 2)
        return found

    def _cancel(self, what: str, order: str) -> None:
        kind = f"cancel{what.capitalize()}Order"
        task = self._caller.post(kind, {f"{what}Order": {"id": order}})
        ended = self._caller.wait(kind, task, *ENDED)
        assert ended["state"] in ENDED, ended
        self._tally.count("cancellations", f"cancellations {ended['state']}")

    def _see_to(self, order: Json, cancel: Callable[[], None], *, give_up: bool) -> None:
        """What an operator does about a held service order."""
        decision = self._chance.choice(["retry", "retry", "skip", "cancel", "give up"])
        if decision == "cancel" or (decision == "give up" and not give_up):
            self._tally.count("held: cancelled")
            cancel()
            return
        change: Json = {"state": "cancelled"}
        if decision != "give up":
            items = order["serviceOrderItem"]
            for each in items:
                if each["state"] == "held":
                    _mend(each) if decision == "retry" else each.update(state="cancelled")
            note = {"text": "seen to", "author": "operator"}
            change = {"serviceOrderItem": items, "note": [*order.get("note", []), note]}
        taken = self._caller.patch("serviceOrder", order["id"], order, change)
        self._tally.count(f"held: {decision}" + ("" if taken else ", refused or cut off"))


def _home(speed: int, extra: Json) -> list[Json]:
    bundles = [{"id": id_, "relationshipType": "bundles"} for id_ in ("2", "3")]
    bundle = {"id": "1", "action": "add", "productOffering": {"id": "home"}}
    voice = _item("3", "add", "voice", number="0")
    voice["productOrderItemRelationship"] = [{"id": "2", "relationshipType": "reliesOn"}]
    line = _item("2", "add", "line", speed=speed, **extra)
    return [{**bundle, "productOrderItemRelationship": bundles}, line, voice]


def _end(line: list[Json], voice: list[Json]) -> list[Json]:
    return [_item("2", "delete", "line", line), _item("3", "delete", "voice", voice)]


def _item(
    id_: str, action: str, offering: str, services: list[Json] | None = None, **values: object
) -> Json:
    product: Json = {"realizingService": services} if services else {}
    if values:
        product["productCharacteristic"] = [
            {"name": name, "value": value} for name, value in values.items()
        ]
    return {"id": id_, "action": action, "productOffering": {"id": offering}, "product": product}


def _line(item: str, speed: int | None = None) -> dict[str, Json]:
    """The services of a line, by the ids of their items."""
    access, profile = {"speed": speed}, {"profile": f"P{speed}"}
    path = f"{item}.access"
    if speed is None:
        access, profile = {}, {}
    return {path: access, f"{path}.port": profile, f"{path}.ip": {}}


def _voice(item: str) -> dict[str, Json]:
    return {f"{item}.voice": {"number": "0"}, f"{item}.voice.sip": {"user": "0"}}


def _add(id_: str, kind: str, after: Sequence[str], speed: int) -> Json:
    service = {"serviceSpecification": {"id": kind}, "state": "active"}
    relations = [
        {"relationshipType": "reliesOn", "orderItem": {"itemId": other}} for other in after
    ]
    item: Json = {"id": id_, "action": "add", "service": {**service, **_speed(speed)}}
    return {**item, "serviceOrderItemRelationship": relations} if relations else item


def _of(id_: str, action: str, service: str, speed: int | None = None) -> Json:
    values = {"serviceCharacteristic": []} if speed is None else _speed(speed)
    return {"id": id_, "action": action, "service": {"id": service, **values}}


def _speed(value: int) -> Json:
    return {"serviceCharacteristic": [{"name": "speed", "value": value}]}


def _speed_up(item: Json, value: int) -> None:
    for each in item["service"]["serviceCharacteristic"]:
        if each["name"] == "speed":
            each["value"] = value


def _speed_of(item: Json) -> Json:
    given = item["service"].get("serviceCharacteristic") or ()
    return {each["name"]: each["value"] for each in given if each["name"] == "speed"}


def _mend(item: Json) -> None:
    item["state"] = "inProgress"
    service = item["service"]
    service["serviceCharacteristic"] = [
        each
        for each in service.get("serviceCharacteristic") or ()
        if each["name"] != "simulate.fail"
    ]
