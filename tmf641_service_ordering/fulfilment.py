"""Carries one item: reserves its service in the inventory, has it activated, records what came.

Everything is a client's call on TMF638 and TMF640, with keys that follow from the order and the
item: whatever is done again, after a crash or in doubt, meets what was done the first time.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from api.catalog.model import Catalog
from api.client import Client, Reply, revise
from api.clock import derived_id
from api.errors import ApiError, Conflict, NotFound, Stale, Unavailable
from api.jsontypes import JsonObject
from tmf641_service_ordering import bodies
from tmf641_service_ordering.faults import Fault
from tmf641_service_ordering.items import action, service_id, specification_id
from tmf641_service_ordering.outcome import Done, Failed, Outcome, Waiting
from tmf641_service_ordering.way import Way, way

__all__ = ["Fulfilment", "ItemJob"]


@dataclass(frozen=True, slots=True)
class ItemJob:
    """An item to carry.

    Attributes:
        order_id: of its order.
        item: as it stands in the order.
        links: the services of the items it depends on.
        monitor: of the activation that was asked for already.
    """

    order_id: str
    item: JsonObject
    links: Sequence[bodies.Link] = ()
    monitor: str | None = None

    @property
    def service(self) -> str:
        """The id of the item's service; of a new one, the id that it will have."""
        if action(self.item) == "add":
            return derived_id(self.order_id, str(self.item["id"]))
        return service_id(self.item) or ""

    @property
    def ordered(self) -> str | None:
        """The state that is ordered."""
        state = self.item["service"].get("state")
        return str(state) if state else None

    def key(self, what: str) -> str:
        """The key of a call that is made for this item."""
        return derived_id(self.order_id, str(self.item["id"]), what)


