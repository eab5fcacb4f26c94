"""The process behind a service order: takes it in, then carries its items as its plan says.

One look: write down what came of items and which start now (one write for all), carry those side
by side, and again until nothing is left to do but to wait for monitors. An item is marked
``inProgress`` before anything is done for it, so whoever reads the order (a cancellation, a client
who holds it, the next start after a crash) knows what may have begun.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Final, assert_never

from api.catalog.model import Catalog
from api.commands import Commands
from api.dates import format_date
from api.draft import Draft
from api.errors import Stale, Unavailable
from api.jsontypes import JsonObject
from api.process.controller import Work
from api.store.document import LogEntry
from tmf641_service_ordering import intake, progress
from tmf641_service_ordering.bodies import Link
from tmf641_service_ordering.fulfilment import Fulfilment, ItemJob
from tmf641_service_ordering.items import action, service_id, walk
from tmf641_service_ordering.outcome import Outcome
from tmf641_service_ordering.states import ORDER

__all__ = ["ServiceOrderController"]

_SAFETY: Final = 15.0
"""Seconds after which monitors are looked at, should no event have told of their end."""

_AT_ONCE: Final = 16
"""Items of one order that are carried side by side."""


class ServiceOrderController:
    """See `api.process.controller.Controller`.

    Args:
        commands: of service orders.
        fulfilment: carries items.
        catalog: gives the catalogue as it is now.
        reject_unknown: whether an order that the catalogue does not know is rejected.
    """

    concurrency = 64

    def __init__(
        self,
        commands: Commands,
        fulfilment: Fulfilment,
        catalog: Callable[[], Catalog],
        *,
        reject_unknown: bool,
    ) -> None:
        self.commands = commands
        self._fulfilment = fulfilment
        self._catalog = catalog
        self._reject_unknown = reject_unknown

    @property
    def _now(self) -> str:
        return format_date(self.commands.clock.now())

    def concerns(self, entry: LogEntry) -> Iterable[str]:
        """A new order, one that a client moved, and the end of a monitor that an order waits for.

        TMF640 writes the order's id among the headers of the monitor's request.
        """
        event = entry.event
        if event.type == "MonitorStateChangeEvent":
            headers = (entry.snapshot.data.get("request") or {}).get("header") or ()
            return [h["value"] for h in headers if h.get("name") == "serviceOrderId"]
        if event.type == "ServiceOrderCreateEvent" and event.api == self.commands.resource.api:
            return (event.resource_id,)
        return ()

    async def reconcile(self, work: Work) -> None:
        """Takes a new order in, or carries one with a plan on."""
        document = work.document
        if document.body.data["state"] == "acknowledged" and not document.process:
            await self._take_in(work)
        if progress.planned(work.document.process) and not _over(work.document.body.data):
            await self._carry(work)

    async def _take_in(self, work: Work) -> None:
        catalog, clock = self._catalog(), self.commands.clock

        def edit(draft: Draft) -> None:
            if draft.state != "acknowledged" or draft.process:
                return
            verdict = intake.judge(
                draft.body, draft.id, catalog, clock.now(), reject_unknown=self._reject_unknown
            )
            draft.due = None
            match verdict:
                case intake.Wait(until):
                    draft.due = until
                case intake.Reject():
                    intake.reject(draft, verdict, self._now)
                case intake.LeaveToPeople():
                    intake.leave_to_people(draft, verdict, self._now)
                case intake.Go(plan):
                    progress.begin(draft, plan, catalog.version, self._now)
                    self._move(draft, {})
                case _:
                    assert_never(verdict)

        await work.change(edit)

    async def _carry(self, work: Work) -> None:
        outcomes: Mapping[str, Outcome] = {}
        watched = set(progress.monitors(work.document.process))
        while True:
            await work.change(lambda draft, done=outcomes: self._move(draft, done))  # type: ignore[misc]
            jobs = [job for job in _jobs(work) if job.monitor is None or job.item["id"] in watched]
            if not jobs:
                return
            watched = set()
            outcomes, problem = await self._run(jobs)
            if problem is not None:
                await work.change(lambda draft, done=outcomes: self._move(draft, done))  # type: ignore[misc]
                raise problem

    def _move(self, draft: Draft, outcomes: Mapping[str, Outcome]) -> None:
        """Writes down what came, starts what may start, and says when to look again."""
        progress.record(draft, outcomes, self._now)
        progress.advance(draft, self._now)
        waits = progress.monitors(draft.process)
        items = progress.in_progress(draft.body)
        draft.working = any(item["id"] not in waits for item in items)
        if not items:
            draft.due = None
        elif draft.due is None:
            draft.due = self.commands.clock.now() + _SAFETY

    async def _run(self, jobs: list[ItemJob]) -> tuple[dict[str, Outcome], Exception | None]:
        """What came of the items; of those that must be tried again, one of the reasons."""
        gate = asyncio.Semaphore(_AT_ONCE)

        async def carry(job: ItemJob) -> Outcome | Exception:
            async with gate:
                try:
                    return await self._fulfilment.carry(job)
                except (Stale, Unavailable) as error:
                    return error

        results = await asyncio.gather(*(carry(job) for job in jobs))
        outcomes: dict[str, Outcome] = {}
        problem: Exception | None = None
        for job, result in zip(jobs, results, strict=True):
            if isinstance(result, Exception):
                problem = result
            else:
                outcomes[str(job.item["id"])] = result
        return outcomes, problem


def _over(body: JsonObject) -> bool:
    """Whether nothing is left to do: events of the last item may still come in."""
    return body["state"] in ORDER.final and not progress.in_progress(body)


def _jobs(work: Work) -> list[ItemJob]:
    """The items that are being carried."""
    document = work.document
    body, process = document.body.data, document.process or {}
    waits = progress.monitors(process)
    carried = progress.in_progress(body)
    if not carried:
        return []
    items = {str(item["id"]): item for item in walk(body["serviceOrderItem"])}
    after = {step.id: step.after for step in progress.plan_of(process).steps}
    return [
        ItemJob(document.id, item, _links(after[id_], items), waits.get(id_))
        for item in carried
        for id_ in (str(item["id"]),)
    ]


def _links(after: Iterable[str], items: Mapping[str, JsonObject]) -> list[Link]:
    """The services that carry an item's own: those of the items it came after."""
    return [
        Link(service, items[other]["service"].get("name"))
        for other in after
        if action(items[other]) != "delete" and (service := service_id(items[other])) is not None
    ]
