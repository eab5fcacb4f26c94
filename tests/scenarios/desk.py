"""The words in which the scenarios are told: order, wait until, leap, what was told to whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import httpx

from api.dates import format_date
from api.jsontypes import JsonObject, JsonValue
from tests.scenarios.clock import LeapingClock
from tests.scenarios.host import Host
from tests.scenarios.patience import Patience
from tests.scenarios.subscriber import Subscriber
from tmf640_activation.adapters.base import Task

__all__ = ["CANCEL_PRODUCT", "CANCEL_SERVICE", "PRODUCT", "SERVICE", "SERVICES", "Desk"]

PRODUCT: Final = "/tmf-api/productOrderingManagement/v4/productOrder"
CANCEL_PRODUCT: Final = "/tmf-api/productOrderingManagement/v4/cancelProductOrder"
SERVICE: Final = "/tmf-api/serviceOrdering/v4/serviceOrder"
CANCEL_SERVICE: Final = "/tmf-api/serviceOrdering/v4/cancelServiceOrder"
MONITORS: Final = "tmf640_monitor"
SERVICES: Final = "/tmf-api/serviceInventory/v4/service"


@dataclass
class Desk:
    """Who orders, over HTTP, and who listens.

    Attributes:
        client: of the server.
        clock: the server's.
        subscriber: registered at all hubs.
        host: of the server.
        network: what adapters were asked to do, in order.
    """

    client: httpx.AsyncClient
    clock: LeapingClock
    subscriber: Subscriber
    host: Host
    network: list[Task] = field(default_factory=list)

    async def restart(self, **settings: object) -> None:
        """Ends the server, if one runs, and starts one on the same store."""
        self.client = await self.host.restart(**settings)

    async def post(self, path: str, body: JsonObject, *, status: int = 201) -> JsonObject:
        """Creates something."""
        return self._read(await self.client.post(path, json=body), status)

    async def patch(
        self, path: str, id_: str, *, status: int = 200, **changes: JsonValue
    ) -> JsonObject:
        """Changes something."""
        reply = await self.client.patch(
            f"{path}/{id_}", json=changes, headers={"Content-Type": "application/merge-patch+json"}
        )
        return self._read(reply, status)

    async def get(self, path: str, id_: str, view: str = "", *, status: int = 200) -> JsonObject:
        """Reads something, or a view of it."""
        tail = f"/{view}" if view else ""
        return self._read(await self.client.get(f"{path}/{id_}{tail}"), status)

    def _read(self, reply: httpx.Response, status: int) -> JsonObject:
        assert reply.status_code == status, reply.text
        body: JsonObject = reply.json()
        return body

    async def dry(self, method: str, path: str, body: JsonObject) -> JsonObject:
        """Tries something out."""
        headers = {"Content-Type": "application/merge-patch+json"} if method == "PATCH" else {}
        url = f"{path}?dryRun=true"
        reply = await self.client.request(method, url, json=body, headers=headers)
        return self._read(reply, 200)

    async def explained(self, path: str, id_: str) -> str:
        """What an order waits for and what can be done, as one text; waits until it is taken in."""
        patience = self._patience()
        while "is being planned" in str(said := await self.get(path, id_, "explain")):
            assert await patience.look(), said
        findings = [[each["text"], *each["remedy"]] for each in said["explanation"]]
        return " ".join(text for finding in findings for text in finding)

    async def order(self, path: str, *items: JsonObject, **attributes: JsonValue) -> str:
        """Places an order."""
        inside = f"{path.rsplit('/', 1)[1]}Item"
        return str((await self.post(path, {inside: list(items), **attributes}))["id"])

    async def cancel(self, path: str, id_: str, **attributes: JsonValue) -> str:
        """Asks for an order's cancellation."""
        name = path.rsplit("/", 1)[1].removeprefix("cancel")
        whole = {f"{name[0].lower()}{name[1:]}": {"id": id_}, **attributes}
        return str((await self.post(path, whole))["id"])

    async def done(self, path: str, *items: JsonObject, **attributes: JsonValue) -> JsonObject:
        """Places an order that is completed."""
        return await self.until(path, await self.order(path, *items, **attributes), "completed")

    async def until(self, path: str, id_: str, state: str) -> JsonObject:
        """Waits until something has that state; gives it."""
        patience = self._patience()
        while (body := await self.get(path, id_))["state"] != state:
            assert await patience.look(), f"not {state}: {body}"
        return body

    async def item_until(self, path: str, id_: str, item: str, state: str) -> JsonObject:
        """Waits until an order's item has that state; gives the order."""
        patience = self._patience()
        while states(body := await self.get(path, id_)).get(item) != state:
            assert await patience.look(), f"item {item} is not {state}: {body}"
        return body

    async def told(self, id_: str, *words: str) -> None:
        """Waits until the subscriber was told just that about a resource, in that order."""
        patience = self._patience()
        while (said := self.subscriber.told(id_)) != list(words):
            more = len(said) < len(words) and await patience.look()
            assert more, f"told {said}, not {list(words)}"

    def _patience(self) -> Patience:
        return Patience(self.clock, self.subscriber)

    def later(self, seconds: float) -> str:
        """The time in so many seconds."""
        return format_date(self.clock.now() + seconds)

    async def inventory(self, query: str = "") -> dict[str, JsonObject]:
        """The services, by id."""
        found = await self.client.get(f"{SERVICES}?limit=100{query}")
        return {each["id"]: each for each in found.json()}

    async def living(self) -> list[str]:
        """The names of the services that are active, sorted."""
        services = (await self.inventory()).values()
        return sorted(each["name"] for each in services if each["state"] == "active")

    async def busy(self, *asked: str) -> None:
        """Waits until the network was asked for these."""
        patience = self._patience()
        while not {*asked} <= {_said(task) for task in self.network}:
            assert await patience.look(), f"not {asked}: {list(map(_said, self.network))}"

    async def put_off(self) -> None:
        """Waits until something that the network could not do has a time for its next try."""
        patience = self._patience()
        while not await self.host.put_off(MONITORS):
            assert await patience.look(), "nothing is put off"

    def asked(self) -> list[str]:
        """What the network was asked to do since the last time: operation and kind of service."""
        said = [_said(task) for task in self.network]
        self.network.clear()
        return said


def _said(task: Task) -> str:
    return f"{task.operation.value} {task.specification.id}"


def items_of(order: JsonObject) -> list[JsonObject]:
    """The items of a service order or a product order."""
    found: list[JsonObject] = order.get("serviceOrderItem") or order.get("productOrderItem") or []
    return found


def states(order: JsonObject) -> Mapping[str, str]:
    """The states of an order's items."""
    return {each["id"]: each["state"] for each in items_of(order)}


def values(service: JsonObject) -> JsonObject:
    """A service's characteristics."""
    return {each["name"]: each["value"] for each in service.get("serviceCharacteristic") or ()}