class Fulfilment:
    """Carries items.

    Args:
        client: gives the client of an API.
        catalog: gives the catalogue as it is now.
    """

    def __init__(self, client: Callable[[str], Client], catalog: Callable[[], Catalog]) -> None:
        self._client = client
        self._catalog = catalog
        self._ways: Mapping[Way, Callable[[ItemJob, JsonObject], Awaitable[Outcome]]] = {
            Way.NOTHING: self._nothing,
            Way.WRITE_DOWN: self._write_down,
            Way.SET_UP: self._set_up,
            Way.AMEND: self._amend,
            Way.CHANGE: self._change,
            Way.TAKE_DOWN: self._take_down,
            Way.REMOVE: self._remove,
            Way.MISSING: self._missing,
        }

    @property
    def _inventory(self) -> Client:
        return self._client("tmf638")

    @property
    def _activation(self) -> Client:
        return self._client("tmf640")

    async def carry(self, job: ItemJob) -> Outcome:
        """Carries an item as far as it goes now.

        Raises Stale, Unavailable: to be tried again. Any other refusal fails the item.
        """
        try:
            if job.monitor is not None:
                monitor = await self._activation.get("monitor", job.monitor)
                if monitor is not None:
                    return await self._watch(job, monitor)
            return await self._start(job)
        except (Stale, Unavailable):
            raise
        except ApiError as error:
            return await self._fail(job, Fault.of(error))

    async def _start(self, job: ItemJob) -> Outcome:
        present = None
        if action(job.item) in ("modify", "delete") and job.service:
            present = await self._inventory.get("service", job.service)
        state = None if present is None else str(present.get("state"))
        chosen = way(action(job.item), job.ordered, state)
        return await self._ways[chosen](job, present or {})

    async def _nothing(self, job: ItemJob, present: JsonObject) -> Outcome:
        return Done(service_id(job.item), present.get("state"))

    async def _missing(self, job: ItemJob, _present: JsonObject) -> Outcome:
        return Failed(_missing(job))

    async def _write_down(self, job: ItemJob, _present: JsonObject) -> Outcome:
        await self._inventory.create("service", self._new(job), key=job.service)
        return Done(job.service, job.ordered)

    async def _remove(self, job: ItemJob, _present: JsonObject) -> Outcome:
        await self._inventory.delete("service", job.service, key=job.key("remove"))
        return Done(job.service)

    async def _amend(self, job: ItemJob, _present: JsonObject) -> Outcome:
        return await self._record(job, activated=False)

    def _new(self, job: ItemJob) -> JsonObject:
        specification = self._catalog().service_specification(specification_id(job.item))
        return bodies.new_service(job.order_id, job.item, job.links, specification)

    async def _set_up(self, job: ItemJob, _present: JsonObject) -> Outcome:
        body = self._new(job)
        reserved = {**body, "state": "reserved"}
        await self._inventory.create("service", reserved, key=job.service)
        return await self._settle(
            job, await self._activation.create("service", body, key=job.service)
        )

    async def _change(self, job: ItemJob, present: JsonObject) -> Outcome:
        async def change(network: JsonObject) -> JsonObject:
            both = bodies.together(present, network)
            return bodies.changes(both, job.order_id, job.item, job.links)

        try:
            reply = await revise(
                self._activation, "service", job.service, change, key=job.key("activate")
            )
        except NotFound:
            # the inventory has it, the network does not yet: it is set up as it shall be
            changes = await change({})
            whole = {k: v for k, v in {**present, **changes}.items() if k not in ("id", "href")}
            reply = await self._activation.create("service", whole, key=job.service)
        return await self._settle(job, reply)

    async def _take_down(self, job: ItemJob, present: JsonObject) -> Outcome:
        changes = bodies.termination(present, job.order_id, job.item)
        try:
            reply = await self._activation.patch(
                "service", job.service, changes, key=job.key("activate")
            )
        except NotFound:
            return await self._record(job, activated=False)  # the network has it no more, if ever
        return await self._settle(job, reply)

    async def _settle(self, job: ItemJob, reply: Reply) -> Outcome:
        if reply.status == 202:  # noqa: PLR2004  # Accepted
            return await self._watch(job, reply.body)
        return await self._record(job)

    async def _watch(self, job: ItemJob, monitor: JsonObject) -> Outcome:
        """The monitor's state decides."""
        if monitor.get("state") == "Completed":
            return await self._record(job)
        if monitor.get("state") == "InError":
            return await self._fail(job, _why(monitor))
        return Waiting(str(monitor["id"]))

    async def _record(self, job: ItemJob, *, activated: bool = True) -> Outcome:
        """Brings the inventory to where the network is, or only to where it is ordered to be."""

        async def change(present: JsonObject) -> JsonObject:
            # the network is read after the inventory: never is newer overwritten by older
            network = await self._activation.get("service", job.service) if activated else None
            ordered: JsonObject = {}
            if action(job.item) == "delete":
                ordered = bodies.termination(present, job.order_id, job.item)
            elif action(job.item) != "add":
                ordered = bodies.changes(present, job.order_id, job.item, job.links)
            return {**ordered, **bodies.outcome_of(network or {}, {**present, **ordered})}

        reply = await revise(self._inventory, "service", job.service, change, key=job.key("record"))
        return Done(job.service, str(reply.body.get("state")))

    async def _fail(self, job: ItemJob, fault: Fault) -> Failed:
        """Fails the item and releases what was reserved for it."""
        if action(job.item) == "add":
            try:
                await self._inventory.delete("service", job.service, key=job.key("release"))
            except Stale:
                raise
            except Conflict:
                pass  # it is in the network: not ours to remove
        return Failed(fault)


def _missing(job: ItemJob) -> Fault:
    wanted = action(job.item)
    if not job.service:
        return Fault(
            "serviceMissing",
            f"{wanted} needs service.id, and the item has none",
            f"Name the service to {wanted} by its id in the service inventory.",
        )
    return Fault(
        "serviceMissing",
        f"service {job.service} does not exist in the service inventory",
        f"Order the {wanted} of a service that exists, or add a new one.",
        "404",
    )


def _why(monitor: JsonObject) -> Fault:
    """The reason in a monitor that is InError."""
    try:
        body = orjson.loads((monitor.get("response") or {}).get("body", ""))
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        body = {"reason": f"the activation failed, see monitor {monitor.get('id')}"}
    return Fault.of_body(body)
