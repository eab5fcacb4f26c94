"""Where histories are kept: with the document, and what has grown old beside it.

The entries of a change are part of its one write: they stand in the document's envelope, so they
are there when the change is, whatever becomes of the event log. So that an envelope does not grow
for ever, its oldest `PART` entries move into a document of their own once there are twice as many:
that is inserted first, under an id that says which entries it holds, and then they are left out of
the next write. Entries are never changed, so doing it twice does it once.
"""

from contextlib import suppress
from dataclasses import dataclass

import orjson

from api.clock import Clock
from api.dates import format_date
from api.declare import Resource
from api.errors import DuplicateId, Stale
from api.history.changes import (
    Cause,
    as_created,
    changes_of,
    entry,
    lines_of,
    parse,
    states_of,
)
from api.jsontypes import JsonObject
from api.store.document import Body, Document
from api.store.protocol import Collection, Store

__all__ = ["ARCHIVE", "PART", "Trail"]

ARCHIVE = Collection("history")

PART = 200
"""Entries in one archived part."""


@dataclass(frozen=True, slots=True)
class Trail:
    """The histories of one resource's documents.

    Attributes:
        resource: its declaration.
        store: where they are kept.
        clock: time.
    """

    resource: Resource
    store: Store
    clock: Clock

    async def after(self, before: Document, body: JsonObject, cause: Cause) -> str:
        """The younger part of the history once the document has this body; older parts archived."""
        changes = changes_of(before.body.data, body, self.resource.items)
        if not changes:
            return before.history
        kept = await self._shortened(before)
        number = _count(before)
        date = format_date(self.clock.now())
        new = [
            entry(number + index, date, change, cause) for index, change in enumerate(changes, 1)
        ]
        return kept + "".join(orjson.dumps(each).decode() + "\n" for each in new)

    async def read(self, document: Document) -> list[JsonObject]:
        """All entries, the oldest first."""
        entries: list[JsonObject] = []
        for number in range(_archived(document)):
            part = await self.store.get(ARCHIVE.name, self._part_id(document, number))
            if part is not None:
                entries += parse(part.body.data["entries"])
        entries += parse(document.history)
        now = states_of(document.body.data, self.resource.items)
        created = format_date(document.created / 1_000_000)
        whole = [*as_created(entries, now, created), *entries]
        return [{**each, "id": str(number)} for number, each in enumerate(whole, 1)]

    async def remove(self, document: Document) -> None:
        """Removes the archived parts of a document that is gone."""
        for number in range(_archived(document)):
            part = await self.store.get(ARCHIVE.name, self._part_id(document, number))
            if part is not None:
                try:
                    await self.store.delete(ARCHIVE.name, part)
                except Stale:
                    continue  # somebody else did so

    async def _shortened(self, document: Document) -> str:
        lines = lines_of(document.history)
        if len(lines) < 2 * PART:
            return document.history
        id_ = self._part_id(document, _archived(document))
        body = Body(data={"id": id_, "entries": "".join(lines[:PART])})
        created = int(self.clock.now() * 1_000_000)
        with suppress(DuplicateId):  # archived before a crash, or by who comes before us
            await self.store.insert(ARCHIVE.name, Document(id_, body, created))
        return "".join(lines[PART:])

    def _part_id(self, document: Document, number: int) -> str:
        # with its creation: another document may come under the id of one that is gone
        return f"{self.resource.collection}/{document.id}/{document.created}/{number}"


def _archived(document: Document) -> int:
    """How many parts are archived: told by the number of the first entry that is not."""
    if not document.history:
        return 0
    first = orjson.loads(document.history[: document.history.index("\n")])
    return (int(first["id"]) - 1) // PART


def _count(document: Document) -> int:
    return _archived(document) * PART + document.history.count("\n")
