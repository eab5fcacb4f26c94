"""The process behind a monitor: waits for its turn, calls the adapter, writes down what came.

The order of writes makes a crash harmless at any point: the try is counted before the adapter is
called, the service is changed after it has succeeded, the monitor ends last. Whatever is run again
meets what is there: the adapter is repeatable, and a service that is as it shall be is left alone.
"""

from collections.abc import Callable, Iterable

from api.clock import Clock
from api.commands import Commands
from api.draft import Draft
from api.errors import ApiError, Conflict, NotFound, Stale, Unavailable
from api.jsontypes import JsonObject
from api.process.controller import Work
from api.store.document import LogEntry
from tmf640_activation.adapters.base import AdapterFailed, AdapterUnavailable, Task
from tmf640_activation.attempt import Attempts
from tmf640_activation.changes import Carried, Changes, Turn
from tmf640_activation.endings import Endings
from tmf640_activation.job import Job
from tmf640_activation.operation import operation
from tmf640_activation.record import error_response, response

__all__ = ["MonitorController"]

_TURN_CHECK = 5.0
"""Seconds after which a request that waits for its turn looks again, whether told to or not."""


class Unreachable(ApiError):
    """The network could not be reached in as many tries as the specification allows."""

    status = Unavailable.status


class MonitorController:
    """See `api.process.controller.Controller`.

    Args:
        commands: of monitors.
        changes: how services are read and changed.
        attempts: how adapters are called.
        endings: where ends are told.
    """

    concurrency = 256

    def __init__(
        self,
        commands: Commands,
        changes: Changes,
        attempts: Attempts,
        endings: Endings,
    ) -> None:
        self.commands = commands
        self._changes = changes
        self._attempts = attempts
        self._endings = endings

    @property
    def _clock(self) -> Clock:
        return self.commands.clock

    def concerns(self, entry: LogEntry) -> Iterable[str]:
        """A new monitor."""
        event = entry.event
        if event.type == "MonitorCreateEvent" and event.api == self.commands.resource.api:
            return (event.resource_id,)
        return ()

    async def reconcile(self, work: Work) -> None:
        """Carries the request out, or finds that it is done."""
        if work.document.body.data["state"] != "InProgress":
            return
        job = Job.of(work.document.process or {})
        try:
            await self._carry_out(work, job)
        except (Stale, Unavailable):
            raise
        except ApiError as error:
            await self._end(work, job, "InError", error_response(error))

    async def _carry_out(self, work: Work, job: Job) -> None:
        id_ = work.document.id
        match await self._changes.begin(job, id_):
            case Turn.LATER:
                await work.change(self._later(_TURN_CHECK))
                return
            case Turn.DONE:
                await self._complete(work, job, await self._changes.present(job))
                return
        job = await self._settled(work, job)
        before, after = await self._changes.preview(job)
        todo = operation(before, after)
        done = Carried()
        job = job if todo is None else job.tried()
        await work.change(_begun(job))
        if work.document.body.data["state"] != "InProgress":
            await self._stand_back(job, id_)
            return
        if todo is not None:
            specification = await self._changes.specification(job, after or before or {})
            task = Task(id_, todo, specification, before, after, job.attempts)
            try:
                done = Carried(await self._attempts.run(task), specification)
            except AdapterUnavailable as error:
                await self._again(work, job, task, error)
                return
            except AdapterFailed as error:
                raise Conflict(
                    f"the network refused: {error}",
                    "Mend what the reason says, then send the request again.",
                    code="adapterFailed",
                ) from error
        await self._complete(work, job, await self._changes.write(job, id_, done))

    async def _complete(self, work: Work, job: Job, service: JsonObject | None) -> None:
        await self._end(work, job, "Completed", response(job, service, self._clock.now()))

    async def _stand_back(self, job: Job, monitor: str) -> None:
        """Leaves a request alone that another process has ended meanwhile."""
        following = await self._changes.leave(job, monitor)
        if following is not None:
            await self._wake(following)

    async def _settled(self, work: Work, job: Job) -> Job:
        settled = await self._changes.settle(job)
        if settled is not job:
            await work.change(_begun(settled))
        return settled

    async def _again(self, work: Work, job: Job, task: Task, error: AdapterUnavailable) -> None:
        wait = task.handling.retry.wait(task.attempt, self._clock.chance())
        if wait is None:
            raise Unreachable(
                f"the network could not be reached in {task.attempt} tries: {error}",
                "Send the request again when the network can be reached.",
                code="adapterUnavailable",
            ) from error
        await work.change(self._later(wait, job.failed(str(error))))

    def _later(self, seconds: float, job: Job | None = None) -> Callable[[Draft], None]:
        due = self._clock.now() + seconds

        def edit(draft: Draft) -> None:
            draft.working = False
            draft.due = due
            if job is not None and draft.state == "InProgress":
                draft.process = job.process()

        return edit

    async def _end(self, work: Work, job: Job, state: str, answer: JsonObject) -> None:
        following = await self._changes.leave(job, work.document.id)

        def edit(draft: Draft) -> None:
            draft.working = False
            draft.due = None
            if draft.state == "InProgress":  # else another process, taken for dead, was first
                draft.body["state"] = state
                draft.body["response"] = answer

        await work.change(edit)
        self._endings.ended(work.document.id)
        if following is not None:
            await self._wake(following)

    async def _wake(self, monitor: str) -> None:
        now = self._clock.now()

        def edit(_: object, draft: Draft) -> None:
            if draft.state == "InProgress":
                draft.due = now

        try:
            await self.commands.update(monitor, edit)
        except NotFound:
            return


def _begun(job: Job) -> Callable[[Draft], None]:
    def edit(draft: Draft) -> None:
        if draft.state != "InProgress":
            return
        draft.working = True
        draft.due = None
        draft.process = job.process()

    return edit
