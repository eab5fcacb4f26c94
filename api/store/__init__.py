"""Documents and the event log, behind one narrow protocol with two implementations."""

from urllib.parse import urlsplit

from api.clock import Clock
from api.errors import SetupError
from api.store.address import shown
from api.store.protocol import PATIENCE, Store

__all__ = ["open_store"]

_SQLITE = "sqlite:///"
_DATABASE = "turnup"


def open_store(url: str, clock: Clock, patience: float = PATIENCE) -> Store:
    """The store that a URL names; it still has to be opened.

    ``sqlite:///turnup.db`` (a relative path), ``sqlite:////var/lib/turnup.db`` (an absolute one),
    ``sqlite:///:memory:``, ``mongodb://host:port/database`` and ``mongodb+srv://…``; without a
    database name it is ``turnup``. ``patience`` is how many seconds a search may take that no index
    serves. Raises SetupError for anything else.
    """
    # imported here: a server pays, at its start, only for the store that it uses
    if url.startswith(_SQLITE) and len(url) > len(_SQLITE):
        from api.store.sqlite import SqliteStore  # noqa: PLC0415

        return SqliteStore(url.removeprefix(_SQLITE), patience)
    if url.startswith(("mongodb://", "mongodb+srv://")):
        from api.store.mongo import MongoStore  # noqa: PLC0415

        return MongoStore(url, _database(url), clock, patience)
    raise SetupError(
        f"database: {shown(url)!r} names no store: use sqlite:///FILE, sqlite:///:memory: or"
        " mongodb://HOST:PORT/DATABASE"
    )


def _database(url: str) -> str:
    try:
        return urlsplit(url).path.strip("/") or _DATABASE
    except ValueError as error:
        raise SetupError(f"database: {shown(url)!r} cannot be read: {error}") from None
