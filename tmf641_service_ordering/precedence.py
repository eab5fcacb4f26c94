"""Which orders come before an order: those that it depends on, and those that have its services."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from api.commands import Commands
from api.draft import Draft
from api.errors import NotFound
from api.jsontypes import JsonObject
from api.store.document import Document
from tmf641_service_ordering.claims import Claims
from tmf641_service_ordering.faults import Fault
from tmf641_service_ordering.plan import DEPENDS
from tmf641_service_ordering.states import ORDER

__all__ = ["Behind", "Precedence", "Refusal", "done_with", "left", "others", "pass_on", "works_on"]

_MOST: Final = 1000
"""Orders that are looked at for a circle."""


@dataclass(frozen=True, slots=True)
class Behind:
    """The order waits, and is told when it may go on."""

    order: str
    reason: str
    service: str | None = None

    def to_json(self) -> JsonObject:
        """As the order's process keeps it."""
        known = {"service": self.service} if self.service else {}
        return {"order": self.order, "reason": self.reason, **known}


@dataclass(frozen=True, slots=True)
class Refusal:
    """The order can never begin."""

    fault: Fault


class Precedence:
    """Finds out whether an order may begin.

    Args:
        orders: the commands of service orders.
        claims: on services.
        refuse_conflicting: whether an order is refused, instead of waiting, while another one works
            on a service of its.
    """

    def __init__(self, orders: Commands, claims: Claims, *, refuse_conflicting: bool) -> None:
        self._orders = orders
        self._claims = claims
        self._refuse_conflicting = refuse_conflicting

    async def depends(self, order: Document) -> Behind | Refusal | None:
        """None: all that it depends on is completed."""
        for other in others(order.body.data):
            found = await self._follow(order.id, other)
            if found is not None:
                return found
        return None

    async def turn(self, order: str, services: Collection[str]) -> Behind | Refusal | None:
        """None: it may begin, and has the services. They are to be in its process state by now."""
        while (taken := await self._claims.take(order, services)) is not None:
            service, holder = taken
            if not await done_with(self._orders, holder):
                break
            await self._claims.give_back(holder, [service])
        if taken is None:
            return None
        reason = works_on(holder, service)
        if not self._refuse_conflicting:
            return Behind(holder, reason, service)
        return Refusal(
            Fault("conflictingOrder", reason, f"Order again when order {holder} is over.", "409")
        )

    async def _follow(self, order: str, other: str) -> Behind | Refusal | None:
        """Puts the order behind another one that is not at its end."""
        if await self._circular(order, other):
            return _refuse("cyclicOrders", f"it and order {other} depend on each other")

        def follow(_: Document, draft: Draft) -> None:
            if draft.state not in ORDER.final:
                followers = draft.process.setdefault("followers", [])
                if order not in followers:
                    followers.append(order)

        try:
            document = await self._orders.get(other)
            if document.body.data["state"] not in ORDER.final:
                document = await self._orders.update(other, follow)
        except NotFound:
            return _refuse("missingOrder", f"it depends on order {other}, which does not exist")
        state = document.body.data["state"]
        if state == "completed":
            return None
        if state in ORDER.final:
            return _refuse("dependencyFailed", f"it depends on order {other}, which is {state}")
        return Behind(other, f"it depends on order {other}")

    async def _circular(self, order: str, other: str) -> bool:
        seen: set[str] = set()
        waiting = [other]
        while waiting and len(seen) < _MOST:
            id_ = waiting.pop()
            if id_ == order:
                return True
            if id_ in seen:
                continue
            seen.add(id_)
            try:
                waiting += others((await self._orders.get(id_)).body.data)
            except NotFound:
                continue
        return False

    async def finish(self, order: Document) -> None:
        """Gives back what an order claimed, and has those looked at that wait for its end."""
        process = order.process or {}
        await self.pass_on(order.id, process.get("claims") or ())
        for follower in process.get("followers") or ():
            await _wake(self._orders, follower)

    async def pass_on(self, order: str, services: Iterable[str]) -> None:
        """See `pass_on`."""
        await pass_on(self._orders, self._claims, order, services)


async def pass_on(orders: Commands, claims: Claims, order: str, services: Iterable[str]) -> None:
    """Has an order leave the queues of services, and those looked at whose turn it is then."""
    found: list[str] = []
    for service in services:
        following = await claims.give_back(order, [service])
        while following and await done_with(orders, following[0]):
            following = await claims.give_back(following[0], [service])
        found += following
    for each in dict.fromkeys(found):
        await _wake(orders, each)


async def _wake(orders: Commands, order: str) -> None:
    def look(_: Document, draft: Draft) -> None:
        draft.due = orders.clock.now()

    with suppress(NotFound):  # one that is gone needs no look
        await orders.update(order, look)


async def done_with(orders: Commands, order: str) -> bool:
    """Whether an order in a queue does not wait for its turn any more, nor gives it back.

    It claimed as a process does that lost its lease to another one, and learns it too late.
    """
    try:
        document = await orders.get(order)
    except NotFound:
        return True
    over = document.body.data["state"] in ORDER.final
    return over and not (document.process or {}).get("claims")


def works_on(order: str, service: str) -> str:
    """Why an order stands behind another one."""
    return f"order {order} works on service {service}"


def left(process: JsonObject | None) -> bool:
    """Whether others are to be told of the order's end."""
    return bool(process and (process.get("claims") or process.get("followers")))


def others(order: JsonObject) -> Iterator[str]:
    """Ids of the orders that an order depends on."""
    for each in order.get("orderRelationship") or ():
        if str(each.get("relationshipType", "")).lower() in DEPENDS:
            yield str(each["id"])


def _refuse(code: str, reason: str) -> Refusal:
    return Refusal(Fault(code, reason, "Take the orderRelationship out, or mend it.", "409"))
