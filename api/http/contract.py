"""What the server does with every resource beyond its document, written into that document.

Replies that are cut down by ``fields``, revisions (``ETag``, ``If-None-Match``, ``If-Match``) and
filters by attribute.
"""

import copy
from collections.abc import Iterable

from api.declare import Resource
from api.http.lists import separated
from api.jsontypes import JsonObject, JsonValue
from api.query.limits import FIELDS

__all__ = ["describe_resources", "describe_strict_pages"]

_SELECTION = "_Selection"
_SCALARS = ("string", "number", "integer", "boolean")
_TOTAL = "X-Total-Count"
_CREATED, _OK = "201", "200"
_ADDED = "#/components/parameters"

_FIELDS: JsonObject = {
    "name": "fields",
    "in": "query",
    "required": False,
    "description": "Attributes to give, as names or dotted paths with commas between them.",
    "schema": {"type": "string"},
}
_FIELDS_PATTERN = separated(FIELDS)

_ETAG: JsonObject = {
    "description": (
        "The revision of the resource, for `If-None-Match` and `If-Match` of later requests."
    ),
    "schema": {"type": "string"},
}
_IF_NONE_MATCH: JsonObject = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": (
        "An `ETag` that the client has: where it is the present one, the reply is 304 without body."
    ),
    "schema": {"type": "string"},
}
_LINK: JsonObject = {
    "description": (
        "Where the pages `self`, `first`, `prev`, `next` and `last` of the list are (RFC 8288)."
    ),
    "schema": {"type": "string"},
}
_NOT_MODIFIED: JsonObject = {
    "description": "The client has the present revision.",
    "headers": {"ETag": {"$ref": "#/components/headers/ETag"}},
}
_IF_MATCH = (
    "With the header `If-Match: <ETag>` it is done only when the resource is still at that "
    "revision, with `If-None-Match: <ETag>` only when it is at that one no more; else the reply "
    "is 412."
)

# not a parameter, as If-Match is none: what these answer depends on what has happened since
_IDEMPOTENCY_KEY = (
    "The header `Idempotency-Key` (at most 255 characters) makes it repeatable for 24 hours: "
    "with the same key and body the first reply is given again and nothing else is created, with "
    "another body the reply is 409."
)


def describe_resources(document: JsonObject, resources: Iterable[Resource]) -> None:
    """Writes into a document (which is modified) what the server does with its resources."""
    components = document["components"]
    components.setdefault("headers", {})["ETag"] = _ETAG
    components["headers"]["Link"] = _LINK
    components.setdefault("parameters", {})["IfNoneMatch"] = _IF_NONE_MATCH
    fields = copy.deepcopy(components["parameters"].get("Fields", _FIELDS))
    fields["schema"]["pattern"] = _FIELDS_PATTERN
    components["parameters"]["Fields"] = fields
    schemas = components["schemas"]
    for resource in resources:
        _mark_read_only(schemas, resource)
        schemas[f"{resource.type}{_SELECTION}"] = _selection(
            resource, schemas.get(resource.type, {})
        )
        collection = document["paths"].get(f"/{resource.name}", {})
        item = document["paths"].get(f"/{resource.name}/{{id}}", {})
        _describe_list(collection.get("get"), resource)
        _describe_one(collection.get("post"), resource, _CREATED)
        _describe_one(item.get("get"), resource, _OK)
        _describe_one(item.get("patch"), resource, _OK)
        if post := collection.get("post"):
            _append(post, _IDEMPOTENCY_KEY)
        if get := item.get("get"):
            get.setdefault("parameters", []).append({"$ref": f"{_ADDED}/IfNoneMatch"})
            get["responses"]["304"] = _NOT_MODIFIED
        for method in ("patch", "delete"):
            if operation := item.get(method):
                _append(operation, _IF_MATCH)


