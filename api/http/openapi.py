"""The document that a running server hands out: the spec, plus what the server adds, and true.

Added: the limits of every body (`api.schema.hygiene`), and null for attributes that a merge-patch
may remove. Nothing that a client needs is taken away, and ``specdiff`` finds it equal to the
official document.
"""

import copy

from api.jsontypes import JsonObject, JsonValue
from api.registry import LoadedApi
from api.schema.hygiene import LARGEST_NUMBER

__all__ = ["handed_out"]

_NO_NUL = "^[^\\u0000]*$"
_NAMES = {"pattern": "^([^$.\\u0000][^.\\u0000]*)?$"}
_UPDATE = "_Update"


def handed_out(loaded: LoadedApi) -> JsonObject:
    """The document of an API as clients get it."""
    document: JsonObject = copy.deepcopy(loaded.spec.data)
    schemas: JsonObject = document["components"]["schemas"]
    for schema in schemas.values():
        _limit(schema)
    for name, schema in schemas.items():
        if name.endswith(_UPDATE):
            required = schemas.get(name.removesuffix(_UPDATE) + "_Create", {}).get("required", [])
            _allow_null(schema, frozenset(required))
    for operation in _operations(document):
        for parameter in operation.get("parameters", []):
            _limit(parameter)
    return document


def _operations(document: JsonObject) -> list[JsonObject]:
    return [
        operation
        for item in document["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict)
    ]


def _limit(node: JsonValue) -> None:
    """Writes the server's own limits into a schema and all schemas in it."""
    if isinstance(node, list):
        for part in node:
            _limit(part)
    if not isinstance(node, dict):
        return
    kind = node.get("type")
    if kind == "string" and not {"enum", "format", "pattern", "const"} & node.keys():
        node["pattern"] = _NO_NUL
    elif kind in ("integer", "number"):
        node.setdefault("minimum", -LARGEST_NUMBER - 1)
        node.setdefault("maximum", LARGEST_NUMBER)
    elif kind == "object" or "properties" in node:
        node.setdefault("propertyNames", dict(_NAMES))
    for name, part in node.items():
        if name not in ("example", "examples", "default", "enum", "propertyNames"):
            _limit(part)


def _allow_null(schema: JsonObject, required: frozenset[str]) -> None:
    """Lets a merge-patch remove what need not be there (RFC 7396)."""
    for name, attribute in schema.get("properties", {}).items():
        if name not in required and name not in ("state", "@type"):
            schema["properties"][name] = {"anyOf": [attribute, {"type": "null"}]}
