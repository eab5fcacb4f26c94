"""The commands of a service in the network: what must go through an adapter, goes by a monitor.

A request that concerns the network is written down as a `Monitor` first. Then the client waits, at
most ``activation_wait`` seconds, for it to end:

- done in time: 201, 200 or 204, as if it had been synchronous;
- not done, or ended InError: 202 with the monitor. The request was taken, and its outcome, also a
  failure, is the monitor's: a client that got 202 reads one and the same place for it.

The service itself changes only when the network has changed, so what TMF640 shows is what there
is. Requests on one service are carried out one after the other, in the order of their arrival.
"""

from collections.abc import Callable, Container, Iterable

from api.catalog.model import Catalog
from api.clock import Clock, derived_id
from api.commands import Accepted, Commands
from api.dates import format_date
from api.declare import Resource
from api.draft import Draft
from api.errors import PreconditionFailed, Stale
from api.history.changes import Cause
from api.jsontypes import JsonObject
from api.patch import Patch
from api.schema.characteristics import Given, service_values
from api.schema.resource import ResourceSchema
from api.store.document import Document
from api.store.protocol import Store
from tmf640_activation import turns
from tmf640_activation.endings import Endings
from tmf640_activation.job import Job, Kind
from tmf640_activation.operation import operation
from tmf640_activation.record import as_text, monitor_body

__all__ = ["ActivationCommands"]


