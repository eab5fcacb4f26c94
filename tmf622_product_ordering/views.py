"""The declared views and dry runs of product orders: reads what they need and has them made."""

from api.draft import Draft
from api.errors import BadRequest, Conflict, NotFound
from api.jsontypes import JsonObject
from api.order_views import OrderViews
from api.ordering.sentences import since
from api.store.document import Document
from tmf622_product_ordering.amendment import Amendments
from tmf622_product_ordering.decomposition import Decomposition, decompose
from tmf622_product_ordering.explain import Below, explain
from tmf622_product_ordering.inventory import read_existing
from tmf622_product_ordering.plan_view import TAKEN, plan_view, problems_of
from tmf622_product_ordering.states import PRODUCT_ORDER

__all__ = ["ProductOrderViews"]


class ProductOrderViews(OrderViews):
    """See `api.ordering.views.OrderViews`."""

    async def plan(self, document: Document) -> JsonObject:
        """``GET …/{id}/plan``."""
        order, process = document.body.data, document.process or {}
        if "plan" not in process:
            to_come: JsonObject = (await self._to_come(order))["plan"]
            return to_come
        plan = process["plan"]
        key = plan["serviceOrder"]
        below = None
        if key is not None:
            below = await self.deps.client("tmf641").view("serviceOrder", key, "plan")
        view = plan_view(
            order,
            plan["items"],
            below,
            catalog_version=plan["catalog"],
            made=True,
            service_order=key,
        )
        return view | ({"revision": process["revisions"]} if "revisions" in process else {})

    async def explain(self, document: Document) -> JsonObject:
        """``GET …/{id}/explain``."""
        process = document.process or {}
        times = since(await self.orders.history(document))
        below = await self._below(process)
        return explain(document.body.data, process, below, times, self.deps.clock.now())

    async def preview(self, draft: Draft, before: Document | None) -> JsonObject:
        """What an order would come to: the service orders, their plan, and what is against it."""
        if before is not None and "plan" in (before.process or {}):
            told = None
            if draft.process.get("amend") != (before.process or {}).get("amend"):
                told = await Amendments(self.deps).check(draft.body, draft.process)
            view = await self.plan(before)
            below = (told or {}).get("plan") or {}
            return {"plan": {**view, **{name: below[name] for name in TAKEN if name in below}}}
        found = await self._to_come(draft.body)
        if before is None:
            del found["plan"]["id"]
            for each in found["serviceOrder"]:
                each.pop("externalId")  # there is no such order yet
                each.pop("externalReference")
        if draft.state == "rejected":
            found["plan"] |= {"criticalPath": [], "step": []}
        return found

    async def preview_cancel(self, task: Draft) -> JsonObject:
        """Whether an order can be cancelled, and what would be undone for it."""
        try:
            document = await self.orders.get(str(task.body["productOrder"]["id"]))
            PRODUCT_ORDER.check(str(document.body.data["state"]), "assessingCancellation")
        except (NotFound, Conflict) as error:
            return {"problem": [{"reason": error.reason, "message": error.message}]}
        key = ((document.process or {}).get("plan") or {}).get("serviceOrder")
        if key is None:
            return {}
        body = {"serviceOrder": {"id": key, "@referredType": "ServiceOrder"}}
        told = await self.deps.client("tmf641").dry_create("cancelServiceOrder", body)
        return {"problem": (told or {}).get("problem", []), "plan": await self.plan(document)} | {
            name: told[name] for name in ("plan",) if told and name in told
        }

    async def _below(self, process: JsonObject) -> Below | None:
        plan = process.get("plan") or {}
        key = plan.get("serviceOrder")
        if key is None:
            return None
        said = await self.deps.client("tmf641").view("serviceOrder", key, "explain")
        items = {service: id_ for id_, services in plan["items"].items() for service in services}
        return Below(key, said, items)

    async def _to_come(self, order: JsonObject) -> JsonObject:
        """The plan that the order would get now, with what stands against it."""
        catalog = self.deps.catalog()
        if order.get("state") in PRODUCT_ORDER.final - {"rejected"}:
            plan = Decomposition()
        else:
            existing = await read_existing(order, self.deps.client("tmf638"))
            plan = decompose(order, catalog, existing)
        problems = problems_of(plan)
        told = None
        if plan.body is not None:
            try:
                told = await self.deps.client("tmf641").dry_create("serviceOrder", plan.body)
            except BadRequest as error:
                problems.append({"reason": error.reason, "message": error.message})
        view = plan_view(
            order,
            plan.services,
            (told or {}).get("plan"),
            catalog_version=catalog.version,
            made=False,
            service_order=None,
        )
        problems += (told or {}).get("problem", [])
        return {
            "plan": view | ({"problem": problems} if problems else {}),
            "problem": problems,
            "serviceOrder": [plan.body] if plan.body is not None else [],
        }
