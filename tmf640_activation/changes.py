"""How a monitor's process reads and changes the service that it is about."""

from dataclasses import dataclass, field, replace
from enum import Enum, auto

from api.catalog.model import ServiceSpecification
from api.commands import Commands
from api.draft import Draft
from api.errors import Conflict, NotFound, Stale
from api.jsontypes import JsonObject
from api.patch import JSON_PATCH, JSON_PATCH_QUERY, MERGE_PATCH, difference
from api.store.document import Document
from tmf640_activation import memory, turns
from tmf640_activation.adapters.base import Outcome
from tmf640_activation.characteristics import with_values
from tmf640_activation.job import Job, Kind
from tmf640_activation.services import ActivationCommands

__all__ = ["Carried", "Changes", "Turn"]

_TRIES = 10


class Turn(Enum):
    """Where a request stands among those that change the same service."""

    LATER = auto()
    GO = auto()
    DONE = auto()
    """Its change is made; only its monitor does not say so yet."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What was done in the network.

    Attributes:
        outcome: what came of it.
        by: the kind of service that it was done for; None where there was nothing to do.
    """

    outcome: Outcome = field(default_factory=Outcome)
    by: ServiceSpecification | None = None


class Changes:
    """The service's side of a job.

    Args:
        services: the commands of services.
        monitors: the commands of monitors.
    """

    def __init__(self, services: ActivationCommands, monitors: Commands) -> None:
        self._services = services
        self._monitors = monitors

    async def begin(self, job: Job, monitor: str) -> Turn:
        """Whether it is this request's turn. Raises NotFound where a patch has lost its service."""
        if job.kind is Kind.CREATE:
            return Turn.GO
        service = await self._find(job)
        if service is None:
            if job.kind is Kind.DELETE:
                return Turn.GO
            raise NotFound(f"there is no service {job.service!r} any more")
        last = turns.applied(service)
        if last == monitor:
            return Turn.DONE
        before = turns.first(service)
        if before != monitor:
            if before is not None and await self._over(before, service):
                await self._services.update(
                    job.service, lambda _, draft: turns.leave(draft, before)
                )
            now = self._services.clock.now()
            service = await self._services.update(
                job.service, lambda _, draft: turns.join(draft, monitor, now)
            )
        if turns.first(service) != monitor:
            return Turn.LATER
        # whose change is made may not have been told so yet: until then it could be made again
        return Turn.GO if last is None or await self._over(last, service) else Turn.LATER

    async def _over(self, monitor: str, service: Document) -> bool:
        """Whether a request that comes before has ended, or broke off before it had a monitor."""
        collection = self._monitors.resource.collection
        found = await self._monitors.store.get(collection, monitor)
        if found is None:
            return turns.cut_short(service, monitor, self._services.clock.now())
        return bool(found.body.data["state"] != "InProgress")

    async def settle(self, job: Job) -> Job:
        """The job with its patch as the merge-patch that it comes to now.

        Operations may not be done twice, and a crash may have the job run again: what is settled
        is written down before anything is done. Raises what the client's patch would.
        """
        if job.kind is not Kind.PATCH or job.media not in (JSON_PATCH, JSON_PATCH_QUERY):
            return job
        service = await self._find(job)
        if service is None:
            raise NotFound(f"there is no service {job.service!r} any more")
        draft = Draft.of(service)
        self._services.apply_patch(service, draft, job.patch)
        changes = difference(service.body.data, draft.body)
        return replace(job, body=changes, media=MERGE_PATCH)

    async def preview(self, job: Job) -> tuple[JsonObject | None, JsonObject | None]:
        """The service as it is and as it shall be. Raises what the client's patch would."""
        service = await self._find(job)
        if job.kind is Kind.CREATE:
            # it is there already where a crash came between the service and its monitor's end
            return (service.body.data if service else None), (
                service.body.data if service else job.body
            )
        if service is None or job.kind is Kind.DELETE:
            return (service.body.data if service else None), None
        draft = Draft.of(service)
        self._revise(service, draft, job)
        return service.body.data, draft.body

    def _revise(self, before: Document, draft: Draft, job: Job) -> None:
        self._services.apply_patch(before, draft, job.patch)
        lifecycle = self._services.resource.lifecycle
        if lifecycle is not None:
            lifecycle.check(str(before.body.data["state"]), draft.state)
        self._services.revise(before, draft)

    async def specification(self, job: Job, body: JsonObject) -> ServiceSpecification:
        """The kind of service: the catalogue's, or what is remembered of it."""
        id_ = (body.get("serviceSpecification") or {}).get("id")
        known = self._services.catalog().service_specification(str(id_))
        return known or memory.specification(body, await self._find(job))

    async def present(self, job: Job) -> JsonObject | None:
        """The service as it is, if there is one."""
        service = await self._find(job)
        return None if service is None else service.body.data

    async def write(self, job: Job, monitor: str, done: Carried) -> JsonObject | None:
        """Changes the service as the network has changed; the service, or None when it is gone."""
        if job.kind is Kind.CREATE:
            draft = Draft(id=job.service, body=with_values(job.body, done.outcome.characteristics))
            self._services.date({}, draft.body)
            if done.by is not None:
                memory.remember(draft, done.by)
            document = await self._services.insert(draft, once=True)
            return document.body.data
        if job.kind is Kind.DELETE:
            await self._remove(job)
            return None

        def edit(before: Document, draft: Draft) -> None:
            self._revise(before, draft, job)
            draft.body = with_values(draft.body, done.outcome.characteristics)
            turns.apply(draft, monitor)
            if done.by is not None:
                memory.remember(draft, done.by)

        return (await self._services.update(job.service, edit)).body.data

    async def _remove(self, job: Job) -> None:
        for _ in range(_TRIES):
            service = await self._find(job)
            if service is None:
                return
            try:
                await self._services.remove(service)
            except Stale:
                continue
            return
        raise Conflict(f"service {job.service} kept changing", "Send the request again.")

    async def leave(self, job: Job, monitor: str) -> str | None:
        """Takes an ended request out of the queue; gives the one that follows it."""
        if job.kind is Kind.CREATE:
            return None
        try:
            service = await self._services.update(
                job.service, lambda _, draft: turns.leave(draft, monitor)
            )
        except NotFound:
            return None
        return turns.first(service)

    async def _find(self, job: Job) -> Document | None:
        services = self._services
        return await services.store.get(services.resource.collection, job.service)
