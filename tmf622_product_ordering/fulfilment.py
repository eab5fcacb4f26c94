"""The process that carries a product order: decompose, hand over to TMF641, follow, roll up.

An order with a plan is carried by one service order, whose id is derived from the order's, so
that handing it over twice hands it over once. All that is remembered is in the order's own
document; every look starts from what is there.
"""

from collections.abc import Iterable
from contextlib import suppress

from api.clock import derived_id
from api.commands import Commands
from api.dates import parse_date
from api.deps import Deps
from api.draft import Draft
from api.errors import BadRequest, Conflict, Stale
from api.jsontypes import JsonObject
from api.process.controller import Work
from api.store.document import LogEntry
from tmf622_product_ordering.amendment import Amendments, plan_of
from tmf622_product_ordering.calling_off import CANCELLING, accept
from tmf622_product_ordering.choices import waits_for_its_day
from tmf622_product_ordering.dates import expect, planned
from tmf622_product_ordering.decomposition import Decomposition
from tmf622_product_ordering.ending import ending
from tmf622_product_ordering.first_look import is_new, leave_to_people
from tmf622_product_ordering.hand_over import HandOver, NotTaken
from tmf622_product_ordering.milestones import tell
from tmf622_product_ordering.plan import FINAL, advance, progress_of
from tmf622_product_ordering.progress import add_note, move, set_items
from tmf622_product_ordering.service_order import REFERENCE_TYPE, referred
from tmf622_product_ordering.states import PRODUCT_ORDER

__all__ = ["Fulfilment"]

_LOOK_AGAIN = 600.0
"""Seconds after which a service order is looked at although no event told of it."""

_HAND_OVER = 30.0
"""Seconds after which an order that is planned is looked at again, should that be interrupted."""

_STEPS = 5
"""Writes in one look: the longest way between two states is shorter."""

