"""The AsyncAPI 3 document of an API's events: what the hub posts to whoever registered.

It is made from the API's own document: every listener there is a channel here, whose messages carry
the same schemas. The examples are events as the hub would make them of the document's examples.
"""

from collections.abc import Iterator

import orjson

from api.declare import Resource
from api.events.cloudevents import STRUCTURED, attributes, structured
from api.events.event import render_event
from api.http.event_contract import CLOUD_EVENT, HEADERS
from api.jsontypes import JsonObject, JsonValue
from api.registry import LoadedApi
from api.spec.document import Operation
from api.store.document import Body, LogEntry, NewEvent

__all__ = ["asyncapi"]

_LISTENER = "/listener/"
_SCHEMAS = "#/components/schemas/"
_CLOUD_EVENT = "CloudEvent"
_HEADERS = "EventHeaders"
_ORIGIN = "https://tmf.example.net"
_ID = "01979e2c-7d00-7000-8000-0123456789ab"
_TIME = "2026-01-31T23:59:59.123Z"
_POSITION = 4711

_DESCRIPTION = (
    "The events that this server posts to the callbacks that are registered at `POST {base}/hub`."
    " Each is posted at least once, and in order for each resource; any reply 2xx is receipt."
    " Which events come, and in which form, is said at registration."
)


def asyncapi(loaded: LoadedApi, *, public: str | None = None) -> JsonObject:
    """The document of an API; ``public`` is what clients call the server, where that is set."""
    channels: JsonObject = {}
    operations: JsonObject = {}
    messages: JsonObject = {}
    for listener in _listeners(loaded):
        name = listener.path.removeprefix(_LISTENER)
        type_ = str(listener.body.get("$ref", name[:1].upper() + name[1:])).removeprefix(_SCHEMAS)
        made = _messages(loaded, type_, listener.body)
        messages |= made
        channels[name] = {
            "address": None,  # the receiver's own, which he registers
            "title": type_,
            "description": "The callback of every subscription that wants this event.",
            "messages": {each: {"$ref": f"#/components/messages/{each}"} for each in made},
        }
        operations[f"send{type_}"] = {
            "action": "send",
            "channel": {"$ref": f"#/channels/{name}"},
            "summary": str(listener.data.get("description", type_)),
            "messages": [{"$ref": f"#/channels/{name}/messages/{each}"} for each in made],
            "bindings": {"http": {"method": "POST", "bindingVersion": "0.3.0"}},
        }
    info = loaded.spec.data["info"]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"{loaded.spec.title}: events",
            "version": loaded.spec.version,
            "description": _DESCRIPTION.format(base=f"{public or ''}{loaded.base_path}"),
            **({"license": {"name": info["license"]["name"]}} if "license" in info else {}),
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": _schemas(loaded, messages)},
    }


def _listeners(loaded: LoadedApi) -> Iterator[Operation]:
    for operation in loaded.spec.operations():
        if operation.path.startswith(_LISTENER):
            yield operation


def _messages(loaded: LoadedApi, type_: str, payload: JsonObject) -> JsonObject:
    """The official form of an event, and that of CloudEvents."""
    schema = loaded.spec.schemas.get(type_, {})
    official: JsonObject = {
        "name": type_,
        "title": type_,
        "summary": str(schema.get("description", type_)),
        "contentType": "application/json",
        "headers": {"$ref": f"{_SCHEMAS}{_HEADERS}"},
        "payload": payload,
    }
    cloud: JsonObject = {
        **official,
        "name": f"{type_} as CloudEvent",
        "title": f"{type_} as CloudEvent",
        "contentType": STRUCTURED.partition(";")[0],
        "payload": {
            "allOf": [
                {"$ref": f"{_SCHEMAS}{_CLOUD_EVENT}"},
                {"type": "object", "properties": {"data": payload}},
            ]
        },
    }
    entry = _example(loaded, type_)
    if entry is not None:
        event = entry.event
        href = f"{_ORIGIN}{loaded.base_path}/{event.resource}/{event.resource_id}"
        body = render_event(entry, href)
        official["examples"] = [{"payload": orjson.loads(body)}]
        cloud["examples"] = [{"payload": orjson.loads(structured(attributes(entry, href), body))}]
    return {type_: official, f"{type_.removesuffix('Event')}{_CLOUD_EVENT}": cloud}


def _example(loaded: LoadedApi, type_: str) -> LogEntry | None:
    """An event as it might stand in the log; None where the document has no example for it."""
    about = [each for each in loaded.api.resources if type_.startswith(each.type)]
    resource = max(about, key=lambda each: len(each.type), default=None)
    body = None if resource is None else _body(loaded, resource)
    if resource is None or not isinstance(body, dict) or "id" not in body:
        return None
    what = type_.removeprefix(resource.type).removesuffix("Event")
    event = NewEvent(
        id=_ID,
        type=type_,
        api=loaded.api.name,
        resource=resource.name,
        resource_id=str(body["id"]),
        time=_TIME,
        envelope={"title": f"{resource.type} {what}"},
    )
    snapshot = Body(data={"id": body["id"], **{k: v for k, v in body.items() if k != "href"}})
    return LogEntry(_POSITION, 1, event, snapshot)


def _body(loaded: LoadedApi, resource: Resource) -> JsonValue:
    """The document's example of a resource as it is read."""
    item = loaded.spec.data["paths"].get(f"/{resource.name}/{{id}}", {})
    reply = item.get("get", {}).get("responses", {}).get("200", {})
    for content in reply.get("content", {}).values():
        for example in content.get("examples", {}).values():
            found = loaded.spec.resolve(example["$ref"]) if "$ref" in example else example
            return found.get("value") if isinstance(found, dict) else None
    return None


def _schemas(loaded: LoadedApi, messages: JsonObject) -> JsonObject:
    """All schemas that the messages lead to."""
    found: JsonObject = {_CLOUD_EVENT: CLOUD_EVENT, _HEADERS: HEADERS}
    waiting = list(_references(messages))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = loaded.spec.schemas[name]
            waiting += _references(found[name])
    return dict(sorted(found.items()))


def _references(node: JsonValue) -> Iterator[str]:
    if isinstance(node, list):
        for part in node:
            yield from _references(part)
    if isinstance(node, dict):
        ref = node.get("$ref")
        if isinstance(ref, str) and ref.startswith(_SCHEMAS):
            yield ref.removeprefix(_SCHEMAS)
        for name, part in node.items():
            if name not in ("example", "examples"):
                yield from _references(part)
