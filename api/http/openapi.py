"""The document that a running server hands out: the spec, plus what the server adds, and true.

Added: what the server does beyond the spec (`api.http.contract`, `api.http.patches`), the limits
of every body (`api.schema.hygiene`), also inside attributes that the schema does not know, and null
for attributes that a merge-patch may remove. Taken away: ``format: uri``, which is not enforced.
``specdiff`` finds it equal to the official document.
"""

import copy

from api.http.contract import describe_resources, describe_strict_pages
from api.http.dry_run import describe_dry_runs
from api.http.hub_contract import describe_hub
from api.http.hub_manage_contract import describe_hub_management
from api.http.lists import describe_lists
from api.http.patches import describe_patches
from api.http.replies import describe_replies
from api.http.views import describe_views
from api.jsontypes import JsonObject, JsonValue
from api.registry import LoadedApi
from api.schema.hygiene import LARGEST_NUMBER

__all__ = ["handed_out"]

_NO_NUL = "^[^\\u0000]*$"
_NAMES = {"pattern": "^([^$.\\u0000][^.\\u0000]*)?$"}
_NAME = "[A-Za-z@][A-Za-z0-9@]{0,40}([.][A-Za-z@][A-Za-z0-9@]{0,40}){0,4}"
_VALUE = "([^&;,%=~\\u0000][^&;,%\\u0000]*)?"
_TERM = f"{_NAME}={_VALUE}(,{_VALUE}){{0,9}}"
_TERMS = f"({_TERM}([&;]{_TERM}){{0,9}})?"
_QUERY = f"^{_TERMS}$"
_UPDATE = "_Update"
_PATCHED = "MergePatch"
_PATCHED_OBJECTS: JsonObject = {
    "description": (
        "Objects inside of a merge-patch: null removes an attribute, and what is left out stays as "
        "it is. Where the object is not there yet all that it requires is to be sent, else: 409."
    ),
    "$defs": {},
}
_ANY = "#/components/schemas/Any"
_EXTENSION = "Extension"
_ANYTHING: JsonObject = {
    "pattern": _NO_NUL,
    "minimum": -LARGEST_NUMBER - 1,
    "maximum": LARGEST_NUMBER,
    "propertyNames": _NAMES,
    "items": {"$ref": f"#/components/schemas/{_EXTENSION}"},
    "additionalProperties": {"$ref": f"#/components/schemas/{_EXTENSION}"},
}
"""Any JSON value that the server takes."""


def handed_out(loaded: LoadedApi, *, strict_pages: bool = False) -> JsonObject:
    """The document of an API as clients get it; ``strict_pages`` as in `api.http.paging`."""
    document: JsonObject = copy.deepcopy(loaded.spec.data)
    schemas: JsonObject = document["components"]["schemas"]
    describe_resources(document, loaded.api.resources)
    describe_lists(document, loaded.api.resources, lambda name: loaded.schemas[name].kinds)
    describe_patches(document, loaded.api.resources, _TERMS)
    describe_views(document, loaded.api.resources)
    describe_dry_runs(document, loaded.api.resources)
    describe_hub(document, _QUERY)
    describe_hub_management(document)
    describe_replies(document)
    if strict_pages:
        describe_strict_pages(document)
    for schema in schemas.values():
        _limit(schema)
    schemas[_EXTENSION] = {
        "description": "The value of an attribute that this document does not know.",
        **copy.deepcopy(_ANYTHING),
    }
    for name, schema in [*schemas.items()]:
        if name.endswith(_UPDATE):
            create = schemas.get(name.removesuffix(_UPDATE) + "_Create", {})
            _keep_minimum(schema, create)
            _allow_null(schema, frozenset(create.get("required", [])), schemas)
    for parameter in document["components"].get("parameters", {}).values():
        if parameter.get("in") == "query" and parameter["schema"].get("type") == "string":
            parameter["schema"].setdefault("pattern", _NO_NUL)
    return document


def _limit(node: JsonValue) -> None:
    """Writes the server's own limits into a schema and all schemas in it."""
    if isinstance(node, list):
        for part in node:
            _limit(part)
    if not isinstance(node, dict):
        return
    if node.get("$ref") == _ANY:
        del node["$ref"]
        node.update(copy.deepcopy(_ANYTHING))
        return
    if node.get("format") == "uri" and "pattern" not in node:
        del node["format"]
    _limit_itself(node)
    for name, part in node.items():
        if name not in ("example", "examples", "default", "enum", "propertyNames"):
            _limit(part)


def _limit_itself(node: JsonObject) -> None:
    kind = node.get("type")
    if kind == "string" and not {"enum", "format", "pattern", "const"} & node.keys():
        node["pattern"] = _NO_NUL
    elif kind in ("integer", "number"):
        node.setdefault("minimum", -LARGEST_NUMBER - 1)
        node.setdefault("maximum", LARGEST_NUMBER)
    elif kind == "object" or "properties" in node:
        node.setdefault("propertyNames", dict(_NAMES))
        node.setdefault("additionalProperties", dict(_ANYTHING["additionalProperties"]))


def _keep_minimum(update: JsonObject, create: JsonObject) -> None:
    """Says of arrays that a create must fill that an update cannot empty them either."""
    for name, attribute in update.get("properties", {}).items():
        least = create.get("properties", {}).get(name, {}).get("minItems")
        if least is not None:
            attribute.setdefault("minItems", least)


def _allow_null(schema: JsonObject, required: frozenset[str], schemas: JsonObject) -> None:
    """Lets a merge-patch remove what need not be there (RFC 7396), also inside of objects."""
    for name, attribute in schema.get("properties", {}).items():
        if name == "state" or attribute.get("readOnly"):
            continue
        whole = _patched(attribute, schemas)
        schema["properties"][name] = (
            whole if name in required else {"anyOf": [whole, {"type": "null"}]}
        )


def _patched(attribute: JsonObject, schemas: JsonObject) -> JsonObject:
    """What a merge-patch holds for an attribute: of an object, a schema with null inside.

    By the same name as the object's own, but in another place: to readers it is the same type.
    """
    name = attribute.get("$ref", "").rpartition("/")[2]
    target = schemas.get(name, {})
    if "properties" not in target:
        return attribute
    objects = schemas.setdefault(_PATCHED, copy.deepcopy(_PATCHED_OBJECTS))["$defs"]
    if name not in objects:
        objects[name] = copy.deepcopy(target)
        required = objects[name].pop("required", [])
        _allow_null(objects[name], frozenset(required), schemas)
    return {**attribute, "$ref": f"#/components/schemas/{_PATCHED}/$defs/{name}"}
