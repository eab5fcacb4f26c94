"""What the inventory must hold, computed from what was ordered and how the orders ended."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.crash.caller import Json

__all__ = ["Change", "Ledger", "Place", "Record", "values_of"]

Place = tuple[str, str]
"""The service order and the item that added a service."""

_OWN = frozenset({"port", "delay", "trouble", "hiccups"})


def values_of(service: Json) -> Json:
    """A service's characteristics, less what only the simulator has to do with."""
    return {
        each["name"]: each["value"]
        for each in service.get("serviceCharacteristic") or ()
        if not each["name"].startswith("simulate.") and each["name"] not in _OWN
    }


@dataclass(frozen=True)
class Record:
    """A service as it must be."""

    state: str
    values: Json


@dataclass(frozen=True)
class Change:
    """What a service order did to a service.

    Attributes:
        order: the service order.
        place: of the service.
        action: add, modify or delete.
        values: those that were ordered.
    """

    order: str
    place: Place
    action: str
    values: Json


@dataclass
class Ledger:
    """What was done, by whichever order."""

    changes: list[Change] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def enter(self, change: Change) -> None:
        with self._lock:
            self.changes.append(change)

    def services(self, begun: Mapping[str, int]) -> dict[Place, Record]:
        """The services that there must be; ``begun`` says when each order began."""
        found: dict[Place, Record] = {}
        for each in sorted(self.changes, key=lambda change: begun[change.order]):
            before = found.get(each.place)
            if each.action == "add":
                assert before is None
                found[each.place] = Record("active", each.values)
                continue
            assert before is not None
            assert before.state == "active", f"{each} changes {before}"
            if each.action == "delete":
                found[each.place] = Record("terminated", before.values)
            else:
                found[each.place] = Record("active", {**before.values, **each.values})
        return found
