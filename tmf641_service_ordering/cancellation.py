"""The cancellation of a service order, as a task of its own: commands and process."""

from collections.abc import Iterable

from api.commands import Commands
from api.dates import format_date, parse_date
from api.draft import Draft
from api.errors import NotFound
from api.process.controller import Work
from api.store.document import Document, LogEntry
from tmf641_service_ordering.calling_off import CalledOff, Moved, Refused, Stage, Underway, call_off
from tmf641_service_ordering.faults import Fault

__all__ = ["CancelServiceOrderCommands", "CancellationController"]


class CancelServiceOrderCommands(Commands):
    """The commands of ``cancelServiceOrder``; see `api.commands.Commands`."""

    def prepare(self, draft: Draft) -> None:
        """Accepts the task. Whether the order can be cancelled, the task's process finds out."""
        draft.body["state"] = "accepted"
        draft.due = self.clock.now()


class CancellationController:
    """See `api.process.controller.Controller`.

    Args:
        commands: of cancellations.
        orders: the commands of service orders.
    """

    concurrency = 32

    def __init__(self, commands: Commands, orders: Commands) -> None:
        self.commands = commands
        self._orders = orders

    def concerns(self, entry: LogEntry) -> Iterable[str]:
        """A new cancellation."""
        event = entry.event
        if event.type == "CancelServiceOrderCreateEvent" and event.api == "tmf641":
            return (event.resource_id,)
        return ()

    async def reconcile(self, work: Work) -> None:
        """Waits for the day that is asked for, then cancels the order or says why it cannot."""
        if work.document.body.data["state"] == "accepted":
            await work.change(self._begin)
        if work.document.body.data["state"] != "inProgress":
            return
        outcome: Stage = Moved()
        while isinstance(outcome, Moved):
            outcome = await self._step(work.document)
        if isinstance(outcome, Underway):
            await work.change(self._wait)
        else:
            await work.change(lambda draft: self._end(draft, outcome))

    def _wait(self, draft: Draft) -> None:
        """The order's process has this task looked at when it is through."""
        draft.working = False
        draft.due = None

    def _begin(self, draft: Draft) -> None:
        wanted = draft.body.get("requestedCancellationDate")
        if wanted is not None and parse_date(wanted) > self.commands.clock.now():
            draft.due = parse_date(wanted)
        elif draft.state == "accepted":
            draft.body["state"] = "inProgress"
            draft.working = True

    async def _step(self, task: Document) -> Stage:
        """One step of the order, in one write."""
        order_id = str(task.body.data["serviceOrder"]["id"])
        reason = task.body.data.get("cancellationReason")
        taken: list[Stage] = []

        def edit(_: Document, draft: Draft) -> None:
            now = self.commands.clock.now()
            taken.append(call_off(draft, task.id, reason, now, format_date(now)))

        try:
            await self._orders.update(order_id, edit)
        except NotFound:
            return Refused(
                Fault(
                    "orderNotFound",
                    f"there is no service order {order_id!r}",
                    "Name the order by its id in serviceOrder.id.",
                    "404",
                )
            )
        return taken[-1]  # the one that was written: where somebody came between, it is repeated

    def _end(self, draft: Draft, outcome: Stage) -> None:
        draft.working = False
        draft.due = None
        now = format_date(self.commands.clock.now())
        match outcome:
            case CalledOff():
                draft.body["state"] = "done"
                draft.body["effectiveCancellationDate"] = now
                draft.body["completionMessage"] = "The service order is cancelled."
            case Refused(fault):
                draft.body["state"] = "terminatedWithError"
                draft.body["completionMessage"] = f"Not cancelled: {fault.reason}."
                draft.body["errorMessage"] = {
                    "code": fault.code,
                    "reason": fault.reason,
                    "message": fault.message,
                    "status": fault.status or "409",
                    "@type": "ErrorMessage",
                }
