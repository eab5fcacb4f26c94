"""What can be done with one resource: the same for HTTP clients and for processes.

A subclass in a ``tmf*`` package says what is special about its resource by overriding the hooks
(`Commands.prepare`, `Commands.revise`, `Commands.removable`, …); 640, whose work is asynchronous,
overrides the commands themselves.
"""

import asyncio
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from weakref import WeakValueDictionary

import orjson

from api.clock import Clock
from api.declare import Resource
from api.draft import Draft
from api.errors import (
    Conflict,
    DuplicateId,
    Invalid,
    NotFound,
    PreconditionFailed,
    Stale,
)
from api.events.event import EventMaker
from api.history.changes import Cause
from api.history.trail import Trail
from api.jsontypes import JsonObject
from api.owned import Owned, owned_in, refuse_owned
from api.patch import Patch, changed_attributes, without_nulls
from api.query.tree import EVERYTHING, Node, Sort
from api.schema.characteristics import Given, check_values
from api.schema.faults import Faults, all_of
from api.schema.hygiene import check_patched
from api.schema.resource import ResourceSchema
from api.store.document import Body, Document, Lease, Page, reborn
from api.store.protocol import Store

__all__ = ["Accepted", "Commands"]

_TRIES = 50


@dataclass(frozen=True, slots=True)
class Accepted:
    """The request was taken and goes on: the monitor tells how it ends (202)."""

    resource: Resource
    document: Document