def describe_strict_pages(document: JsonObject) -> None:
    """Writes into a document (which is modified) that a part of a list is 206, and none is 416."""
    for item in document["paths"].values():
        replies = item.get("get", {}).get("responses", {})
        whole = replies.get(_OK, {})
        if _TOTAL not in whole.get("headers", {}):  # no list
            continue
        replies["206"] = {**copy.deepcopy(whole), "description": "A part of the list."}
        replies["416"] = {
            "description": "The list ends before `offset`.",
            "headers": copy.deepcopy(whole.get("headers", {})),
            "content": copy.deepcopy(_content(document, replies.get("400", {}))),
        }


def _content(document: JsonObject, reply: JsonObject) -> JsonValue:
    """The content of a reply that may be a reference to a component."""
    name = str(reply.get("$ref", "")).rpartition("/")[2]
    found: JsonObject = document["components"]["responses"][name] if name else reply
    return found.get("content", {})


def _mark_read_only(schemas: JsonObject, resource: Resource) -> None:
    """Marks what a client may read and not set; sending the present value is no fault all the same.

    In OpenAPI ``readOnly`` says just that: not to be sent, part of replies.
    """
    creating, updating = {"id", "href", *resource.owned}, {"@type", *resource.fixed}
    for schema, paths in (
        (resource.create_schema, creating),
        (resource.update_schema, creating | updating),
    ):
        for path in paths:
            _mark(schemas, schemas.get(schema, {}), path.split("."))


def _mark(schemas: JsonObject, schema: JsonObject, path: list[str]) -> None:
    """Marks the attribute at a path through arrays and references to component schemas."""
    attribute = _target(schemas, schema).get("properties", {}).get(path[0])
    if attribute is None:
        return
    if len(path) == 1:
        attribute["readOnly"] = True
    else:
        _mark(schemas, attribute, path[1:])


def _target(schemas: JsonObject, schema: JsonObject) -> JsonObject:
    while "$ref" in schema or "items" in schema:
        ref = schema.get("$ref")
        schema = schemas.get(ref.rpartition("/")[2], {}) if ref else schema["items"]
    return schema


def _selection(resource: Resource, whole: JsonObject) -> JsonObject:
    """The schema of a reply that ``fields`` cut down: nothing but the key needs to be in it."""
    always = {"href": {"type": "string", "description": "Address of the resource."}}
    chosen = {name: _loose(part) for name, part in whole.get("properties", {}).items()}
    return {
        "type": "object",
        "description": f"The attributes of a {resource.type} that `fields` names.",
        "required": ["id", "href"],
        "properties": {**always, **chosen},
    }


def _loose(attribute: JsonObject) -> JsonObject:
    """The schema of an attribute of which only a part may be there."""
    kept = {"description": attribute["description"]} if "description" in attribute else {}
    if attribute.get("type") == "array":
        return {**kept, "type": "array", "items": {}}  # without items some generators drop it all
    return attribute if attribute.get("type") in _SCALARS else kept


def _describe_list(operation: JsonObject | None, resource: Resource) -> None:
    if operation is None:
        return
    reply = operation["responses"].get(_OK, {})
    reply.setdefault("headers", {})["Link"] = {"$ref": "#/components/headers/Link"}
    for content in reply.get("content", {}).values():
        if "items" in content["schema"]:
            content["schema"]["items"] = _either(content["schema"]["items"], resource)


def _describe_one(operation: JsonObject | None, resource: Resource, status: str) -> None:
    if operation is None:
        return
    parameters = operation.setdefault("parameters", [])
    if not any(_is_fields(each) for each in parameters):
        parameters.append({"$ref": f"{_ADDED}/Fields"})
    reply = operation["responses"].get(status, {})
    reply.setdefault("headers", {})["ETag"] = {"$ref": "#/components/headers/ETag"}
    for content in reply.get("content", {}).values():
        content["schema"] = _either(content["schema"], resource)


def _is_fields(parameter: JsonObject) -> bool:
    return parameter.get("name") == "fields" or str(parameter.get("$ref")).endswith("/Fields")


def _either(whole: JsonObject, resource: Resource) -> JsonObject:
    return {"anyOf": [whole, {"$ref": f"#/components/schemas/{resource.type}{_SELECTION}"}]}


def _append(operation: JsonObject, text: str) -> None:
    operation["description"] = f"{operation.get('description', '')} {text}".strip()