_TRIES = 5
"""Times that a service order is given up in one look, should others move it meanwhile; and most
changes of an order's items that are carried in one."""


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
        self._hand = HandOver(deps)

    def concerns(self, entry: LogEntry) -> Iterable[str]:
        """See `Controller.concerns`: own orders that are open, and those of service orders."""
        event = entry.event
        if (event.api, event.resource) == ("tmf622", "productOrder"):
            if entry.snapshot.data.get("state") not in PRODUCT_ORDER.final:
                yield event.resource_id
        elif (event.api, event.resource) == ("tmf641", "serviceOrder"):
            references = entry.snapshot.data.get("externalReference")
            yield from referred(references, REFERENCE_TYPE)

    async def reconcile(self, work: Work) -> None:
        """See `Controller.reconcile`."""
        process = work.document.process or {}
        state = work.document.body.data.get("state")
        if "plan" in process:
            if state == "assessingCancellation" and "cancel" in process:
                await self._follow_cancellation(work, process["plan"]["serviceOrder"])
            elif state not in PRODUCT_ORDER.final | CANCELLING:
                for _ in range(_TRIES):
                    if "amend" in (work.document.process or {}):
                        await self._amendments.carry(work)
                await self._follow(work)
        elif is_new(work.document):
            await self._begin(work)

    async def _begin(self, work: Work) -> None:
        """Makes the plan, or leaves the order to people."""
        order, now = work.document.body.data, self._deps.clock.now()
        if waits_for_its_day(order, now):
            await self._put_off(work, parse_date(order["requestedStartDate"]))
            return
        catalog = self._deps.catalog()
        plan, existing = await self._hand.decompose(order, catalog)
        problems = [*plan.faults, *plan.unknown]

        def edit(draft: Draft) -> None:
            if draft.body != order or draft.process.get("manual"):
                return  # changed meanwhile: that brings another look
            if problems:
                leave_to_people(draft, "; ".join(problems), now)
                return
            draft.process["plan"] = plan_of(order["id"], plan, catalog.version, existing)
            move(draft, "inProgress", now)  # its items, when something is done for them
            draft.due = now + _HAND_OVER

        document = await work.change(edit)
        if "plan" in (document.process or {}):
            await self._follow(work, plan)

    async def _put_off(self, work: Work, begin: float) -> None:
        """Has the order wait for its start, and says when it would be done then."""
        order, now = work.document.body.data, self._deps.clock.now()
        plan, _ = await self._hand.decompose(order, self._deps.catalog())
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
        now = self._deps.clock.now()
        try:
            return await self._hand.make(work.document.body.data, key, plan, work.change)
        except NotTaken as error:
            problem = str(error)

        def begin(draft: Draft) -> None:
            if draft.state == "inProgress":
                set_items(draft, lambda _: "inProgress")  # there is no way from acknowledged

        def hold(draft: Draft) -> None:
            if draft.state in ("inProgress", "held"):
                for name in ("plan", "ask", "givenUp"):
                    draft.process.pop(name, None)
                set_items(draft, lambda _: "held")
                move(draft, "held", now)
                leave_to_people(draft, problem, now)

        await work.change(begin)
        await work.change(hold)
        return None

    async def _pass_on(
        self, work: Work, key: str | None, service_order: JsonObject | None
    ) -> JsonObject | None:
        """Suspends, resumes or gives up the service order where a client asked for that."""
        process = work.document.process or {}
        ask, number = process.get("ask"), process.get("asked")
        if ask is None:
            return service_order
        refused: str | None = None
        if key is not None and service_order is not None:
            once = derived_id(work.document.id, "ask", str(number))
            try:
                if ask == "cancelled":
                    service_order = await self._give_up(key, once, service_order)
                else:
                    service_order = await self._set(key, ask, once)
            except Conflict as error:
                refused = f"The service order cannot become {ask}: {error.reason.rstrip('.')}."
        if ask == "cancelled" and service_order and service_order["state"] in CANCELLING:
            return service_order  # its end, or its way back, brings another look
        now = self._deps.clock.now()

        def passed(draft: Draft) -> None:
            if draft.process.get("asked") == number and draft.process.pop("ask", None) and refused:
                add_note(draft, refused, now)

        await work.change(passed)
        return service_order

    async def _set(self, key: str, state: str, once: str) -> JsonObject:
        client = self._deps.client("tmf641")
        return (await client.patch("serviceOrder", key, {"state": state}, key=once)).body

    async def _give_up(self, key: str, once: str, service_order: JsonObject) -> JsonObject:
        """Gives the service order up, unless it is being cancelled, or is over.

        Raises Conflict where it has ended otherwise, Stale where others keep moving it.
        """
        client = self._deps.client("tmf641")
        for number in range(_TRIES):
            state = str(service_order["state"])
            if state in CANCELLING or state == "cancelled":
                return service_order
            if state in FINAL:
                raise Conflict(f"it is {state} already")
            with suppress(Conflict):  # it must be stopped first, unless that was done before
                return await self._set(key, "cancelled", once)
            with suppress(Conflict):
                await self._set(key, "held", derived_id(once, "held", str(number)))
            service_order = await client.get("serviceOrder", key) or service_order
        raise Stale(f"serviceOrder {key}")

    async def _roll_up(self, work: Work, service_order: JsonObject | None) -> None:
        now = self._deps.clock.now()
        work.look_again(now + _LOOK_AGAIN)

        def edit(draft: Draft) -> None:
            # meanwhile: that brings another look
            asked = "ask" in draft.process or "amend" in draft.process
            if asked or draft.state in PRODUCT_ORDER.final | CANCELLING:
                return
            mapping = draft.process["plan"]["items"]
            draft.due = None  # events tell when there is more to do
            progress = progress_of(draft.body, service_order, mapping)
            progress = ending(progress, draft.body, service_order, draft.process)
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
        if below is not None and below.get("state") == "pendingCancellation":
            now = self._deps.clock.now()
            await work.change(lambda draft: accept(draft, now))
