"""A store whose answers are on their way for as long as a test wants, as over a network."""

from collections.abc import Awaitable, Callable

from api.store.document import LogEntry
from api.store.protocol import Store

__all__ = ["LateStore"]


class LateStore:
    """Passes everything on; of reads of the log, one answer comes late.

    Args:
        store: the real one.
        limit: of the reads that are meant.
    """

    def __init__(self, store: Store, limit: int) -> None:
        self._store = store
        self._limit = limit
        self.meanwhile: Callable[[], Awaitable[None]] | None = None
        """What happens, once, between such a read and its answer."""

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    async def read_log(self, after: int, limit: int) -> list[LogEntry]:
        """See `Store.read_log`."""
        entries = await self._store.read_log(after, limit)
        if limit == self._limit and self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            await meanwhile()
        return entries
