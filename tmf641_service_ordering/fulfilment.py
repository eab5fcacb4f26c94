"""Carries one item: reserves its service in the inventory, has it activated, records what came.

Everything is a client's call on TMF638 and TMF640, with keys that follow from the order, the item
and the attempt: whatever is done again, after a crash or in doubt, meets what was done the first
time. Only what differs is asked for, by a look at what is there.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import cast

from api.catalog.handling import OnFailure
from api.catalog.model import Catalog
from api.client import Client, Reply, revise
from api.errors import ApiError, NotFound, Stale, Unavailable
from api.jsontypes import JsonObject
from api.patch import merge_patch
from tmf641_service_ordering import bodies
from tmf641_service_ordering.faults import Fault, monitor_fault
from tmf641_service_ordering.items import action, service_id, specification_id
from tmf641_service_ordering.job import ItemJob
from tmf641_service_ordering.outcome import Done, Failed, Held, Outcome, Waiting
from tmf641_service_ordering.way import IN_NETWORK, Way, way

__all__ = ["Fulfilment"]


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

        Raises Stale, Unavailable: to be tried again. Any other refusal fails the item, or, where
        its service may be up already, is for people to solve.
        """
        try:
            if job.step.by_hand:
                return await self._by_hand(job)
            if job.step.monitor is not None:
                monitor = await self._activation.get("monitor", job.step.monitor)
                if monitor is not None:
                    return await self._watch(job, monitor)
            return await self._start(job)
        except (Stale, Unavailable):
            raise
        except ApiError as error:
            if job.step.by_hand:
                return Held(Fault.of(error))  # a person has set it up
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
        if action(job.item) == "delete" and job.step.before is not None:
            return Done(job.service)  # it was removed before the process was stopped
        return await self._fail(
            job,
            Fault(
                "serviceMissing",
                f"service {job.service} does not exist in the service inventory any more",
                f"Order the {action(job.item)} of a service that exists, or add a new one.",
                "404",
            ),
        )

    async def _write_down(self, job: ItemJob, _present: JsonObject) -> Outcome:
        await self._reserved(job, self._new(job))
        return Done(job.service, job.ordered)

    async def _remove(self, job: ItemJob, _present: JsonObject) -> Outcome:
        await self._inventory.delete("service", job.service, key=job.key("remove"))
        return Done(job.service)

    async def _amend(self, job: ItemJob, _present: JsonObject) -> Outcome:
        return await self._record(job, activated=False)

    def _new(self, job: ItemJob) -> JsonObject:
        specification = self._catalog().service_specification(specification_id(job.item))
        return bodies.new_service(job.order_id, job.item, job.links, specification)

    async def _reserved(self, job: ItemJob, body: JsonObject) -> JsonObject:
        """The service in the inventory: new, or as an earlier attempt left it, brought up to date.

        One that the network carries already stays as it is.
        """
        reply = await self._inventory.create("service", body, key=job.service)
        if reply.body.get("state") in IN_NETWORK and body.get("state") not in IN_NETWORK:
            return reply.body
        changes = self._revision(job, reply.body, body)
        if not changes:
            return reply.body
        key = job.key("reserve")
        return (await self._inventory.patch("service", job.service, changes, key=key)).body

    def _revision(
        self, job: ItemJob, present: JsonObject, new: JsonObject | None = None
    ) -> JsonObject:
        step = job.step
        return bodies.revision(
            present,
            job.order_id,
            job.item,
            job.links,
            former=step.former,
            before=step.before,
            new=new,
        )

    async def _set_up(self, job: ItemJob, _present: JsonObject) -> Outcome:
        body = self._new(job)
        present = await self._reserved(job, {**body, "state": "reserved"})
        if present.get("state") in IN_NETWORK or (job.again and await self._up(job)):
            return await self._change(job, present)
        return await self._settle(
            job, await self._activation.create("service", body, key=job.activation_key)
        )

    async def _up(self, job: ItemJob) -> bool:
        """Whether the network has the service."""
        network = await self._activation.get("service", job.service)
        return network is not None and network.get("state") in IN_NETWORK

    async def _change(self, job: ItemJob, present: JsonObject) -> Outcome:
        new = self._new(job) if action(job.item) == "add" else None
        if not self._revision(job, present, new):
            return Done(job.service, str(present.get("state")))

        async def change(network: JsonObject) -> JsonObject:
            whole = bodies.together(present, network)
            found = self._revision(job, whole, new)
            # named again, so that the monitor tells whose it is
            return found and {**found, **bodies.reference(whole, job.order_id, job.item)}

        try:
            reply = await revise(
                self._activation, "service", job.service, change, key=job.key("activate")
            )
        except NotFound:
            # the inventory has it, the network does not yet: it is set up as it shall be
            shall = cast(JsonObject, merge_patch(present, await change({})))
            whole = {k: v for k, v in shall.items() if k not in ("id", "href")}
            reply = await self._activation.create("service", whole, key=job.activation_key)
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
        return await self._activated(job)

    async def _watch(self, job: ItemJob, monitor: JsonObject) -> Outcome:
        """The monitor's state decides."""
        if monitor.get("state") == "Completed":
            return await self._activated(job)
        if monitor.get("state") == "InError":
            return await self._trouble(job, monitor_fault(monitor))
        return Waiting(str(monitor["id"]))

    async def _activated(self, job: ItemJob) -> Outcome:
        """Records what the network has done: where that is refused, the service is up all the same.

        So it does not fail, whatever the specification says: people see to it, or it is undone.
        """
        try:
            return await self._record(job)
        except (Stale, Unavailable):
            raise
        except ApiError as error:
            return Held(
                Fault(
                    error.code,
                    f"the network has done it, but the service inventory refuses that: "
                    f"{error.reason.rstrip('.')}",
                    "See to the service in the inventory, then retry the item, or skip it.",
                    str(error.status.value),
                )
            )

    async def _record(self, job: ItemJob, *, activated: bool = True) -> Outcome:
        """Brings the inventory to where the network is, or only to where it is ordered to be."""

        async def change(present: JsonObject) -> JsonObject:
            # the network is read after the inventory: never is newer overwritten by older
            network = await self._activation.get("service", job.service) if activated else None
            ordered = self._to_record(job, present)
            return {**ordered, **bodies.outcome_of(network or {}, {**present, **ordered})}

        reply = await revise(self._inventory, "service", job.service, change, key=job.key("record"))
        return Done(job.service, str(reply.body.get("state")))

    def _to_record(self, job: ItemJob, present: JsonObject) -> JsonObject:
        """What is to be written into the inventory, beside what the network tells."""
        if action(job.item) == "delete":
            return bodies.termination(present, job.order_id, job.item)
        if action(job.item) != "add":
            return self._revision(job, present)
        if present.get("state") in IN_NETWORK:
            return self._revision(job, present, self._new(job))
        return {}

    async def _by_hand(self, job: ItemJob) -> Outcome:
        """Records what a person has done in the network."""
        if action(job.item) == "add":
            body = self._new(job)
            await self._reserved(job, {**body, "state": "reserved"})
            changes = self._revision(
                job, await self._inventory.get("service", job.service) or {}, body
            )
            reply = await self._inventory.patch(
                "service", job.service, changes, key=job.key("hand")
            )
            return Done(job.service, str(reply.body.get("state")))
        present = await self._inventory.get("service", job.service)
        if present is None:
            return Done(job.service)
        if action(job.item) == "delete" and present.get("state") not in IN_NETWORK:
            return Done(job.service, str(present.get("state")))
        return await self._record(job, activated=False)

    async def _trouble(self, job: ItemJob, fault: Fault) -> Outcome:
        """What becomes of an item whose activation keeps failing: the specification says it.

        Where something of the item is up already, only a person can say.
        """
        if job.step.former is not None and not job.unwinding:
            return Held(fault)
        if job.step.on_failure is OnFailure.HOLD and not job.unwinding:
            return Held(fault)
        return await self._fail(job, fault)

    async def _fail(self, job: ItemJob, fault: Fault) -> Outcome:
        """Fails the item and releases what was reserved for it.

        Where an earlier attempt may have left something up, only a person can say.
        """
        if job.step.former is not None:
            return Held(fault)
        if action(job.item) != "add":
            return Held(fault) if job.step.attempts > 1 else Failed(fault)
        if await self._up(job):
            return Held(fault)
        try:
            await self._inventory.delete("service", job.service, key=job.key("release"))
        except (Stale, Unavailable):
            raise
        except ApiError as error:
            reason = f"{fault.reason.rstrip('.')}; what is reserved for it stays: {error.reason}"
            return Held(replace(fault, reason=reason))
        return Failed(fault)
