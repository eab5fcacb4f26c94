"""The AsyncAPI documents of the events."""

import json
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest
from jsonschema_rs import meta

from api.events.kinds import EventKinds
from api.events.message import Message
from api.events.parcel import Packer
from api.events.subscription import Subscription
from api.http.asyncapi import asyncapi
from api.registry import LoadedApi
from api.store.document import Body, Document, LogEntry, NewEvent
from tests.fake_clock import FakeClock
from tests.http.apis import apis

APIS = {each.api.name: each for each in apis()}


@cache
def document(name: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(asyncapi(APIS[name])))
    return made


def looked_up(name: str, ref: str) -> Any:
    found: Any = document(name)
    for part in ref.removeprefix("#/").split("/"):
        found = found[part]
    return found


def references(node: Any) -> Iterator[str]:
    parts = node if isinstance(node, list) else node.values() if isinstance(node, dict) else []
    if isinstance(node, dict) and isinstance(node.get("$ref"), str):
        yield node["$ref"]
    for part in parts:
        yield from references(part)


def validator(name: str, schema: dict[str, Any]) -> jsonschema_rs.Draft7Validator:
    return jsonschema_rs.Draft7Validator(
        {**schema, "components": document(name)["components"]}, validate_formats=True
    )


@pytest.mark.parametrize("name", APIS)
def test_all_that_is_referred_to_is_there(name: str) -> None:
    """And every message and schema that is there is used."""
    found = set(references(document(name)))
    for ref in found:
        assert looked_up(name, ref), ref
    for kind in ("messages", "schemas"):
        for each in document(name)["components"][kind]:
            assert f"#/components/{kind}/{each}" in found


NAME = re.compile(r"[A-Za-z0-9._-]+")
"""What the keys of components may be (AsyncAPI 3, Components Object)."""

FIXED = {
    "root": {"asyncapi", "id", "info", "servers", "defaultContentType", "channels", "operations"}
    | {"components"},
    "info": {"title", "version", "description", "termsOfService", "contact", "license", "tags"}
    | {"externalDocs"},
    "channel": {"address", "messages", "title", "summary", "description", "servers", "parameters"}
    | {"tags", "externalDocs", "bindings"},
    "operation": {"action", "channel", "title", "summary", "description", "security", "tags"}
    | {"externalDocs", "bindings", "traits", "messages", "reply"},
    "message": {"headers", "payload", "correlationId", "contentType", "name", "title", "summary"}
    | {"description", "tags", "externalDocs", "bindings", "examples", "traits"},
    "example": {"headers", "payload", "name", "summary"},
}
"""The attributes that AsyncAPI 3 knows; others begin with ``x-``."""


def known(kind: str, given: dict[str, Any]) -> bool:
    return {each for each in given if not each.startswith("x-")} <= FIXED[kind]


@pytest.mark.parametrize("name", APIS)
def test_the_structure_is_that_of_asyncapi_3(name: str) -> None:
    """What must be there is, nothing is that the format does not know, and keys are as they may."""
    made = document(name)
    assert re.fullmatch(r"3\.\d+\.\d+", made["asyncapi"])
    assert made["info"]["title"]
    assert made["info"]["version"]
    assert known("root", made)
    assert known("info", made["info"])
    assert all(known("channel", each) for each in made["channels"].values())
    assert all(known("operation", each) for each in made["operations"].values())
    for message in made["components"]["messages"].values():
        assert known("message", message)
        assert all(known("example", each) for each in message["examples"])
    keys = [key for part in made["components"].values() for key in part]
    assert [key for key in keys if not NAME.fullmatch(key)] == []


@pytest.mark.parametrize("name", APIS)
def test_operations_send_messages_of_their_channels(name: str) -> None:
    """Each reference leads by its channel to a message of the components."""
    made = document(name)
    for operation in made["operations"].values():
        where = operation["channel"]["$ref"]
        assert where.startswith("#/channels/")
        for message in operation["messages"]:
            assert message["$ref"].startswith(f"{where}/messages/")
            there = looked_up(name, message["$ref"])
            assert there["$ref"].startswith("#/components/messages/")


@pytest.mark.parametrize("name", APIS)
def test_payloads_and_headers_are_valid_json_schemas(name: str) -> None:
    """By the meta-schema of draft 7, which AsyncAPI's own schemas are a superset of."""
    components = document(name)["components"]
    schemas = dict(components["schemas"])
    for key, message in components["messages"].items():
        schemas[f"{key} payload"], schemas[f"{key} headers"] = (
            message["payload"],
            message["headers"],
        )
    for key, schema in schemas.items():
        meta.validate({"$schema": "http://json-schema.org/draft-07/schema#", **schema})
        assert schema, key


