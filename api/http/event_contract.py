"""What comes with an event beside its official body, as JSON Schema."""

from api.jsontypes import JsonObject

__all__ = ["CLOUD_EVENT", "HEADERS"]


def _text(description: str, **more: str) -> JsonObject:
    return {"type": "string", "description": description, **more}


HEADERS: JsonObject = {
    "type": "object",
    "properties": {
        "webhook-id": _text("The event's key, as `eventId`: the same whenever it is sent again."),
        "webhook-timestamp": _text("When it was sent, in seconds since 1970.", pattern="^[0-9]+$"),
        "webhook-signature": _text(
            "`v1,` and the base64 of the HMAC-SHA256 of `{id}.{timestamp}.{body}`; several, with"
            " blanks between them, while a secret is being replaced (Standard Webhooks)."
        ),
        "turnup-event-sequence": _text(
            "Rises with every event of a resource; gaps mean nothing.", pattern="^[0-9]+$"
        ),
        "turnup-event-position": _text(
            "Where the event stands in the server's log; gaps mean nothing.", pattern="^[0-9]+$"
        ),
        "turnup-event-cut": _text(
            "There, and `true`, when the event is too large to be sent whole: of its resource only"
            " `id`, `href` and `@type` are left."
        ),
    },
    "patternProperties": {
        "^ce-[a-z0-9]+$": _text(
            "In the form `cloudevents-binary`: an attribute of CloudEvents, percent-encoded."
        )
    },
}
"""Of every delivery."""

CLOUD_EVENT: JsonObject = {
    "type": "object",
    "description": "An event in the structured form of CloudEvents 1.0.",
    "required": ["specversion", "id", "source", "type", "data"],
    "properties": {
        "specversion": _text("Version of CloudEvents.", const="1.0"),
        "id": _text("Key of the event, as `eventId`."),
        "source": _text("Address of the API whose resource it is about."),
        "type": _text("API, resource and what happened: `tmf641.serviceOrder.stateChange`."),
        "subject": _text("Key of the resource."),
        "time": _text("When it happened.", format="date-time"),
        "datacontenttype": _text("Media type of `data`.", const="application/json"),
        "dataschema": _text("Where the schema of `data` stands."),
        "sequence": _text(
            "Position in the server's log, with zeros in front: sorts as text.", pattern="^[0-9]+$"
        ),
        "data": {"type": "object", "description": "The official body of the event."},
    },
}
"""What is around the official body."""
