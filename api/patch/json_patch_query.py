"""JSON Patch Query (TMF630 part 5): operations whose path holds a condition. Pure.

``/note/text?note.author=Anna`` is the attribute ``text`` of those elements of ``note`` whose
author is Anna; ``/note?note.author=Anna`` are these elements themselves. Names lead through every
element of an array on the way, an index through one. The condition is in the language of filters
(`api.query.parse`) and speaks of the resource as if the arrays on the path held only the one
element in question; without a condition all are meant. So does a JSONPath:
``/note/text?filter=$.note[?(@.author=='Anna')]``.

``remove`` takes out, ``replace`` replaces what is there, ``add`` sets an attribute, or appends to
an array by the last name ``-``. An operation that means nothing in the resource is a Conflict.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import orjson

from api.errors import BadRequest, Conflict
from api.jsontypes import JsonObject, JsonValue
from api.patch import pointer
from api.patch.meant import asked, looked_at, shared, taken_apart
from api.patch.operations import Copies, Operation, each, own_copy, read_operations
from api.query.evaluate import evaluate
from api.query.limits import QUERY
from api.query.parse import Types, parse_query
from api.query.tree import EVERYTHING, And, Node, Not, Or

__all__ = ["ELEMENTS_READ", "QUERY_OPERATIONS", "json_patch_query"]

QUERY_OPERATIONS: Final = 100
"""The most operations of one patch: each of them may look at the whole resource."""

ELEMENTS_READ: Final = 10_000
"""Elements of arrays that the operations of one patch may look at, once for each condition."""

_MOST_READ: Final = 10_000_000
_NO_CONDITIONS: Final = frozenset({"filter"})
_MEMBERS: Final = {"add": ("value",), "remove": (), "replace": ("value",)}

Slot = tuple[JsonValue, str]
"""A container and a place in it."""

Show = Callable[[JsonValue], None]


@dataclass(frozen=True, slots=True)
class _Step:
    op: str
    tokens: tuple[str, ...]
    condition: Node
    value: JsonValue


def json_patch_query(body: JsonObject, document: JsonValue, types: Types) -> JsonObject:
    """The body after all operations; raises as `api.patch.json_patch.json_patch` does."""
    operations = read_operations(document, _MEMBERS, QUERY_OPERATIONS)
    QUERY.check(sum(len(one.path.partition("?")[2]) for one in operations))
    steps = each(operations, lambda operation: _step(operation, types))
    _check_cost(body, steps)
    patched = own_copy(body)
    copies = Copies()
    each(steps, lambda step: _do(patched, step, copies))
    return patched


def _step(operation: Operation, types: Types) -> _Step:
    path, _, query = operation.path.partition("?")
    tokens = pointer.parse_pointer(path)
    if not tokens:
        raise BadRequest("path names no attribute", "Write /attribute?condition.")
    condition = parse_query(query, types, _NO_CONDITIONS) if query else EVERYTHING
    names = _names(tokens)
    # where the last token is a place in an array, the condition sees all of that
    arrays = names if tokens[-1:] == names[-1:] else names[:-1]
    return _Step(operation.op, tokens, taken_apart(condition, arrays), operation.value)


def _names(tokens: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(token for token in tokens if token != pointer.END and not pointer.is_index(token))


def _check_cost(body: JsonObject, steps: list[_Step]) -> None:
    """Every comparison reads each part of the resource once at most: `_Search` sees to that."""
    parts = [max(1, asked(step.condition)) for step in steps]
    known: dict[tuple[str, ...], int] = {}
    for step in steps:
        if step.tokens not in known:
            known[step.tokens] = _elements(body, step.tokens)
    elements = sum(count * known[step.tokens] for count, step in zip(parts, steps, strict=True))
    if elements > ELEMENTS_READ:
        raise BadRequest(
            f"the patch looks at {elements} elements of arrays, one by one",
            f"Send fewer operations or conditions: at most {ELEMENTS_READ} elements are looked at.",
        )
    if sum(parts) * len(orjson.dumps(body)) > _MOST_READ:
        raise BadRequest(
            "the conditions of the patch are too many for so large a resource",
            "Send fewer operations in one patch.",
        )


def _elements(node: JsonValue, tokens: tuple[str, ...]) -> int:
    """The elements of arrays on a path."""
    level, found = [node], 0
    for token in tokens:
        below: list[JsonValue] = []
        while level:
            one = level.pop()
            if isinstance(one, list):
                found += len(one)
                if not pointer.is_index(token) and token != pointer.END:
                    level += one
                elif token != pointer.END and int(token) < len(one):
                    below.append(one[int(token)])
            elif isinstance(one, dict) and token in one:
                below.append(one[token])
        level = below
    return found + sum(len(one) for one in level if isinstance(one, list))


def _do(body: JsonObject, step: _Step, copies: Copies) -> None:
    slots = list(_Search(step).slots(body))
    if not slots:
        raise Conflict("nothing in the resource is meant by the path and its condition")
    for parent, place in reversed(slots):  # from the end, so that indexes before stay right
        if step.op == "remove":
            pointer.remove(parent, place)
        elif step.op == "replace":
            pointer.replace(parent, place, copies.of(step.value))
        else:
            pointer.add(parent, place, copies.of(step.value))


class _Search:
    """Finds the places that an operation means.

    A view of the body, in which arrays on the path hold one element, is what the condition is
    asked of. A part of it is asked anew only where what it looks at has changed.
    """

    def __init__(self, step: _Step) -> None:
        self._step = step
        self._names = _names(step.tokens)
        self._whole = any(
            path[: len(self._names)] == self._names for path in looked_at(step.condition)
        )
        self._view: JsonObject = {}
        self._chosen: list[tuple[int, int]] = []  # depth in names, and the element there
        self._known: dict[tuple[int, tuple[tuple[int, int], ...]], bool] = {}

    def slots(self, body: JsonObject) -> Iterator[Slot]:
        """The places, in document order."""

        def show(part: JsonValue) -> None:
            self._view = part

        return self._walk(body, self._step.tokens, 0, show)

    def _walk(
        self, node: JsonValue, tokens: tuple[str, ...], depth: int, show: Show
    ) -> Iterator[Slot]:
        show(node)
        if isinstance(node, list):
            yield from self._through(node, tokens, depth, show)
        elif isinstance(node, dict):
            yield from self._into(node, tokens, depth, show)

    def _through(
        self, array: list[JsonValue], tokens: tuple[str, ...], depth: int, show: Show
    ) -> Iterator[Slot]:
        """An array on the way: one of its elements, or one after the other."""
        first, rest = tokens[0], tokens[1:]
        if first == pointer.END or (pointer.is_index(first) and not rest):
            if not rest and self._is_place(array, first) and self._holds():
                yield array, first
            return
        one = int(first) if pointer.is_index(first) else None
        for index, element in enumerate(array):
            if one is None or index == one:
                self._chosen.append((depth, index))
                below = tokens if one is None else rest
                yield from self._walk(element, below, depth, lambda part: show([part]))
                self._chosen.pop()

    def _is_place(self, array: list[JsonValue], token: str) -> bool:
        if token == pointer.END:
            return self._step.op == "add"
        return int(token) < len(array) + (self._step.op == "add")

    def _into(
        self, node: JsonObject, tokens: tuple[str, ...], depth: int, show: Show
    ) -> Iterator[Slot]:
        """An object on the way, or the one that has the attribute."""
        name, rest = tokens[0], tokens[1:]
        value = node.get(name)
        if rest or (self._whole and isinstance(value, list)):
            below = depth + (not pointer.is_index(name))
            view = dict(node)
            show(view)

            def show_below(part: JsonValue) -> None:
                view[name] = part

            if rest:
                yield from self._walk(value, rest, below, show_below)
            else:
                yield from self._elements(value or [], below, show_below)
        elif (name in node or self._step.op == "add") and self._holds():
            yield node, name

    def _elements(self, array: list[JsonValue], depth: int, show: Show) -> Iterator[Slot]:
        """Elements that the condition means themselves."""
        if self._step.op == "add":
            raise Conflict("add needs the attribute to add, or the last name - to append")
        for index, element in enumerate(array):
            show([element])
            self._chosen.append((depth, index))
            if self._holds():
                yield array, str(index)
            self._chosen.pop()

    def _holds(self) -> bool:
        return self._evaluate(self._step.condition)

    def _evaluate(self, node: Node) -> bool:
        if isinstance(node, And):
            return all(self._evaluate(term) for term in node.terms)
        if isinstance(node, Or):
            return any(self._evaluate(term) for term in node.terms)
        if isinstance(node, Not):
            return not self._evaluate(node.term)
        depth = shared(node, self._names)
        key = (id(node), tuple(one for one in self._chosen if one[0] <= depth))
        if key not in self._known:
            self._known[key] = evaluate(node, self._view)
        return self._known[key]
