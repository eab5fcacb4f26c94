"""The documents that a running server hands out."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import httpx
import jsonschema_rs
import pytest
from openapi_spec_validator import validate

from api.http.openapi import handed_out
from api.patch import PATCH_TYPES
from api.query.limits import ALL_VALUES, VALUES
from api.registry import LoadedApi, load_apis
from api.settings import Settings
from tests.official import official, specdiff


@cache
def loaded() -> dict[str, LoadedApi]:
    return {each.api.name: each for each in load_apis(Settings().apis)}


@cache
def document(name: str) -> dict[str, Any]:
    return json.loads(json.dumps(handed_out(loaded()[name])))


NAMES = sorted(loaded())
RESOURCES = [(name, each.name) for name in NAMES for each in loaded()[name].api.resources]


@pytest.mark.parametrize("name", NAMES)
def test_the_document_is_valid(name: str) -> None:
    """With all that is written into it, it is still OpenAPI 3.1 with sound references."""
    validate(document(name))


@pytest.mark.parametrize("name", NAMES)
def test_the_spec_itself_is_left_alone(name: str) -> None:
    """Making the document changes nothing in what the server validates by."""
    before = json.dumps(loaded()[name].spec.data)
    handed_out(loaded()[name])
    assert json.dumps(loaded()[name].spec.data) == before


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_the_official_one_says(name: str) -> None:
    """Nothing is missing and nothing differs: what we write into it only adds."""
    spec = loaded()[name].spec
    lost: list[str] = []
    tool = specdiff()
    tool.compare(
        tool.load(str(official(spec))),
        document(name),
        lambda mark, text: lost.append(f"{mark} {text}") if mark != "+" else None,
    )
    assert lost == []


def operations(name: str, resource: str) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Method, operation and successful reply of a resource's operations of one."""
    paths = document(name)["paths"]
    for path, methods in ((f"/{resource}", ["post"]), (f"/{resource}/{{id}}", ["get", "patch"])):
        for method in methods:
            if operation := paths.get(path, {}).get(method):
                status = "201" if method == "post" else "200"
                yield method, operation, operation["responses"][status]


@pytest.mark.parametrize(("name", "resource"), RESOURCES)
def test_revisions_are_declared(name: str, resource: str) -> None:
    """ETag on every reply of one resource; 304 on a read, 412 where a revision can be asked for."""
    for method, operation, reply in operations(name, resource):
        assert reply["headers"]["ETag"] == {"$ref": "#/components/headers/ETag"}
        if method == "get":
            assert "304" in operation["responses"]
            assert {"$ref": "#/components/parameters/IfNoneMatch"} in operation["parameters"]
        if method in ("get", "patch"):
            assert "412" in operation["responses"]
        if method == "patch":
            assert "If-Match" in operation["description"]


@pytest.mark.parametrize(("name", "resource"), RESOURCES)
def test_a_selection_is_a_reply_too(name: str, resource: str) -> None:
    """A reply with only the key, as `fields=none` gives it, is valid by the document."""
    for _, operation, reply in operations(name, resource):
        assert {"$ref": "#/components/parameters/Fields"} in operation["parameters"]
        (content,) = reply["content"].values()
        schema = {**content["schema"], "components": document(name)["components"]}
        validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
        assert validator.is_valid({"id": "1", "href": "http://h/1"})
        assert not validator.is_valid({"id": 1, "href": "http://h/1"})


@pytest.mark.parametrize(("name", "resource"), RESOURCES)
def test_an_update_may_remove_what_is_optional(name: str, resource: str) -> None:
    """A merge-patch with null is valid by the document, unless the attribute is required."""
    schemas = document(name)["components"]["schemas"]
    kind = loaded()[name].resource(resource).type
    if f"{kind}_Update" not in schemas:
        pytest.skip("the document has no update of this")
    schema = {
        "$ref": f"#/components/schemas/{kind}_Update",
        "components": document(name)["components"],
    }
    validator = jsonschema_rs.Draft202012Validator(schema)
    required = set(schemas.get(f"{kind}_Create", {}).get("required", []))
    for attribute, described in schemas[f"{kind}_Update"]["properties"].items():
        may = attribute not in required | {"state"} and "readOnly" not in described
        assert validator.is_valid({attribute: None}) is may, attribute


