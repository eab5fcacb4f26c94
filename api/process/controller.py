"""What carries a document on: a controller, and the work that the runtime hands it.

Level-triggered, like Kubernetes controllers: ``reconcile`` looks at the document, its children
and the clock, and does what is missing. Events and due times only say *when* to look, so a lost
event, a repeated one or a restart changes nothing. A document is reconciled by one process at a
time (its lease) and never twice at once; different documents run side by side.
"""

from collections.abc import Callable, Iterable
from typing import Protocol

from api.commands import Commands
from api.draft import Draft
from api.store.document import Document, LogEntry

__all__ = ["Controller", "Work"]


class Work(Protocol):
    """One document in a controller's hands."""

    @property
    def document(self) -> Document:
        """The document as it was last read or written here."""
        ...

    async def change(self, edit: Callable[[Draft], None]) -> Document:
        """Applies the edit and writes the document, with its events.

        Where somebody changed the document meanwhile, it is read anew and the edit applied again:
        so an edit decides by the draft it is given. An edit that changes nothing writes nothing.
        Set ``draft.working`` while something is under way here (the lease is kept and renewed),
        ``draft.due`` for when to look again at the latest; a look that somebody else has asked for
        meanwhile comes all the same. Raises LostLease (which the runtime handles) when another
        process has taken over.
        """
        ...

    def look_again(self, at: float) -> None:
        """Has this process look again then, though nothing is written for it.

        For what events tell of anyway: a look in case that one was lost. `Draft.due` is for looks
        that nothing else brings about.
        """
        ...


class Controller(Protocol):
    """Carries the documents of one collection.

    Attributes:
        commands: of the resource it carries.
        concurrency: how many documents one process works on at once.
    """

    commands: Commands
    concurrency: int

    def concerns(self, entry: LogEntry) -> Iterable[str]:
        """Ids of own documents that an event says to look at. Cheap; called for every event."""
        ...

    async def reconcile(self, work: Work) -> None:
        """Does what is missing. Errors are retried by the runtime with backoff."""
        ...
