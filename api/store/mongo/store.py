"""The store over MongoDB."""

import asyncio
from collections.abc import Callable, Sequence

from beanie import init_beanie
from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.cursor import AsyncCursor
from pymongo.errors import ConfigurationError, DuplicateKeyError
from pymongo.read_concern import ReadConcern

from api.clock import Clock
from api.errors import DuplicateId, SetupError, Stale, Unavailable
from api.query.tree import EVERYTHING, Node, Sort
from api.store.address import shown
from api.store.document import ROOM, Document, LogEntry, NewEvent, Page
from api.store.mongo.counting import agreed
from api.store.mongo.documents import LoggedEvent, RelayLease, declare, drop_partial
from api.store.mongo.envelope import OPTIONAL, Raw, changed, document, entry, pending, stored
from api.store.mongo.failure import guarded, opening
from api.store.mongo.lease import LeaseBook
from api.store.mongo.query import compile_query, compile_sort
from api.store.mongo.relay import Relay
from api.store.protocol import PATIENCE, Collection

__all__ = ["MongoStore"]

_LARGEST = 2**62  # offset: with the limit, a larger one would be beyond what MongoDB counts with
_ENDLESS = float("inf")
_PATIENCE_MS = 5000  # for a server to be found
_TRIES = 10  # at an insert: each further one means that others write to that very id
_ALIVE: Raw = {"deleted": {"$exists": False}}


