"""The declared views of service orders: reads what they need and has them made."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from api.catalog.model import Catalog
from api.dates import format_date
from api.draft import Draft
from api.errors import NotFound
from api.jsontypes import JsonObject
from api.order_views import OrderViews
from api.ordering.sentences import since
from api.settings import UnknownItems
from api.store.document import Document
from tmf641_service_ordering.calling_off import Moved, Refused, Stage, call_off
from tmf641_service_ordering.claims import Claims
from tmf641_service_ordering.explain import explain
from tmf641_service_ordering.intake import judge, problems_of
from tmf641_service_ordering.inventory import Inventory
from tmf641_service_ordering.items import services_of
from tmf641_service_ordering.plan_view import PlannedOrder, plan_view, planned_order
from tmf641_service_ordering.precedence import Behind, works_on

__all__ = ["ServiceOrderViews"]

_MOST: Final = 20
"""Monitors that are asked for an explanation."""

_NOBODY: Final = "dryRun"
"""The task of a dry run: there is none of that id."""


class ServiceOrderViews(OrderViews):
    """See `api.ordering.views.OrderViews`."""

    async def preview(self, draft: Draft, before: Document | None) -> JsonObject:
        """The plan that an order would get, and what stands against it."""
        catalog, now = self.deps.catalog(), self.deps.clock.now()
        services = {} if "plan" in draft.process else await self._services(draft.body)
        seen = planned_order(draft.id, draft.body, draft.process, catalog, now, services)
        view = plan_view(seen, catalog.version)
        problems = view.pop("problem", [])
        if before is None:
            del view["id"]
        if draft.state == "acknowledged" and not draft.process:
            reject = self.deps.settings.unknown_items is UnknownItems.REJECT
            verdict = judge(draft.body, draft.id, catalog, now, reject_unknown=reject)
            problems = problems_of(verdict)
        return {"plan": view, "problem": problems}

    async def preview_cancel(self, task: Draft) -> JsonObject:
        """Whether an order can be cancelled, and what would be undone for it."""
        now = self.deps.clock.now()
        try:
            document = await self.orders.get(str(task.body["serviceOrder"]["id"]))
        except NotFound as error:
            return {"problem": [{"reason": error.reason, "message": error.message}]}
        draft = Draft.of(document)
        outcome: Stage = Moved()
        while isinstance(outcome, Moved):
            outcome = call_off(draft, _NOBODY, None, now, format_date(now))
        catalog = self.deps.catalog()
        view = plan_view(
            planned_order(draft.id, draft.body, draft.process, catalog, now), catalog.version
        )
        if isinstance(outcome, Refused):
            fault = outcome.fault
            return {"plan": view, "problem": [{"reason": fault.reason, "message": fault.message}]}
        return {"plan": view}

    async def plan(self, document: Document) -> JsonObject:
        """``GET …/{id}/plan``."""
        catalog = self.deps.catalog()
        return plan_view(await self._look(document, catalog), catalog.version)

    async def explain(self, document: Document) -> JsonObject:
        """``GET …/{id}/explain``."""
        history = await self.orders.history(document)
        seen = await self._look(document, self.deps.catalog())
        seen = replace(seen, process=await self._now_behind(document))
        return explain(seen, since(history), await self._activations(seen))

    async def _activations(self, seen: PlannedOrder) -> Mapping[str, JsonObject]:
        """What the monitors that steps wait for tell of themselves, where their server tells it."""
        client = self.deps.client("tmf640")
        waited_for = [each.monitor for each in seen.steps if each.monitor is not None][:_MOST]
        found = {id_: await client.view("monitor", id_, "explain") for id_ in waited_for}
        return {id_: view for id_, view in found.items() if view is not None}

    async def _now_behind(self, document: Document) -> JsonObject:
        """What the process remembers, with the order whose turn it is now before this one.

        An order is told only of its own turn, not of that of each of those before it.
        """
        process = document.process or {}
        service = (process.get("behind") or {}).get("service")
        if service is None:
            return process
        holder = await Claims(self.deps.store, self.deps.clock).holder(service)
        if holder in (None, document.id):
            return {name: value for name, value in process.items() if name != "behind"}
        return {**process, "behind": Behind(holder, works_on(holder, service), service).to_json()}

    async def _look(self, document: Document, catalog: Catalog) -> PlannedOrder:
        process, body = document.process or {}, document.body.data
        services = {} if "plan" in process else await self._services(body)
        return planned_order(document.id, body, process, catalog, self.deps.clock.now(), services)

    async def _services(self, body: JsonObject) -> Mapping[str, JsonObject | None]:
        """Those in the inventory that an order without a plan changes or ends."""
        found = await Inventory(self.deps.client).read(services_of(body))
        return {id_: each.service for id_, each in found.items()}
