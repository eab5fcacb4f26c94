"""What the hub does beyond the official document, written into that document."""

import copy

from api.jsontypes import JsonObject

__all__ = ["describe_hub", "faults", "tagged"]

_GROUP = "[A-Za-z0-9+/]"
_SECRET = (
    f"^whsec_(({_GROUP}{{4}}){{8,20}}({_GROUP}{{2}}==|{_GROUP}{{3}}=)?"
    f"|({_GROUP}{{4}}){{21}}({_GROUP}{{2}}==)?)$"
)
"""The base64 of 24 to 64 bytes."""

_TOLD = {
    "type": "string",
    "pattern": _SECRET,
    "description": (
        "What every event is signed with (Standard Webhooks). Told once: when the server made it,"
        " in the reply that made it; never read again."
    ),
}
_CHOSEN = {
    "type": "string",
    "writeOnly": True,
    "pattern": _SECRET,
    "description": (
        "What every event is to be signed with (Standard Webhooks): `whsec_` and the base64 of 24"
        " to 64 random bytes. Left out, the server makes one and tells it in the reply."
    ),
}
_FORMAT = {
    "type": "string",
    "enum": ["tmf", "cloudevents", "cloudevents-binary"],
    "description": (
        "The form of what is posted: the official body (`tmf`, also when left out), a CloudEvents"
        " 1.0 object around it, or the official body with the attributes of CloudEvents in headers."
    ),
}
_ROTATION: JsonObject = {
    "type": "object",
    "description": "How the secret of a subscription is to be replaced; nothing need be in it.",
    "properties": {
        "secret": _CHOSEN,
        "overlap": {
            "type": "number",
            "minimum": 0,
            "description": (
                "For how many seconds the old secret signs on beside the new one: at most, and"
                " where it is left out, as long as the setting `secret_overlap` says."
            ),
        },
    },
}


_OWN: JsonObject = {
    "description": (
        "The event is of this server itself, by its header `Turnup-Event-Position`: the"
        " subscription that sent it is to be ended."
    ),
    "content": {
        "application/json;charset=utf-8": {"schema": {"$ref": "#/components/schemas/Error"}}
    },
}


_NO_SUCH_QUERY = "501"

_ID: JsonObject = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "Key of the subscription.",
    "schema": {"type": "string"},
}
_PAGE: list[JsonObject] = [
    {"name": name, "in": "query", "required": False, "schema": {"type": "integer", "minimum": 0}}
    for name in ("offset", "limit")
]


def describe_hub(document: JsonObject, query: str) -> None:
    """Writes options and rotation into a document (which is modified).

    Args:
        document: of an API.
        query: the pattern of the plain part of the query language.
    """
    schemas = document["components"]["schemas"]
    for path, item in document["paths"].items():
        if path.startswith("/listener/") and "post" in item and "Error" in schemas:
            item["post"]["responses"]["410"] = _OWN
    asked = schemas.get("EventSubscriptionInput", {}).get("properties")
    given = schemas.get("EventSubscription", {}).get("properties")
    if asked is None or given is None or not {"/hub", "/hub/{id}"} & document["paths"].keys():
        return
    _complete(document)
    asked.get("query", {}).setdefault("pattern", query)
    asked |= {"secret": dict(_CHOSEN), "format": dict(_FORMAT)}
    given |= {"secret": dict(_TOLD), "format": dict(_FORMAT)}
    schemas["EventSubscriptionSecretInput"] = _ROTATION
    paths = document["paths"]
    post = paths["/hub"].get("post", {"responses": {}})
    paths["/hub/{id}/secret"] = {"post": _rotation(paths["/hub/{id}"]["delete"], faults(post))}


def faults(operation: JsonObject) -> JsonObject:
    """The replies of an operation that tell of faults, for one like it that takes no query."""
    replies: JsonObject = operation["responses"]
    return {
        status: reply
        for status, reply in replies.items()
        if status >= "4" and status != _NO_SUCH_QUERY
    }


def tagged(operation: JsonObject) -> JsonObject:
    """The tags of an operation, for one like it."""
    return {"tags": operation["tags"]} if "tags" in operation else {}


def _complete(document: JsonObject) -> None:
    """Adds what every hub offers and official documents leave out: reading, and ending."""
    hub, item = (document["paths"].setdefault(path, {}) for path in ("/hub", "/hub/{id}"))
    like = hub.get("post") or item.get("delete") or {"responses": {}}
    one: JsonObject = {"$ref": "#/components/schemas/EventSubscription"}
    for at, method, name, summary, parameters, schema in (
        (hub, "get", "listListener", "List subscriptions", _PAGE, {"type": "array", "items": one}),
        (item, "get", "retrieveListener", "Read a subscription", [_ID], one),
        (item, "delete", "unregisterListener", "End a subscription", [_ID], None),
    ):
        reply: JsonObject = {"description": f"{summary}: done."}
        if schema is not None:
            reply["content"] = {"application/json;charset=utf-8": {"schema": schema}}
        made = {
            "operationId": name,
            **tagged(like),
            "summary": summary,
            "parameters": copy.deepcopy(parameters),
            "responses": {"204" if schema is None else "200": reply, **faults(like)},
        }
        at.setdefault(method, made).setdefault("parameters", copy.deepcopy(parameters))


def _rotation(delete: JsonObject, faults: JsonObject) -> JsonObject:
    return {
        "operationId": "rotateListenerSecret",
        **tagged(delete),
        "summary": "Replace the secret of a subscription",
        "description": (
            "Gives the subscription a new secret and tells it, this once. For a while every event"
            " is signed with both, so that the receiver may change over when it suits."
        ),
        "parameters": delete["parameters"],
        "requestBody": {
            "required": False,
            "content": {
                "application/json;charset=utf-8": {
                    "schema": {"$ref": "#/components/schemas/EventSubscriptionSecretInput"}
                }
            },
        },
        "responses": {
            "200": {
                "description": "The subscription, with its new secret.",
                "content": {
                    "application/json;charset=utf-8": {
                        "schema": {"$ref": "#/components/schemas/EventSubscription"}
                    }
                },
            },
            **faults,
        },
    }