class MongoStore:
    """Implements `api.store.protocol.Store` over MongoDB.

    A write is one update of one document, which carries its events along; a relay moves them to
    the log. An acknowledged write is in the journal of a majority of the servers.

    Args:
        url: the connection string.
        database: the database's name.
        clock: for leases and for waiting.
        patience: seconds after which the server breaks off a list.
    """

    def __init__(self, url: str, database: str, clock: Clock, patience: float = PATIENCE) -> None:
        self._url = url
        self._name = database
        self._clock = clock
        self._patience_ms = int(patience * 1000)
        self._client: AsyncMongoClient[Raw] | None = None
        self._collections: dict[str, AsyncCollection[Raw]] = {}
        self._callbacks: list[Callable[[], None]] = []

    async def open(self, collections: Sequence[Collection]) -> None:
        """See `Store.open`."""
        client = self._client = self._connect()
        models = [declare(one) for one in collections]
        with opening(shown(self._url)):
            database = client[self._name]
            for one in collections:
                await drop_partial(database[one.name])
            await init_beanie(database=database, document_models=[*models, LoggedEvent, RelayLease])
            self._collections = {
                one.name: model.get_pymongo_collection()
                for one, model in zip(collections, models, strict=True)
            }
            log: AsyncCollection[Raw] = LoggedEvent.get_pymongo_collection()
            self._log = log.with_options(read_concern=ReadConcern("majority"))
            leases = LeaseBook(RelayLease.get_pymongo_collection(), self._clock)
            await leases.prepare()
        self._relay = Relay(self._collections.values(), log, leases, self._clock, self._appended)
        self._relay.start()

    def _connect(self) -> "AsyncMongoClient[Raw]":
        try:
            return AsyncMongoClient(
                self._url,
                w="majority",
                journal=True,
                appname="turnup",
                serverSelectionTimeoutMS=_PATIENCE_MS,
            )
        except (ConfigurationError, ValueError) as error:
            raise SetupError(f"database {shown(self._url)} cannot be used: {error}") from None

    async def close(self) -> None:
        """See `Store.close`."""
        client, self._client = self._client, None
        if client is None:
            return
        if self._collections:
            await self._relay.stop()
        self._collections = {}
        await client.close()

    async def ping(self) -> None:
        """See `Store.ping`."""
        if self._client is None:
            raise Unavailable("The store is not open")
        with guarded():
            await self._client.admin.command("ping")

    async def insert(
        self, collection: str, document: Document, events: Sequence[NewEvent] = ()
    ) -> None:
        """See `Store.insert`."""
        raw = stored(document)
        extra = pending(events, document.rev, document.body)
        if extra:
            raw |= {"pending": extra, "waiting": self._now()}
        target = self._collection(collection)
        with guarded():
            for _ in range(_TRIES):
                try:
                    await target.insert_one(raw)
                    break
                except DuplicateKeyError:
                    if await self._revived(target, document, extra):
                        break
                # what was left of a deleted document may have gone in between
                if await target.find_one({"_id": document.id, **_ALIVE}, {"_id": 1}):
                    raise DuplicateId(f"{collection} {document.id}")
            else:
                raise Unavailable(f"{collection} {document.id} comes and goes")
        self._wake(events)

    async def _revived(
        self, target: "AsyncCollection[Raw]", document: Document, extra: list[Raw]
    ) -> bool:
        """The id is taken, perhaps only by what is left of a deleted document: that is revived."""
        update = changed(document)
        update["$unset"] = {**update.get("$unset", {}), "deleted": ""}
        self._carry(update, extra)
        result = await target.update_one({"_id": document.id, "deleted": True}, update)
        return bool(result.matched_count)

    async def replace(
        self, collection: str, document: Document, events: Sequence[NewEvent] = ()
    ) -> None:
        """See `Store.replace`."""
        update = changed(document)
        del update["$set"]["created"]
        self._carry(update, pending(events, document.rev, document.body))
        await self._update(collection, document.id, document.rev - 1, update)
        self._wake(events)

    async def delete(
        self, collection: str, document: Document, events: Sequence[NewEvent] = ()
    ) -> None:
        """See `Store.delete`. What is left carries the events until the relay has moved them."""
        rev = document.rev + 1
        gone = dict.fromkeys(("created", "body", *OPTIONAL), "")
        update: Raw = {
            "$set": {"deleted": True, "rev": rev},
            "$unset": gone,
            "$min": {"waiting": self._now()},
        }
        self._carry(update, pending(events, rev, document.body))
        await self._update(collection, document.id, document.rev, update)
        self._relay.wake()

    async def _update(self, collection: str, id_: str, rev: int, update: Raw) -> None:
        target = self._collection(collection)
        with guarded():
            result = await target.update_one({"_id": id_, "rev": rev, **_ALIVE}, update)
        if not result.matched_count:
            raise Stale(f"{collection} {id_}")

    def _carry(self, update: Raw, events: list[Raw]) -> None:
        """Adds events to an update, behind those that are still pending."""
        if events:
            update["$push"] = {"pending": {"$each": events}}
            update["$min"] = {"waiting": self._now()}

    async def get(self, collection: str, id_: str) -> Document | None:
        """See `Store.get`."""
        with guarded():
            raw = await self._collection(collection).find_one({"_id": id_}, {"pending": 0})
        return None if raw is None or "deleted" in raw else document(raw)

    async def page(
        self,
        collection: str,
        query: Node = EVERYTHING,
        *,
        sort: Sequence[Sort] = (),
        offset: int = 0,
        limit: int = 100,
        room: int = ROOM,
    ) -> Page:
        """See `Store.page`. Both are asked for at once, so that it takes the time of one.

        So they may be of different moments: the number is made to agree with what is shown.
        """
        target, condition = self._collection(collection), compile_query(query)
        documents, total = await asyncio.gather(
            self._list(collection, query, sort, offset, limit, room),
            self._count(target, condition, searching=query != EVERYTHING),
        )
        full = sum(len(each.body.raw) for each in documents) >= room
        return Page(documents, agreed(total, offset, len(documents), limit, full=full))

    async def find(
        self,
        collection: str,
        query: Node = EVERYTHING,
        *,
        sort: Sequence[Sort] = (),
        offset: int = 0,
        limit: int = 100,
    ) -> list[Document]:
        """See `Store.find`."""
        return await self._list(collection, query, sort, offset, limit, _ENDLESS)

    async def due(self, collection: str, until: float, limit: int) -> list[Document]:
        """See `Store.due`."""
        condition = {"due": {"$lte": until}}
        due = [("due", 1)]
        return await self._found(collection, condition, due, 0, limit, _ENDLESS, searching=False)

    async def next_due(self, collection: str) -> float | None:
        """See `Store.next_due`."""
        with guarded():
            raw = await self._collection(collection).find_one(
                {"due": {"$exists": True}}, {"due": 1}, sort=[("due", 1)]
            )
        return raw["due"] if raw else None

    async def release(self, collection: str, owner: str, now: float) -> int:
        """See `Store.release`."""
        with guarded():
            result = await self._collection(collection).update_many(
                {"lease.owner": {"$eq": owner}},
                {"$set": {"due": now}, "$unset": {"lease": ""}, "$inc": {"rev": 1}},
            )
        return int(result.modified_count)

    async def read_log(self, after: int, limit: int) -> list[LogEntry]:
        """See `Store.read_log`."""
        self._check_open()
        with guarded():
            cursor = self._log.find(
                {"_id": {"$gt": after}}, sort=[("_id", 1)], limit=limit, batch_size=limit
            )
            return [entry(raw) for raw in await cursor.to_list()]

    async def logged(self, event_id: str) -> LogEntry | None:
        """See `Store.logged`."""
        self._check_open()
        with guarded():
            raw = await self._log.find_one({"eventId": {"$eq": event_id}})
        return None if raw is None else entry(raw)

    async def prune_log(self, up_to: int, limit: int) -> int:
        """See `Store.prune_log`."""
        last = min(up_to, await self.log_end() - 1)
        with guarded():
            cursor = self._log.find(
                {"_id": {"$lte": last}}, {"eventId": 1}, sort=[("_id", 1)], limit=limit
            )
            oldest = {raw["eventId"]: int(raw["_id"]) for raw in await cursor.to_list()}
            # what is still in its document must stay in the log: else it would get there again
            carried = await self._relay.carried(list(oldest))
            last = min(
                (oldest[id_] - 1 for id_ in carried), default=max(oldest.values(), default=0)
            )
            result = await self._log.delete_many({"_id": {"$lte": last}})
        return int(result.deleted_count)

    async def log_end(self) -> int:
        """See `Store.log_end`."""
        self._check_open()
        with guarded():
            raw = await self._log.find_one({}, {"_id": 1}, sort=[("_id", -1)])
        return int(raw["_id"]) if raw else 0

    def on_append(self, callback: Callable[[], None]) -> None:
        """See `Store.on_append`."""
        self._callbacks.append(callback)

    def _appended(self) -> None:
        for callback in self._callbacks:
            callback()

    async def _list(
        self,
        collection: str,
        query: Node,
        sort: Sequence[Sort],
        offset: int,
        limit: int,
        room: float,
    ) -> list[Document]:
        if not limit:  # to MongoDB it would mean: all
            return []
        searching = query != EVERYTHING or bool(sort)
        condition, order = compile_query(query), compile_sort(sort)
        return await self._found(
            collection, condition, order, offset, limit, room, searching=searching
        )

    async def _found(
        self,
        collection: str,
        condition: Raw,
        order: list[tuple[str, int]],
        skip: int,
        limit: int,
        room: float,
        *,
        searching: bool,
    ) -> list[Document]:
        with guarded(searching=searching):
            cursor = self._collection(collection).find(
                condition,
                {"pending": 0},
                sort=order,
                skip=min(skip, _LARGEST),
                limit=limit,
                batch_size=limit,
                max_time_ms=self._patience_ms,
            )
            return await _fetched(cursor, room)

    async def _count(
        self, target: "AsyncCollection[Raw]", condition: Raw, *, searching: bool
    ) -> int:
        with guarded(searching=searching):
            return await target.count_documents(condition, maxTimeMS=self._patience_ms)

    def _collection(self, name: str) -> "AsyncCollection[Raw]":
        self._check_open()
        return self._collections[name]

    def _check_open(self) -> None:
        if not self._collections:
            raise Unavailable("The store is not open")

    def _wake(self, events: Sequence[NewEvent]) -> None:
        if events:
            self._relay.wake()

    def _now(self) -> int:
        return int(self._clock.now() * 1_000_000)


async def _fetched(cursor: "AsyncCursor[Raw]", room: float) -> list[Document]:
    """Documents, up to the one by which their bodies come to that many bytes."""
    if room == _ENDLESS:
        return [document(raw) for raw in await cursor.to_list()]
    found: list[Document] = []
    async with cursor:
        async for raw in cursor:
            found.append(document(raw))
            room -= len(found[-1].body.raw)
            if room <= 0:
                break
    return found
