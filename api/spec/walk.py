"""Finding the schemas of an OpenAPI document, and rewriting them from the leaves up."""

from collections.abc import Callable
from typing import TypeAlias

from api.jsontypes import JsonObject, JsonValue

__all__ = ["OPAQUE", "SchemaFunction", "map_document", "map_schema"]

SchemaFunction: TypeAlias = Callable[[JsonObject], JsonValue]

OPAQUE = frozenset({"example", "default", "const", "enum"})
"""Keys of a schema or OpenAPI object whose value is data, not structure."""

_MAPS = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})
_SINGLE = frozenset(
    {
        "items",
        "not",
        "additionalProperties",
        "contains",
        "propertyNames",
        "if",
        "then",
        "else",
        "unevaluatedItems",
        "unevaluatedProperties",
    }
)
_LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})


def map_schema(schema: JsonValue, change: SchemaFunction) -> JsonValue:
    """`schema` with `change` applied to every schema in it, innermost first."""
    if not isinstance(schema, dict):
        return schema  # `true`, `false`
    return change({key: _map_keyword(key, value, change) for key, value in schema.items()})


def _map_keyword(key: str, value: JsonValue, change: SchemaFunction) -> JsonValue:
    if key in _MAPS and isinstance(value, dict):
        return {name: map_schema(inner, change) for name, inner in value.items()}
    if key in _LISTS and isinstance(value, list):
        return [map_schema(inner, change) for inner in value]
    if key in _SINGLE:
        return map_schema(value, change)
    return value


def map_document(node: JsonValue, change: SchemaFunction) -> JsonValue:
    """An OpenAPI object with `change` applied to every schema in it; examples stay as they are."""
    if isinstance(node, list):
        return [map_document(item, change) for item in node]
    if not isinstance(node, dict):
        return node
    return {key: _map_member(key, value, change) for key, value in node.items()}


def _map_member(key: str, value: JsonValue, change: SchemaFunction) -> JsonValue:
    if key == "schema":
        return map_schema(value, change)
    if key == "schemas" and isinstance(value, dict):
        return {name: map_schema(schema, change) for name, schema in value.items()}
    if key in OPAQUE or key == "examples":
        return value
    return map_document(value, change)
