"""A document with what OpenAPI lets authors leave out or write elsewhere, to be added to.

What describes the server's own additions need not ask then whether there are replies, where the
parameters of an operation stand, or whether a body is shared.
"""

import copy

from api.jsontypes import JsonObject
from api.spec import SpecDocument

__all__ = ["whole_document"]


def whole_document(spec: SpecDocument) -> JsonObject:
    """A copy: parameters of paths stand in their operations, and each has replies.

    Request bodies and replies of success stand in place, and every content has a schema.
    """
    document: JsonObject = copy.deepcopy(spec.data)
    document.setdefault("components", {}).setdefault("schemas", {})
    document["paths"] = paths = {path: _shared(spec, path) for path in document.get("paths", {})}
    for each in spec.operations():
        operation = copy.deepcopy(each.data)
        replies = operation.setdefault("responses", {})
        if not replies:
            replies["default"] = {"description": "What came of it."}
        for status, reply in replies.items():
            if status < "3" and "$ref" in reply:
                replies[status] = copy.deepcopy(spec.resolve(reply["$ref"]))
        for holder in (operation.get("requestBody", {}), *replies.values()):
            _add_schemas(holder)
        paths[each.path][each.method.lower()] = operation
    for reply in document["components"].get("responses", {}).values():
        _add_schemas(reply)
    return document


def _shared(spec: SpecDocument, path: str) -> JsonObject:
    """What a path says beside operations and their parameters."""
    kept = ("summary", "description", "servers")
    item: JsonObject = spec.data["paths"][path]
    return {name: copy.deepcopy(part) for name, part in item.items() if name in kept}


def _add_schemas(holder: JsonObject) -> None:
    for content in holder.get("content", {}).values():
        content.setdefault("schema", {})
