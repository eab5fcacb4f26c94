"""The process behind a service order: takes it in, then carries its items as its plan says.

One look: write down what came of items and which start now (one write for all), carry those side
by side, and again until nothing is left to do but to wait for monitors. An item is marked
``inProgress`` before anything is done for it, so whoever reads the order (a cancellation, a client
who holds it, the next start after a crash) knows what may have begun.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final, assert_never

from api.catalog.model import Catalog
from api.client import Client
from api.commands import Commands
from api.dates import format_date, parse_date
from api.draft import Draft
from api.errors import ApiError
from api.jsontypes import JsonObject
from api.process.controller import Work
from api.process.leases import earliest
from api.store.document import Document, LogEntry
from tmf641_service_ordering import intake, progress
from tmf641_service_ordering.claims import claim, to_leave
from tmf641_service_ordering.fulfilment import Fulfilment
from tmf641_service_ordering.inventory import Inventory
from tmf641_service_ordering.items import ends_of, services_of
from tmf641_service_ordering.jeopardy import foresee, watch
from tmf641_service_ordering.job import ItemJob
from tmf641_service_ordering.jobs import jobs_of
from tmf641_service_ordering.outcome import Outcome
from tmf641_service_ordering.plan import Plan
from tmf641_service_ordering.planning import detailed
from tmf641_service_ordering.precedence import Behind, Precedence, Refusal, left, others
from tmf641_service_ordering.recording import record
from tmf641_service_ordering.seen import Seen
from tmf641_service_ordering.starting import unseen
from tmf641_service_ordering.states import ORDER
from tmf641_service_ordering.step import Kind, Step
from tmf641_service_ordering.undoing import Undoing
from tmf641_service_ordering.waking import Waking

__all__ = ["ServiceOrderController"]

_SAFETY: Final = (15.0, 600.0)
"""Seconds after which monitors are looked at, should no event have told of their end: at first, and
at most. In between, as long as they have lasted: each look is a revision of the order."""

_AT_ONCE: Final = 16
"""Items of one order that are carried side by side."""


class ServiceOrderController:
    """See `api.process.controller.Controller`.

    Args:
        commands: of service orders.
        client: gives the client of an API.
        catalog: gives the catalogue as it is now.
        waking: tells those who wait for an order.
        precedence: finds out which orders come before one.
        reject_unknown: whether an order that the catalogue does not know is rejected.
    """

    concurrency = 64

    def __init__(
        self,
        commands: Commands,
        client: Callable[[str], Client],
        catalog: Callable[[], Catalog],
        waking: Waking,
        precedence: Precedence,
        *,
        reject_unknown: bool,
    ) -> None:
        self.commands = commands
        self._fulfilment = Fulfilment(client, catalog)
        self._undoing = Undoing(client)
        self._inventory = Inventory(client)
        self._waking = waking
        self._precedence = precedence
        self._catalog = catalog
        self._reject_unknown = reject_unknown

    @property
    def _now(self) -> str:
        return format_date(self.commands.clock.now())

    def concerns(self, entry: LogEntry) -> Iterable[str]:
        """A new order, and the end of a monitor that an order waits for.

        One that is changed gets its due time with the change. TMF640 writes the order's id among
        the headers of the monitor's request.
        """
        event = entry.event
        if event.type == "MonitorStateChangeEvent":
            headers = (entry.snapshot.data.get("request") or {}).get("header") or ()
            return [h["value"] for h in headers if h.get("name") == "serviceOrderId"]
        if event.type == "ServiceOrderCreateEvent" and event.api == self.commands.resource.api:
            return (event.resource_id,)
        return ()

    async def reconcile(self, work: Work) -> None:
        """Takes a new order in, or carries one with a plan on; then tells those who wait for it."""
        document = work.document
        if _new(document) and await self._clear(work):
            await self._take_in(work)
        if progress.planned(work.document.process) and not _over(work.document):
            await self._carry(work)
        await self._waking.run(work)
        if _over(work.document) and left(work.document.process):
            await self._finish(work)

    async def _finish(self, work: Work) -> None:
        """Gives back what the order claimed, and lets those go on that come after it."""
        await self._precedence.finish(work.document)

        def finished(draft: Draft) -> None:
            for name in ("claims", "rejoin", "followers", "behind"):
                draft.process.pop(name, None)
            draft.due = None

        await work.change(finished)

    async def _clear(self, work: Work) -> bool:
        """Whether no other order comes before this one; else it is told when it may go on.

        One that cannot begin yet in any case, by its date or by another order, keeps none waiting.
        """
        body = work.document.body.data
        may = isinstance(self._judge(body, work.document.id), intake.Go)
        found = await self._precedence.depends(work.document) if may else None
        services = services_of(body) if may and found is None else []
        if services or (work.document.process or {}).get("claims"):
            if not await self._claim(work, services):
                return False  # another process was first: what it has given back stays so
            found = found or await self._precedence.turn(work.document.id, services)
        if found is None:
            return True
        await work.change(lambda draft: self._stay(draft, found))
        return False

    def _stay(self, draft: Draft, found: Behind | Refusal) -> None:
        draft.working = False
        if draft.state != "acknowledged":
            return
        if isinstance(found, Behind):
            draft.process["behind"] = found.to_json()
            return
        intake.reject(draft, intake.Reject([(found.fault, ())]), self._now)
        draft.due = self.commands.clock.now()

    async def _claim(self, work: Work, services: list[str]) -> bool:
        """Claims services, and leaves the queues of others; False: the order is taken in."""

        def intend(draft: Draft) -> None:
            if draft.state == "acknowledged" and not _taken_in(draft.process):
                claim(draft.process, services)
                draft.working = True

        await work.change(intend)
        if not _new(work.document):
            return False
        gone = to_leave(work.document.process or {}, services)
        if not gone:
            return True
        await self._precedence.pass_on(work.document.id, gone)

        def only(draft: Draft) -> None:
            if draft.state == "acknowledged" and not _taken_in(draft.process):
                draft.process.pop("rejoin", None)
                draft.process.pop("claims")
                draft.process |= {"claims": services} if services else {}

        await work.change(only)
        return True

    def _judge(self, body: JsonObject, order_id: str) -> intake.Verdict:
        now = self.commands.clock.now()
        return intake.judge(
            body, order_id, self._catalog(), now, reject_unknown=self._reject_unknown
        )

    async def _take_in(self, work: Work) -> None:
        catalog = self._catalog()
        body = work.document.body.data
        seen = await self._inventory.read(services_of(body), ends_of(body))

        cleared = list(others(body))

        def edit(draft: Draft) -> None:
            if draft.state != "acknowledged" or _taken_in(draft.process):
                draft.working &= draft.state not in ORDER.final  # it was cancelled meanwhile
                return
            verdict = self._judge(draft.body, draft.id)
            now = self.commands.clock.now()
            draft.working = False
            draft.due = now if left(draft.process) else None
            draft.process.pop("behind", None)
            match verdict:
                case intake.Wait(until, plan):
                    draft.due = now if draft.process.get("claims") else until
                    whole = _whole(plan, draft, seen, catalog)
                    foresee(draft, whole.steps, until, now, catalog)
                case intake.Reject():
                    intake.reject(draft, verdict, self._now)
                case intake.LeaveToPeople():
                    intake.leave_to_people(draft, verdict, self._now)
                case intake.Go() if (
                    services_of(draft.body) != draft.process.get("claims", [])
                    or list(others(draft.body)) != cleared
                ):
                    draft.due = now  # it was changed meanwhile: look again
                case intake.Go(plan):
                    draft.due = None
                    whole = _whole(plan, draft, seen, catalog)
                    progress.begin(draft, whole, catalog.version, self._now)
                    self._move(draft, {}, seen, fresh=True)
                case _:
                    assert_never(verdict)

        await work.change(edit)

    async def _carry(self, work: Work) -> None:
        outcomes: Mapping[str, Outcome] = {}
        watched = {step.id for step in progress.running(work.document.process) if step.monitor}
        while True:
            seen = await self._look(work.document, outcomes)
            await work.change(self._moving(outcomes, seen))
            jobs = [job for job in jobs_of(work.document) if _to_do(job, watched)]
            if not jobs:
                return
            watched = set()
            outcomes, problem = await self._run(jobs)
            if problem is not None:
                seen = await self._look(work.document, outcomes)
                await work.change(self._moving(outcomes, seen))
                raise problem

    async def _look(
        self, document: Document, outcomes: Mapping[str, Outcome]
    ) -> Mapping[str, Seen]:
        """The services of the steps that the next write starts, as the inventory has them."""
        seen: dict[str, Seen] = {}
        while True:
            draft = Draft.of(document)
            self._move(draft, outcomes, seen)
            wanted = unseen(draft, seen)
            if not wanted:
                return seen
            seen.update(await self._inventory.read(wanted, ends_of(draft.body)))

    def _moving(
        self, outcomes: Mapping[str, Outcome], seen: Mapping[str, Seen]
    ) -> Callable[[Draft], None]:
        return lambda draft: self._move(draft, outcomes, seen)

    def _move(
        self,
        draft: Draft,
        outcomes: Mapping[str, Outcome],
        seen: Mapping[str, Seen],
        *,
        fresh: bool = False,
    ) -> None:
        """Writes down what came, starts what may start, and says when to look again."""
        now = self.commands.clock.now()
        record(draft, outcomes, self._now)
        progress.advance(draft, seen, self._now, fresh=fresh)
        running = progress.running(draft.process)
        draft.working = any(step.monitor is None for step in running)
        at_risk = watch(draft, now, self._catalog())
        over = draft.state in ORDER.final and not running
        if draft.process.get("wake") or (over and left(draft.process)):
            draft.due = now
        elif fresh and not running:
            draft.due = now  # it may be at its end
        elif not running:
            draft.due = at_risk
        elif draft.due is None:
            draft.due = now + _patience(running, now)
        draft.due = earliest(draft.due, at_risk)

    async def _run(self, jobs: list[ItemJob]) -> tuple[dict[str, Outcome], Exception | None]:
        """What came of the steps; of those that must be tried again, one of the reasons."""
        gate = asyncio.Semaphore(_AT_ONCE)

        async def carry(job: ItemJob) -> Outcome | Exception:
            worker = self._undoing if job.step.kind is Kind.UNDO else self._fulfilment
            async with gate:
                try:
                    return await worker.carry(job)
                except Exception as error:  # noqa: BLE001 - what came of the others is written down
                    return error

        results = await asyncio.gather(*(carry(job) for job in jobs))
        outcomes: dict[str, Outcome] = {}
        problem: Exception | None = None
        for job, result in zip(jobs, results, strict=True):
            if isinstance(result, Exception):
                if problem is None or isinstance(problem, ApiError):
                    problem = result  # what nobody expects is told before what comes and goes
            else:
                outcomes[job.step.id] = result
        return outcomes, problem


def _whole(plan: Plan, draft: Draft, seen: Mapping[str, Seen], catalog: Catalog) -> Plan:
    services = {id_: each.service for id_, each in seen.items()}
    return detailed(plan, draft.body["serviceOrderItem"], services, catalog)


def _patience(running: Iterable[Step], now: float) -> float:
    """Seconds to the next look at what is under way, should no event tell of its end."""
    least, most = _SAFETY
    began = max((parse_date(step.started) for step in running if step.started), default=now)
    return min(max(least, now - began), most)


def _new(document: Document) -> bool:
    return document.body.data["state"] == "acknowledged" and not _taken_in(document.process)


def _taken_in(process: JsonObject | None) -> bool:
    return progress.planned(process) or progress.manual(process)


def _over(document: Document) -> bool:
    """Whether nothing is left to do: events of the last item may still come in."""
    if document.body.data["state"] not in ORDER.final:
        return False
    return not progress.running(document.process) and not progress.to_undo(document.process)


def _to_do(job: ItemJob, watched: Collection[str]) -> bool:
    return job.step.monitor is None or job.step.id in watched
