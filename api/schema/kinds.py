"""How an attribute is compared in a query: read off its schema, by dotted path."""

from collections.abc import Callable

from api.jsontypes import JsonObject
from api.query.tree import Kind

__all__ = ["KindOf"]

_KINDS = {
    "string": Kind.STRING,
    "number": Kind.NUMBER,
    "integer": Kind.NUMBER,
    "boolean": Kind.BOOLEAN,
}


class KindOf:
    """Gives the kind of an attribute of one resource.

    Args:
        schema: the resource's schema.
        resolve: gives the schema that a ``$ref`` names.
    """

    def __init__(self, schema: JsonObject, resolve: Callable[[str], JsonObject]) -> None:
        self._schema = schema
        self._resolve = resolve
        self._known: dict[tuple[str, ...], Kind] = {}

    def __call__(self, path: tuple[str, ...]) -> Kind:
        """The kind at the path; ANY where the schema does not type it."""
        kind = self._known.get(path)
        if kind is None:
            kind = self._find(path)
            if kind is not Kind.ANY:  # paths of the schema are few, those of clients are not
                self._known[path] = kind
        return kind

    def _find(self, path: tuple[str, ...]) -> Kind:
        schema: JsonObject | None = self._schema
        for name in path:
            schema = self._attribute(self._element(schema), name) if schema else None
        if schema is None:
            return Kind.ANY
        schema = self._element(schema)
        if schema.get("format") == "date-time":
            return Kind.DATE
        return _KINDS.get(str(schema.get("type")), Kind.ANY)

    def _element(self, schema: JsonObject) -> JsonObject:
        while True:
            if "$ref" in schema:
                schema = self._resolve(schema["$ref"])
            elif "items" in schema:
                schema = schema["items"]
            else:
                return schema

    def _attribute(self, schema: JsonObject, name: str) -> JsonObject | None:
        if name in schema.get("properties", {}):
            found: JsonObject = schema["properties"][name]
            return found
        for part in schema.get("allOf", []):
            if (found_in := self._attribute(self._element(part), name)) is not None:
                return found_in
        return None
