"""What a store keeps: documents in an envelope, and the log of events."""

from dataclasses import dataclass, field
from hashlib import blake2b

import orjson

from api.jsontypes import JsonObject

__all__ = ["ROOM", "Body", "Document", "Lease", "LogEntry", "NewEvent", "Page", "reborn"]

ROOM = 32 << 20
"""Bytes of JSON after which a page ends: a thousand bodies of a megabyte each would fill memory."""

_TAG = 12
"""Bytes of a tag."""

_NUMBERS = 1000
"""More than a change has events."""


class Body:
    """A resource's JSON, as bytes or as a dict, whichever is at hand; the other is made on demand.

    The bytes go on the wire as they are, so reading a resource never parses it.
    ``href`` is not in it, and ``id`` is its first attribute.
    """

    __slots__ = ("_data", "_raw")

    def __init__(self, *, raw: bytes | None = None, data: JsonObject | None = None) -> None:
        self._raw = raw
        self._data = data

    @property
    def raw(self) -> bytes:
        """The JSON text."""
        if self._raw is None:
            self._raw = orjson.dumps(self._data)
        return self._raw

    @property
    def data(self) -> JsonObject:
        """The parsed JSON. Not to be changed in place: make a new body."""
        if self._data is None:
            data: JsonObject = orjson.loads(self._raw or b"{}")
            self._data = data
        return self._data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Body) and self.data == other.data

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Body({self.raw!r})"


@dataclass(frozen=True, slots=True)
class Lease:
    """Who works on a document, and until when nobody else may (seconds since 1970)."""

    owner: str
    until: float


@dataclass(slots=True)  # not frozen: one is made per row, and freezing triples its cost
class Document:
    """A document in its envelope. Treated as a value: a changed one is made by `replace`.

    Attributes:
        id: unique within its collection.
        body: the resource as it goes on the wire, less ``href``.
        created: when it was created, in microseconds since 1970: lists are in this order.
        rev: one more with every write; compare-and-set goes by it. The first one is 1, or that of
            `reborn` where the id may have been used before.
        process: what a process must remember of it; never on the wire.
        due: when somebody must look at it again (seconds since 1970); None: no need to.
        lease: who works on it.
        history: the younger entries of its history, as lines (see `api.history.trail`).
    """

    id: str
    body: Body
    created: int
    rev: int = 1
    process: JsonObject | None = None
    due: float | None = None
    lease: Lease | None = None
    history: str = ""

    @property
    def tag(self) -> str:
        """Of the body: another one whenever that is another, and only then (RFC 9110, 8.8.3)."""
        return blake2b(self.body.raw, digest_size=_TAG).hexdigest()


@dataclass(slots=True)  # as for a document; never changed
class NewEvent:
    """An event to be written together with the change that it tells of.

    The store adds the document's new body to it as the snapshot (of a delete: the last one).

    Attributes:
        id: unique; becomes ``eventId``.
        type: the official name, e.g. ``ProductOrderStateChangeEvent``.
        api: the declared API, e.g. ``tmf622``.
        resource: the payload's key, e.g. ``productOrder``.
        resource_id: the resource it is of.
        time: when it happened, RFC 3339 as on the wire.
        envelope: further attributes of the event (title, fieldPath, correlationId …).
    """

    id: str
    type: str
    api: str
    resource: str
    resource_id: str
    time: str
    envelope: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An event in the log.

    Attributes:
        position: global, without gaps, ascending in the order in which it may be read.
        rev: the document's revision that the change made: ascending per resource.
        event: as it was written.
        snapshot: the resource as the change left it.
        number: its place among the events of that change, from 0.
    """

    position: int
    rev: int
    event: NewEvent
    snapshot: Body
    number: int = 0

    @property
    def sequence(self) -> int:
        """Rises with every event of the resource, with gaps; the same whenever it is asked for."""
        return self.rev * _NUMBERS + self.number


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list and how many there are in all."""

    documents: list[Document]
    total: int


def reborn(now: float) -> int:
    """The first revision of a document whose id may have been another one's before.

    A child's id follows from its parent's, so what was deleted may come back under its id. From
    the time (seconds since 1970), in milliseconds, revisions and the sequences of events go on
    rising, and nobody takes the new document for the old one.
    """
    return int(now * 1000)
