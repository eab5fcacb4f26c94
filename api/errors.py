"""Every error that a client may see, as a tree.

TurnupError
├── SetupError                 the operator must mend settings, catalogue or spec
└── ApiError                   has a status and the TMF ``Error`` body
    ├── BadRequest             400
    │   ├── Invalid            400, the body or a value breaks its schema
    │   └── TooCostly          400, a search that no index serves takes too long
    ├── Forbidden              403
    ├── NotFound               404
    ├── MethodNotAllowed       405, with Allow
    ├── NotAcceptable          406
    ├── TimedOut               408
    ├── Conflict               409
    │   ├── Stale              409, changed meanwhile
    │   └── DuplicateId        409, an id is taken
    ├── Gone                   410, it was there and is kept no longer
    ├── PreconditionFailed     412
    ├── TooLarge               413
    ├── UnsupportedMedia       415
    ├── RangeNotSatisfiable    416
    ├── HeadersTooLarge        431
    ├── Internal               500
    ├── NotSupported           501
    └── Unavailable            503

``code`` is the status unless a subclass or the raiser says more; ``reason`` says what is wrong in
one line, ``message`` what to do about it (TMF630 part 1, error representation).
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final

__all__ = [
    "AND_MORE",
    "PERHAPS_MORE",
    "ApiError",
    "BadRequest",
    "Conflict",
    "DuplicateId",
    "Forbidden",
    "Gone",
    "HeadersTooLarge",
    "Internal",
    "Invalid",
    "MethodNotAllowed",
    "NotAcceptable",
    "NotFound",
    "NotSupported",
    "PreconditionFailed",
    "RangeNotSatisfiable",
    "SetupError",
    "Stale",
    "TimedOut",
    "TooCostly",
    "TooLarge",
    "TurnupError",
    "Unavailable",
    "UnsupportedMedia",
]

AND_MORE: Final = "and more"
"""Stands last among faults of which not all are told."""

PERHAPS_MORE: Final = "and perhaps more"
"""Stands last where there was no looking for all."""


class TurnupError(Exception):
    """Any error of this program that has a meaning of its own."""


class SetupError(TurnupError):
    """The program was set up wrongly: the message names the file or setting and what to do."""


class ApiError(TurnupError):
    """An answer with status 4xx or 5xx.

    Args:
        reason: what is wrong, in one line.
        message: what to do about it; defaults to the reason.
        code: the application's error code; defaults to the status.
        headers: reply headers that belong to the error (``Allow``, ``Retry-After``).
    """

    status: HTTPStatus = HTTPStatus.INTERNAL_SERVER_ERROR

    def __init__(
        self,
        reason: str,
        message: str | None = None,
        *,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.message = message or reason
        self.code = code or str(self.status.value)
        self.headers = dict(headers or {})

    def body(self) -> dict[str, str]:
        """The TMF ``Error`` as it goes on the wire."""
        return {
            "code": self.code,
            "reason": self.reason,
            "message": self.message,
            "status": str(self.status.value),
            "@type": "Error",
        }


class BadRequest(ApiError):
    """The request itself is wrong."""

    status = HTTPStatus.BAD_REQUEST


class Invalid(BadRequest):
    """A body breaks its schema; ``faults`` are all of them, each with the attribute's path.

    ``hint``: what else there is to say of what to do, as a sentence.
    """

    def __init__(self, faults: Sequence[str], hint: str | None = None) -> None:
        told = "; ".join(faults)
        super().__init__(faults[0], f"{told}. {hint}" if hint else told)
        self.faults = tuple(faults)
        self.hint = hint


class TooCostly(BadRequest):
    """What is searched for takes more of the server's time than one request may have."""


class Forbidden(ApiError):
    """The request is sound, but what it asks for is not allowed here."""

    status = HTTPStatus.FORBIDDEN


class NotFound(ApiError):
    """No such resource or path."""

    status = HTTPStatus.NOT_FOUND


class MethodNotAllowed(ApiError):
    """The path exists, the method does not."""

    status = HTTPStatus.METHOD_NOT_ALLOWED

    def __init__(self, method: str, allowed: Sequence[str]) -> None:
        allow = ", ".join(sorted(allowed))
        super().__init__(
            f"{method} is not offered here", f"Use one of: {allow}.", headers={"Allow": allow}
        )


class NotAcceptable(ApiError):
    """The client takes no JSON."""

    status = HTTPStatus.NOT_ACCEPTABLE


class TimedOut(ApiError):
    """The request did not come as a whole within its time."""

    status = HTTPStatus.REQUEST_TIMEOUT


class Conflict(ApiError):
    """The resource is in a state that forbids it."""

    status = HTTPStatus.CONFLICT


class Stale(Conflict):
    """Somebody else changed the resource meanwhile."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} was changed meanwhile", "Read it again and repeat the change.")


class DuplicateId(Conflict):
    """The id is taken."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} exists already")


class Gone(ApiError):
    """What was asked for was there once and is kept no longer."""

    status = HTTPStatus.GONE


class PreconditionFailed(ApiError):
    """``If-Match`` or ``If-None-Match`` rules the present revision out (RFC 9110, 13.1)."""

    status = HTTPStatus.PRECONDITION_FAILED


class TooLarge(ApiError):
    """The body is larger than the server takes."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class UnsupportedMedia(ApiError):
    """The body's media type is not one that the operation takes."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class RangeNotSatisfiable(ApiError):
    """The page lies past the end of the list (only where the settings ask for this status)."""

    status = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE


class HeadersTooLarge(ApiError):
    """There are too many headers, or they are too large."""

    status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE


class Internal(ApiError):
    """A fault of ours; the log has the details, the client never sees them."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR


class NotSupported(ApiError):
    """A construct of the standard that this server does not have."""

    status = HTTPStatus.NOT_IMPLEMENTED


class Unavailable(ApiError):
    """The store or another part cannot be reached now."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
