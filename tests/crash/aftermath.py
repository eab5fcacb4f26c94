"""What is in the store when all is over, and what must hold of it."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from api.clock import SystemClock
from api.lifecycle import Lifecycle
from api.registry import load_apis
from api.rollup import roll_up
from api.settings import Settings
from api.store import open_store
from api.store.document import Document, LogEntry
from api.store.protocol import Collection, Store
from tests.crash.caller import FINAL, Json
from tests.crash.ledger import Change, Ledger, Place, Record, values_of
from tests.crash.receivers import Arrival
from tests.crash.stories import Tally
from tmf622_product_ordering.states import CANCEL_PRODUCT_ORDER, PRODUCT_ORDER, PRODUCT_ORDER_ITEM
from tmf638_service_inventory.states import SERVICE as INVENTORY_SERVICE
from tmf640_activation.states import IN_NETWORK, MONITOR
from tmf640_activation.states import SERVICE as NETWORK_SERVICE
from tmf641_service_ordering.claims import CLAIMS
from tmf641_service_ordering.states import CANCELLATION, ITEM, ORDER

__all__ = ["Aftermath", "read_store"]

Key = tuple[str, str, str]
"""API, resource and id."""

LIFECYCLES: Mapping[tuple[str, str], Lifecycle] = {
    ("tmf622", "productOrder"): PRODUCT_ORDER,
    ("tmf622", "cancelProductOrder"): CANCEL_PRODUCT_ORDER,
    ("tmf641", "serviceOrder"): ORDER,
    ("tmf641", "cancelServiceOrder"): CANCELLATION,
    ("tmf638", "service"): INVENTORY_SERVICE,
    ("tmf640", "service"): NETWORK_SERVICE,
    ("tmf640", "monitor"): MONITOR,
}

ITEMS: Mapping[tuple[str, str], tuple[str, Lifecycle]] = {
    ("tmf622", "productOrder"): ("productOrderItem", PRODUCT_ORDER_ITEM),
    ("tmf641", "serviceOrder"): ("serviceOrderItem", ITEM),
}

BESIDE: Mapping[str, frozenset[str]] = {
    "acknowledged": frozenset({"completed", "failed", "pendingCancellation"}),
    "completed": frozenset({"acknowledged", "pendingCancellation", "cancelled"}),
    "failed": frozenset({"acknowledged"}),
    "inProgress": frozenset({"acknowledged", "pendingCancellation"}),
    "held": frozenset({"acknowledged", "pendingCancellation", "completed"}),
}
"""How items go beside the lifecycle: at their end at once, amended, taken back (docs/orders.md)."""

_BUSY = ("claims", "followers", "wake", "cancellation", "ending", "ask", "amend", "queue")
"""What a process remembers only as long as something is left to be done."""

_PAGE = 2000


@dataclass
class Aftermath:
    """What is in the store.

    Attributes:
        documents: by collection and id.
        begun: the position of the event by which each order began.
    """

    documents: dict[str, dict[str, Document]] = field(default_factory=dict)
    begun: dict[str, int] = field(default_factory=dict)
    _keys: dict[int, Key] = field(default_factory=dict)
    _ids: dict[str, int] = field(default_factory=dict)
    _states: dict[Key, str] = field(default_factory=dict)
    _items: dict[Key, dict[str, str]] = field(default_factory=dict)
    _sequences: dict[Key, int] = field(default_factory=dict)
    _wrong: list[str] = field(default_factory=list)

    def all(self, collection: str) -> list[Json]:
        return [each.body.data for each in self.documents[collection].values()]

    def note(self, entry: LogEntry) -> None:
        """Follows an event of the log, in order."""
        event = entry.event
        key = (event.api, event.resource, event.resource_id)
        if entry.position != len(self._keys) + 1:
            self._wrong.append(f"position {entry.position} after {len(self._keys)}")
        self._keys[entry.position] = key
        self._ids[event.id] = entry.position
        if entry.sequence <= self._sequences.get(key, 0):
            self._wrong.append(f"{key}: sequence {entry.sequence} at {entry.position}")
        self._sequences[key] = entry.sequence
        state = str(entry.snapshot.data.get("state"))
        self._step(key, state)
        if event.resource in ("productOrder", "serviceOrder"):
            if state == "inProgress":
                self.begun.setdefault(event.resource_id, entry.position)
            self._step_items(key, entry.snapshot.data)
        if event.type.endswith("DeleteEvent"):
            del self._states[key]

    def _step(self, key: Key, state: str) -> None:
        lifecycle, before = LIFECYCLES[key[:2]], self._states.get(key)
        legal = state in lifecycle.initial if before is None else lifecycle.allows(before, state)
        if not legal:
            self._wrong.append(f"{key}: {before} became {state}")
        self._states[key] = state

    def _step_items(self, key: Key, body: Json) -> None:
        name, lifecycle = ITEMS[key[:2]]
        known = self._items.get(key, {})
        states = {each["id"]: each["state"] for each in body[name]}
        for id_, state in states.items():
            before = known.get(id_, "acknowledged")
            if not lifecycle.allows(before, state) and state not in BESIDE.get(before, ()):
                self._wrong.append(f"{key}: item {id_}: {before} became {state}")
        self._items[key] = states

    def check_events(self, arrivals: Sequence[Arrival]) -> None:
        """Every state followed legally; every event came, those of a resource in their order."""
        assert not self._wrong, self._wrong
        first = {each.id: each.position for each in reversed(arrivals)}
        print(f"{len(self._ids)} events, {len(arrivals) - len(first)} of them delivered again")
        assert first == self._ids
        last: defaultdict[Key, int] = defaultdict(int)
        for position in dict.fromkeys(each.position for each in arrivals):
            key = self._keys[position]
            assert position > last[key], f"events of {key} came out of order"
            last[key] = position

    def check_orders(self) -> None:
        """Every order is final and rolled up, every task ended."""
        for order in self.all("tmf641_serviceOrder"):
            _check_roll_up(order, order["serviceOrderItem"])
        below = {each.get("externalId"): each for each in self.all("tmf641_serviceOrder")}
        for order in self.all("tmf622_productOrder"):
            _check_roll_up(order, order["productOrderItem"])
            _check_followed(order, below.get(order["id"]))
        for name in ("tmf622_cancelProductOrder", "tmf641_cancelServiceOrder"):
            for task in self.all(name):
                assert task["state"] in ("done", "terminatedWithError"), task
        assert {each["state"] for each in self.all("tmf640_monitor")} <= {"Completed", "InError"}

    def check_services(self, tally: Tally) -> None:
        """The inventory is what the orders come to, and the network is as the inventory says."""
        inventory = self.documents["tmf638_service"]
        places = {id_: _place(each.body.data) for id_, each in inventory.items()}
        assert len(set(places.values())) == len(places), "a service is there twice"
        ledger = Ledger()
        for order in self.all("tmf641_serviceOrder"):
            for item in order["serviceOrderItem"]:
                if item["state"] == "completed":
                    ledger.enter(_change(order, item, places, tally))
        wanted = ledger.services(self.begun)
        found = {
            place: Record(
                str(inventory[id_].body.data["state"]), values_of(inventory[id_].body.data)
            )
            for id_, place in places.items()
        }
        wrong = [
            f"{place}: is {found.get(place)}, should be {wanted.get(place)}"
            for place in {**wanted, **found}
            if found.get(place) != wanted.get(place)
        ]
        assert not wrong, wrong
        print(f"services: {dict(Counter(each.state for each in found.values()))}")
        self._check_network()

    def _check_network(self) -> None:
        inventory = {each["id"]: each for each in self.all("tmf638_service")}
        network = {each["id"]: each for each in self.all("tmf640_service")}
        assert network.keys() == inventory.keys()
        for id_, service in inventory.items():
            alike = network[id_]
            assert service["state"] == alike["state"], (service, alike)
            if service["state"] in IN_NETWORK:
                assert _given(service) == _given(alike), (service, alike)

    def check_nothing_left(self) -> None:
        """No document is due, leased, or in the middle of something."""
        for api, resource in LIFECYCLES:
            for document in self.documents[f"{api}_{resource}"].values():
                left = [name for name in _BUSY if (document.process or {}).get(name)]
                state = (document.due, document.lease, left)
                assert state == (None, None, []), (api, resource, document.id, state)
        assert not self.documents[CLAIMS.name]


def _check_roll_up(order: Json, items: Sequence[Json]) -> None:
    assert order["state"] in FINAL, order
    states = [str(item["state"]) for item in items]
    assert FINAL.issuperset(states), order
    if order["state"] not in ("cancelled", "rejected"):
        assert roll_up(states) == order["state"], order


def _check_followed(order: Json, below: Json | None) -> None:
    """A product order's items are as the services that they needed."""
    if below is None:
        assert order["state"] == "cancelled", order
        return
    for item in order["productOrderItem"]:
        prefix = f"{item['id']}."
        states = {
            each["state"] for each in below["serviceOrderItem"] if each["id"].startswith(prefix)
        }
        if states:
            assert (item["state"] == "completed") == (states == {"completed"}), (order, below)


