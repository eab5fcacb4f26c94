"""Swagger 2.0 to OpenAPI 3.1. The official v4 documents are Swagger 2.0.

Source: the Swagger 2.0 and OpenAPI 3.1 specifications. Host and schemes are dropped: the official
files have a placeholder there, and a server knows its own address.
"""

from typing import Final

from api.jsontypes import JsonObject, JsonValue
from api.spec.openapi30 import modernise
from api.spec.walk import map_schema

__all__ = ["convert"]

_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch")
_DEFAULT_MEDIA: Final = ["application/json"]
_PARAMETER_KEYS: Final = frozenset({"name", "in", "description", "required", "allowEmptyValue"})
_BODY_KEYS: Final = frozenset({"description", "required"})
_STYLES: Final = {"multi": ("form", True), "csv": ("form", False)}
_REFS: Final = {
    "#/definitions/": "#/components/schemas/",
    "#/parameters/": "#/components/parameters/",
    "#/responses/": "#/components/responses/",
}


def convert(document: JsonObject) -> JsonObject:
    """The same API as an OpenAPI 3.1 document; the argument is left as it is."""
    rest = {k: v for k, v in document.items() if k in ("info", "tags", "security", "externalDocs")}
    extensions = {k: v for k, v in document.items() if k.startswith("x-")}
    return {
        "openapi": "3.1.0",
        **rest,
        "servers": [{"url": document.get("basePath", "/").rstrip("/") or "/"}],
        "paths": {
            path: _path_item(item, document) for path, item in document.get("paths", {}).items()
        },
        "components": _components(document),
        **extensions,
    }


def _components(document: JsonObject) -> JsonObject:
    schemas = {name: _schema(s) for name, s in document.get("definitions", {}).items()}
    parameters = {
        name: _parameter(p)
        for name, p in document.get("parameters", {}).items()
        if p.get("in") not in ("body", "formData")
    }
    produces = document.get("produces", _DEFAULT_MEDIA)
    responses = {name: _response(r, produces) for name, r in document.get("responses", {}).items()}
    security = {name: _security(s) for name, s in document.get("securityDefinitions", {}).items()}
    found = {
        "schemas": schemas,
        "parameters": parameters,
        "responses": responses,
        "securitySchemes": security,
    }
    return {name: members for name, members in found.items() if members or name == "schemas"}


def _path_item(item: JsonObject, document: JsonObject) -> JsonObject:
    shared = [_resolved(p, document) for p in item.get("parameters", [])]
    converted: JsonObject = {}
    for key, value in item.items():
        if key in _METHODS:
            converted[key] = _operation(value, shared, document)
        elif key != "parameters":
            converted[key] = value
    return converted


def _operation(operation: JsonObject, shared: list[JsonObject], document: JsonObject) -> JsonObject:
    consumes = _media("consumes", operation, document)
    produces = _media("produces", operation, document)
    own = [_resolved(p, document) for p in operation.get("parameters", [])]
    overridden = {(p.get("name"), p.get("in")) for p in own}
    merged = [p for p in shared if (p.get("name"), p.get("in")) not in overridden] + own
    dropped = {"consumes", "produces", "schemes", "parameters", "responses"}
    converted = {key: value for key, value in operation.items() if key not in dropped}
    parameters = [_parameter(p) for p in merged if p.get("in") not in ("body", "formData")]
    if parameters:
        converted["parameters"] = parameters
    body = _request_body(merged, consumes)
    if body:
        converted["requestBody"] = body
    converted["responses"] = {
        str(code): _response(r, produces) for code, r in operation.get("responses", {}).items()
    }
    return converted


def _media(key: str, operation: JsonObject, document: JsonObject) -> list[str]:
    """The media types of an operation, else of the document."""
    found: list[str] = operation.get(key) or document.get(key) or list(_DEFAULT_MEDIA)
    return found


