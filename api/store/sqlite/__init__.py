"""The embedded store: one SQLite file (WAL), group commit, reads in the event loop's thread."""

from api.store.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