@pytest.mark.parametrize(
    ("name", "kind", "attribute"),
    [
        ("tmf622", "ProductOrder", "billingAccount"),
        ("tmf638", "Service", "serviceSpecification"),
        ("tmf640", "Service", "serviceSpecification"),
    ],
)
def test_an_update_may_remove_what_is_optional_inside(name: str, kind: str, attribute: str) -> None:
    """Null in an object of a merge-patch, where the document does not require the attribute."""
    resource = f"/{kind[0].lower()}{kind[1:]}/{{id}}"
    bodies = document(name)["paths"][resource]["patch"]["requestBody"]["content"]
    for media in ("application/json;charset=utf-8", "application/merge-patch+json"):
        schema = {**bodies[media]["schema"], "components": document(name)["components"]}
        validator = jsonschema_rs.Draft202012Validator(schema)
        assert validator.is_valid({attribute: {"id": "1", "name": None, "@referredType": None}})
        assert validator.is_valid({attribute: {"name": "x"}, "description": None})
        assert not validator.is_valid({attribute: {"id": None}})


def nodes(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of a document, with where it stands."""
    if isinstance(node, dict):
        yield path, node
    parts = node.items() if isinstance(node, dict) else enumerate(node)
    for name, part in parts:
        if isinstance(part, dict | list):
            yield from nodes(part, f"{path}/{name}")


@pytest.mark.parametrize("name", NAMES)
def test_generators_of_clients_can_read_it(name: str) -> None:
    """What they stumble on is not there.

    Types of `additionalProperties` that the named attributes do not fit, arrays without `items`,
    and references into the middle of a schema.
    """
    for where, node in nodes(document(name)):
        if "/examples/" in where or where.endswith("/properties"):
            continue
        assert not isinstance(node.get("additionalProperties"), dict), where
        assert "items" in node or node.get("type") != "array", where
        assert "$defs" not in node, where
        assert node.get("$ref", "#/a/b/c").count("/") == 3, where


@pytest.mark.parametrize(("name", "resource"), RESOURCES)
def test_what_clients_may_not_set_is_read_only(name: str, resource: str) -> None:
    """Owned attributes in both bodies, fixed ones and `@type` in updates."""
    schemas, declared = _schemas(name), loaded()[name].resource(resource)
    create = schemas.get(declared.create_schema, {}).get("properties", {})
    update = schemas.get(declared.update_schema, {}).get("properties", {})
    for attribute in ("id", "href", *declared.owned):
        for properties in (create, update):
            assert properties.get(attribute, {}).get("readOnly", True), attribute
    for attribute in ("@type", *declared.fixed):
        assert update.get(attribute, {}).get("readOnly", True), attribute
        assert not create.get(attribute, {}).get("readOnly"), attribute


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("value", "valid"),
    [
        ({"extension": {"deep": [1, "x", None]}}, True),
        ({"$where": 1}, False),
        ({"a.b": 1}, False),
        ({"extension": {"$x": 1}}, False),
        ({"extension": "\x00"}, False),
        ({"extension": 2**63}, False),
        ({"extension": [{"a.b": 1}]}, False),
    ],
)
def test_the_limits_of_bodies_are_declared(name: str, value: Any, *, valid: bool) -> None:
    """What `api.schema.hygiene` refuses, the document refuses as well, in extensions too."""
    kind = next(
        r.type for r in loaded()[name].api.resources if f"{r.type}_Create" in _schemas(name)
    )
    schema = {**_schemas(name)[f"{kind}_Create"], "components": document(name)["components"]}
    schema.pop("required", None)
    assert jsonschema_rs.Draft202012Validator(schema).is_valid(value) is valid


@pytest.mark.parametrize(
    ("operation", "valid"),
    [
        ({"op": "copy", "from": "/a", "path": "/b"}, True),
        ({"op": "copy", "from": "", "path": "/b"}, True),
        ({"op": "move", "from": "", "path": ""}, True),
        ({"op": "copy", "from": "", "path": "", "": {}}, True),
        ({"op": "copy", "from": "/a", "path": ""}, False),
        ({"op": "remove", "path": ""}, False),
        ({"op": "add", "path": "b", "value": 1}, False),
    ],
)
async def test_what_the_document_says_of_patches_is_so(
    client: httpx.AsyncClient, operation: dict[str, Any], *, valid: bool
) -> None:
    """What is valid by it is done; the rest is 400."""
    schemas = document("tmf638")["components"]
    schema = {"$ref": "#/components/schemas/JsonPatch", "components": schemas}
    assert jsonschema_rs.Draft202012Validator(schema).is_valid([operation]) is valid
    body = {"state": "active", "serviceSpecification": {"id": "1"}, "a": {"b": 1}}
    made = await client.post("/tmf-api/serviceInventory/v4/service", json=body)
    headers = {"content-type": "application/json-patch+json"}
    reply = await client.patch(made.json()["href"], json=[operation], headers=headers)
    assert reply.status_code == (200 if valid else 400), reply.text


def _schemas(name: str) -> dict[str, Any]:
    schemas: dict[str, Any] = document(name)["components"]["schemas"]
    return schemas


def described(name: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and operation of all operations."""
    for path, item in document(name)["paths"].items():
        for method in ("get", "post", "patch", "delete"):
            if method in item:
                yield path, method, item[method]


def resolved(name: str, node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        found: Any = document(name)
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        node = found
    return node


def contents(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every body that the document describes: of requests and of replies."""
    for path, method, operation in described(name):
        request = operation.get("requestBody", {}).get("content", {})
        yield from ((f"{method} {path} {media}", each) for media, each in request.items())
        for status, reply in operation["responses"].items():
            for each in resolved(name, reply).get("content", {}).values():
                yield f"{method} {path} {status}", each


@pytest.mark.parametrize("name", NAMES)
def test_every_example_is_valid(name: str) -> None:
    """Of bodies, of errors and of parameters: each by the schema beside it."""
    count = 0
    components = document(name)["components"]
    for where, content in contents(name):
        schema = {**content["schema"], "components": components}
        validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
        for example in content.get("examples", {}).values():
            faults = list(validator.iter_errors(resolved(name, example)["value"]))
            assert not faults, (where, faults[0].message)
            count += 1
    for parameter in components["parameters"].values():
        validator = jsonschema_rs.Draft202012Validator(parameter["schema"])
        for example in parameter.get("examples", {}).values():
            assert validator.is_valid(example["value"]), parameter["name"]
    assert count > 50


@pytest.mark.parametrize("name", NAMES)
def test_every_request_body_has_an_example(name: str) -> None:
    """Of all four media types of a PATCH too; and every error that is described has one."""
    for path, method, operation in described(name):
        for media, content in operation.get("requestBody", {}).get("content", {}).items():
            if path.count("/") == 1 or method == "patch":
                assert content.get("examples"), (method, path, media)
        if method == "patch":
            taken = {media.partition(";")[0] for media in operation["requestBody"]["content"]}
            assert taken == set(PATCH_TYPES)
        for status, reply in operation["responses"].items():
            if status >= "400":
                (content,) = resolved(name, reply)["content"].values()
                (example,) = content["examples"].values()
                assert example["value"]["status"] == status


@pytest.mark.parametrize(("name", "resource"), RESOURCES)
def test_what_a_list_takes_is_declared(name: str, resource: str) -> None:
    """Paging, selection, sort, filter, and every indexed attribute with its type."""
    operation = document(name)["paths"][f"/{resource}"]["get"]
    taken = [resolved(name, each) for each in operation["parameters"]]
    found = {each["name"]: each["schema"] for each in taken}
    assert len(found) == len(taken)
    declared = loaded()[name].resource(resource)
    assert {"fields", "offset", "limit", "sort", "filter", *declared.indexes} <= found.keys()
    for path in declared.indexes:
        date = path.endswith("Date")
        assert found[path].get("format") == ("date-time" if date else None), path
    assert len(declared.indexes) * VALUES.most <= ALL_VALUES.most, "who keeps to each keeps to all"
    many = ",".join("v" * 100)
    for path in {"fields", *declared.indexes}:
        if pattern := found[path].get("pattern"):
            assert re.search(pattern, many), path
            assert not re.search(pattern, f"{many},v"), path
    assert ".gte" in operation["description"]


@pytest.mark.parametrize("name", NAMES)
def test_headers_of_replies_are_declared(name: str) -> None:
    """Counts and links of lists, where a new one is, what is allowed, when to try again."""
    for path, method, operation in described(name):
        for status, reply in operation["responses"].items():
            headers = set(resolved(name, reply).get("headers", {}))
            item = path.endswith("{id}")
            if method == "get" and status == "200" and not item and path.count("/") == 1:
                assert {"X-Total-Count", "X-Result-Count", "Link"} <= headers, path
            if method == "post" and status in {"201", "202"} and path.count("/") == 1:
                assert "Location" in headers, path
            wanted = {"405": "Allow", "503": "Retry-After"}.get(status)
            assert wanted is None or wanted in headers, (path, status)
            if method == "patch" and status == "415":
                assert "Accept-Patch" in headers
