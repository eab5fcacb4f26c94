"""The process of a CancelProductOrder task.

An order that is not handed over yet is cancelled at once. One with a service order is cancelled
if TMF641 cancels that, which it decides by how far the work is; else the order goes back to where
it came from. What the services below cannot all be undone of leaves the order held, for people. A
task for an order that is not there, final, or being cancelled already ends terminatedWithError. A
task waits for its ``requestedCancellationDate``.
"""

from collections.abc import Callable, Iterable
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
from tmf622_product_ordering.progress import add_note, item_bodies, move, set_items, undone
from tmf622_product_ordering.states import CANCEL_PRODUCT_ORDER, PRODUCT_ORDER

__all__ = ["Cancellation"]

_LOOK_AGAIN = 5.0
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

    def concerns(self, entry: LogEntry) -> Iterable[str]:
        """See `Controller.concerns`: own tasks, and those that wait for a task of TMF641."""
        event = entry.event
        if (event.api, event.resource) == ("tmf622", "cancelProductOrder"):
            if entry.snapshot.data.get("state") not in CANCEL_PRODUCT_ORDER.final:
                yield event.resource_id
        elif (event.api, event.resource) == ("tmf641", "cancelServiceOrder"):
            for reference in entry.snapshot.data.get("externalReference") or []:
                if reference.get("externalReferenceType") == _REFERENCE_TYPE:
                    yield reference["id"]

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
                await work.change(self._wait)
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
            if _task_of(draft) == task:
                return
            if draft.process.get("calledOff") == task:
                raise Conflict("not all that was done could be undone: the order is held")
            if not PRODUCT_ORDER.allows(draft.state, "assessingCancellation"):
                raise Conflict(f"the order is {draft.state}")
            if draft.state == "assessingCancellation":
                raise Conflict("another cancellation of the order is under way")
            items = {item["id"]: item.get("state") for item in item_bodies(draft)}
            draft.process["cancel"] = {"task": task, "from": draft.state, "items": items}
            set_items(draft, lambda _: "assessingCancellation")
            draft.body["state"] = "assessingCancellation"

        return await self._orders.update(id_, edit)

    async def _cancel_below(self, work: Work, order: Document) -> str | None:
        """Has TMF641 cancel: "" when that is done, a reason when refused, None when under way."""
        client = self._deps.client("tmf641")
        service_order = ((order.process or {}).get("plan") or {}).get("serviceOrder")
        if service_order is None or await client.get("serviceOrder", service_order) is None:
            return ""
        key = derived_id(work.document.id, "cancelServiceOrder")
        below = await client.get("cancelServiceOrder", key)
        if below is None:
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
            await self._hold(work, order.id, str(said.get("reason")))
        return said.get("reason") or said.get("message") or "its services cannot be cancelled"

    async def _pending(self, work: Work, id_: str, service_order: str) -> None:
        """Follows TMF641 where it has accepted and undoes what was done."""
        below = await self._deps.client("tmf641").get("serviceOrder", service_order)
        if below is None or below.get("state") != "pendingCancellation":
            return
        now = self._deps.clock.now()

        def accepted(draft: Draft) -> None:
            if draft.state == "assessingCancellation":
                set_items(draft, lambda _: "pendingCancellation")
                move(draft, "pendingCancellation", now)

        await self._edit(id_, work.document.id, accepted)

    async def _hold(self, work: Work, id_: str, reason: str) -> None:
        """Not all could be undone: the order is held; it is followed on as people solve that."""
        now, task = self._deps.clock.now(), work.document.id

        def accepted(draft: Draft) -> None:
            if draft.state == "assessingCancellation":
                set_items(draft, lambda _: "pendingCancellation")
                move(draft, "pendingCancellation", now)

        def held(draft: Draft) -> None:
            if draft.state == "pendingCancellation":
                set_items(draft, lambda _: "held")
                move(draft, "held", now)
                draft.process.pop("cancel", None)
                draft.process["calledOff"] = task
                add_note(draft, f"Cancellation {task}: {reason.rstrip('.')}.", now)
                draft.notify("InformationRequired", fieldPath="productOrderItem")
                draft.due = now

        await self._edit(id_, task, accepted)
        await self._edit(id_, task, held)

    def _wait(self, draft: Draft) -> None:
        if draft.due is None:
            draft.due = self._deps.clock.now() + _LOOK_AGAIN

    async def _accept(self, work: Work, id_: str) -> None:
        now, task = self._deps.clock.now(), work.document
        reason = task.body.data.get("cancellationReason")

        def accepted(draft: Draft) -> None:
            if draft.state == "assessingCancellation":
                set_items(draft, lambda _: "pendingCancellation")
                move(draft, "pendingCancellation", now)

        def cancelled(draft: Draft) -> None:
            if draft.state == "pendingCancellation":
                for item in item_bodies(draft):
                    if item.get("state") == "completed":
                        undone(item)
                set_items(draft, lambda _: "cancelled")
                if reason is not None:
                    draft.body["cancellationReason"] = reason
                draft.body.pop("cancellationDate", None)  # a wish until now
                move(draft, "cancelled", now)

        await self._edit(id_, task.id, accepted)
        order = await self._edit(id_, task.id, cancelled)
        date = order.body.data.get("cancellationDate", format_date(now))
        await work.change(lambda draft: _end(draft, "done", date))

    async def _refuse(self, work: Work, id_: str, reason: str) -> None:
        """Ends the task; where it had the order under assessment, that goes back."""
        now, task = self._deps.clock.now(), work.document.id
        text = f"Cancellation {task} is refused: {reason.rstrip('.')}."

        def edit(_before: Document, draft: Draft) -> None:
            draft.cause = Cause("cancellation", task, reason)
            if _task_of(draft) == task and draft.state == "assessingCancellation":
                cancel = draft.process.pop("cancel")
                set_items(draft, lambda item: cancel["items"].get(item["id"], cancel["from"]))
                draft.body["state"] = cancel["from"]
                draft.due = now
            if draft.process.get("calledOff") == task:
                return  # held by it, and told
            if all(note.get("text") != text for note in draft.body.get("note") or []):
                add_note(draft, text, now)

        with suppress(NotFound):  # nobody to tell: the task itself says that it failed
            await self._orders.update(id_, edit)
        await work.change(lambda draft: _end(draft, "terminatedWithError"))

    async def _edit(self, id_: str, task: str, change: Callable[[Draft], None]) -> Document:
        def edit(_before: Document, draft: Draft) -> None:
            draft.cause = Cause("cancellation", task)
            if _task_of(draft) == task:
                change(draft)

        return await self._orders.update(id_, edit)


def _task_of(draft: Draft) -> str | None:
    task: str | None = (draft.process.get("cancel") or {}).get("task")
    return task


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
