"""Creates that a client may repeat: the same ``Idempotency-Key``, the same reply (TMF630 part 1).

The key's record is written first and names the id of the resource to be made; then the resource is
made under that id, and then the reply is kept with the record. Whoever comes between two of these
writes, or after a crash there, makes the same resource once more, which meets itself.
"""

import hashlib
from dataclasses import dataclass, replace
from http import HTTPStatus

import orjson

from api.clock import Clock, derived_id
from api.commands import Accepted, Commands
from api.errors import ApiError, Conflict, DuplicateId, Stale
from api.jsontypes import JsonObject
from api.store.document import Body, Document
from api.store.protocol import Collection, Store

__all__ = ["KEYS", "LIFETIME", "Answer", "Idempotency"]

KEYS = Collection("idempotency")

LIFETIME = 24 * 3600.0
"""Seconds that a key is remembered."""

_TRIES = 10
_SWEEP = 100
_PAUSE = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a create was answered with.

    Attributes:
        document: the resource (201), or the monitor of the request (202), as it was then.
        accepted: whether it is the monitor.
    """

    document: Document
    accepted: bool


class Idempotency:
    """The keys of one server's clients.

    Args:
        store: where they are remembered.
        clock: time and ids.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._next_sweep = 0.0

    async def create(self, commands: Commands, key: str, body: JsonObject) -> Answer:
        """Creates a resource, or gives the first answer to this key again.

        Raises Conflict where the key came with another body, and what `Commands.create` raises;
        where that says that nothing was made, the key is free again.
        """
        await self._forget()
        fresh = self._record(commands, key, body)
        for _ in range(_TRIES):
            record = await self._claim(fresh)
            if record is fresh:
                return await self._first(commands, record, body)
            if record is not None:
                return await self._again(commands, record, fresh, body)
        raise Stale(f"the request with Idempotency-Key {key}")

    def _record(self, commands: Commands, key: str, body: JsonObject) -> Document:
        now = self._clock.now()
        id_ = derived_id(KEYS.name, commands.resource.collection, key)
        canonical = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
        data = {
            "id": id_,
            "digest": hashlib.sha256(canonical).hexdigest(),
            "resource": self._clock.new_id(),
        }
        return Document(id_, Body(data=data), created=int(now * 1_000_000), due=now + LIFETIME)

    async def _claim(self, fresh: Document) -> Document | None:
        """The key's record: the fresh one where there was none. None: gone just now, ask again."""
        try:
            await self._store.insert(KEYS.name, fresh)
        except DuplicateId:
            found = await self._store.get(KEYS.name, fresh.id)
            if found is not None and (found.due or 0.0) <= self._clock.now():
                await self._remove(found)
                return None
            return found
        return fresh

    async def _first(self, commands: Commands, record: Document, body: JsonObject) -> Answer:
        try:
            outcome = await commands.create(body, key=record.body.data["resource"])
        except ApiError as error:
            if error.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                await self._remove(record)
            raise
        return await self._keep(record, outcome)

    async def _again(
        self, commands: Commands, record: Document, fresh: Document, body: JsonObject
    ) -> Answer:
        if record.body.data["digest"] != fresh.body.data["digest"]:
            raise Conflict(
                "this Idempotency-Key came with another body before",
                "Send the same body again, or another key.",
            )
        if "reply" in record.body.data:
            return _kept(record)
        # its first request is still under way, or was broken off
        id_ = record.body.data["resource"]
        try:
            outcome = await commands.create(body, key=id_)
        except ApiError:
            # what the first one made may itself be what forbids a second one
            made = await self._store.get(commands.resource.collection, id_)
            if made is None:
                raise
            outcome = made
        return await self._keep(record, outcome)

    async def _keep(self, record: Document, outcome: Document | Accepted) -> Answer:
        """Keeps the reply with the record; where a twin was first, its reply is the one."""
        accepted = isinstance(outcome, Accepted)
        document = outcome.document if isinstance(outcome, Accepted) else outcome
        reply = {
            "accepted": accepted,
            "document": document.id,
            "rev": document.rev,
            "reply": document.body.raw.decode(),  # as text: it is given back to the byte
        }
        body = Body(data={**record.body.data, **reply})
        try:
            await self._store.replace(KEYS.name, replace(record, body=body, rev=record.rev + 1))
        except Stale:
            present = await self._store.get(KEYS.name, record.id)
            if present is not None and "reply" in present.body.data:
                return _kept(present)
        return Answer(document, accepted)

    async def _forget(self) -> None:
        """Removes expired records, a bounded number now and then."""
        now = self._clock.now()
        if now < self._next_sweep:
            return
        self._next_sweep = now + _PAUSE
        expired = await self._store.due(KEYS.name, now, _SWEEP)
        for record in expired:
            await self._remove(record)
        if len(expired) == _SWEEP:
            self._next_sweep = now

    async def _remove(self, record: Document) -> None:
        try:
            await self._store.delete(KEYS.name, record)
        except Stale:
            return  # somebody else did, or has answered meanwhile


def _kept(record: Document) -> Answer:
    data = record.body.data
    document = Document(
        data["document"], Body(raw=data["reply"].encode()), record.created, data["rev"]
    )
    return Answer(document, data["accepted"])
