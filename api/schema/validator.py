"""Validation by the spec's own JSON Schemas, compiled once (jsonschema-rs)."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Protocol

import jsonschema_rs

from api.errors import AND_MORE, PERHAPS_MORE, Invalid
from api.jsontypes import JsonObject, JsonValue

__all__ = ["Place", "Validator", "path_text", "texts", "told"]

_SCHEMAS = "#/components/schemas/"
_MOST_FAULTS = 20
_LONGEST = 300
_MOST_DESCRIBED = 1500  # values in a body of which all faults are described


_Missing = jsonschema_rs.ValidationErrorKind.Required

Place = tuple[str | int, ...]
"""Where in a body something is: names of attributes, and places in arrays."""


class _Fault(Protocol):
    message: str
    instance_path: list[str | int]
    kind: jsonschema_rs.ValidationErrorKind


class Validator:
    """One schema of a document.

    Args:
        schema: the schema; its ``$ref`` go to ``#/components/schemas/…``.
        schemas: the document's schemas by name.
    """

    def __init__(self, schema: JsonObject, schemas: JsonObject) -> None:
        document = _without_uri_formats(
            {**schema, "components": {"schemas": _reached(schema, schemas)}},
        )
        self._compiled = jsonschema_rs.Draft202012Validator(document, validate_formats=True)

    def check(self, body: JsonValue) -> None:
        """Raises Invalid with every fault, each with its path, where the body breaks the schema.

        Of a large body it is only the first one: all of them might be hundreds of thousands, and
        are all made before the first can be seen.
        """
        if self._compiled.is_valid(body):
            return
        if not _is_large(body):
            raise Invalid(_described(self._compiled.iter_errors(body)))
        try:
            self._compiled.validate(body)
        except jsonschema_rs.ValidationError as fault:
            raise Invalid([*_described([fault]), PERHAPS_MORE]) from None

    def lacking(self, body: JsonValue) -> list[Place]:
        """Which objects lack required attributes, if nothing else is wrong with a small body."""
        if _is_large(body):
            return []
        faults = list(self._compiled.iter_errors(body))
        return (
            [tuple(fault.instance_path) for fault in faults]
            if all(fault.kind.name == "required" for fault in faults)
            else []
        )


def _reached(schema: JsonValue, schemas: JsonObject) -> JsonObject:
    """The schemas that a schema refers to, directly or not: the others need not be compiled."""
    found: JsonObject = {}
    left = [schema]
    while left:
        node = left.pop()
        if isinstance(node, list):
            left += node
        elif isinstance(node, dict):
            left += node.values()
            name = str(node.get("$ref", "")).removeprefix(_SCHEMAS).partition("/")[0]
            if name in schemas and name not in found:
                found[name] = schemas[name]
                left.append(found[name])
    return found


def _is_large(body: JsonValue) -> bool:
    """Whether it has more values than may all be faulty."""
    left, seen = [body], 0
    while left and seen <= _MOST_DESCRIBED:
        value = left.pop()
        if isinstance(value, dict | list):
            seen += len(value)
            left += value.values() if isinstance(value, dict) else value[:_MOST_DESCRIBED]
    return seen > _MOST_DESCRIBED


def _described(faults: Iterable[_Fault]) -> list[str]:
    first = list(islice(told(faults), _MOST_FAULTS + 1))
    lines = texts(first[:_MOST_FAULTS])
    return [*lines, AND_MORE] if len(first) > _MOST_FAULTS else lines


def told(faults: Iterable[_Fault]) -> Iterator[tuple[Place, str]]:
    """Which attribute each fault is of, and what is wrong with it; what is missing is named.

    Several parts of a schema may ask for the same: that is told once.
    """
    seen: set[tuple[Place, str]] = set()
    for fault in faults:
        place, message = tuple(fault.instance_path), fault.message
        if isinstance(fault.kind, _Missing):
            place, message = (*place, fault.kind.property), "is required"
        if (place, message) not in seen:
            seen.add((place, message))
            yield place, message


def texts(faults: Iterable[tuple[Sequence[str | int], str]]) -> list[str]:
    """A line per fault: the attribute's path and what is wrong with it."""
    lines: list[str] = []
    for place, message in faults:
        where = path_text(place)
        short = message if len(message) <= _LONGEST else message[:_LONGEST] + "…"
        lines.append(f"{where}: {short}" if where else short)
    return lines


def path_text(parts: Sequence[str | int]) -> str:
    """A path as errors show it, e.g. ``serviceOrderItem[0].service``."""
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _without_uri_formats(node: JsonValue) -> JsonValue:
    """The schema without ``format: uri``: official samples hold hrefs that are none."""
    if isinstance(node, dict):
        return {
            name: _without_uri_formats(part)
            for name, part in node.items()
            if not (name == "format" and part == "uri")
        }
    if isinstance(node, list):
        return [_without_uri_formats(part) for part in node]
    return node