class ActivationCommands(Commands):
    """The commands of ``service``; see `api.commands.Commands`.

    With a key, the service that a create makes has the key as its id, and the monitor's id is
    derived from the key: a repeated call meets the first one's monitor and gives its outcome.
    What stands behind a ``#`` in the key tells attempts at one service apart.

    Args:
        monitors: the commands of monitors.
        endings: where a monitor's end is told.
        wait: seconds that a client waits for it.
        catalog: gives the catalogue as it is now.
    """

    def __init__(
        self,
        resource: Resource,
        schema: ResourceSchema,
        store: Store,
        clock: Clock,
        *,
        monitors: Commands,
        endings: Endings,
        wait: float,
        catalog: Callable[[], Catalog],
    ) -> None:
        super().__init__(resource, schema, store, clock)
        self._monitors = monitors
        self._endings = endings
        self._wait = wait
        self.catalog = catalog

    def described(self, before: JsonObject | None, body: JsonObject) -> Iterable[Given]:
        """See `Commands.described`; of the service itself."""
        return service_values(before, body, self.catalog())

    def prepare(self, draft: Draft) -> None:
        """Checks the state of a new service and dates its record."""
        super().prepare(draft)
        draft.body.setdefault("serviceDate", format_date(self.clock.now()))

    def revise(self, before: Document, draft: Draft) -> None:
        """Dates a change of state."""
        self.date(before.body.data, draft.body)

    def date(self, before: JsonObject, body: JsonObject) -> None:
        """A service that comes up has a start, one that ends an end, one that returns none.

        A date that the client gives together with the state is the client's.
        """
        was, state = before.get("state"), body.get("state")
        given = body.get("endDate") != before.get("endDate")
        if state == was:
            return
        if state == "active":
            body.setdefault("startDate", format_date(self.clock.now()))
        if state == "terminated" and not given:
            body["endDate"] = format_date(self.clock.now())
        if was == "terminated" and not given:
            body.pop("endDate", None)

    async def create(
        self, body: JsonObject, *, key: str | None = None, internal: bool = False
    ) -> Document | Accepted:
        """Sets a service up. Raises Invalid, Conflict (nothing is created in such a state)."""
        sent = as_text(body)  # drafting changes the body
        draft = self.draft(body, None if key is None else key.partition("#")[0])
        if not internal:
            self.examine(None, draft.body)
        self.prepare(draft)
        if operation(None, draft.body) is None:
            return await self.insert(draft, once=key is not None)
        job = Job(Kind.CREATE, draft.id, draft.body)
        monitor = await self._ask(job, self._monitor(key, "c"), sent)
        return await self._answer(draft.id, monitor)

    async def patch(
        self,
        id_: str,
        changes: Patch | JsonObject,
        *,
        if_match: Container[str] | None = None,
        key: str | None = None,
        internal: bool = False,
    ) -> Document | Accepted:
        """Changes a service; through the network where it concerns it. Raises as any patch."""
        patch = changes if isinstance(changes, Patch) else Patch(changes)
        monitor_id = self._monitor(key, "p")
        if key is not None and await self._known(monitor_id):
            return await self._answer(id_, await self._end_of(monitor_id))
        before = await self._read(id_, if_match)
        if if_match is not None:
            await self._refuse_queued(before, monitor_id)
        draft = Draft.of(before)
        self.apply_patch(before, draft, patch)
        if not internal:
            self.examine(before.body.data, draft.body)
        if self.resource.lifecycle is not None:
            self.resource.lifecycle.check(str(before.body.data["state"]), draft.state)
        if operation(before.body.data, draft.body) is None:
            return await self._write_down(id_, patch, if_match)
        job = Job(Kind.PATCH, id_, patch.document, media=patch.media)
        sent = as_text(patch.document if patch.sent is None else patch.sent)
        return await self._answer(id_, await self._ask(job, monitor_id, sent, if_match))

    async def delete(
        self, id_: str, *, if_match: Container[str] | None = None, key: str | None = None
    ) -> Accepted | None:
        """Removes a service; one that is in the network is taken down first."""
        monitor_id = self._monitor(key, "d")
        if key is not None and await self._known(monitor_id):
            monitor = await self._end_of(monitor_id)
        else:
            before = await self._read(id_, if_match)
            if operation(before.body.data, None) is None and not turns.waiting(before):
                return await super().delete(id_, if_match=if_match)
            if if_match is not None:
                await self._refuse_queued(before, monitor_id)
            monitor = await self._ask(Job(Kind.DELETE, id_, {}), monitor_id, "", if_match)
        if monitor.body.data["state"] == "Completed":
            return None
        return Accepted(self._monitors.resource, monitor)

    async def _write_down(
        self, id_: str, patch: Patch, if_match: Container[str] | None
    ) -> Document:
        """A patch that the network need not know."""

        def edit(before: Document, draft: Draft) -> None:
            self.check_revision(before, if_match)
            draft.cause = Cause("client")
            self.apply_patch(before, draft, patch)
            self.revise(before, draft)
            if operation(before.body.data, draft.body) is not None:
                raise Stale(f"service {id_}")  # it has come into the network meanwhile

        return await self.update(id_, edit)

    def removable(self, document: Document) -> None:
        """Whether it can be removed without the network."""
        super().removable(document)
        if operation(document.body.data, None) is not None or turns.waiting(document):
            raise Stale(f"service {document.id}")  # it has come into the network meanwhile

    def _monitor(self, key: str | None, what: str) -> str:
        return self.clock.new_id() if key is None else derived_id(key, what)

    async def _known(self, monitor_id: str) -> bool:
        collection = self._monitors.resource.collection
        return await self.store.get(collection, monitor_id) is not None

    async def _read(self, id_: str, if_match: Container[str] | None) -> Document:
        document = await self.get(id_)
        self.check_revision(document, if_match)
        return document

    async def _ask(
        self, job: Job, monitor_id: str, sent: str, if_match: Container[str] | None = None
    ) -> Document:
        """Writes the monitor, unless it is there, and waits for its end.

        ``sent`` is the request's body as it came, as text: what is carried out is the job's.
        """
        draft = Draft(
            id=monitor_id,
            body=monitor_body(monitor_id, job, sent),
            process=job.process(),
            due=self.clock.now(),
        )
        if job.kind is not Kind.CREATE:
            # before the monitor is there: nobody can have ended it, so none is left in the queue
            await self.update(job.service, self._joining(monitor_id, if_match))
        with self._endings.expect(monitor_id) as ended:
            monitor = await self._monitors.insert(draft, once=True)
            if monitor.body.data["state"] != "InProgress":
                return monitor
            await self.clock.wait(ended, self._wait)
        return await self._monitors.get(monitor_id)

    def _joining(
        self, monitor_id: str, if_match: Container[str] | None
    ) -> Callable[[Document, Draft], None]:
        now = self.clock.now()

        def edit(before: Document, draft: Draft) -> None:
            self.check_revision(before, if_match)
            queue = turns.waiting(before)
            alone = monitor_id in queue or all(turns.cut_short(before, o, now) for o in queue)
            if if_match is not None and not alone:
                raise _under_way(before)  # one has joined since they were looked at
            turns.join(draft, monitor_id, now)

        return edit

    async def _refuse_queued(self, service: Document, own: str) -> None:
        """Raises PreconditionFailed where other requests come first.

        They will have changed the service by the time that this one has its turn.
        """
        others = [each for each in turns.waiting(service) if each != own]
        if not others:
            return
        now = self.clock.now()
        if all([turns.cut_short(service, o, now) and not await self._known(o) for o in others]):
            return  # their requests broke off before there was a monitor
        raise _under_way(service)

    async def _end_of(self, monitor_id: str) -> Document:
        """The monitor of an earlier call, once it has ended or the time is up."""
        with self._endings.expect(monitor_id) as ended:
            monitor = await self._monitors.get(monitor_id)
            if monitor.body.data["state"] == "InProgress":
                await self.clock.wait(ended, self._wait)
                monitor = await self._monitors.get(monitor_id)
        return monitor

    async def _answer(self, id_: str, monitor: Document) -> Document | Accepted:
        if monitor.body.data["state"] == "Completed":
            service = await self.store.get(self.resource.collection, id_)
            if service is not None:
                return service
        return Accepted(self._monitors.resource, monitor)


def _under_way(service: Document) -> PreconditionFailed:
    return PreconditionFailed(
        f"service {service.id} has requests under way",
        "Send the request again when they have ended.",
    )
