"""Between rows and documents. Pure."""

from collections.abc import Iterable
from typing import Any, TypeAlias

import orjson

from api.store.document import Body, Document, Lease, LogEntry, NewEvent

__all__ = ["Parameter", "document", "entries", "event_row", "fetched"]

_BODY = -2
"""Where the body is in the row of a document, whatever stands before it."""

_Row: TypeAlias = tuple[Any, ...]

Parameter: TypeAlias = str | int | float | bytes | None

_DocumentRow: TypeAlias = tuple[
    str, int, int, float | None, str | None, float | None, str | None, bytes, str
]
_LogRow: TypeAlias = tuple[int, str, str, str, str, str, str, str, int, bytes, int]


def document(row: _DocumentRow) -> Document:
    """The document of a row of ``doc_…``; its body is not parsed."""
    id_, created, rev, due, owner, until, process, body, history = row
    return Document(
        id_,
        Body(raw=body),
        created,
        rev,
        None if process is None else orjson.loads(process),
        due,
        None if owner is None or until is None else Lease(owner, until),
        history,
    )


def fetched(cursor: Iterable[_Row], room: float) -> list[_Row]:
    """Rows that end in a document's, up to the one by which the bodies come to that many bytes."""
    found: list[_Row] = []
    for row in cursor:
        found.append(row)
        room -= len(row[_BODY])
        if room <= 0:
            break
    return found


def entries(rows: Iterable[_LogRow]) -> list[LogEntry]:
    """The log entries of rows of ``log``, in order; those of one change share its snapshot."""
    found: list[LogEntry] = []
    for row in rows:
        position, id_, type_, api, resource, resource_id, time, envelope, rev, snapshot, number = (
            row
        )
        event = NewEvent(id_, type_, api, resource, resource_id, time, orjson.loads(envelope))
        body = found[-1].snapshot if found and number else Body(raw=snapshot)
        found.append(LogEntry(position, rev, event, body, number))
    return found


def event_row(
    position: int, event: NewEvent, rev: int, snapshot: bytes, number: int
) -> tuple[Parameter, ...]:
    """The row of ``log`` for an event."""
    return (
        position,
        event.id,
        event.type,
        event.api,
        event.resource,
        event.resource_id,
        event.time,
        orjson.dumps(event.envelope).decode() if event.envelope else "{}",
        rev,
        snapshot,
        number,
    )
