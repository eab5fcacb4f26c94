"""One document in a controller's hands, written under a lease."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from api.commands import Commands
from api.draft import Draft
from api.errors import Stale
from api.history.changes import Cause
from api.process.leases import Leases, LostLease, earliest
from api.store.document import Document

__all__ = ["Hold", "LeasedWork"]

_TRIES = 20


@dataclass(slots=True)
class Hold:
    """A document that this process works on.

    Attributes:
        until: when its lease ends.
        asked: when its controller wants to look at it again. The stored due time cannot tell: it
            is the end of the lease where that is earlier.
    """

    until: float
    asked: float | None


class LeasedWork:
    """Implements `api.process.controller.Work`.

    A due time that has passed when the work begins is used up: the look that it asked for is this
    one. So a draft shows only a due time that is still to come, or that was set in this work. One
    that somebody else has set since then asks for another look, which no edit here takes away: it
    was made from what was read before.

    Args:
        commands: of the document's resource.
        leases: of this process.
        holds: the documents that this process works on, by id; kept up to date here.
        document: as just read.
        started: when this look began.
    """

    def __init__(
        self,
        commands: Commands,
        leases: Leases,
        holds: dict[str, Hold],
        document: Document,
        started: float,
    ) -> None:
        self._commands = commands
        self._leases = leases
        self._holds = holds
        self._document = document
        self._started = started
        self._due = self._still_asked(started)
        self._meanwhile: float | None = None
        self._again: float | None = None

    @property
    def document(self) -> Document:
        """See `Work.document`."""
        return self._document

    @property
    def due(self) -> float | None:
        """When the controller wants to look again."""
        return earliest(self._due, self._again)

    def look_again(self, at: float) -> None:
        """See `Work.look_again`."""
        self._again = at

    async def change(self, edit: Callable[[Draft], None]) -> Document:
        """See `Work.change`."""
        for _ in range(_TRIES):
            try:
                return await self._write(edit)
            except Stale:
                await self._read_again()
        raise Stale(f"{self._commands.resource.name} {self._document.id}")

    async def settle(self) -> None:
        """Takes away a due time that is used up and the lease of a dead process.

        Writes only where there is something to take away. Raises Stale where somebody changed the
        document since the last look at it.
        """
        document = self._document
        lease = document.lease if self._leases.mine(document.lease) else None
        due = earliest(self._due, lease.until if lease else None)
        if (due, lease) != (document.due, document.lease):
            after = replace(document, rev=document.rev + 1, due=due, lease=lease)
            await self._commands.store.replace(self._commands.resource.collection, after)
            self._document = after
        self._remember()

    async def _write(self, edit: Callable[[Draft], None]) -> Document:
        before = self._document
        until = self._leases.taken(before)
        if until is not None:
            raise LostLease(f"{self._commands.resource.name} {before.id}", until)
        draft = Draft.of(before)
        draft.due = self._due
        draft.cause = Cause("process", self._commands.resource.name)
        draft.working = self._leases.mine(before.lease)
        edit(draft)
        due = earliest(draft.due, self._meanwhile)
        lease = self._leases.kept(before.lease) if draft.working else None
        draft.due = earliest(due, lease.until if lease else None)
        self._document = await self._commands.write(before, draft, lease=lambda *_: lease)
        self._due = due
        self._remember()
        return self._document

    async def _read_again(self) -> None:
        resource, before = self._commands.resource, self._document
        document = await self._commands.store.get(resource.collection, before.id)
        if document is None:
            self._holds.pop(before.id, None)
            raise LostLease(f"{resource.name} {before.id}")
        if document.due is None:
            self._due = self._meanwhile = None  # it is over, or somebody has looked
        elif self._asks(before, document):
            self._meanwhile = earliest(self._meanwhile, document.due)
            self._due = earliest(self._due, document.due)
        self._document = document

    def _asks(self, before: Document, document: Document) -> bool:
        """Whether somebody else has asked for a look in between."""
        if document.lease is not None and document.due == document.lease.until:
            return False
        # what was there before may have been set again while the clock stood still
        return document.due not in (before.due, self._due) or document.due == self._started

    def _remember(self) -> None:
        document = self._document
        if document.lease is not None and self._leases.mine(document.lease):
            self._holds[document.id] = Hold(document.lease.until, self._due)
        else:
            self._holds.pop(document.id, None)

    def _still_asked(self, started: float) -> float | None:
        document = self._document
        hold = self._holds.get(document.id)
        asked = document.due
        if document.lease is not None and asked == document.lease.until:
            asked = hold.asked if hold is not None else None
        return None if asked is not None and asked <= started else asked
