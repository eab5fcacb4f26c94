"""The process that carries a product order: decompose, hand over to TMF641, follow, roll up.

An order with a plan is carried by one service order, whose id is derived from the order's, so
that handing it over twice hands it over once. All that is remembered is in the order's own
document; every look starts from what is there.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress

from api.catalog.model import Catalog
from api.clock import derived_id
from api.commands import Commands
from api.dates import parse_date
from api.deps import Deps
from api.draft import Draft
from api.errors import BadRequest, Conflict
from api.jsontypes import JsonObject
from api.process.controller import Work
from api.store.document import LogEntry
from tmf622_product_ordering.amendment import Amendments, plan_of
from tmf622_product_ordering.dates import expect, planned
from tmf622_product_ordering.decomposition import Decomposition, decompose
from tmf622_product_ordering.existing import Existing
from tmf622_product_ordering.inventory import read_existing
from tmf622_product_ordering.milestones import tell
from tmf622_product_ordering.plan import FINAL, advance, progress_of
from tmf622_product_ordering.progress import add_note, move, set_items
from tmf622_product_ordering.service_order import REFERENCE_TYPE
from tmf622_product_ordering.states import PRODUCT_ORDER

__all__ = ["Fulfilment"]

_LOOK_AGAIN = 30.0
"""Seconds after which a service order is looked at although no event told of it."""

_STEPS = 5
"""Writes in one look: the longest way between two states is shorter."""

_CANCELLING = frozenset({"assessingCancellation", "pendingCancellation"})


class Fulfilment:
    """Implements `api.process.controller.Controller`.

    Args:
        orders: the commands of ``productOrder``.
        deps: of the server.
    """

    concurrency = 32

    def __init__(self, orders: Commands, deps: Deps) -> None:
        self.commands = orders
        self._deps = deps
        self._amendments = Amendments(deps)

    def concerns(self, entry: LogEntry) -> Iterable[str]:
        """See `Controller.concerns`: own orders that are open, and those of service orders."""
        event = entry.event
        if (event.api, event.resource) == ("tmf622", "productOrder"):
            if entry.snapshot.data.get("state") not in PRODUCT_ORDER.final:
                yield event.resource_id
        elif (event.api, event.resource) == ("tmf641", "serviceOrder"):
            for reference in entry.snapshot.data.get("externalReference") or []:
                if reference.get("externalReferenceType") == REFERENCE_TYPE and "id" in reference:
                    yield reference["id"]

    async def reconcile(self, work: Work) -> None:
        """See `Controller.reconcile`."""
        process = work.document.process or {}
        state = work.document.body.data.get("state")
        if "plan" in process:
            if state == "cancelled" and "stopped" not in process:
                await self._stop(work, process["plan"]["serviceOrder"])
            elif state == "assessingCancellation" and "cancel" in process:
                await self._follow_cancellation(work, process["plan"]["serviceOrder"])
            elif state not in PRODUCT_ORDER.final | _CANCELLING:
                if "amend" in process:
                    await self._amendments.carry(work)
                await self._follow(work)
        elif state == "acknowledged" and not process.get("manual"):
            await self._begin(work)

    async def _begin(self, work: Work) -> None:
        """Makes the plan, or leaves the order to people."""
        order, now = work.document.body.data, self._deps.clock.now()
        start = order.get("requestedStartDate")
        if start is not None and (begin := parse_date(start)) > now:
            await self._put_off(work, begin)
            return
        catalog = self._deps.catalog()
        plan, existing = await self._decompose(order, catalog)
        problems = [*plan.faults, *plan.unknown]

        def edit(draft: Draft) -> None:
            if draft.body != order or draft.process.get("manual"):
                return  # changed meanwhile: that brings another look
            if problems:
                _leave_to_people(draft, "; ".join(problems), now)
                return
            draft.process["plan"] = plan_of(order["id"], plan, catalog.version, existing)
            set_items(draft, lambda _: "inProgress")
            move(draft, "inProgress", now)
            draft.due = now + _LOOK_AGAIN

        document = await work.change(edit)
        if "plan" in (document.process or {}):
            await self._follow(work, plan)

    async def _put_off(self, work: Work, begin: float) -> None:
        """Has the order wait for its start, and says when it would be done then."""
        order, now = work.document.body.data, self._deps.clock.now()
        plan, _ = await self._decompose(order, self._deps.catalog())
        foreseen: JsonObject = {}
        if plan.body is not None:
            with suppress(BadRequest, Conflict):  # that is told when it is handed over
                told = await self._deps.client("tmf641").dry_create("serviceOrder", plan.body)
                foreseen = (told or {}).get("plan") or {}

        def edit(draft: Draft) -> None:
            if draft.state == "acknowledged":
                draft.due = begin
                if draft.body == order:
                    expect(draft, planned(foreseen), now)

        await work.change(edit)

    async def _decompose(
        self, order: JsonObject, catalog: Catalog
    ) -> tuple[Decomposition, Mapping[str, Existing]]:
        existing = await read_existing(order, self._deps.client("tmf638"))
        return decompose(order, catalog, existing), existing

    async def _follow(self, work: Work, plan: Decomposition | None = None) -> None:
        """Hands over what is not handed over yet, and takes the order on to where that is."""
        key = (work.document.process or {})["plan"]["serviceOrder"]
        service_order: JsonObject | None = None
        if key is not None:
            if plan is None:
                service_order = await self._deps.client("tmf641").get("serviceOrder", key)
            if service_order is None:
                service_order = await self._hand_over(work, key, plan)
                if service_order is None:
                    return
            service_order = await self._pass_on(work, key, service_order)
        await self._roll_up(work, service_order)

    async def _hand_over(
        self, work: Work, key: str, plan: Decomposition | None
    ) -> JsonObject | None:
        """Creates the service order; None where that cannot be done."""
        order, now = work.document.body.data, self._deps.clock.now()
        if plan is None:  # stopped after planning: plan anew, by the catalogue as it is now
            catalog = self._deps.catalog()
            plan, existing = await self._decompose(order, catalog)
            fresh = plan_of(order["id"], plan, catalog.version, existing)
            problem = "; ".join([*plan.faults, *plan.unknown])
            if plan.body is not None:
                await work.change(lambda draft: draft.process.update(plan=fresh))
        if plan.body is not None:
            try:
                reply = await self._deps.client("tmf641").create("serviceOrder", plan.body, key=key)
            except BadRequest as error:
                problem = f"the service order was refused: {error.message.rstrip('.')}"
            else:
                return reply.body

        def hold(draft: Draft) -> None:
            if draft.state == "inProgress":
                draft.process.pop("plan", None)
                set_items(draft, lambda _: "held")
                move(draft, "held", now)
                _leave_to_people(draft, problem, now)

        await work.change(hold)
        return None

    async def _pass_on(self, work: Work, key: str, service_order: JsonObject) -> JsonObject:
        """Suspends or resumes the service order where a client asked for that."""
        process = work.document.process or {}
        ask, number = process.get("ask"), process.get("asked")
        if ask is None:
            return service_order
        refused: list[str] = []
        try:
            reply = await self._deps.client("tmf641").patch(
                "serviceOrder",
                key,
                {"state": ask},
                key=derived_id(work.document.id, "ask", str(number)),
            )
            service_order = reply.body
        except Conflict as error:
            refused.append(f"The service order cannot become {ask}: {error.reason.rstrip('.')}.")
        now = self._deps.clock.now()

        def passed(draft: Draft) -> None:
            if draft.process.get("asked") == number and draft.process.pop("ask", None):
                for text in refused:
                    add_note(draft, text, now)

        await work.change(passed)
        return service_order

    async def _roll_up(self, work: Work, service_order: JsonObject | None) -> None:
        now = self._deps.clock.now()

        def edit(draft: Draft) -> None:
            # meanwhile: that brings another look
            asked = "ask" in draft.process or "amend" in draft.process
            if asked or draft.state in PRODUCT_ORDER.final | _CANCELLING:
                return
            mapping = draft.process["plan"]["items"]
            if draft.due is None:
                draft.due = now + _LOOK_AGAIN
            progress = progress_of(draft.body, service_order, mapping)
            if "calledOff" in draft.process and progress.order not in PRODUCT_ORDER.final:
                return  # people solve what could not be undone: it stays held until then
            tell(draft, service_order or {}, mapping, now)
            advance(draft, progress, now)
            expect(draft, service_order or {}, now)

        for _ in range(_STEPS):
            before = work.document.rev
            document = await work.change(edit)
            if document.rev == before or document.body.data["state"] in PRODUCT_ORDER.final:
                return

    async def _follow_cancellation(self, work: Work, key: str | None) -> None:
        """Tells at once that TMF641 has accepted a cancellation, and undoes what was done."""
        below = await self._deps.client("tmf641").get("serviceOrder", key) if key else None
        if below is None or below.get("state") != "pendingCancellation":
            return
        now = self._deps.clock.now()

        def accepted(draft: Draft) -> None:
            if draft.state == "assessingCancellation" and "cancel" in draft.process:
                set_items(draft, lambda _: "pendingCancellation")
                move(draft, "pendingCancellation", now)

        await work.change(accepted)

    async def _stop(self, work: Work, key: str | None) -> None:
        """Gives up the service order of an order that is given up, where it still runs."""
        client = self._deps.client("tmf641")
        below = await client.get("serviceOrder", key) if key else None
        if key is None or below is None or below.get("state") in FINAL | _CANCELLING:
            return
        if below.get("state") == "inProgress":
            await client.patch("serviceOrder", key, {"state": "held"}, key=derived_id(key, "hold"))
        await client.patch("serviceOrder", key, {"state": "cancelled"}, key=derived_id(key, "end"))
        # once is enough: it takes its time to end
        await work.change(lambda draft: draft.process.update(stopped=True))


def _leave_to_people(draft: Draft, problem: str, now: float) -> None:
    draft.process["manual"] = True
    draft.due = None
    add_note(draft, f"Left to people: {problem}.", now)
    draft.notify("InformationRequired", fieldPath="productOrderItem")
