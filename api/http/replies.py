"""Headers and examples of replies, written into a document handed out."""

from http import HTTPStatus
from typing import Final

from api.errors import ApiError
from api.jsontypes import JsonObject
from api.patch import PATCH_TYPES

__all__ = ["describe_replies"]

_HEADERS: Final = "#/components/headers"
_RESPONSES: Final = "#/components/responses"
_ERROR: Final = "#/components/schemas/Error"
_METHODS: Final = ("get", "post", "patch", "delete")

_ADDED_HEADERS: Final[JsonObject] = {
    "RetryAfter": {
        "description": "Seconds after which the request may be sent again, where that is known.",
        "schema": {"type": "string"},
    },
    "AcceptPatch": {
        "description": "The media types that a PATCH takes (RFC 5789).",
        "schema": {"type": "string"},
        "example": ", ".join(PATCH_TYPES),
    },
}

_WHY: Final[dict[int, tuple[str, str]]] = {
    400: ('state: "asleep" is not one of the states', "Send one of the states of the document."),
    401: ("the client has not proved who it is", "Send credentials."),
    403: ("the client may not do this", "Ask the operator."),
    404: ("there is no such resource", "List what there is."),
    405: ("PUT is not offered here", "Use one of: DELETE, GET, PATCH."),
    406: ("the client takes no JSON", "Accept application/json."),
    409: ("state: completed cannot become inProgress", "It is final: order the change anew."),
    412: ("the resource is at another revision", "Read it again and repeat the change."),
    413: ("the body is larger than 1000000 bytes", "Send less."),
    415: ("text/plain is not taken here", "Send application/json."),
    416: ("offset: 900 is past the end of the list", "The list has 12; ask from 0 up."),
    500: ("the server failed", "Try again; the server's log has the details."),
    501: ("filter: this construct is not offered", "Write it as several conditions."),
    503: ("the store cannot be reached now", "Send the request again later."),
}


def describe_replies(document: JsonObject) -> None:
    """Completes the replies of every operation; the document is modified."""
    components = document["components"]
    components.setdefault("headers", {}).update(_ADDED_HEADERS)
    responses = components.setdefault("responses", {})
    for item in document["paths"].values():
        for method in _METHODS:
            if method in item:
                _describe(item[method]["responses"], responses)
        if unsupported := item.get("patch", {}).get("responses", {}).get("415"):
            item["patch"]["responses"]["415"] = _for_patch(unsupported, responses)
    for path, item in document["paths"].items():
        one = document["paths"].get(f"{path}/{{id}}", {}).get("get")
        if one is not None and "get" in item:
            _add_page(item["get"], one, components)
    for path in document["paths"]:
        if path.startswith("/hub"):
            _add_link(document["paths"][path])


def _add_link(item: JsonObject) -> None:
    headers = item.get("get", {}).get("responses", {}).get("200", {}).get("headers", {})
    if "X-Total-Count" in headers:  # a list
        headers["Link"] = {"$ref": f"{_HEADERS}/Link"}


def _describe(replies: JsonObject, shared: JsonObject) -> None:
    for status, reply in replies.items():
        meant = _meant(reply, shared)
        if status == str(HTTPStatus.SERVICE_UNAVAILABLE):
            meant.setdefault("headers", {})["Retry-After"] = {"$ref": f"{_HEADERS}/RetryAfter"}
        for content in meant.get("content", {}).values():
            if content["schema"].get("$ref") == _ERROR and status.isdecimal():
                content.setdefault("examples", {"error": {"value": _error(int(status))}})


def _add_page(many: JsonObject, one: JsonObject, components: JsonObject) -> None:
    """The example of a list has the one that a read shows."""
    of_one = one["responses"].get("200", {}).get("content", {})
    for media, content in many["responses"].get("200", {}).get("content", {}).items():
        for name, example in of_one.get(media, {}).get("examples", {}).items():
            shared = components.get("examples", {})
            meant = _meant(example, shared)
            if "value" in meant:
                content.setdefault("examples", {})[name] = {"value": [meant["value"]]}


def _meant(reply: JsonObject, shared: JsonObject) -> JsonObject:
    found: JsonObject = shared[reply["$ref"].rpartition("/")[2]] if "$ref" in reply else reply
    return found


def _for_patch(reply: JsonObject, shared: JsonObject) -> JsonObject:
    """415 of a PATCH tells what it takes; the shared reply is that of other methods too."""
    whole = _meant(reply, shared)
    headers = {**whole.get("headers", {}), "Accept-Patch": {"$ref": f"{_HEADERS}/AcceptPatch"}}
    shared["UnsupportedPatch"] = {**whole, "headers": headers}
    return {"$ref": f"{_RESPONSES}/UnsupportedPatch"}


def _error(status: int) -> JsonObject:
    reason, message = _WHY.get(status, (HTTPStatus(status).phrase, "See the reason."))
    error = ApiError(reason, message)
    return {**error.body(), "code": str(status), "status": str(status)}
