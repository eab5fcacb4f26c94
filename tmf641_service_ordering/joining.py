"""How an order comes into the queues of services before a process looks at it.

A new order joins them before its client has the answer. So orders on one service are carried as
they came in, whichever of them is looked at first.

Services that an amendment brings into an order that did not begin with them are claimed before it
is amended, as the others were before it began. The order never waits for one: where another order
works on it, the amendment is refused. So no two orders can wait for each other.
"""

from collections.abc import Collection, Container
from contextlib import suppress
from dataclasses import dataclass

from api.commands import Commands
from api.draft import Draft
from api.errors import Conflict, NotFound, Stale, Unavailable
from api.store.document import Document
from tmf641_service_ordering.claims import Claims
from tmf641_service_ordering.items import services_of
from tmf641_service_ordering.precedence import done_with, pass_on
from tmf641_service_ordering.progress import planned
from tmf641_service_ordering.states import ORDER

__all__ = ["Joining"]


@dataclass(frozen=True, slots=True)
class Joining:
    """Claims services for commands, and gives them back.

    Attributes:
        orders: the commands of service orders.
        claims: on services.
    """

    orders: Commands
    claims: Claims

    async def enter(self, order: Document) -> None:
        """Has a new order stand in the queues of the services that its process state names."""
        claims = (order.process or {}).get("claims")
        if not claims or order.body.data["state"] != "acknowledged":
            return
        with suppress(
            NotFound, Stale, Unavailable
        ):  # the order is there, and joins at its first look
            await self.claims.take(order.id, claims)
            if await done_with(self.orders, order.id):  # carried and over meanwhile
                await pass_on(self.orders, self.claims, order.id, claims)
            else:
                await self._check(order.id, claims)

    async def _check(self, order: str, claims: list[str]) -> None:
        """Where the order was changed meanwhile, it leaves the queues that it has no place in."""
        present = await self.orders.get(order)
        named = (present.process or {}).get("claims") or []
        if named == claims:
            return

        def rejoin(_: Document, draft: Draft) -> None:
            if draft.state == "acknowledged" and not planned(draft.process):
                all_ = sorted({*draft.process.get("claims", ()), *claims})
                draft.process |= {"claims": all_, "rejoin": all_}
                draft.due = self.orders.clock.now()

        await self.orders.update(order, rejoin)
        if planned(present.process):
            gone = [each for each in claims if each not in named]
            await pass_on(self.orders, self.claims, order, gone)

    def possible(self, order: Document) -> bool:
        """Whether a patch of the order can amend it at all: most patches need no look ahead."""
        return planned(order.process) and order.body.data["state"] not in ORDER.final

    def fresh(self, before: Document, after: Draft) -> list[str]:
        """The services that the amended order names and that it has not claimed."""
        claimed = (before.process or {}).get("claims") or ()
        return [each for each in services_of(after.body) if each not in claimed]

    async def join(
        self, order: str, services: Collection[str], if_match: Container[str] | None = None
    ) -> Document:
        """Claims them, and gives the order as it is written with that.

        Raises Conflict where another order has one, naming both, and PreconditionFailed where the
        order is at another revision.
        """

        def intend(before: Document, draft: Draft) -> None:
            self.orders.check_revision(before, if_match)
            if draft.state not in ORDER.final:
                # known before it is done, so that it is given back whatever happens
                draft.process["claims"] = sorted({*(draft.process.get("claims") or ()), *services})

        written = await self.orders.update(order, intend)
        taken = await self.claims.take(order, services)
        if taken is None:
            return written
        await self.leave(order, services)
        service, holder = taken
        raise Conflict(
            f"serviceOrderItem: order {holder} works on service {service}",
            "Amend this order when that one is over, or order the change by a service order "
            "of its own.",
            code="conflictingOrder",
        )

    async def leave(self, order: str, services: Collection[str]) -> None:
        """Gives back those that the order does not name, and has those looked at that come next."""
        left: list[str] = []

        def forget(_: Document, draft: Draft) -> None:
            named = services_of(draft.body)
            left[:] = [each for each in services if each not in named]
            claims = draft.process.get("claims") or ()
            if left and claims:
                draft.process["claims"] = [each for each in claims if each not in left]

        await self.orders.update(order, forget)
        await pass_on(self.orders, self.claims, order, left)
