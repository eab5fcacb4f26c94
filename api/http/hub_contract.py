"""What the hub does beyond the official document, written into that document."""

from api.jsontypes import JsonObject

__all__ = ["describe_hub"]

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
    item = document["paths"].get("/hub/{id}")
    if asked is None or given is None or item is None:
        return
    asked.get("query", {}).setdefault("pattern", query)
    asked |= {"secret": dict(_CHOSEN), "format": dict(_FORMAT)}
    given |= {"secret": dict(_TOLD), "format": dict(_FORMAT)}
    schemas["EventSubscriptionSecretInput"] = _ROTATION
    faults = {
        status: reply
        for status, reply in document["paths"]["/hub"]["post"]["responses"].items()
        if status >= "4"
    }
    document["paths"]["/hub/{id}/secret"] = {"post": _rotation(item["delete"], faults)}


def _rotation(delete: JsonObject, faults: JsonObject) -> JsonObject:
    return {
        "operationId": "rotateListenerSecret",
        "tags": delete["tags"],
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
