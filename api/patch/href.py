"""``href`` in a client's patch. It is made at read time, so no stored body has one. Pure.

Clients patch with what they read: a patch that gives ``href`` its present value leaves it alone,
whichever of the patch types it is, and any other value is refused as that of another owner.
"""

from collections.abc import Callable
from typing import Final

from api.errors import BadRequest, Conflict
from api.jsontypes import JsonObject, JsonValue

__all__ = ["without_href"]

_HREF: Final = "href"
_GIVING: Final = frozenset({"add", "replace", "test"})
"""The operations that give a value (RFC 6902, 4)."""

_IsPresent = Callable[[JsonValue], bool]


def without_href(document: JsonValue, id_: str, is_present: _IsPresent) -> JsonValue:
    """The patch less what it says of ``href``; operations keep their places.

    Args:
        document: the patch, of any type, as it was sent.
        id_: of the resource.
        is_present: tells whether a value is the present one.

    Raises BadRequest where it would change it, Conflict where it tests for another value.
    """
    if isinstance(document, dict):
        return _less(document, is_present)
    if isinstance(document, list):
        return [_operation(index, each, id_, is_present) for index, each in enumerate(document)]
    return document


def _operation(index: int, operation: JsonValue, id_: str, is_present: _IsPresent) -> JsonValue:
    op = operation.get("op") if isinstance(operation, dict) else None
    if not (isinstance(operation, dict) and isinstance(op, str) and op in _GIVING):
        return operation
    path, value = operation.get("path"), operation.get("value")
    if path == "" and isinstance(value, dict):
        return {**operation, "value": _tested(index, operation, value, is_present)}
    if isinstance(path, str) and path.partition("?")[0] == f"/{_HREF}":
        _tested(index, operation, {_HREF: value}, is_present)
        # in its place one that changes nothing: faults name operations by their places
        return {**operation, "path": "/id", "value": id_}
    return operation


def _tested(
    index: int, operation: JsonObject, value: JsonObject, is_present: _IsPresent
) -> JsonObject:
    try:
        return _less(value, is_present)
    except BadRequest as error:
        where = f"operation {index}: "
        if operation["op"] == "test":
            raise Conflict(f"{where}the test failed: href is another one") from None
        raise BadRequest(where + error.reason, where + error.message) from None


def _less(body: JsonObject, is_present: _IsPresent) -> JsonObject:
    if _HREF not in body:
        return body
    if not is_present(body[_HREF]):
        raise BadRequest("href: is set by the server", "Leave href out, or send its present value.")
    return {name: value for name, value in body.items() if name != _HREF}
