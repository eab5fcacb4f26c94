"""Handing an order over to TMF641: decomposed, as the one service order that its plan names.

That service order's id is derived from the order's, so whoever hands it over, and however often,
there is one.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from api.catalog.model import Catalog
from api.deps import Deps
from api.draft import Draft
from api.errors import BadRequest, Conflict
from api.jsontypes import JsonObject
from api.store.document import Document
from tmf622_product_ordering.amendment import plan_of
from tmf622_product_ordering.decomposition import Decomposition, decompose
from tmf622_product_ordering.existing import Existing
from tmf622_product_ordering.inventory import read_existing

__all__ = ["HandOver", "NotTaken"]


class NotTaken(Exception):
    """The order cannot be handed over; its text says why."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """Hands orders over.

    Attributes:
        deps: of the server.
    """

    deps: Deps

    async def decompose(
        self, order: JsonObject, catalog: Catalog
    ) -> tuple[Decomposition, Mapping[str, Existing]]:
        """The order by this catalogue, with the services that it is about as they are."""
        existing = await read_existing(order, self.deps.client("tmf638"))
        return decompose(order, catalog, existing), existing

    async def make(
        self,
        order: JsonObject,
        key: str,
        plan: Decomposition | None,
        write: Callable[[Callable[[Draft], None]], Awaitable[Document]],
    ) -> JsonObject:
        """The service order, as created.

        Args:
            order: the product order.
            key: the service order's id.
            plan: the decomposition. None where the process was stopped after planning: it is made
                anew then, by the catalogue as it is now.
            write: edits the order, so that it remembers a plan that is made anew.

        Raises NotTaken.
        """
        if plan is None:
            plan = await self._again(order, write)
        if plan.body is None:
            raise NotTaken("; ".join([*plan.faults, *plan.unknown]))
        try:
            reply = await self.deps.client("tmf641").create("serviceOrder", plan.body, key=key)
        except (BadRequest, Conflict) as error:  # Conflict: the settings refuse duplicates
            reason = (error.reason if isinstance(error, Conflict) else error.message).rstrip(".")
            raise NotTaken(f"the service order was refused: {reason}") from None
        return reply.body

    async def _again(
        self, order: JsonObject, write: Callable[[Callable[[Draft], None]], Awaitable[Document]]
    ) -> Decomposition:
        catalog = self.deps.catalog()
        plan, existing = await self.decompose(order, catalog)
        if plan.body is not None:
            fresh = plan_of(order["id"], plan, catalog.version, existing)

            def remember(draft: Draft) -> None:
                if "plan" in draft.process:
                    draft.process["plan"] = fresh

            await write(remember)
        return plan