def _resolved(parameter: JsonObject, document: JsonObject) -> JsonObject:
    """The parameter itself; Swagger 2.0 lets bodies be shared as parameters, 3.1 does not."""
    name = str(parameter.get("$ref", "")).removeprefix("#/parameters/")
    found: JsonObject = document.get("parameters", {}).get(name, parameter)
    return found


def _request_body(parameters: list[JsonObject], consumes: list[str]) -> JsonObject | None:
    form = [p for p in parameters if p.get("in") == "formData"]
    if form:
        return {"content": {media: {"schema": _form_schema(form)} for media in consumes}}
    for parameter in parameters:
        if parameter.get("in") == "body":
            schema = _schema(parameter.get("schema", {}))
            kept: JsonObject = {k: v for k, v in parameter.items() if k in _BODY_KEYS}
            return {**kept, "content": {media: {"schema": schema} for media in consumes}}
    return None


def _form_schema(parameters: list[JsonObject]) -> JsonObject:
    properties = {p["name"]: _bare_schema(p) for p in parameters}
    required = [p["name"] for p in parameters if p.get("required")]
    schema: JsonObject = {"type": "object", "properties": properties}
    return {**schema, "required": required} if required else schema


def _parameter(parameter: JsonObject) -> JsonObject:
    if "$ref" in parameter:
        return {"$ref": _ref(parameter["$ref"])}
    kept = {k: v for k, v in parameter.items() if k in _PARAMETER_KEYS or k.startswith("x-")}
    style = _STYLES.get(parameter.get("collectionFormat", ""))
    if style and parameter.get("in") == "query":
        kept["style"], kept["explode"] = style
    return {**kept, "schema": _bare_schema(parameter)}


def _bare_schema(holder: JsonObject) -> JsonValue:
    """The schema that parameters and headers of Swagger 2.0 carry among their own keys."""
    dropped = _PARAMETER_KEYS | {"collectionFormat"}
    return _schema({k: v for k, v in holder.items() if k not in dropped and not k.startswith("x-")})


def _response(response: JsonObject, produces: list[str]) -> JsonObject:
    if "$ref" in response:
        return {"$ref": _ref(response["$ref"])}
    converted: JsonObject = {"description": response.get("description", "")}
    if response.get("headers"):
        converted["headers"] = {name: _header(h) for name, h in response["headers"].items()}
    if "schema" in response:
        schema = _schema(response["schema"])
        converted["content"] = {media: {"schema": schema} for media in produces}
    return converted


def _header(header: JsonObject) -> JsonObject:
    described = {"description": header["description"]} if "description" in header else {}
    return {**described, "schema": _bare_schema(header)}


def _security(scheme: JsonObject) -> JsonObject:
    described = {"description": scheme["description"]} if "description" in scheme else {}
    if scheme.get("type") == "basic":
        return {"type": "http", "scheme": "basic", **described}
    if scheme.get("type") != "oauth2":
        return scheme
    names = {"application": "clientCredentials", "accessCode": "authorizationCode"}
    flow = str(scheme.get("flow", "implicit"))
    urls = {k: scheme[k] for k in ("authorizationUrl", "tokenUrl") if k in scheme}
    flows: JsonObject = {names.get(flow, flow): {**urls, "scopes": scheme.get("scopes", {})}}
    return {"type": "oauth2", "flows": flows, **described}


def _schema(schema: JsonValue) -> JsonValue:
    return map_schema(schema, _modern)


def _modern(schema: JsonObject) -> JsonValue:
    changed = dict(schema)
    if isinstance(changed.get("$ref"), str):
        changed["$ref"] = _ref(changed["$ref"])
    if changed.get("x-nullable") is True:
        del changed["x-nullable"]
        changed["nullable"] = True
    if isinstance(changed.get("discriminator"), str):
        changed["discriminator"] = {"propertyName": changed["discriminator"]}
    if changed.get("type") == "file":
        changed.update({"type": "string", "format": "binary"})
    return modernise(changed)


def _ref(ref: str) -> str:
    for old, new in _REFS.items():
        if ref.startswith(old):
            return new + ref.removeprefix(old)
    return ref
