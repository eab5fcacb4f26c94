"""JSON Patch (RFC 6902). Pure; arguments are never modified.

Own code, for its cost: a general library copies every value node by node, which for a patch of
1 MB takes longer than all the rest of the request, and says nothing of how much ``copy`` makes.
The tests hold it against such a library.
"""

from dataclasses import dataclass
from typing import Final

from api.errors import BadRequest, Conflict
from api.jsontypes import JsonObject, JsonValue
from api.patch import pointer
from api.patch.operations import Copies, Operation, each, own_copy, read_operations

__all__ = ["OPERATIONS", "json_patch"]

OPERATIONS: Final = 1000
"""The most operations of one patch."""

_ROOT: Final = ""
_MEMBERS: Final = {
    "add": ("value",),
    "remove": (),
    "replace": ("value",),
    "move": ("from",),
    "copy": ("from",),
    "test": ("value",),
}


@dataclass(frozen=True, slots=True)
class _Step:
    """An operation whose pointers are read; they begin with a token for the body as a whole."""

    op: str
    path: tuple[str, ...]
    source: tuple[str, ...]
    value: JsonValue


def json_patch(body: JsonObject, document: JsonValue) -> JsonObject:
    """The body after all operations.

    Raises BadRequest where the document is no patch, Conflict where a path leads nowhere or a
    ``test`` fails, TooLarge where it copies too much. Reasons name the operation by its index.
    """
    steps = each(read_operations(document, _MEMBERS, OPERATIONS), _step)
    holder: JsonObject = {_ROOT: own_copy(body)}
    copies = Copies()
    each(steps, lambda step: _do(holder, step, copies))
    patched = holder[_ROOT]
    if not isinstance(patched, dict):
        raise BadRequest("the patch leaves no JSON object", "A resource is a JSON object.")
    patched.pop("href", None)  # it is not stored: clients patch with what they read
    return patched


def _step(operation: Operation) -> _Step:
    path = (_ROOT, *pointer.parse_pointer(operation.path))
    source = (_ROOT, *pointer.parse_pointer(operation.source))
    if operation.op == "remove" and len(path) == 1:
        raise BadRequest("the resource itself cannot be removed by a patch")
    return _Step(operation.op, path, source, operation.value)


def _do(holder: JsonObject, step: _Step, copies: Copies) -> None:
    if step.op == "move":
        _move(holder, step)
        return
    if step.op == "copy":
        found = pointer.at(pointer.parent_of(holder, step.source), step.source[-1])
        pointer.add(pointer.parent_of(holder, step.path), step.path[-1], copies.of(found))
        return
    parent, last = pointer.parent_of(holder, step.path), step.path[-1]
    if step.op == "add":
        pointer.add(parent, last, step.value)
    elif step.op == "replace":
        pointer.replace(parent, last, step.value)
    elif step.op == "remove":
        pointer.remove(parent, last)
    elif not _same(pointer.at(parent, last), step.value):
        raise Conflict("the test failed: the present value is another one")


def _move(holder: JsonObject, step: _Step) -> None:
    parent, last = pointer.parent_of(holder, step.source), step.source[-1]
    value = pointer.at(parent, last)
    if step.path == step.source:
        return
    if step.path[: len(step.source)] == step.source:
        raise Conflict("a value cannot be moved into itself")
    pointer.remove(parent, last)
    pointer.add(pointer.parent_of(holder, step.path), step.path[-1], value)


def _same(one: JsonValue, other: JsonValue) -> bool:
    """Equality of JSON values (RFC 6902, 4.6): as in Python, but true is not 1."""
    return one == other and _same_kinds(one, other)


def _same_kinds(one: JsonValue, other: JsonValue) -> bool:
    if isinstance(one, dict):
        return all(_same_kinds(value, other[name]) for name, value in one.items())
    if isinstance(one, list):
        return all(map(_same_kinds, one, other))
    return isinstance(one, bool) is isinstance(other, bool)
