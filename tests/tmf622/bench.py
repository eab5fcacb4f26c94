"""TMF622 alone on a store in memory, with a TMF641 and a TMF638 that do as the test says."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field

from api.catalog.model import Catalog
from api.client import Client, Reply
from api.deps import Deps
from api.errors import ApiError, Conflict
from api.jsontypes import JsonObject
from api.process.controller import Controller
from api.registry import Registry
from api.settings import Settings
from api.store.document import Document
from tests.fake_clock import FakeClock
from tests.fakes import FakeWork, loaded
from tests.tmf622.shop import CATALOG
from tests.twin import MemoryStore

__all__ = ["Bench", "FakeClient", "notes", "states"]


@dataclass
class FakeClient:
    """Implements `api.client.Client` on dicts; keeps count of what was asked.

    Attributes:
        resources: by kind and id.
        calls: creates and patches, in order.
        refuse: what to raise at the next create or patch.
    """

    resources: dict[tuple[str, str], JsonObject] = field(default_factory=dict)
    calls: list[tuple[str, str, JsonObject]] = field(default_factory=list)
    refuse: ApiError | None = None

    def _refused(self) -> None:
        if self.refuse is not None:
            error, self.refuse = self.refuse, None
            raise error

    async def create(self, resource: str, body: JsonObject, *, key: str) -> Reply:
        self.calls.append(("create", resource, body))
        self._refused()
        if (resource, key) not in self.resources:
            made = {"id": key, "state": "acknowledged", **copy.deepcopy(body)}
            for item in made.get("serviceOrderItem", []):
                item["state"] = "acknowledged"
            self.resources[resource, key] = made
        return Reply(201, self.resources[resource, key])

    async def find(self, resource: str, where: Mapping[str, str]) -> list[JsonObject]:
        raise NotImplementedError(f"{resource} {where}: nothing is looked for here")

    async def get(self, resource: str, id_: str) -> JsonObject | None:
        return self.resources.get((resource, id_))

    async def read(self, resource: str, id_: str) -> Reply | None:
        found = await self.get(resource, id_)
        return None if found is None else Reply(200, found)

    async def view(self, resource: str, id_: str, name: str) -> JsonObject | None:
        del resource, id_, name
        return None

    async def dry_create(self, resource: str, body: JsonObject) -> JsonObject | None:
        del resource, body
        return None

    async def dry_patch(self, resource: str, id_: str, changes: JsonObject) -> JsonObject | None:
        del resource, id_, changes
        self._refused()
        return None

    async def patch(
        self,
        resource: str,
        id_: str,
        changes: JsonObject,
        *,
        key: str,
        if_match: str | None = None,
    ) -> Reply:
        del key, if_match
        self.calls.append(("patch", resource, changes))
        self._refused()
        self.resources[resource, id_].update(changes)
        return Reply(200, self.resources[resource, id_])

    async def delete(self, resource: str, id_: str, *, key: str) -> Reply | None:
        raise Conflict(f"{resource} {id_} {key}: nothing is deleted here")


class Bench:
    """Commands and controllers of TMF622, looked at by hand."""

    def __init__(self, catalog: Catalog = CATALOG, **settings: object) -> None:
        self.clock = FakeClock()
        self.store = MemoryStore()
        self.clients = {"tmf641": FakeClient(), "tmf638": FakeClient()}
        self.below = self.clients["tmf641"]
        self.catalog = catalog
        self.registry = Registry(loaded(("tmf622_product_ordering",)), self.store, self.clock)
        self.registry.wire(
            Deps(
                settings=Settings.model_validate(settings),
                clock=self.clock,
                store=self.store,
                catalog=lambda: self.catalog,
                client=self._client,
                commands=self.registry.commands,
            )
        )
        self.orders = self.registry.commands("tmf622", "productOrder")
        self.tasks = self.registry.commands("tmf622", "cancelProductOrder")

    def _client(self, api: str) -> Client:
        return self.clients[api]

    def controller(self, resource: str) -> Controller:
        return next(
            each for each in self.registry.controllers if each.commands.resource.name == resource
        )

    async def post(self, *items: JsonObject, **more: object) -> str:
        made = await self.orders.create({"productOrderItem": copy.deepcopy(list(items)), **more})
        assert isinstance(made, Document)
        return made.id

    async def look(self, id_: str, resource: str = "productOrder") -> JsonObject:
        """Has a document reconciled until that changes nothing; gives its body."""
        controller = self.controller(resource)
        commands = controller.commands
        for _ in range(10):
            before = await commands.get(id_)
            await controller.reconcile(FakeWork(commands, before, set()))
            if (await commands.get(id_)).rev == before.rev:
                break
        return (await commands.get(id_)).body.data

    async def cancel(self, id_: str, **more: object) -> str:
        made = await self.tasks.create({"productOrder": {"id": id_}, **more})
        assert isinstance(made, Document)
        return made.id

    async def patch(self, id_: str, **changes: object) -> JsonObject:
        patched = await self.orders.patch(id_, changes)
        assert isinstance(patched, Document)
        return patched.body.data

    def service_order(self) -> JsonObject:
        """The one service order there is."""
        (found,) = [r for (kind, _), r in self.below.resources.items() if kind == "serviceOrder"]
        return found

    def set_below(self, order: str | None = None, **states: str) -> None:
        """Sets the state of the service order, and of items by the beginning of their ids."""
        found = self.service_order()
        found["state"] = order or found["state"]
        for item in found["serviceOrderItem"]:
            for prefix, state in states.items():
                if item["id"].startswith(prefix.removeprefix("i")):
                    item["state"] = state
                    item["service"].setdefault("id", f"svc-{item['id']}")


def states(body: JsonObject) -> list[str]:
    """The order's state and those of its items."""
    return [body["state"], *(each["state"] for each in body["productOrderItem"])]


def notes(body: JsonObject) -> str:
    """The text of all notes."""
    return " | ".join(each["text"] for each in body.get("note", []))
