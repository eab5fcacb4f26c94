"""Validation by the spec's own JSON Schemas, compiled once (jsonschema-rs)."""

from collections.abc import Iterable
from typing import Protocol

import jsonschema_rs

from api.errors import Invalid
from api.jsontypes import JsonObject, JsonValue

__all__ = ["Validator"]

_MOST_FAULTS = 20


class _Fault(Protocol):
    message: str
    instance_path: list[str | int]


class Validator:
    """One schema of a document.

    Args:
        schema: the schema; its ``$ref`` go to ``#/components/schemas/…``.
        schemas: the document's schemas by name.
    """

    def __init__(self, schema: JsonObject, schemas: JsonObject) -> None:
        document = _without_uri_formats(
            {**schema, "components": {"schemas": {**schemas}}},
        )
        self._compiled = jsonschema_rs.Draft202012Validator(document, validate_formats=True)

    def check(self, body: JsonValue) -> None:
        """Raises Invalid with every fault, each with its path, where the body breaks the schema."""
        if not self._compiled.is_valid(body):
            raise Invalid(_described(self._compiled.iter_errors(body)))


def _described(faults: Iterable[_Fault]) -> list[str]:
    lines: list[str] = []
    for fault in faults:
        if len(lines) == _MOST_FAULTS:
            lines.append("and more")
            break
        where = _path(fault.instance_path)
        message = fault.message if len(fault.message) <= 300 else fault.message[:300] + "…"  # noqa: PLR2004
        lines.append(f"{where}: {message}" if where else message)
    return lines


def _path(parts: list[str | int]) -> str:
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
