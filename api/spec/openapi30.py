"""OpenAPI 3.0 to 3.1: what changed is how schemas are written (OpenAPI 3.1 took JSON Schema over).

Source: the OpenAPI Initiative's "Migrating from OpenAPI 3.0 to 3.1.0".
"""

from api.jsontypes import JsonObject, JsonValue
from api.spec.walk import map_document

__all__ = ["convert", "modernise"]

_LIMITS = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
_BESIDE_REF = frozenset({"description", "summary"})


def convert(document: JsonObject) -> JsonObject:
    """The same API as an OpenAPI 3.1 document; the argument is left as it is."""
    converted: JsonObject = map_document(document, modernise)
    return {**converted, "openapi": "3.1.0"}


def modernise(schema: JsonObject) -> JsonValue:
    """One schema of draft 4 or 5 style in the style of draft 2020-12, without its inner schemas."""
    if isinstance(schema.get("$ref"), str):  # what stood beside it had no meaning in 3.0
        return {k: v for k, v in schema.items() if k == "$ref" or k in _BESIDE_REF}
    changed = _with_numeric_limits(schema)
    if "example" in changed:
        example = changed.pop("example")
        changed.setdefault("examples", [example])
    return _with_null(changed) if changed.pop("nullable", False) else changed


def _with_numeric_limits(schema: JsonObject) -> JsonObject:
    """`exclusiveMinimum: true` beside `minimum: 3` becomes `exclusiveMinimum: 3`."""
    changed = dict(schema)
    for exclusive, limit in _LIMITS.items():
        if not isinstance(changed.get(exclusive), bool):
            continue
        if changed.pop(exclusive) and limit in changed:
            changed[exclusive] = changed.pop(limit)
    return changed


def _with_null(schema: JsonObject) -> JsonObject:
    """The schema, with null let in."""
    if "enum" in schema and None not in schema["enum"]:
        schema = {**schema, "enum": [*schema["enum"], None]}
    if isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    if not schema.keys() & {"allOf", "anyOf", "oneOf"}:
        return schema
    return {"anyOf": [schema, {"type": "null"}]}
