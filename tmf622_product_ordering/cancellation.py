"""The process of a CancelProductOrder task.

An order without a plan is cancelled at once. One whose plan names a service order is cancelled
if TMF641 cancels that, which it decides by how far the work is; else the order goes back to where
it came from. What the services below cannot all be undone of leaves the order held, for people. A
task for an order that is not there, final, or being cancelled already ends terminatedWithError. A
task waits for its ``requestedCancellationDate``.

Where the plan names a service order that is not there yet, the order is handed over first: its own
process may be just about to, and cannot be told not to. Done twice it is done once, so what comes
late finds the service order there, and cancelled.
"""

from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

from api.clock import derived_id
from api.commands import Commands
from api.dates import format_date, parse_date
from api.deps import Deps
from api.draft import Draft
from api.errors import BadRequest, Conflict, NotFound
from api.history.changes import Cause
from api.jsontypes import JsonObject
from api.process.controller import Work
from api.store.document import Document, LogEntry
from tmf622_product_ordering.calling_off import accept, assess, call_off, hold, refuse, task_of
from tmf622_product_ordering.ending import ending
from tmf622_product_ordering.hand_over import HandOver, NotTaken
from tmf622_product_ordering.plan import advance, progress_of
from tmf622_product_ordering.service_order import referred
from tmf622_product_ordering.states import CANCEL_PRODUCT_ORDER

__all__ = ["Cancellation"]

_LOOK_AGAIN = 60.0
"""Seconds after which TMF641's task is looked at although no event told of it."""

_REFERENCE_TYPE = "cancelProductOrder"

_NOT_UNDONE = "compensationFailed"
"""The code by which TMF641 tells that not all could be undone."""


