"""What MongoDB's errors mean to the program."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from bson.errors import BSONError
from pymongo.errors import DocumentTooLarge, PyMongoError

from api.errors import TooLarge, Unavailable

__all__ = ["guarded"]

_LOG = structlog.get_logger(__name__)


@contextmanager
def guarded() -> Iterator[None]:
    """Turns the driver's errors into `Unavailable`; the log has the details."""
    try:
        yield
    except DocumentTooLarge as error:
        raise TooLarge("The resource is larger than the store can hold") from error
    except (PyMongoError, BSONError) as error:
        _LOG.error("store_failed", error=str(error)[:500], kind=type(error).__name__)
        raise Unavailable("The store cannot be used now", "Try again later.") from error