def _record(service: Json) -> Record:
    return Record(str(service["state"]), values_of(service))


def _place(service: Json) -> Place:
    """The item that added a service."""
    (added,) = [each for each in service["serviceOrderItem"] if each["role"] == "initiator"]
    return added["serviceOrderId"], added["itemId"]


def _change(order: Json, item: Json, places: Mapping[str, Place], tally: Tally) -> Change:
    """What a completed item did, by what was asked for."""
    owner = order["id"] if (order["id"], item["id"]) in tally.asked else order["externalId"]
    variants = tally.asked[owner, item["id"]]
    values = values_of(item["service"])
    if item["action"] == "add":
        assert values in variants, (order, item, variants)
        return Change(order["id"], (order["id"], item["id"]), "add", values)
    if item["action"] == "modify":
        assert values in variants, (order, item, variants)
    return Change(order["id"], places[item["service"]["id"]], item["action"], values)


def _given(service: Json) -> Json:
    return {each["name"]: each["value"] for each in service.get("serviceCharacteristic") or ()}


async def read_store(database: str) -> Aftermath:
    """Reads everything, when no server runs."""
    clock = SystemClock()
    store = open_store(database, clock)
    resources = [each for loaded in load_apis(Settings().apis) for each in loaded.api.resources]
    collections = [Collection(each.collection, each.indexes) for each in resources]
    await store.open([*collections, CLAIMS])
    found = Aftermath()
    for collection in [*collections, CLAIMS]:
        found.documents[collection.name] = await _documents(store, collection.name)
    after = 0
    while page := await store.read_log(after, _PAGE):
        for entry in page:
            found.note(entry)
        after = page[-1].position
    await store.close()
    return found


async def _documents(store: Store, collection: str) -> dict[str, Document]:
    found: dict[str, Document] = {}
    while page := await store.find(collection, offset=len(found), limit=_PAGE):
        found |= {each.id: each for each in page}
    return found
