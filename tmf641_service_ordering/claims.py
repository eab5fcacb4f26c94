"""Which order may work on which service: a queue per service, kept in the store.

An order claims the services that it changes or ends before it begins, one after the other in the
order of their ids, so that no two orders wait for each other; one that is changed while it waits
stands in no queue behind one that it comes to need: it leaves those, and joins them again in turn
(`claim`). At its end it gives all back and has those that come next looked at. A queue is written
by compare-and-set, so it holds across processes; an order whose process was stopped finds itself in
the queue again.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from api.clock import Clock
from api.errors import DuplicateId, Stale
from api.jsontypes import JsonObject
from api.store.document import Body, Document
from api.store.protocol import Collection, Store

__all__ = ["CLAIMS", "Claims", "claim", "to_leave"]

CLAIMS: Final = Collection("tmf641_claim")

_TRIES: Final = 50


def claim(process: JsonObject, services: list[str]) -> None:
    """Writes down that an order claims services, before it does: so they are given back for sure.

    Where it stands behind one of them in a queue, it has to leave that first.
    """
    claimed: list[str] = process.get("claims", [])
    fresh = [each for each in services if each not in claimed]
    if fresh and (late := [each for each in claimed if each > min(fresh)]):
        process["rejoin"] = sorted({*process.get("rejoin", ()), *late})
    process["claims"] = sorted({*claimed, *services})


def to_leave(process: JsonObject, services: list[str]) -> list[str]:
    """The queues that an order which claims services is to leave before it joins theirs."""
    claimed, rejoin = process.get("claims", ()), process.get("rejoin", ())
    return [each for each in claimed if each not in services or each in rejoin]


class Claims:
    """The queues.

    Args:
        store: where they are.
        clock: time.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def take(self, order: str, services: Iterable[str]) -> tuple[str, str] | None:
        """Claims services; where one is another order's, that service and that order.

        The order then stands in the service's queue, and is told when it is its turn.
        """
        for service in sorted(services):
            queue = await self._change(service, join=order)
            if queue[0] != order:
                return service, queue[0]
        return None

    async def holder(self, service: str) -> str | None:
        """The order whose turn it is."""
        document = await self._store.get(CLAIMS.name, service)
        queue: list[str] = document.body.data["orders"] if document else []
        return next(iter(queue), None)

    async def give_back(self, order: str, services: Iterable[str]) -> list[str]:
        """Leaves the queues; the orders whose turn it is then."""
        following: list[str] = []
        for service in services:
            queue = await self._change(service, leave=order)
            following += queue[:1]
        return list(dict.fromkeys(following))

    async def _change(
        self, service: str, *, join: str | None = None, leave: str | None = None
    ) -> list[str]:
        """The queue of a service, with one order more or less in it."""
        for _ in range(_TRIES):
            document = await self._store.get(CLAIMS.name, service)
            present: list[str] = document.body.data["orders"] if document else []
            queue = [each for each in present if each != leave]
            if join is not None and join not in queue:
                queue.append(join)
            if queue == present:
                return queue
            try:
                await self._write(service, document, queue)
            except (Stale, DuplicateId):
                continue
            return queue
        raise Stale(f"the claims on service {service}")

    async def _write(self, service: str, document: Document | None, queue: list[str]) -> None:
        body = Body(data={"id": service, "orders": queue})
        if document is None:
            created = int(self._clock.now() * 1_000_000)
            # by chance: nobody takes it for the queue that was there before, and is gone
            rev = int.from_bytes(self._clock.entropy(6)) + 1
            await self._store.insert(CLAIMS.name, Document(service, body, created, rev=rev))
        elif queue:
            after = replace(document, rev=document.rev + 1, body=body)
            await self._store.replace(CLAIMS.name, after)
        else:
            await self._store.delete(CLAIMS.name, document)
