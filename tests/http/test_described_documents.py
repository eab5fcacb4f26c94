"""Whatever document an API is made from, the one that is handed out can be made of it."""

import copy
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from openapi_spec_validator import validate

from api.http.asyncapi import asyncapi
from api.http.openapi import handed_out
from api.registry import LoadedApi, load_apis
from api.settings import Settings
from api.spec import SpecDocument, load
from tests.official import official


@cache
def loaded() -> LoadedApi:
    return next(each for each in load_apis(Settings().apis) if each.api.name == "tmf638")


def made_of(data: dict[str, Any], *, strict_pages: bool = False) -> dict[str, Any]:
    api = LoadedApi(loaded().api, SpecDocument(data), loaded().schemas)
    asyncapi(api)
    made: dict[str, Any] = json.loads(json.dumps(handed_out(api, strict_pages=strict_pages)))
    return made


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for path in document["paths"].values() for each in path.values()]


def without_tags(document: dict[str, Any]) -> None:
    document.pop("tags", None)
    for each in operations(document):
        each.pop("tags", None)


def without_reading_the_hub(document: dict[str, Any]) -> None:
    del document["paths"]["/hub"]["get"], document["paths"]["/hub/{id}"]["get"]


def without_registering(document: dict[str, Any]) -> None:
    del document["paths"]["/hub"]


def without_ending(document: dict[str, Any]) -> None:
    del document["paths"]["/hub/{id}"]


def without_hub(document: dict[str, Any]) -> None:
    del document["paths"]["/hub"], document["paths"]["/hub/{id}"]


def without_replies(document: dict[str, Any]) -> None:
    for each in operations(document):
        each.pop("responses", None)


def without_faults(document: dict[str, Any]) -> None:
    for each in operations(document):
        each["responses"] = {s: r for s, r in each["responses"].items() if s < "3"}


def without_content(document: dict[str, Any]) -> None:
    for each in operations(document):
        each["responses"] = {status: {"description": "x"} for status in each["responses"]}


def with_shared_replies(document: dict[str, Any]) -> None:
    replies = document["components"]["responses"]
    for number, each in enumerate(operations(document)):
        for status, reply in each["responses"].items():
            if "$ref" not in reply:
                replies[f"R{number}s{status}"] = reply
                each["responses"][status] = {"$ref": f"#/components/responses/R{number}s{status}"}


def with_shared_bodies(document: dict[str, Any]) -> None:
    bodies = document["components"].setdefault("requestBodies", {})
    for number, each in enumerate(operations(document)):
        if "requestBody" in each:
            bodies[f"B{number}"] = each["requestBody"]
            each["requestBody"] = {"$ref": f"#/components/requestBodies/B{number}"}


def without_bodies_of_events(document: dict[str, Any]) -> None:
    for path, item in document["paths"].items():
        if path.startswith("/listener/"):
            del item["post"]["requestBody"]


def with_events_in_place(document: dict[str, Any]) -> None:
    for path, item in document["paths"].items():
        if path.startswith("/listener/"):
            item["post"]["requestBody"] = {
                "content": {"application/json": {"schema": {"type": "object"}}}
            }


def with_parameters_of_paths(document: dict[str, Any]) -> None:
    for path in document["paths"].values():
        for each in list(path.values()):
            path["parameters"] = each.pop("parameters", [])


CHANGES = [
    without_tags,
    without_reading_the_hub,
    without_registering,
    without_ending,
    without_hub,
    without_replies,
    without_faults,
    without_content,
    with_shared_replies,
    with_shared_bodies,
    without_bodies_of_events,
    with_events_in_place,
    with_parameters_of_paths,
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_document_may_leave_out_what_openapi_lets_it(
    change: Callable[[dict[str, Any]], None],
) -> None:
    """It is described all the same, and what is handed out is OpenAPI."""
    data = copy.deepcopy(loaded().spec.data)
    change(data)
    before = json.dumps(data)
    validate(made_of(data))
    validate(made_of(data, strict_pages=True))
    assert json.dumps(data) == before


def test_bodies_may_be_shared() -> None:
    """A request body among the components is described where it is used."""
    data = copy.deepcopy(loaded().spec.data)
    with_shared_bodies(data)
    made = made_of(data)
    validate(made)
    patch = made["paths"]["/service/{id}"]["patch"]["requestBody"]["content"]
    assert "application/json-patch+json" in patch


def test_reading_the_hub_is_added() -> None:
    """Every hub can be read: a document that has no such operations gets them."""
    data = copy.deepcopy(loaded().spec.data)
    without_reading_the_hub(data)
    paths = made_of(data)["paths"]
    assert paths["/hub"]["get"]["operationId"] == "listListener"
    assert "200" in paths["/hub/{id}"]["get"]["responses"]
    assert "/hub/{id}/deliveries" in paths


def test_the_official_document_itself_can_be_served() -> None:
    """The Swagger 2.0 file as it is published, without a line of ours."""
    path = official(loaded().spec)
    made = made_of(load(path).data)
    assert {"get", "post"} <= made["paths"]["/hub"].keys()
    assert "/hub/{id}/replay" in made["paths"]
