"""Connections to the database file, and what SQLite's errors mean to the program."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import structlog

from api.errors import SetupError, Unavailable
from api.query.pattern import compiled

__all__ = ["connect", "guarded", "make_private", "opening", "unavailable"]

_LOG = structlog.get_logger(__name__)
_STATEMENTS = 1024  # prepared statements kept per connection


def connect(path: str, *, readonly: bool = False) -> sqlite3.Connection:
    """A connection in autocommit mode, usable from any one thread at a time.

    A committed transaction is on the disk, also after loss of power: WAL with synchronous=FULL.
    """
    connection = sqlite3.connect(
        path, isolation_level=None, cached_statements=_STATEMENTS, check_same_thread=False
    )
    try:
        _set_up(connection, readonly=readonly)
    except BaseException:
        connection.close()
        raise
    return connection


def make_private(path: str) -> None:
    """Makes a new file that only its owner may read: the secrets of subscriptions are in it.

    SQLite gives what it writes beside it the same mode. One that is there keeps its own.
    """
    with suppress(OSError):  # what is wrong with the place is said when it is opened
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _set_up(connection: sqlite3.Connection, *, readonly: bool) -> None:
    for pragma in (
        "busy_timeout = 10000",
        "page_size = 8192",  # of a new file: two or three bodies to a page
        "journal_mode = WAL",
        "synchronous = FULL",
        "wal_autocheckpoint = 4000",  # pages: a checkpoint every 16 MB
        "journal_size_limit = 67108864",
        "secure_delete = OFF",
        "temp_store = MEMORY",
        "cache_size = -32768",
        f"query_only = {'ON' if readonly else 'OFF'}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("turnup_match", 2, _match, deterministic=True)


def _match(pattern: str, text: str) -> bool:
    return compiled(pattern).search(text) is not None


@contextmanager
def opening(path: str) -> Iterator[None]:
    """Turns what hinders the opening of a file into `SetupError`, with the file's name."""
    try:
        yield
    except SetupError as error:
        raise SetupError(f"database {path}: {error}") from None
    except sqlite3.Error as error:
        raise SetupError(
            f"database {path} cannot be opened: {error}. It must be a file of SQLite's, or a new "
            "one, in a folder that is there, and this user must be allowed to write to both."
        ) from error


@contextmanager
def guarded() -> Iterator[None]:
    """Turns any error of SQLite into `Unavailable`; the log has the details."""
    try:
        yield
    except sqlite3.Error as error:
        raise unavailable(error) from error


def unavailable(error: sqlite3.Error) -> Unavailable:
    """What a client sees of an error of the database."""
    _LOG.error("store_failed", error=str(error), kind=type(error).__name__)
    return Unavailable("The store cannot be used now", "Try again later.")
