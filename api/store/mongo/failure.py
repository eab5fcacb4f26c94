"""What MongoDB's errors mean to the program."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from bson.errors import BSONError
from pymongo.errors import DocumentTooLarge, ExecutionTimeout, OperationFailure, PyMongoError

from api.errors import BadRequest, SetupError, TooCostly, TooLarge, Unavailable

__all__ = ["guarded", "opening"]

_INVALID_REGEX = 51091
_LOG = structlog.get_logger(__name__)


@contextmanager
def guarded(*, searching: bool = True) -> Iterator[None]:
    """Turns the driver's errors into those of the program; the log has the details.

    ``searching``: something is searched for that might have been asked for otherwise; else it is
    the server that is too slow now.
    """
    try:
        yield
    except DocumentTooLarge as error:
        raise TooLarge("The resource is larger than the store can hold") from error
    except ExecutionTimeout as error:
        if not searching:
            raise _unavailable(error) from error
        raise TooCostly(
            "The search takes too much of the server's time",
            "Filter or sort by an indexed attribute, such as state or id.",
        ) from error
    except OperationFailure as error:
        if error.code == _INVALID_REGEX:
            raise BadRequest(
                "The store's engine does not take the regular expression",
                "Write it simpler, or as several conditions.",
            ) from error
        if "parallel arrays" not in str(error):
            raise _unavailable(error) from error
        raise BadRequest(
            "sort: more than one of the attributes has several values",
            "Sort by one such attribute at most.",
        ) from error
    except (PyMongoError, BSONError) as error:
        raise _unavailable(error) from error


@contextmanager
def opening(name: str) -> Iterator[None]:
    """Turns what hinders the opening of a database into `SetupError`, with the database's name."""
    try:
        yield
    except (PyMongoError, BSONError) as error:
        said = str(error).partition(", Timeout:")[0][:300]  # what follows is the driver's own
        raise SetupError(
            f"database {name} cannot be opened: {said}. Is the server there, and does it let this "
            "one in?"
        ) from error


def _unavailable(error: Exception) -> Unavailable:
    _LOG.error("store_failed", error=str(error)[:500], kind=type(error).__name__)
    return Unavailable("The store cannot be used now", "Try again later.")
