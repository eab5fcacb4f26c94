"""How far the event log has been followed up: every event up to there has had its look.

Due times are in the documents, but an event that says "look at the parent" is only in the log. So
the position up to which all looks were taken is kept, and after a crash the log is read again from
there: looks are repeated, never missed.
"""

from api.clock import Clock
from api.errors import DuplicateId, Stale
from api.store.document import Body, Document
from api.store.protocol import Collection, Store

__all__ = ["CHECKPOINTS", "Checkpoints", "Progress"]

CHECKPOINTS = Collection("checkpoint")


class Progress:
    """Which looks are still to be taken, by document.

    Args:
        position: everything up to there has been followed up.
    """

    def __init__(self, position: int = 0) -> None:
        self._read = position
        self._waiting: dict[str, int] = {}
        self._running: dict[str, int] = {}

    @property
    def position(self) -> int:
        """Every event up to there has had its looks."""
        open_ = (*self._waiting.values(), *self._running.values())
        return min(open_) - 1 if open_ else self._read

    def read(self, position: int) -> None:
        """The log has been read up to there; looks that it asks for have been noted before."""
        self._read = max(self._read, position)

    def asked(self, key: str, position: int) -> None:
        """An event asks for a look at a document."""
        self._waiting.setdefault(key, position)

    def began(self, key: str) -> None:
        """The look begins; what is asked for from now on needs another one."""
        if key in self._waiting:
            self._running[key] = self._waiting.pop(key)

    def ended(self, key: str, *, done: bool) -> None:
        """The look was taken, or (not done) must be taken again."""
        position = self._running.pop(key, None)
        if position is not None and not done:
            self._waiting[key] = min(position, self._waiting.get(key, position))


class Checkpoints:
    """Positions kept in the store. Several processes share one: the furthest counts."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def load(self, name: str) -> int:
        """The position kept under that name; 0 when there is none."""
        document = await self._store.get(CHECKPOINTS.name, name)
        return 0 if document is None else int(document.body.data["position"])

    async def save(self, name: str, position: int) -> None:
        """Keeps a position, unless a further one is kept. Another process may come first: fine."""
        before = await self._store.get(CHECKPOINTS.name, name)
        body = Body(data={"id": name, "position": position})
        try:
            if before is None:
                created = int(self._clock.now() * 1_000_000)
                await self._store.insert(CHECKPOINTS.name, Document(name, body, created))
            elif int(before.body.data["position"]) < position:
                after = Document(name, body, before.created, before.rev + 1)
                await self._store.replace(CHECKPOINTS.name, after)
        except (DuplicateId, Stale):
            return
