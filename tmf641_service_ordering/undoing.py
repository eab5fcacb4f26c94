"""Takes an item back: its service is again what it was before the order, in network and inventory.

Level-triggered: each look asks what the network has and what the inventory has, and takes the next
step towards what was before. A service that the order added is taken down and removed, a changed
one has its old values again, one that was ended comes up as it was.
"""

from collections.abc import Callable
from typing import Final

from api.client import Client, Reply
from api.errors import ApiError, NotFound, Stale, Unavailable
from api.jsontypes import JsonObject
from tmf641_service_ordering import bodies
from tmf641_service_ordering.faults import Fault, monitor_fault
from tmf641_service_ordering.job import ItemJob
from tmf641_service_ordering.outcome import Done, Held, Outcome, Waiting
from tmf641_service_ordering.way import IN_NETWORK

__all__ = ["Undoing"]

_MOVES: Final = 8
"""Calls of one look: more than the longest way back has."""


class Undoing:
    """Takes items back.

    Args:
        client: gives the client of an API.
    """

    def __init__(self, client: Callable[[str], Client]) -> None:
        self._client = client

    @property
    def _inventory(self) -> Client:
        return self._client("tmf638")

    @property
    def _activation(self) -> Client:
        return self._client("tmf640")

    async def carry(self, job: ItemJob) -> Outcome:
        """Takes an item back as far as it goes now; only in the inventory what people did by hand.

        Raises Stale, Unavailable: to be tried again. Any other refusal is for people to solve.
        """
        if job.step.action != "add" and _before(job) is None:
            return Done()  # nothing was begun
        try:
            if job.step.by_hand:
                return await self._record(job)
            if job.step.monitor is not None:
                monitor = await self._activation.get("monitor", job.step.monitor)
                waiting = None if monitor is None else _watch(monitor)
                if waiting is not None:
                    return waiting
            return await self._network(job) or await self._record(job)
        except (Stale, Unavailable):
            raise
        except ApiError as error:
            return Held(Fault.of(error))

    async def _network(self, job: ItemJob) -> Outcome | None:
        """Brings the network back; None when it is."""
        for number in range(_MOVES):
            try:
                reply = await self._move(job, f"undo network {number}", network=True)
            except NotFound:
                continue  # another process, or a person, has removed it meanwhile
            if reply is None:
                return None
            if reply.status == 202:  # noqa: PLR2004  # Accepted
                waiting = _watch(reply.body)
                if waiting is not None:
                    return waiting
        return Held(_restless(job))

    async def _record(self, job: ItemJob) -> Outcome:
        """Brings the inventory back."""
        for number in range(_MOVES):
            try:
                reply = await self._move(job, f"undo record {number}", network=False)
            except NotFound:
                continue
            if reply is None:
                return Done(job.service, str((_before(job) or {}).get("state", "")) or None)
        return Held(_restless(job))

    async def _move(self, job: ItemJob, what: str, *, network: bool) -> Reply | None:
        """A look, and one call towards what was before; None when that is reached."""
        before, key = _before(job), job.key(what)
        client = self._activation if network else self._inventory
        present = await client.get("service", job.service)
        target = str((before or {}).get("state", ""))
        wanted = before if target in IN_NETWORK or not network else None
        if present is None:
            if wanted is None:
                return None
            told = bodies.reference(wanted, job.order_id, job.item) if network else {}
            once = job.activation_key if network else job.service
            return await client.create("service", {**_whole(wanted), **told}, key=once)
        if wanted is None or not _reachable(str(present.get("state")), target):
            return await _away(client, job, present, key)
        changes = _changes(job, wanted, present, network=network)
        return await client.patch("service", job.service, changes, key=key) if changes else None


def _before(job: ItemJob) -> JsonObject | None:
    return None if job.carried is None else job.carried.before


def _watch(monitor: JsonObject) -> Outcome | None:
    """What a monitor says; None: go on."""
    if monitor.get("state") == "InProgress":
        return Waiting(str(monitor["id"]))
    if monitor.get("state") == "InError":
        return Held(monitor_fault(monitor))
    return None


def _whole(before: JsonObject) -> JsonObject:
    return {name: value for name, value in before.items() if name not in ("id", "href")}


def _reachable(present: str, target: str) -> bool:
    """Whether a service in the one state can come to the other without being removed."""
    return target in IN_NETWORK or present == target or present not in (*IN_NETWORK, "terminated")


async def _away(client: Client, job: ItemJob, present: JsonObject, key: str) -> Reply:
    """Ends a service; one that has ended is removed."""
    if present.get("state") in IN_NETWORK:
        ending = bodies.termination(present, job.order_id, job.item)
        return await client.patch("service", job.service, ending, key=key)
    return await client.delete("service", job.service, key=key) or Reply(204, {})


def _changes(job: ItemJob, before: JsonObject, present: JsonObject, *, network: bool) -> JsonObject:
    """The next patch towards what was before."""
    if before.get("state") == "inactive" and present.get("state") == "terminated":
        return {"state": "active"}  # there is no other way from terminated
    carried = job.carried
    former = bodies.joined(carried.former, carried.ordered) if carried else {}
    changes = bodies.undoing(present, before, job.order_id, former)
    if network:
        # by the order's reference, the monitor's end is told to the order
        for name in ("serviceOrderItem", "startDate", "endDate"):
            changes.pop(name, None)
        if changes:
            return {**changes, **bodies.reference(present, job.order_id, job.item)}
    return changes


def _restless(job: ItemJob) -> Fault:
    return Fault(
        "undoing",
        f"service {job.service} does not come back to what it was before the order",
        "See what else changes the service, then retry the item.",
    )