class Cancellation:
    """Implements `api.process.controller.Controller`.

    Args:
        tasks: the commands of ``cancelProductOrder``.
        orders: the commands of ``productOrder``.
        deps: of the server.
    """

    concurrency = 8

    def __init__(self, tasks: Commands, orders: Commands, deps: Deps) -> None:
        self.commands = tasks
        self._orders = orders
        self._deps = deps
        self._hand = HandOver(deps)

    def concerns(self, entry: LogEntry) -> Iterable[str]:
        """See `Controller.concerns`: own tasks, and those that wait for a task of TMF641."""
        event = entry.event
        if (event.api, event.resource) == ("tmf622", "cancelProductOrder"):
            if entry.snapshot.data.get("state") not in CANCEL_PRODUCT_ORDER.final:
                yield event.resource_id
        elif (event.api, event.resource) == ("tmf641", "cancelServiceOrder"):
            references = entry.snapshot.data.get("externalReference")
            yield from referred(references, _REFERENCE_TYPE)

    async def reconcile(self, work: Work) -> None:
        """See `Controller.reconcile`."""
        if work.document.body.data.get("state") in CANCEL_PRODUCT_ORDER.final:
            return
        await work.change(self._begin)
        if work.document.body.data["state"] != "inProgress":
            return
        task, id_ = work.document.id, str(work.document.body.data["productOrder"]["id"])
        try:
            order = await self._assess(id_, task)
        except (NotFound, Conflict) as error:
            await self._refuse(work, id_, error.reason)
            return
        refusal = None
        if order.body.data["state"] in ("assessingCancellation", "pendingCancellation"):
            refusal = await self._cancel_below(work, order)
            if refusal is None:
                work.look_again(self._deps.clock.now() + _LOOK_AGAIN)
                return
        if refusal:
            await self._refuse(work, id_, refusal)
        else:
            await self._accept(work, id_)

    def _begin(self, draft: Draft) -> None:
        wanted = draft.body.get("requestedCancellationDate")
        if draft.state != "acknowledged":
            return
        if wanted is not None and parse_date(wanted) > self._deps.clock.now():
            draft.due = parse_date(wanted)
        else:
            draft.body["state"] = "inProgress"

    async def _assess(self, id_: str, task: str) -> Document:
        """Puts the order under assessment for this task. Raises Conflict, NotFound."""

        def edit(_before: Document, draft: Draft) -> None:
            draft.cause = Cause("cancellation", task)
            assess(draft, task)

        return await self._orders.update(id_, edit)

    async def _cancel_below(self, work: Work, order: Document) -> str | None:
        """Has TMF641 cancel: "" when that is done, a reason when refused, None when under way."""
        client = self._deps.client("tmf641")
        service_order = ((order.process or {}).get("plan") or {}).get("serviceOrder")
        if service_order is None:
            return ""
        key = derived_id(work.document.id, "cancelServiceOrder")
        below = await client.get("cancelServiceOrder", key)
        if below is None:
            if not await self._there(work, order, service_order):
                return ""
            body = _task_below(work.document, service_order)
            try:
                below = (await client.create("cancelServiceOrder", body, key=key)).body
            except (BadRequest, Conflict, NotFound) as error:
                return error.reason
        if below.get("state") == "done":
            return ""
        if below.get("state") != "terminatedWithError":
            await self._pending(work, order.id, service_order)
            return None
        said = below.get("errorMessage") or {}
        if said.get("code") == _NOT_UNDONE or order.body.data["state"] == "pendingCancellation":
            await self._hold(work, order.id, service_order, str(said.get("reason")))
        return said.get("reason") or said.get("message") or "its services cannot be cancelled"

    async def _there(self, work: Work, order: Document, key: str) -> bool:
        """Whether there is a service order; where it is missing yet, the order is handed over."""
        if await self._deps.client("tmf641").get("serviceOrder", key) is not None:
            return True

        def write(edit: Callable[[Draft], None]) -> Awaitable[Document]:
            return self._edit(order.id, work.document.id, edit)

        try:
            await self._hand.make(order.body.data, key, None, write)
        except NotTaken:
            return False
        return True

    async def _pending(self, work: Work, id_: str, service_order: str) -> None:
        """Follows TMF641 where it has accepted and undoes what was done."""
        below = await self._deps.client("tmf641").get("serviceOrder", service_order)
        if below is not None and below.get("state") == "pendingCancellation":
            now = self._deps.clock.now()
            await self._edit(id_, work.document.id, lambda draft: accept(draft, now))

    async def _hold(self, work: Work, id_: str, service_order: str, refusal: str) -> None:
        """Not all could be undone: the order is held, its items are as those below."""
        now, task = self._deps.clock.now(), work.document
        reason = task.body.data.get("cancellationReason")
        below = await self._deps.client("tmf641").get("serviceOrder", service_order)

        def held(draft: Draft) -> None:
            hold(draft, task.id, refusal, reason, now)
            progress = progress_of(draft.body, below, draft.process["plan"]["items"])
            advance(draft, ending(progress, draft.body, below, draft.process), now)

        await self._edit(id_, task.id, lambda draft: accept(draft, now))
        await self._edit(id_, task.id, held)

    async def _accept(self, work: Work, id_: str) -> None:
        now, task = self._deps.clock.now(), work.document
        reason = task.body.data.get("cancellationReason")

        await self._edit(id_, task.id, lambda draft: accept(draft, now))
        order = await self._edit(id_, task.id, lambda draft: call_off(draft, reason, now))
        date = order.body.data.get("cancellationDate", format_date(now))
        await work.change(lambda draft: _end(draft, "done", date))

    async def _refuse(self, work: Work, id_: str, reason: str) -> None:
        """Ends the task; where it had the order under assessment, that goes back."""
        now, task = self._deps.clock.now(), work.document.id

        def edit(_before: Document, draft: Draft) -> None:
            draft.cause = Cause("cancellation", task, reason)
            refuse(draft, task, reason, now)

        with suppress(NotFound):  # nobody to tell: the task itself says that it failed
            await self._orders.update(id_, edit)
        await work.change(lambda draft: _end(draft, "terminatedWithError"))

    async def _edit(self, id_: str, task: str, change: Callable[[Draft], None]) -> Document:
        def edit(_before: Document, draft: Draft) -> None:
            draft.cause = Cause("cancellation", task)
            if task_of(draft) == task:
                change(draft)

        return await self._orders.update(id_, edit)


def _end(draft: Draft, state: str, date: str | None = None) -> None:
    if draft.state == "inProgress":
        draft.body["state"] = state
        draft.due = None
        if date is not None:
            draft.body["effectiveCancellationDate"] = date


def _task_below(task: Document, service_order: str) -> JsonObject:
    given = task.body.data
    body: JsonObject = {
        "serviceOrder": {"id": service_order, "@referredType": "ServiceOrder"},
        # not in the document of TMF641, but kept: by it the task's events find their way here
        "externalReference": [
            {
                "id": task.id,
                "name": "TMF622 CancelProductOrder",
                "externalReferenceType": _REFERENCE_TYPE,
            }
        ],
        "@type": "CancelServiceOrder",
    }
    if "cancellationReason" in given:
        body["cancellationReason"] = given["cancellationReason"]
    return body
