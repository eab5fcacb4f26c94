"""What makes the declared views and dry runs of one kind of order; each order API has its own."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

from api.commands import Commands
from api.declare import Preview, ViewMaker
from api.deps import Deps
from api.draft import Draft
from api.jsontypes import JsonObject
from api.ordering.views import EXPLAIN, PLAN
from api.store.document import Document

__all__ = ["OrderViews"]


@dataclass(frozen=True, slots=True)
class OrderViews(ABC):
    """Makes them.

    Attributes:
        orders: the commands of the orders.
        deps: of the server.
    """

    orders: Commands
    deps: Deps

    def makers(self) -> Mapping[tuple[str, str], ViewMaker]:
        """By the names of resource and view."""
        name = self.orders.resource.name
        return {(name, PLAN.name): self.plan, (name, EXPLAIN.name): self.explain}

    def previews(self) -> Mapping[str, Preview]:
        """By the name of the resource: of the order, and of the task that cancels one."""
        name = self.orders.resource.name
        return {name: self.preview, f"cancel{name[0].upper()}{name[1:]}": self._preview_task}

    @abstractmethod
    async def plan(self, document: Document) -> JsonObject:
        """``GET …/{id}/plan``."""

    @abstractmethod
    async def explain(self, document: Document) -> JsonObject:
        """``GET …/{id}/explain``."""

    @abstractmethod
    async def preview(self, draft: Draft, before: Document | None) -> JsonObject:
        """What an order would come to, and what stands against it."""

    @abstractmethod
    async def preview_cancel(self, task: Draft) -> JsonObject:
        """Whether an order can be cancelled, and what would be undone for it."""

    async def _preview_task(self, task: Draft, _before: Document | None) -> JsonObject:
        return await self.preview_cancel(task)
