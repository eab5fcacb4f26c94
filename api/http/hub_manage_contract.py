"""The management of subscriptions, written into the document that is handed out."""

import copy

from api.events.journal import AttemptOutcome
from api.http.hub_contract import faults, tagged
from api.jsontypes import JsonObject

__all__ = ["describe_hub_management"]

_JSON = "application/json;charset=utf-8"
_SCHEMAS = "#/components/schemas/"
_TIME: JsonObject = {"type": "string", "format": "date-time"}
_COUNT: JsonObject = {"type": "integer", "minimum": 0}
_TEXT: JsonObject = {"type": "string"}


def _object(description: str, required: list[str], **properties: JsonObject) -> JsonObject:
    found: JsonObject = {"type": "object", "description": description, "properties": properties}
    return {**found, "required": required} if required else found


def _said(schema: JsonObject, description: str) -> JsonObject:
    return {**schema, "description": description}


_HEALTH = _object(
    "How the deliveries to a subscription stand, as of a few seconds ago at most.",
    ["state", "position", "lag", "waiting", "parked", "breaker"],
    state=_said(
        {"type": "string", "enum": ["active", "paused", "failing", "ended"]},
        "`failing`: some deliveries wait for another try; `ended`: the receiver answered 410.",
    ),
    position=_said(_COUNT, "Every event of the log up to there is delivered, waiting or parked."),
    lag=_said(_COUNT, "Events of the log behind that position, wanted or not."),
    waiting=_said(_COUNT, "Resources whose events wait for another try."),
    parked=_said(_COUNT, "Resources that are not tried any more until they are unparked."),
    breaker=_said(
        {"type": "string", "enum": ["closed", "open", "halfOpen"]},
        "`open`: the endpoint is taken for dead, and only probed now and then.",
    ),
    lastSuccess=_said(_TIME, "When an event was last received."),
    lastFailure=_object(
        "What last went wrong.",
        ["time", "detail"],
        time=_TIME,
        detail=_said(_TEXT, "The answer, or what went wrong."),
        eventId=_TEXT,
    ),
    nextAttempt=_said(_TIME, "When the next try is made, unless something new comes before."),
)
_RESOURCE = _object(
    "A resource of this API.",
    ["name", "id"],
    name=_said({"type": "string", "pattern": "^[^/\\u0000]+$"}, "As in paths: `serviceOrder`."),
    id={"type": "string", "minLength": 1},
)
_ATTEMPT = _object(
    "One try of a delivery.",
    ["eventId", "eventType", "resource", "attempt", "time", "outcome", "latency"],
    eventId=_TEXT,
    eventType=_TEXT,
    resource={"$ref": f"{_SCHEMAS}EventSubscriptionResource"},
    position=_said(_COUNT, "Of the event in the log; of a test: 0."),
    attempt=_said(_COUNT, "The number of the try, from 1."),
    time=_TIME,
    outcome=_said(
        {"type": "string", "enum": [each.value for each in AttemptOutcome]},
        "`skipped`: not made, as the endpoint was taken for dead.",
    ),
    latency=_said({"type": "number", "minimum": 0}, "Milliseconds until the answer."),
    status=_said({"type": "integer"}, "Of the answer; absent: there was none."),
    detail=_said(_TEXT, "What went wrong."),
    reply=_said(_TEXT, "The beginning of the answer's body."),
)
_PARKED = _object(
    "A resource that is not tried any more.",
    ["resource", "position", "attempts", "detail"],
    resource={"$ref": f"{_SCHEMAS}EventSubscriptionResource"},
    position=_said(_COUNT, "Of its first event that is not delivered."),
    attempts=_said(_COUNT, "How often that was tried."),
    detail=_said(_TEXT, "What came of the last try."),
)
_REPLAY: JsonObject = {
    **_object(
        "From where events are delivered again. For one resource only: from its first event on,"
        " or from the first one behind that position or time.",
        [],
        fromPosition={"type": "integer", "minimum": 1, "maximum": 2**53},
        fromTime=_TIME,
        resource={"$ref": f"{_SCHEMAS}EventSubscriptionResource"},
    ),
    "additionalProperties": False,
    "minProperties": 1,
    "not": {"required": ["fromPosition", "fromTime"]},
}
_REPLAYED = _object(
    "Which part of the log is delivered again.",
    ["fromPosition", "toPosition"],
    fromPosition=_COUNT,
    toPosition=_COUNT,
)
_UNPARK: JsonObject = {
    **_object(
        "Which resource is to be tried again; without one, all.",
        [],
        resource={"$ref": f"{_SCHEMAS}EventSubscriptionResource"},
    ),
    "additionalProperties": False,
}
_UNPARKED = _object("How many resources are tried again.", ["unparked"], unparked=_COUNT)