class Commands:
    """The commands of one resource.

    Args:
        resource: its declaration.
        schema: its schemas.
        store: where it is kept.
        clock: time and ids.
    """

    def __init__(
        self, resource: Resource, schema: ResourceSchema, store: Store, clock: Clock
    ) -> None:
        self.resource = resource
        self.schema = schema
        self.store = store
        self.clock = clock
        self._events = EventMaker(resource, clock, schema.events)
        self.on_due: Callable[[str], None] = lambda _: None
        """Told of a resource whose update asks its process for a look now."""
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._trail = Trail(resource, store, clock)
        self._owned = Owned(resource.owned, resource.items)
        self._fixed = tuple(sorted(resource.fixed))
        self._owned_at_the_top = Owned(
            ["id", "href", *(path for path in resource.owned if "." not in path)]
        )

    # hooks

    def described(self, before: JsonObject | None, body: JsonObject) -> Iterable[Given]:
        """The characteristics that a client gives, where the catalogue says what they may be.

        ``before`` is the resource that the body changes. The body may not be valid by the document:
        what is of a wrong shape is passed over.
        """
        del before, body
        return ()

    def prepare(self, draft: Draft) -> None:
        """Fills in a new resource before it is written: state, dates, what a process needs.

        The draft's body is valid and holds nothing that the server owns. May raise ApiError.
        """
        lifecycle = self.resource.lifecycle
        if lifecycle is not None:
            lifecycle.check_initial(draft.body.setdefault("state", lifecycle.initial[0]))

    async def admit(self, draft: Draft) -> None:
        """Looks at a prepared new resource beside those that there are; may raise Conflict."""

    def revise(self, before: Document, draft: Draft) -> None:
        """Looks at a client's update before it is written; may refuse it or add to it.

        The new body is valid, owned attributes are unchanged, and the lifecycle allows the state.
        """

    def removable(self, document: Document) -> None:
        """Raises Conflict where a client may not delete the resource now."""
        lifecycle = self.resource.lifecycle
        if lifecycle is not None:
            lifecycle.check_removal(str(document.body.data.get("state", "")))

    def examine(self, before: JsonObject | None, body: JsonObject, *, fetch: bool = True) -> None:
        """Holds a client's body against the schemas that it names, and against the catalogue.

        ``before`` is the resource that it changes. Bodies of this server's own processes are not
        examined: what they were made of was. Raises Invalid naming attributes by their paths;
        Unfetched as `Extensions.check` does, to which ``fetch`` goes.
        """
        faults = Faults()
        with faults:
            self.schema.extensions.check(body, fetch=fetch)
        with faults:
            check_values(self.described(before, body))
        if faults:
            raise all_of([faults])

    # reading

    async def get(self, id_: str) -> Document:
        """The resource. Raises NotFound."""
        document = await self.store.get(self.resource.collection, id_)
        if document is None:
            name = self.resource.name
            raise NotFound(
                f"there is no {name} {id_[:100]!r}",
                f"List them to see which there are: GET …/{name}.",
            )
        return document

    async def page(
        self,
        query: Node = EVERYTHING,
        *,
        sort: Sequence[Sort] = (),
        offset: int = 0,
        limit: int = 100,
    ) -> Page:
        """A part of the list of those that match."""
        return await self.store.page(
            self.resource.collection, query, sort=sort, offset=offset, limit=limit
        )

    async def history(self, document: Document) -> list[JsonObject]:
        """Every change of its state and of its items', the oldest first."""
        return await self._trail.read(document)

    # writing

    async def create(
        self, body: JsonObject, *, key: str | None = None, internal: bool = False
    ) -> Document | Accepted:
        """Creates a resource. The body may be modified.

        With a key, the key is its id and a second call gives what the first one made.
        ``internal``: a process of this server asks, no client.
        Raises Invalid and what `prepare` raises.
        """
        draft = self.draft(body, key)
        if not internal:
            self.examine(None, draft.body)
        self.prepare(draft)
        await self.admit(draft)
        return await self.insert(draft, once=key is not None)

    def draft(self, body: JsonObject, key: str | None = None) -> Draft:
        """A valid draft of a client's body: normal form, less what the server owns."""
        resource, schema = self.resource, self.schema
        broken, undated = Faults(), Faults()
        self._owned_at_the_top.strip(body)
        other_dates = schema.shape.fill(body)
        if schema.create is not None:
            with broken:
                schema.create.check(body)
        if other_dates:
            with undated:
                schema.shape.normalise_dates(body)
        self._owned.strip(body)
        id_ = key or self.clock.new_id()
        # the id comes first in every stored body: rendering splices the href behind it
        whole = {"id": id_, **without_nulls(body)}
        whole.setdefault("@type", resource.type)
        whole.setdefault("@baseType", resource.type)
        if broken or undated:
            raise all_of([broken, undated, self._beyond(None, whole)])
        return Draft(id=id_, body=whole)

    async def insert(self, draft: Draft, *, once: bool = False) -> Document:
        """Writes a new resource as drafted; ``once``: what is there already under its id is it."""
        now = self.clock.now()
        document = Document(
            id=draft.id,
            body=Body(data=draft.body),
            created=int(now * 1_000_000),
            rev=reborn(now) if once else 1,
            process=draft.process or None,
            due=draft.due,
        )
        events = self._events.created(draft.body, draft.notices)
        try:
            await self.store.insert(self.resource.collection, document, events)
        except DuplicateId:
            if not once:
                raise
            return await self.get(draft.id)
        return document

    async def patch(
        self,
        id_: str,
        changes: Patch | JsonObject,
        *,
        if_match: Container[str] | None = None,
        key: str | None = None,
        internal: bool = False,
    ) -> Document | Accepted:
        """A client's patch; an object is a merge-patch (RFC 7396).

        ``internal``: a process of this server asks.
        Raises NotFound, Invalid, BadRequest (an attribute that clients may not change), Conflict
        (a forbidden change of state, a patch that does not fit the present body),
        PreconditionFailed (not the revision that was asked for), TooLarge.
        """
        patch = changes if isinstance(changes, Patch) else Patch(changes)
        return await self.update(id_, self.patching(patch, if_match, key=key, internal=internal))

    def patching(
        self,
        patch: Patch,
        if_match: Container[str] | None = None,
        *,
        key: str | None = None,
        internal: bool = False,
        known: Mapping[str, JsonObject] = MappingProxyType({}),
    ) -> Callable[[Document, Draft], None]:
        """The edit that is a patch; see there. ``known``: what `look_ahead` has found."""
        by = Cause("client" if key is None else "process")

        def edit(before: Document, draft: Draft) -> None:
            self.check_revision(before, if_match)
            draft.cause, draft.known = by, known
            self.apply_patch(before, draft, patch)
            if not internal:
                self.examine(before.body.data, draft.body)
            self.revise(before, draft)

        return edit

    def check_revision(self, document: Document, if_match: Container[str] | None) -> None:
        """Raises PreconditionFailed where it is at a revision that the client did not mean."""
        if if_match is not None and document.tag not in if_match:
            raise PreconditionFailed(
                f"{self.resource.name} {document.id} is at another revision than was asked for",
                "Read it again and repeat the request for the ETag that it has then.",
            )

    async def look_ahead(self, before: Document, draft: Draft) -> Mapping[str, JsonObject]:
        """The other resources that `revise` must know of a patched draft, by id."""
        del before, draft
        return {}

    def apply_patch(self, before: Document, draft: Draft, patch: Patch) -> None:
        """Puts a client's patch into the draft, or raises as `patch` says."""
        body = patch.apply(draft.body, self.schema.kinds)
        check_patched(body, before.body.raw)
        body.setdefault("@baseType", self.resource.type)
        self._check_whole(before.body.data, body, patch)
        # it comes first in every stored body, wherever a patch has put it
        draft.body = {"id": body.pop("id"), **body}

    def _check_whole(self, before: JsonObject, body: JsonObject, patch: Patch) -> None:
        """Raises Invalid with all that is wrong, the server's own attributes first.

        Raises Conflict where nothing is but a change of an object that is not there to be changed.
        """
        refused, broken, undated = Faults(), Faults(), Faults()
        if self.schema.shape.fill(body):
            with undated:
                self.schema.shape.normalise_dates(body)
        with refused:
            refuse_owned(before, body, self._kept(body), patch.removed())
        with refused:
            self._refuse_stateless(before, body)
        with refused:
            self._refuse_fixed(before, body)
        with broken:
            self.schema.stored.check(body)
        if not (refused or broken or undated):
            return
        beyond = self._beyond(before, body)
        if not (refused or undated or beyond):
            self._refuse_taken_for_granted(before, body, patch, all_of([broken]))
        raise all_of([refused, broken, undated, beyond])

    def _kept(self, body: JsonObject) -> tuple[str, ...]:
        """The paths of what clients cannot change."""
        resource = self.resource
        return "id", "@type", *sorted(owned_in(body, resource.owned, resource.items))

    def _beyond(self, before: JsonObject | None, body: JsonObject) -> Faults:
        """What is wrong, beside what is known to be, by all else that bodies are held against."""
        beyond = Faults()
        with beyond:
            self.examine(before, body, fetch=False)  # it is refused anyway
        return beyond

    def _refuse_taken_for_granted(
        self, before: JsonObject, body: JsonObject, patch: Patch, error: Invalid
    ) -> None:
        if patch.takes_for_granted(self.schema.stored.lacking(body), before):
            hint = "What the patch leaves out of an object is not there yet: send all of it."
            raise Conflict(error.reason, f"{hint} {error.message}")

    def _refuse_stateless(self, before: JsonObject, after: JsonObject) -> None:
        """What has a lifecycle is always in one of its states."""
        if self.resource.lifecycle is None or before.get("state") is None:
            return
        if after.get("state") is None:
            raise Invalid(
                ["state: cannot be removed"], "Leave state out, or send the one that it shall have."
            )

    def _refuse_fixed(self, before: JsonObject, after: JsonObject) -> None:
        changed = [name for name in self._fixed if before.get(name) != after.get(name)]
        if changed:
            raise Invalid(
                [f"{name}: is given at creation and cannot be changed" for name in changed]
            )

    async def delete(
        self, id_: str, *, if_match: Container[str] | None = None, key: str | None = None
    ) -> Accepted | None:
        """Deletes for a client. Raises NotFound, Conflict, PreconditionFailed."""
        del key
        for _ in range(_TRIES):
            document = await self.get(id_)
            self.check_revision(document, if_match)
            self.removable(document)
            try:
                await self.remove(document)
            except Stale:
                continue
            return None
        raise Stale(f"{self.resource.name} {id_}")

    async def remove(self, document: Document) -> None:
        """Deletes the document as it was read. Raises Stale."""
        events = self._events.deleted(document.body.data)
        await self.store.delete(self.resource.collection, document, events)
        await self._trail.remove(document)

    async def update(
        self,
        id_: str,
        edit: Callable[[Document, Draft], None],
        *,
        lease: Callable[[Document, Draft], Lease | None] | None = None,
    ) -> Document:
        """Reads, edits and writes; where somebody came between, reads and edits again.

        So an edit must decide by what it is given. An edit that leaves everything as it was writes
        nothing. ``lease`` says what becomes of the document's lease; by default it stays.
        Raises NotFound, Conflict where the lifecycle forbids the change, Stale after many tries.
        """

        async def attempt() -> Document | None:
            before = await self.get(id_)
            draft = Draft.of(before)
            edit(before, draft)
            try:
                return await self.write(before, draft, lease=lease)
            except Stale:
                return None

        written = await attempt()
        if written is None:
            # one after the other in this process, so that any number of them come through
            async with self._turns.setdefault(id_, asyncio.Lock()):
                for _ in range(_TRIES):
                    if (written := await attempt()) is not None:
                        break
        if written is None:
            raise Stale(f"{self.resource.name} {id_}")
        if written.due is not None and written.due <= self.clock.now():
            self.on_due(id_)
        return written

    async def write(
        self,
        before: Document,
        draft: Draft,
        *,
        lease: Callable[[Document, Draft], Lease | None] | None = None,
    ) -> Document:
        """Writes an edited document if it differs from the one that was read. Raises Stale."""
        after = self._edited(before, draft)
        if lease is not None:
            after = replace(after, lease=lease(before, draft))
        if self._same(before, after) and not draft.notices:
            return before
        old, new = before.body.data, draft.body
        if self.resource.lifecycle is not None and old.get("state") != new.get("state"):
            self.resource.lifecycle.check(str(old.get("state")), str(new.get("state")))
        if before.body is not after.body:
            history = await self._trail.after(before, after.body.data, draft.cause)
            after = replace(after, history=history)
        events = self._events.changed(old, new, draft.notices)
        await self.store.replace(self.resource.collection, after, events)
        return after

    def _edited(self, before: Document, draft: Draft) -> Document:
        body = without_nulls(draft.body)
        raw, old = orjson.dumps(body), before.body
        # where names merely stand in another order, nothing is changed
        same = raw == old.raw or (
            len(raw) == len(old.raw) and not changed_attributes(old.data, body)
        )
        return replace(
            before,
            body=old if same else Body(raw=raw, data=body),
            rev=before.rev + 1,
            process=draft.process or None,
            due=draft.due,
        )

    @staticmethod
    def _same(before: Document, after: Document) -> bool:
        return (
            before.body is after.body
            and (before.process or None) == after.process
            and before.due == after.due
            and before.lease == after.lease
        )
