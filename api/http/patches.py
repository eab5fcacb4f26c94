"""The patches of operations (RFC 6902, TMF630 part 5), written into a document handed out."""

from collections.abc import Iterable
from typing import Final

from api.declare import Resource
from api.jsontypes import JsonObject
from api.patch import JSON_PATCH, JSON_PATCH_QUERY, PATCH_TYPES
from api.patch.json_patch import OPERATIONS
from api.patch.json_patch_query import ELEMENTS_READ, QUERY_OPERATIONS

__all__ = ["describe_patches"]

_REF: Final = "#/components/schemas/"
_TOKEN: Final = "(([^$.~/?\\u0000]|~[01])([^.~/?\\u0000]|~[01])*)?"  # noqa: S105 - of a pointer
_POINTER: Final = f"(/{_TOKEN})"
_TEXT: Final = (
    "A patch of operations is done as a whole or not at all. Where a path leads nowhere in the "
    "present resource, or a `test` fails, the reply is 409. `Accept-Patch` of a reply 415 lists "
    f"the media types: {', '.join(f'`{each}`' for each in PATCH_TYPES)}."
)


def describe_patches(document: JsonObject, resources: Iterable[Resource], terms: str) -> None:
    """Adds both media types to the PATCH of every resource; the document is modified.

    ``terms`` is a pattern of conditions that are taken.
    """
    for resource in resources:
        operation = document["paths"].get(f"/{resource.name}/{{id}}", {}).get("patch")
        if operation is None:
            continue
        document["components"]["schemas"].update(_schemas(terms))
        operation["description"] = f"{operation.get('description', '')} {_TEXT}".strip()
        content = operation.setdefault("requestBody", {}).setdefault("content", {})
        content[JSON_PATCH] = {
            "schema": {"$ref": f"{_REF}JsonPatch"},
            "examples": {"operations": _example("add", "/extension")},
        }
        content[JSON_PATCH_QUERY] = {
            "schema": {"$ref": f"{_REF}JsonPatchQuery"},
            "examples": {"operations": _example("replace", "/note/text?note.author=Anna")},
        }


def _example(op: str, path: str) -> JsonObject:
    return {"value": [{"op": op, "path": path, "value": "as agreed"}]}


def _schemas(terms: str) -> JsonObject:
    path = {
        "type": "string",
        "description": "JSON Pointer (RFC 6901) to an attribute or an element.",
        "pattern": f"^{_POINTER}+$",
    }
    source = {**path, "pattern": f"^{_POINTER}*$"}
    whole = {"type": "string", "enum": [""], "description": "The resource itself."}
    queried = {
        "type": "string",
        "description": "JSON Pointer, and behind `?` a condition on the elements that are meant.",
        "pattern": f"^{_POINTER}+([?]{terms})?$",
    }
    return {
        "JsonPatch": _array(
            "JSON Patch (RFC 6902).",
            OPERATIONS,
            _operation(["add", "replace", "test"], path, {"value": {"$ref": f"{_REF}Extension"}}),
            _operation(["remove"], path, {}),
            _operation(["move", "copy"], path, {"from": source}),
            _operation(["move", "copy"], whole, {"from": whole}),
        ),
        "JsonPatchQuery": _array(
            "JSON Patch Query (TMF630 part 5). Its operations look at no more than "
            f"{ELEMENTS_READ} elements of arrays in all, once for each condition.",
            QUERY_OPERATIONS,
            _operation(["add", "replace"], queried, {"value": {"$ref": f"{_REF}Extension"}}),
            _operation(["remove"], queried, {}),
        ),
    }


def _array(description: str, most: int, *operations: JsonObject) -> JsonObject:
    return {
        "type": "array",
        "description": description,
        "maxItems": most,
        "items": {"anyOf": list(operations)},
    }


def _operation(ops: list[str], path: JsonObject, more: JsonObject) -> JsonObject:
    return {
        "type": "object",
        "required": ["op", "path", *more],
        "properties": {"op": {"type": "string", "enum": ops}, "path": dict(path), **more},
    }
