"""The error tree: every answer that is no success has a TMF Error body."""

import inspect

import pytest

from api import errors
from api.errors import (
    ApiError,
    BadRequest,
    Conflict,
    DuplicateId,
    Invalid,
    MethodNotAllowed,
    SetupError,
    Stale,
    TurnupError,
)

STATUSES = {
    "BadRequest": 400,
    "Invalid": 400,
    "TooCostly": 400,
    "Forbidden": 403,
    "NotFound": 404,
    "MethodNotAllowed": 405,
    "NotAcceptable": 406,
    "TimedOut": 408,
    "Conflict": 409,
    "Stale": 409,
    "DuplicateId": 409,
    "Gone": 410,
    "PreconditionFailed": 412,
    "TooLarge": 413,
    "UnsupportedMedia": 415,
    "RangeNotSatisfiable": 416,
    "HeadersTooLarge": 431,
    "Internal": 500,
    "NotSupported": 501,
    "Unavailable": 503,
}


def test_every_class_has_its_status() -> None:
    """The table covers all classes, so a new one cannot come without a status of its own."""
    found = {
        name: cls.status.value
        for name, cls in inspect.getmembers(errors, inspect.isclass)
        if issubclass(cls, ApiError) and cls is not ApiError
    }
    assert found == STATUSES


def test_the_tree() -> None:
    """Whoever catches the general error gets the special ones."""
    assert issubclass(Invalid, BadRequest)
    assert issubclass(Stale, Conflict)
    assert issubclass(DuplicateId, Conflict)
    assert issubclass(ApiError, TurnupError)
    assert issubclass(SetupError, TurnupError)
    assert not issubclass(SetupError, ApiError)


def test_the_body_is_a_tmf_error() -> None:
    """`code` and `reason` always; status as text, as the document types it."""
    error = BadRequest("limit: is no number", "Send a number.", code="4711")
    assert error.body() == {
        "code": "4711",
        "reason": "limit: is no number",
        "message": "Send a number.",
        "status": "400",
        "@type": "Error",
    }
    assert BadRequest("bad").body() == {
        "code": "400",
        "reason": "bad",
        "message": "bad",
        "status": "400",
        "@type": "Error",
    }


def test_several_faults() -> None:
    """The first is the reason, all of them are in the message."""
    error = Invalid(["a: is missing", "b: is no number"])
    assert error.reason == "a: is missing"
    assert error.message == "a: is missing; b: is no number"
    assert error.faults == ("a: is missing", "b: is no number")


def test_405_carries_allow() -> None:
    """RFC 9110, 15.5.6: a 405 says which methods there are."""
    error = MethodNotAllowed("PUT", ["POST", "GET"])
    assert error.headers == {"Allow": "GET, POST"}
    assert "GET, POST" in error.message


@pytest.mark.parametrize("error", [Stale("order 1"), DuplicateId("order 1")])
def test_conflicts_name_what_they_are_about(error: ApiError) -> None:
    """The reason names the resource."""
    assert "order 1" in error.reason
