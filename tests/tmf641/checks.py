"""What must hold of an order at every event of its life, whatever happens to it."""

import random
from collections.abc import Collection, Iterator

from api.jsontypes import JsonObject
from api.rollup import roll_up
from tests.fakes import World
from tmf641_service_ordering.items import walk

__all__ = ["check_executed", "check_rolled_up", "check_sealed", "solve", "steps_of"]

_PLANNED = ("id", "action", "dependsOn", "estimatedSeconds", "onFailure", "pointOfNoReturn")


def steps_of(plan: JsonObject) -> list[JsonObject]:
    """The steps that carry items, as a plan or a dry run tells them, less what changes later."""
    return [
        {name: step[name] for name in _PLANNED} for step in plan["step"] if step["kind"] == "carry"
    ]


def _told(here: World, order: str) -> Iterator[JsonObject]:
    """The service order as each of its events has it."""
    for entry in here.store.log:
        if entry.event.resource_id == order and entry.event.resource == "serviceOrder":
            yield entry.snapshot.data


def check_executed(here: World, order: str, plan: JsonObject) -> None:
    """No step began before all that it depends on was completed."""
    first: dict[str, dict[str, str]] = {}
    for body in _told(here, order):
        states = {each["id"]: each["state"] for each in walk(body["serviceOrderItem"])}
        for id_, state in states.items():
            if state == "inProgress":
                first.setdefault(id_, states)
    for step in plan["step"]:
        if step["kind"] == "carry" and step["id"] in first:
            for other in step["dependsOn"]:
                assert first[step["id"]][other] == "completed", (step["id"], other)


def check_sealed(here: World, order: str, sealed: Collection[str]) -> None:
    """What is past its point of no return stays completed."""
    completed: set[str] = set()
    for body in _told(here, order):
        states = {each["id"]: each["state"] for each in walk(body["serviceOrderItem"])}
        for id_ in sealed:
            if states.get(id_) == "completed":
                completed.add(id_)
            assert id_ not in completed or states.get(id_) == "completed", (id_, body)


def check_rolled_up(here: World, order: str) -> None:
    """The order has the state that its items come to, at each event."""
    for body in _told(here, order):
        state = body["state"]
        states = [each["state"] for each in walk(body["serviceOrderItem"])]
        if state in ("completed", "partial", "failed"):
            assert roll_up(states) == state, body
        elif state == "cancelled":
            assert roll_up(states) in ("cancelled", "partial", "failed", "completed"), body


def solve(chance: random.Random, held: JsonObject) -> bool:
    """Has a held item mended, skipped, or done by hand; tells whether by hand."""
    decision = chance.choice(["mend", "mend", "completed", "cancelled"])
    if decision == "mend":
        own = held["service"].get("serviceCharacteristic", [])
        held["service"]["serviceCharacteristic"] = [
            each for each in own if not each["name"].startswith("simulate.fail")
        ]
        held["state"] = "inProgress"
    else:
        held["state"] = decision
    return decision == "completed"
