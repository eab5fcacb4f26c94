"""The document that a running server hands out: the spec, plus what the server adds, and true.

Added: what the server does beyond the spec (`api.http.contract`, `api.http.patches`), the limits
of every body (`api.schema.hygiene`), also inside attributes that the schema does not know, and null
for attributes that a merge-patch may remove. Taken away: ``format: uri``, which is not enforced.
``specdiff`` finds it equal to the official document.

What an unknown attribute may hold is said by ``unevaluatedProperties`` and ``unevaluatedItems``:
validators hold to them, and generators of clients, which make types of ``additionalProperties``
that no attribute fits, read nothing in them.
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
from api.http.whole import whole_document
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
_PATCH = "_MergePatch"
_PATCH_TEXT = "As a merge-patch has it: null removes an attribute, what is left out stays as it is."
_PART_TEXT = " Where the object is not there yet all that it requires is to be sent, else: 409."
_SCHEMAS = "#/components/schemas/"
_ANY = f"{_SCHEMAS}Any"
_EXTENSION = "Extension"
_ANYTHING: JsonObject = {
    "pattern": _NO_NUL,
    "minimum": -LARGEST_NUMBER - 1,
    "maximum": LARGEST_NUMBER,
    "propertyNames": _NAMES,
    "unevaluatedItems": {"$ref": f"{_SCHEMAS}{_EXTENSION}"},
    "unevaluatedProperties": {"$ref": f"{_SCHEMAS}{_EXTENSION}"},
}
"""Any JSON value that the server takes."""


def handed_out(
    loaded: LoadedApi, *, strict_pages: bool = False, public: str | None = None
) -> JsonObject:
    """The document of an API as clients get it.

    Args:
        loaded: the API.
        strict_pages: as in `api.http.paging`.
        public: what clients call the server, where the settings say that; else the document's
            address is beside the resources'.
    """
    document = whole_document(loaded.spec)
    if public is not None:
        document["servers"] = [{"url": f"{public}{loaded.base_path}"}]
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
    for name in [name for name in schemas if name.endswith(_UPDATE)]:
        _describe_update(name.removesuffix(_UPDATE), document)
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
        if "additionalProperties" not in node:
            node.setdefault("unevaluatedProperties", dict(_ANYTHING["unevaluatedProperties"]))


def _keep_minimum(update: JsonObject, create: JsonObject) -> None:
    """Says of arrays that a create must fill that an update cannot empty them either."""
    for name, attribute in update.get("properties", {}).items():
        least = create.get("properties", {}).get(name, {}).get("minItems")
        if least is not None:
            attribute.setdefault("minItems", least)


def _describe_update(kind: str, document: JsonObject) -> None:
    """Lets a merge-patch remove what need not be there (RFC 7396), also inside of objects.

    With objects in it the patch has a schema of its own: in the official one of updates each is of
    the type that it has everywhere.
    """
    schemas: JsonObject = document["components"]["schemas"]
    update, create = schemas[f"{kind}{_UPDATE}"], schemas.get(f"{kind}_Create", {})
    _keep_minimum(update, create)
    required = frozenset(create.get("required", []))
    patch = copy.deepcopy(update)
    _allow_null(update, required)
    if not _patch_inside(patch, schemas):
        return
    _allow_null(patch, required)
    schemas[f"{kind}{_PATCH}"] = {**patch, "description": _PATCH_TEXT}
    for item in document["paths"].values():
        for content in item.get("patch", {}).get("requestBody", {}).get("content", {}).values():
            if content["schema"].get("$ref") == f"{_SCHEMAS}{kind}{_UPDATE}":
                content["schema"] = {"$ref": f"{_SCHEMAS}{kind}{_PATCH}"}


def _allow_null(schema: JsonObject, required: frozenset[str]) -> None:
    for name, attribute in schema.get("properties", {}).items():
        if name not in required and name != "state" and not attribute.get("readOnly"):
            schema["properties"][name] = {"anyOf": [attribute, {"type": "null"}]}


def _patch_inside(schema: JsonObject, schemas: JsonObject) -> bool:
    """Has the objects in a schema as merge-patches have them; whether there are any."""
    found = False
    for name, attribute in schema.get("properties", {}).items():
        kind = attribute.get("$ref", "").rpartition("/")[2]
        whole = schemas.get(kind, {})
        if name == "state" or attribute.get("readOnly") or "properties" not in whole:
            continue
        found = True
        schema["properties"][name] = {**attribute, "$ref": f"{_SCHEMAS}{kind}{_PATCH}"}
        if f"{kind}{_PATCH}" not in schemas:
            part = schemas[f"{kind}{_PATCH}"] = copy.deepcopy(whole)
            part["description"] = _PATCH_TEXT + _PART_TEXT
            required = frozenset(part.pop("required", []))
            _patch_inside(part, schemas)
            _allow_null(part, required)
    return found
