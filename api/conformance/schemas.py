"""Reading the schemas of a document: attributes, what is required, enums, and valid samples."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import jsonschema_rs
import orjson

from api.jsontypes import JsonObject, JsonValue
from api.spec import SpecDocument

__all__ = ["FAR", "MISSING", "Attribute", "Schemas", "put"]

MISSING = object()
"""In place of a value: that there is none."""

FAR = "2098-03-04T05:06:07.000Z"
"""A date far ahead: whoever carries orders has nothing to do by then."""

_DEPTH = 8
_LEFT_OUT = frozenset({"@schemaLocation", "@baseType"})
"""What a sample does not carry: values that a server may rightly look up and refuse."""
_MADE = {"id": "1", "itemId": "1", "valueType": "string"}


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute somewhere in a body.

    Attributes:
        path: the names that lead to it; ``0`` stands for the first element of an array.
        schema: its own schema, expanded.
        required: whether the object that it is in must have it.
    """

    path: tuple[str | int, ...]
    schema: JsonObject
    required: bool

    @property
    def name(self) -> str:
        """As a query or a person writes it: ``serviceOrderItem.action``."""
        return ".".join(part for part in self.path if isinstance(part, str))


class Schemas:
    """The schemas of a document.

    Args:
        spec: the document.
    """

    def __init__(self, spec: SpecDocument) -> None:
        self._spec = spec
        self._validators: dict[bytes, jsonschema_rs.Draft202012Validator] = {}

    def component(self, schema: JsonValue) -> str:
        """The name of the component that a schema refers to; empty where it is none."""
        if isinstance(schema, dict) and "$ref" in schema:
            return str(schema["$ref"]).rpartition("/")[2]
        return ""

    def follow(self, node: JsonObject) -> JsonObject:
        """The node itself, or what it refers to."""
        found = self._spec.resolve(node["$ref"]) if "$ref" in node else node
        return found if isinstance(found, dict) else {}

    def expand(self, schema: JsonValue) -> JsonObject:
        """The schema itself: references followed, ``allOf`` joined, the first of alternatives."""
        for _ in range(_DEPTH):
            if not isinstance(schema, dict):
                return {}
            if "$ref" in schema:
                schema = self._spec.resolve(schema["$ref"])
            elif "allOf" in schema:
                schema = self._joined(schema)
            elif alternatives := schema.get("anyOf") or schema.get("oneOf"):
                rest = {k: v for k, v in schema.items() if k not in ("anyOf", "oneOf")}
                schema = {**rest, **self.expand(alternatives[0])} if "type" not in rest else rest
            else:
                return schema
        return schema if isinstance(schema, dict) else {}

    def _joined(self, schema: JsonObject) -> JsonObject:
        joined = {key: value for key, value in schema.items() if key != "allOf"}
        properties: JsonObject = {}
        required: list[str] = []
        for part in [*schema["allOf"], joined]:
            found = joined if part is joined else self.expand(part)
            properties |= found.get("properties", {})
            required += found.get("required", [])
            joined = {**found, **joined}
        return {**joined, "properties": properties, "required": required}

    def attributes(self, schema: JsonValue) -> dict[str, Attribute]:
        """The attributes at the top of a body."""
        found = self.expand(schema)
        required = frozenset(found.get("required", []))
        names = found.get("properties", {})
        return {
            name: Attribute((name,), self._typed(part), name in required)
            for name, part in names.items()
        }

    def _typed(self, schema: JsonValue) -> JsonObject:
        """An attribute's schema; one type where null is let in beside it."""
        found = self.expand(schema)
        kinds = found.get("type")
        if isinstance(kinds, list):
            found = {**found, "type": next((k for k in kinds if k != "null"), "string")}
        return found

    def walk(self, schema: JsonValue, body: JsonValue) -> Iterator[Attribute]:
        """The schema's attributes all through a body: those that it holds or requires."""
        yield from self._walk(self.expand(schema), body, ())

    def _walk(
        self, schema: JsonObject, body: JsonValue, path: tuple[str | int, ...]
    ) -> Iterator[Attribute]:
        if isinstance(body, list):
            if body:
                yield from self._walk(self.expand(schema.get("items", {})), body[0], (*path, 0))
            return
        if not isinstance(body, dict):
            return
        for name, attribute in self.attributes(schema).items():
            if name in body or attribute.required:
                here = (*path, name)
                yield Attribute(here, attribute.schema, attribute.required)
                yield from self._walk(attribute.schema, body.get(name), here)

    def sample(self, schema: JsonValue, *, full: bool = False, type_: str = "") -> JsonObject:
        """A body that is valid by the schema: what is required, or all there is.

        Args:
            schema: of the body.
            full: with everything that is optional as well.
            type_: its ``@type``; by default the component's name.
        """
        return self._object(self.expand(schema), type_ or self.component(schema), full, ())

    def _object(
        self, schema: JsonObject, type_: str, full: bool, above: tuple[str, ...]
    ) -> JsonObject:
        if len(above) > _DEPTH:
            return {}
        required = schema.get("required", [])
        body: JsonObject = {}
        for name, part in schema.get("properties", {}).items():
            wanted = name in required or (full and name not in _LEFT_OUT)
            component = self._inner(part)
            if not wanted or (component in above and name not in required):
                continue
            if name == "@type":
                body[name] = type_ or "Entity"
                continue
            body[name] = self._value(name, part, full, (*above, component) if component else above)
        for name in required:
            body.setdefault(name, _MADE.get(name, "sample"))
        return body

    def _inner(self, schema: JsonValue) -> str:
        """The component that an attribute, or an element of it, is of."""
        if isinstance(schema, dict) and "items" in schema:
            return self.component(schema["items"])
        return self.component(schema)

    def _value(self, name: str, schema: JsonValue, full: bool, above: tuple[str, ...]) -> JsonValue:
        found = self._typed(schema)
        kind = found.get("type")
        if kind == "array":
            wanted = full or found.get("minItems")
            return [self._value(name, found.get("items", {}), full, above)] if wanted else []
        if kind == "object" or "properties" in found:
            return self._object(found, self._inner(schema), full, above)
        return self._plain(name, found)

    def _plain(self, name: str, schema: JsonObject) -> JsonValue:
        values = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
        if values:
            return next(value for value in values if value is not None)
        kind = schema.get("type")
        if kind == "boolean":
            return True
        if kind in ("integer", "number"):
            return max(1, int(schema.get("minimum", 1)))
        return self._text(name, schema)

    def _text(self, name: str, schema: JsonObject) -> str:
        form = schema.get("format")
        if form == "date-time":
            return FAR
        if form == "date":
            return FAR[:10]
        if form in ("uri", "url") or name == "href":
            return "https://example.com/1"
        if form == "email":
            return "test@example.com"
        return _MADE.get(name, "sample")

    def faults(self, schema: JsonValue, body: JsonValue) -> list[str]:
        """How a body breaks a schema; ``format: uri`` is not held against it."""
        key = orjson.dumps(schema)
        if key not in self._validators:
            whole = {"allOf": [schema], "components": self._spec.data.get("components", {})}
            self._validators[key] = jsonschema_rs.Draft202012Validator(
                _without_uris(whole), validate_formats=True
            )
        return [
            f"{'.'.join(map(str, fault.instance_path)) or 'the body'}: {fault.message[:200]}"
            for fault in self._validators[key].iter_errors(body)
        ]


def _without_uris(node: JsonValue) -> JsonValue:
    """A schema without ``format: uri``: official samples hold hrefs that are none."""
    if isinstance(node, dict):
        uri = node.get("format") == "uri"
        return {
            name: _without_uris(part)
            for name, part in node.items()
            if not (uri and name == "format")
        }
    if isinstance(node, list):
        return [_without_uris(part) for part in node]
    return node


def put(body: JsonObject, path: Sequence[str | int], value: JsonValue) -> JsonObject:
    """A copy of the body with a value at a path to an attribute; MISSING takes it out."""
    whole: JsonObject = orjson.loads(orjson.dumps(body))
    holder: JsonValue = whole
    for step in path[:-1]:
        holder = holder[step]
    if value is MISSING:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return whole
