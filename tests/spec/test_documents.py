"""The documents in `specs/`: valid, complete, with examples that hold."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from openapi_spec_validator import validate

from api.spec import SpecDocument, load
from tests.official import specdiff

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
SPECS = sorted((ROOT / "specs").glob("TMF*.yaml"))
OFFICIAL = {"TMF622-ProductOrdering-v4.0.0": "TMF622-ProductOrder-v4.0.0"}
NAMES = [spec.stem for spec in SPECS]
WHOLE = [name for name in NAMES if not name.startswith("TMF688")]
"""All but the event log, which has the official resource and not the topics around it."""


@cache
def loaded(name: str) -> SpecDocument:
    return load(ROOT / "specs" / f"{name}.yaml")


def nodes(node: Any, pointer: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object in a document, with its pointer; examples are left out."""
    if isinstance(node, dict):
        yield pointer, node
        for key, value in node.items():
            if key != "examples":
                yield from nodes(value, f"{pointer}/{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from nodes(value, f"{pointer}/{index}")


def test_there_is_a_document_for_each_api() -> None:
    """A test that runs over no document would pass: the four are there."""
    assert {name[:6] for name in NAMES} >= {"TMF622", "TMF638", "TMF640", "TMF641"}


@pytest.mark.parametrize("name", NAMES)
def test_documents_are_valid_openapi_31(name: str) -> None:
    """After bundling, a document is OpenAPI 3.1 by the official schema, with all references."""
    validate(loaded(name).data)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_points_out_of_a_bundled_document(name: str) -> None:
    """What a server hands out can be read without our files."""
    refs = [n["$ref"] for _, n in nodes(loaded(name).data) if isinstance(n.get("$ref"), str)]
    assert refs
    assert [ref for ref in refs if not ref.startswith("#/components/")] == []


@pytest.mark.parametrize("name", NAMES)
def test_examples_validate(name: str) -> None:
    """Every example, of a request or a reply, is valid by the schema beside it, formats too."""
    spec = loaded(name)
    checked = 0
    for pointer, node in nodes(spec.data["paths"]):
        for key, example in node.get("examples", {}).items():
            validator = jsonschema_rs.Draft202012Validator(
                {**node["schema"], "components": spec.data["components"]}, validate_formats=True
            )
            found = spec.resolve(example["$ref"]) if "$ref" in example else example
            faults = [error.message for error in validator.iter_errors(found["value"])]
            assert faults == [], f"{pointer}: {key}"
            checked += 1
    assert checked


@pytest.mark.parametrize("name", NAMES)
def test_every_body_that_a_client_sends_has_an_example(name: str) -> None:
    """A newcomer finds something to send for every create and update."""
    for operation in loaded(name).operations():
        if operation.path.startswith("/listener/") or "requestBody" not in operation.data:
            continue
        for media, content in operation.data["requestBody"]["content"].items():
            assert content.get("examples"), f"{operation.operation_id} {media}"


@pytest.mark.parametrize("name", NAMES)
def test_everything_is_described(name: str) -> None:
    """Every schema, attribute, parameter, header, operation and reply says what it means."""
    data = loaded(name).data
    bare = []
    for pointer, node in nodes(data):
        if re.search(r"/(properties|components/[a-z]+|responses|headers)/[^/]+$", pointer):
            bare += [pointer] if "summary" not in node and not _described(node) else []
        if "operationId" in node and not (node.get("summary") and node.get("description")):
            bare.append(pointer)
    assert bare == []


def _described(node: dict[str, Any]) -> bool:
    return bool(node.get("description")) or set(node) == {"$ref"}


@pytest.mark.parametrize("name", NAMES)
def test_every_error_has_the_error_body(name: str) -> None:
    """Each 4xx and 5xx reply of the documents carries the schema Error."""
    spec = loaded(name)
    for operation in spec.operations():
        for status, reply in operation.data["responses"].items():
            if status[0] in "45":
                found = spec.resolve(reply["$ref"])
                (content,) = found["content"].values()
                assert content["schema"] == {"$ref": "#/components/schemas/Error"}


@pytest.mark.parametrize(
    ("callback", "good"),
    [
        ("https://crm.example.com/events?x=1", True),
        ("HTTP://[::1]:8080", True),
        ("ftp://example.com/a", False),
        ("https:///events", False),
        ("example.com", False),
        ("", False),
    ],
)
def test_a_callback_is_an_http_url(callback: str, good: bool) -> None:
    """A callback that could never be called is refused at registration."""
    spec = loaded(NAMES[0])
    schema = {**spec.schemas["EventSubscriptionInput"], "components": spec.data["components"]}
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    assert validator.is_valid({"callback": callback}) is good


@pytest.mark.parametrize("name", WHOLE)
def test_documents_say_what_the_official_ones_say(name: str) -> None:
    """Paths, status codes, attributes, types, enums and required names are the official ones."""
    tool = specdiff()
    official = SHARED / "official" / f"{OFFICIAL.get(name, name)}.swagger.json"
    lost: list[str] = []
    ours = json.loads(json.dumps(loaded(name).data))
    tool.compare(
        tool.load(str(official)),
        ours,
        lambda mark, text: lost.append(f"{mark} {text}") if mark != "+" else None,
    )
    assert lost == []


@pytest.mark.parametrize(
    ("number", "schema", "attribute", "expected"),
    [
        ("TMF622", "ProductStatusType", "x-turnup-aliases", {"aborted ": "aborted"}),
        ("TMF622", "OrderItemActionType", "x-turnup-aliases", {"change": "modify"}),
        ("TMF622", "ProductOrder_Update", "required", None),
        ("TMF641", "ServiceOrderItemRef", "required", None),
        ("TMF641", "RelatedParty", "required", ["id", "@referredType"]),
        (
            "TMF640",
            "ServiceRelationship",
            "x-turnup-attribute-aliases",
            {"serviceRelationshipCharacteristic": "ServiceRelationshipCharacteristic"},
        ),
        (
            "TMF638",
            "Feature",
            "x-turnup-attribute-aliases",
            {"featureCharacteritic": "featureCharacteristic"},
        ),
    ],
)
def test_documents_are_lenient_where_the_official_ones_contradict_themselves(
    number: str, schema: str, attribute: str, expected: Any
) -> None:
    """The known slips of the official documents are mended, and nothing is mended twice."""
    (name,) = (n for n in NAMES if n.startswith(number))
    assert loaded(name).schemas[schema].get(attribute) == expected
