"""Registrations at the hubs: who wants to be told of which events."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

from api.clock import Clock, derived_id
from api.errors import BadRequest, Conflict, DuplicateId, NotFound, NotSupported, Stale
from api.events.callback import CallbackPolicy
from api.events.filter import Filter
from api.events.kinds import EventKinds
from api.events.limits import LIMITS, Limits
from api.events.options import Options
from api.events.quota import Quota
from api.events.signature import ENTROPY, overlap_of, secret_of
from api.events.subscription import ENDED, SUBSCRIPTIONS, Subscription
from api.jsontypes import JsonObject
from api.query.parse import Types
from api.store.document import Body, Document, Page
from api.store.protocol import Store
from api.store.walk import walk

__all__ = ["SUBSCRIPTIONS", "Subscriptions"]

_TRIES = 10


async def _nothing(_of: object) -> None:
    return


class Subscriptions:
    """The registrations of all APIs.

    Args:
        store: where they are kept.
        clock: time.
        policy: where callbacks may go.
        kinds: of the attributes of events, by which queries are read.
        limits: of what may be registered.
        quota: how many there may be.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        policy: CallbackPolicy,
        kinds: EventKinds,
        limits: Limits = LIMITS,
        quota: Quota | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._policy = policy
        self._kinds = kinds
        self._limits = limits
        self._quota = quota or Quota()
        self.on_register: Callable[[str], Awaitable[None]] = _nothing
        """Called with the id of a registration that was just made."""
        self.on_delete: Callable[[Document], Awaitable[None]] = _nothing
        """Called with a registration that was just removed."""
        self.on_change: Callable[[str], Awaitable[None]] = _nothing
        """Called with the id of a registration that was just changed."""

    async def register(self, api: str, body: JsonObject) -> Document:
        """Registers a callback for the events of an API from now on.

        Raises BadRequest for what cannot be, Forbidden where the callback leads where none may go
        or there are too many, Conflict where the same pair is registered already.
        """
        callback, query = body.get("callback"), body.get("query") or ""
        if not isinstance(callback, str) or not isinstance(query, str):
            raise BadRequest("callback: is missing or no string", "Send the URL to post events to.")
        if len(query) > self._limits.query:
            raise BadRequest(f"query: is longer than {self._limits.query} characters")
        _check_query(query, self._kinds.of(api))
        options = Options.asked(body, self._clock.entropy(ENTROPY))
        await self._policy.check(callback)
        await self._quota.check(self._store, SUBSCRIPTIONS.name, callback)
        # the id follows from the pair: of two at once, the store takes only one
        id_ = derived_id("subscription", api, callback, query.replace("/", "%2F"))
        document = Document(
            id=id_,
            body=Body(data={"id": id_, **_given(body)}),
            created=int(self._clock.now() * 1_000_000),
            process={
                "api": api,
                "position": await self._store.log_end(),
                "options": options.to_store(),
            },
            due=self._clock.now(),
        )
        try:
            await self._insert(document)
        except DuplicateId:
            raise Conflict(
                "this callback and query are registered already",
                f"Nothing to do: events go there. Delete {id_} first to begin anew.",
            ) from None
        await self.on_register(id_)
        return document

    async def _insert(self, document: Document) -> None:
        """Stores it, in place of one that has ended: that receiver wants something after all.

        Of several who do so at once one comes through: each removes only what it has seen to be
        ended. Raises DuplicateId.
        """
        for _ in range(_TRIES):
            try:
                await self._store.insert(SUBSCRIPTIONS.name, document)
            except DuplicateId:
                before = await self._store.get(SUBSCRIPTIONS.name, document.id)
            else:
                return
            if before is None:
                continue  # it was removed just now
            if (before.process or {}).get("state") != ENDED:
                break
            with suppress(Stale):  # another has removed it
                await self._remove(before)
        raise DuplicateId(f"subscription {document.id}")

    async def rotate(self, api: str, id_: str, asked: JsonObject) -> tuple[Document, str]:
        """Gives a registration a new secret; the old one signs on for a while.

        ``asked`` may hold the new ``secret`` and the ``overlap`` in seconds. Raises NotFound, and
        BadRequest for a secret or an overlap that cannot be.
        """
        text = secret_of(asked, self._clock.entropy(ENTROPY))
        seconds = overlap_of(asked, self._limits.overlap)
        for _ in range(_TRIES):
            document = await self.get(api, id_)
            before = Options.of(document)
            secrets = before.secrets.rotated(text, self._clock.now(), seconds)
            after = replace(before, secrets=secrets).to_store()
            process = {**(document.process or {}), "options": after}
            # due at once where it is delivered: whoever does that finds it at the next look
            idle = document.due is None and document.lease is None
            due = None if idle else self._clock.now()
            changed = replace(document, rev=document.rev + 1, process=process, due=due)
            try:
                await self._store.replace(SUBSCRIPTIONS.name, changed)
            except Stale:
                continue  # its position was written meanwhile
            await self.on_change(id_)
            return changed, text
        raise Stale(f"subscription {id_}")

    async def get(self, api: str, id_: str) -> Document:
        """A registration. Raises NotFound."""
        document = await self._store.get(SUBSCRIPTIONS.name, id_)
        if document is None or (document.process or {}).get("api") != api:
            raise NotFound(
                f"there is no subscription {id_[:100]!r}",
                "List them to see which there are: GET …/hub. Register again if it is gone.",
            )
        return document

    def read(self, document: Document) -> Subscription:
        """A registration as a delivery needs it. Raises BadRequest or KeyError as that does."""
        return Subscription.of(document, self._kinds)

    async def page(self, api: str, *, offset: int = 0, limit: int = 100) -> Page:
        """A part of the list of an API's registrations, in the order of their creation."""
        found = [each async for each in walk(self._store, SUBSCRIPTIONS.name)]
        mine = [each for each in found if (each.process or {}).get("api") == api]
        mine.sort(key=lambda each: (each.created, each.id))
        return Page(mine[offset : offset + limit], len(mine))

    async def delete(self, api: str, id_: str) -> None:
        """Ends a registration; what was still to be delivered is dropped. Raises NotFound."""
        for _ in range(_TRIES):
            document = await self.get(api, id_)
            try:
                await self._remove(document)
            except Stale:
                continue  # its position was written meanwhile
            return
        raise Stale(f"subscription {id_}")

    async def _remove(self, document: Document) -> None:
        await self._store.delete(SUBSCRIPTIONS.name, document)
        await self.on_delete(document)


def _check_query(query: str, types: Types) -> None:
    """Raises BadRequest and NotSupported as a query does, which say that it is the query."""
    try:
        Filter(query, types)
    except (BadRequest, NotSupported) as error:
        raise type(error)(f"query: {error.reason}", f"query: {error.message}") from None


def _given(body: JsonObject) -> JsonObject:
    return {
        name: body[name] for name in ("callback", "query", "format") if body.get(name) is not None
    }
