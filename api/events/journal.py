"""The delivery log of a subscription: what was tried, and what came of it.

Entries are collected in memory and written now and then, many in one document, so that a delivery
costs no write of its own; a crash loses those of the last seconds. It is for people: what is to be
delivered does not depend on it.
"""

from collections import deque
from dataclasses import dataclass, replace
from enum import StrEnum

from api.clock import Clock
from api.dates import format_date
from api.errors import Stale
from api.events.limits import Limits
from api.events.message import Message
from api.events.outcome import Outcome
from api.jsontypes import JsonObject
from api.query.tree import Compare, Kind, Op
from api.store.document import Body, Document
from api.store.protocol import Collection, Store

__all__ = [
    "ATTEMPTS",
    "AttemptOutcome",
    "Journal",
    "clear_journal",
    "entry_of",
    "read_journal",
    "told",
]

ATTEMPTS = Collection("attempts", ["subscription"])

_PER_DOCUMENT = 50
_MOST_DOCUMENTS = 10_000
_REPLY = 500
"""Characters of a bad answer that are kept; of a good one nobody wants them."""


class AttemptOutcome(StrEnum):
    """What came of a try."""

    DELIVERED = "delivered"
    FAILED = "failed"
    SKIPPED = "skipped"


class Journal:
    """Writes the delivery log of one subscription; only its holder does.

    Args:
        store: where it is kept.
        clock: time.
        subscription: its id.
        limits: how much is kept, and how often it is written.
    """

    def __init__(self, store: Store, clock: Clock, subscription: str, limits: Limits) -> None:
        self._store = store
        self._clock = clock
        self._subscription = subscription
        self._limits = limits
        self._new: deque[JsonObject] = deque(maxlen=max(1, limits.journal_count))
        self._since = 0.0
        self._pages: deque[_Page] | None = None
        self._last: Document | None = None

    @property
    def pending(self) -> bool:
        """Whether there is anything to write."""
        return bool(self._new)

    @property
    def due(self) -> bool:
        """Whether it is time to write."""
        return bool(self._new) and self._clock.now() >= self._since + self._limits.journal

    def add(self, message: Message, attempt: int, outcome: Outcome) -> None:
        """Notes a try."""
        if self._limits.journal_count:
            now = self._clock.now()
            if not self._new:
                self._since = now
            self._new.append(entry_of(message, attempt, outcome, now))

    async def flush(self) -> None:
        """Writes what was noted, and removes what is kept no longer; raises if it could not."""
        if not self._new:
            return
        new, since = list(self._new), self._since
        self._new.clear()
        try:
            await self._write(new)
        except BaseException:
            # whether it took place is seen in the store, the next time
            self._new, self._since = deque([*new, *self._new], self._new.maxlen), since
            self._pages = None
            raise

    async def _write(self, new: list[JsonObject]) -> None:
        if self._pages is None:
            documents = await _documents(self._store, self._subscription)
            self._pages = deque(map(_Page.of, documents))
            self._last = documents[-1] if documents else None
            new = _unwritten(new, self._last)
        pages, last = self._pages, self._last
        if new and (last is None or len(_entries(last)) >= _PER_DOCUMENT):
            await self._begin(pages, new)
        elif new and last is not None:
            await self._extend(pages, last, new)
        await self._prune(pages)

    async def _extend(self, pages: deque["_Page"], last: Document, new: list[JsonObject]) -> None:
        body = {**last.body.data, "attempts": [*_entries(last), *new]}
        document = Document(last.id, Body(data=body), last.created, last.rev + 1)
        try:
            await self._store.replace(ATTEMPTS.name, document)
        except Stale:  # removed meanwhile, or written to by a holder that was slow to notice
            await self._begin(pages, new)
        else:
            pages[-1], self._last = _Page.of(document), document

    async def _begin(self, pages: deque["_Page"], new: list[JsonObject]) -> None:
        id_ = self._clock.new_id()
        body = {"id": id_, "subscription": self._subscription, "attempts": new}
        document = Document(id_, Body(data=body), created=int(self._clock.now() * 1_000_000))
        await self._store.insert(ATTEMPTS.name, document)
        pages.append(_Page.of(document))
        self._last = document

    async def _prune(self, pages: deque["_Page"]) -> None:
        total = sum(each.size for each in pages)
        oldest = self._clock.now() - self._limits.journal_age
        while pages:
            first = pages[0]
            if total - first.size < self._limits.journal_count and first.until >= oldest:
                return
            total -= first.size
            await _remove(self._store, first.document)
            pages.popleft()


@dataclass(frozen=True, slots=True)
class _Page:
    """What is remembered of a document: how to remove it, and when."""

    document: Document
    size: int
    until: float

    @classmethod
    def of(cls, document: Document) -> "_Page":
        entries = _entries(document)
        return cls(replace(document, body=Body(data={})), len(entries), float(entries[-1]["at"]))


def entry_of(
    message: Message, attempt: int, outcome: Outcome, now: float, *, reply_always: bool = False
) -> JsonObject:
    """A try as it is kept: as it is `told`, but for the time, which is ``at``."""
    event = message.entry.event
    entry: JsonObject = {
        "eventId": event.id,
        "eventType": event.type,
        "resource": {"name": event.resource, "id": event.resource_id},
        "position": message.position,
        "attempt": attempt,
        "at": now,
        "outcome": _outcome(outcome).value,
        "latency": round(outcome.seconds * 1000, 1),
    }
    if outcome.status is not None:
        entry["status"] = outcome.status
    if not outcome.delivered:
        entry["detail"] = outcome.detail
    if outcome.reply and (reply_always or not outcome.delivered):
        entry["reply"] = outcome.reply[:_REPLY]
    return entry


async def read_journal(
    store: Store, subscription: str, *, count: int, since: float, outcome: str | None = None
) -> list[JsonObject]:
    """The tries of a subscription, newest first: so many at most, none before that time."""
    found: list[JsonObject] = []
    for document in reversed(await _documents(store, subscription)):
        found += [each for each in reversed(_entries(document)) if each["at"] >= since]
    return [told(each) for each in found[:count] if outcome in (None, each["outcome"])]


async def clear_journal(store: Store, subscription: str) -> None:
    """Removes the delivery log of a subscription."""
    for document in await _documents(store, subscription):
        await _remove(store, document)


async def _remove(store: Store, document: Document) -> None:
    try:
        await store.delete(ATTEMPTS.name, document)
    except Stale:
        return  # somebody else did


async def _documents(store: Store, subscription: str) -> list[Document]:
    """Oldest first."""
    mine = Compare(("subscription",), Op.EQ, subscription, Kind.STRING)
    return await store.find(ATTEMPTS.name, mine, limit=_MOST_DOCUMENTS)


def _unwritten(new: list[JsonObject], last: Document | None) -> list[JsonObject]:
    """Those tries that are not in the last document."""
    written = {_key(each) for each in _entries(last)} if last else set()
    return [each for each in new if _key(each) not in written]


def _key(entry: JsonObject) -> tuple[object, ...]:
    return entry["position"], entry["attempt"], entry["at"]


def _entries(document: Document) -> list[JsonObject]:
    entries: list[JsonObject] = document.body.data["attempts"]
    return entries


def told(entry: JsonObject) -> JsonObject:
    """A kept try as it is told."""
    rest = {name: value for name, value in entry.items() if name != "at"}
    return {**rest, "time": format_date(entry["at"])}


def _outcome(outcome: Outcome) -> AttemptOutcome:
    if outcome.delivered:
        return AttemptOutcome.DELIVERED
    return AttemptOutcome.FAILED if outcome.made else AttemptOutcome.SKIPPED