@pytest.mark.parametrize("name", APIS)
def test_every_event_has_its_channel(name: str) -> None:
    """One per listener of the API's document, with an operation that sends both forms."""
    listeners = {
        operation.path.removeprefix("/listener/")
        for operation in APIS[name].spec.operations()
        if operation.path.startswith("/listener/")
    }
    made = document(name)
    assert set(made["channels"]) == listeners
    assert len(made["operations"]) == len(listeners)
    for operation in made["operations"].values():
        assert operation["action"] == "send"
        channel = looked_up(name, operation["channel"]["$ref"])
        assert channel["address"] is None
        assert len(operation["messages"]) == len(channel["messages"]) == 2
        for message in operation["messages"]:
            assert message["$ref"].startswith(operation["channel"]["$ref"])


@pytest.mark.parametrize("name", APIS)
def test_the_examples_are_good_by_their_schemas(name: str) -> None:
    """There is one for every event of a resource, in both forms."""
    for key, message in document(name)["components"]["messages"].items():
        (example,) = message["examples"]
        faults = validator(name, message["payload"]).iter_errors(example["payload"])
        assert [each.message for each in faults] == [], key


@pytest.mark.parametrize("form", ["tmf", "cloudevents", "cloudevents-binary"])
@pytest.mark.parametrize("name", APIS)
def test_what_is_sent_is_good_by_the_document(name: str, form: str) -> None:
    """Headers and bodies that the hub makes fit the messages."""
    api = APIS[name]
    resource = api.api.resources[0]
    type_ = resource.event_type("Create")
    event = NewEvent("1", type_, name, resource.name, "7", "2025-06-15T15:06:40.000Z")
    entry = LogEntry(1, 1, event, Body(data=_resource(api, resource.name)))
    body = {"id": "s", "callback": "http://x.test/"}
    secret = {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
    process = {"api": name, "position": 0, "options": {"secrets": [secret], "format": form}}
    stored = Document("s", Body(data=body), 0, process=process)
    subscription = Subscription.of(stored, EventKinds({}))
    message = Message(entry, lambda *parts: "https://tmf.test/" + "/".join(parts))
    parcel = Packer(FakeClock(), 1_000_000).pack(message, subscription)
    key = f"{type_.removesuffix('Event')}CloudEvent" if form == "cloudevents" else type_
    described = document(name)["components"]["messages"][key]
    assert parcel.headers["content-type"].startswith(described["contentType"])
    assert list(validator(name, described["payload"]).iter_errors(json.loads(parcel.body))) == []
    known = looked_up(name, described["headers"]["$ref"])
    own = {k: v for k, v in parcel.headers.items() if k != "content-type"}
    strict = {**known, "additionalProperties": False}
    assert list(jsonschema_rs.Draft7Validator(strict).iter_errors(own)) == []
    assert len(own) >= 5


def _resource(api: LoadedApi, name: str) -> dict[str, Any]:
    messages = document(api.api.name)["components"]["messages"]
    type_ = api.resource(name).event_type("Create")
    found: dict[str, Any] = messages[type_]["examples"][0]["payload"]["event"][name]
    return {"id": "7", **{k: v for k, v in found.items() if k not in ("id", "href")}}


async def test_it_is_served(client: httpx.AsyncClient) -> None:
    """Beside the OpenAPI document, and the page of all documents links to it."""
    page = (await client.get("/docs")).text
    for api in apis():
        reply = await client.get(f"{api.base_path}/asyncapi.json")
        assert reply.headers["content-type"] == "application/json"
        assert reply.json() == document(api.api.name)
        assert f"{api.base_path}/asyncapi.json" in page


@pytest.mark.skipif(
    "TURNUP_TEST_ASYNCAPI" not in os.environ,
    reason="TURNUP_TEST_ASYNCAPI does not name the official JSON Schema of AsyncAPI 3.0",
)
@pytest.mark.parametrize("name", APIS)
def test_it_is_valid_by_the_official_schema(name: str) -> None:
    """For whoever has AsyncAPI's own JSON Schema at hand; it is not ours to ship."""
    schema = json.loads(Path(os.environ["TURNUP_TEST_ASYNCAPI"]).read_text())
    faults = jsonschema_rs.Draft7Validator(schema).iter_errors(document(name))
    assert [each.message for each in faults] == []