_NEW: JsonObject = {
    "EventSubscriptionHealth": _HEALTH,
    "EventSubscriptionResource": _RESOURCE,
    "EventSubscriptionDelivery": _ATTEMPT,
    "EventSubscriptionParked": _PARKED,
    "EventSubscriptionReplay": _REPLAYED,
    "EventSubscriptionReplayInput": _REPLAY,
    "EventSubscriptionUnpark": _UNPARKED,
    "EventSubscriptionUnparkInput": _UNPARK,
}
_ORDER = (
    "Per resource they come in their order and before what is newer; across resources the log's"
    " order is begun with, not waited for. Receivers know them by their `eventId`."
)
_TEXTS = {
    "pause": (
        "Pause a subscription",
        "Nothing is delivered until it is resumed; what is under way is ended. Within a second.",
        "EventSubscription",
    ),
    "resume": (
        "Resume a subscription",
        "Deliveries go on from where it was paused: nothing of the log is left out.",
        "EventSubscription",
    ),
    "test": (
        "Send a test event",
        "Posts an event of the type HubTestEvent, which is in no log, and tells what came of it.",
        "EventSubscriptionDelivery",
    ),
    "replay": (
        "Deliver events again",
        f"Events are delivered again, with the ids that they had. {_ORDER}",
        "EventSubscriptionReplay",
    ),
    "unpark": (
        "Try parked resources again",
        f"The events of parked resources are delivered from where they stopped. {_ORDER}",
        "EventSubscriptionUnpark",
    ),
    "parked": (
        "List parked resources",
        "Resources that were tried as often as the schedule says, without success.",
        "EventSubscriptionParked",
    ),
    "deliveries": (
        "Read the delivery log",
        "What was tried and what came of it, newest first; complete but for the last few seconds.",
        "EventSubscriptionDelivery",
    ),
}
_INPUTS = {"replay": "EventSubscriptionReplayInput", "unpark": "EventSubscriptionUnparkInput"}
_ACCEPTED = frozenset(_INPUTS)


def describe_hub_management(document: JsonObject) -> None:
    """Writes the paths below ``/hub/{id}`` into a document (which is modified)."""
    paths, schemas = document["paths"], document["components"]["schemas"]
    if "/hub/{id}/secret" not in paths:
        return
    hub, item = paths["/hub"], paths["/hub/{id}"]
    schemas |= copy.deepcopy(_NEW)
    schemas["EventSubscription"]["properties"]["health"] = {
        "$ref": f"{_SCHEMAS}EventSubscriptionHealth"
    }
    asked = faults(hub["post"]) if "post" in hub else {}
    told = faults(item["get"])
    for name, (summary, text, schema) in _TEXTS.items():
        method = "get" if name in ("parked", "deliveries") else "post"
        operation = _operation(name, summary, text, item["get"])
        operation["responses"] = {
            **_success(name, schema, hub["get"] if method == "get" else None),
            **copy.deepcopy({**told, **asked} if method == "post" else told),
        }
        if method == "get":
            operation["parameters"] += copy.deepcopy(hub["get"]["parameters"])
        if name == "deliveries":
            operation["parameters"].append(_OUTCOME)
        if name in _INPUTS:
            operation["requestBody"] = _input(_INPUTS[name], required=name == "replay")
        paths[f"/hub/{{id}}/{name}"] = {method: operation}
    gone = {"description": "The events are not kept any more.", "content": _content("Error")}
    paths["/hub/{id}/replay"]["post"]["responses"]["410"] = gone


_OUTCOME: JsonObject = {
    "name": "outcome",
    "in": "query",
    "required": False,
    "description": "Only tries of which this came.",
    "schema": {"type": "string", "enum": [each.value for each in AttemptOutcome]},
}


def _operation(name: str, summary: str, text: str, get: JsonObject) -> JsonObject:
    return {
        "operationId": f"{name}Listener",
        **tagged(get),
        "summary": summary,
        "description": text,
        "parameters": copy.deepcopy(get["parameters"]),
    }


def _success(name: str, schema: str, listing: JsonObject | None) -> JsonObject:
    if listing is None:
        reply: JsonObject = {"description": "What came of it.", "content": _content(schema)}
        return {"202" if name in _ACCEPTED else "200": reply}
    reply = copy.deepcopy(listing["responses"].get("200", {}))
    items: JsonObject = {"$ref": f"{_SCHEMAS}{schema}"}
    reply["description"] = "One page; empty when there are none."
    reply["content"] = {_JSON: {"schema": {"type": "array", "items": items}}}
    return {"200": reply}


def _content(schema: str) -> JsonObject:
    return {_JSON: {"schema": {"$ref": f"{_SCHEMAS}{schema}"}}}


def _input(schema: str, *, required: bool) -> JsonObject:
    return {"required": required, "content": _content(schema)}
