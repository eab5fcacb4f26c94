"""Reading documents: bundling, older versions, and errors that name the place."""

import json
from pathlib import Path
from typing import Any

import pytest

from api.spec import SpecError, load
from api.spec.document import parse

INFO = {"title": "Test", "version": "1.0.0"}


def write(path: Path, document: Any) -> Path:
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def document(**parts: Any) -> dict[str, Any]:
    return {"openapi": "3.1.0", "info": INFO, "paths": {}, **parts}


def schemas(**named: Any) -> dict[str, Any]:
    return {"components": {"schemas": named}}


def test_a_reference_to_another_file_becomes_local(tmp_path: Path) -> None:
    """A component of another file, and what it needs from there, ends up in the document."""
    write(
        tmp_path / "common.yaml",
        document(
            **schemas(
                A={"properties": {"b": {"$ref": "#/components/schemas/B"}}}, B={"type": "string"}
            )
        ),
    )
    ours = schemas(Own={"items": {"$ref": "common.yaml#/components/schemas/A"}})
    spec = load(write(tmp_path / "own.yaml", document(**ours)))
    assert spec.schemas == {
        "Own": {"items": {"$ref": "#/components/schemas/A"}},
        "A": {"properties": {"b": {"$ref": "#/components/schemas/B"}}},
        "B": {"type": "string"},
    }


def test_files_that_refer_to_each_other_in_a_circle_are_bundled(tmp_path: Path) -> None:
    """A shared file may refer back to the document that uses it."""
    write(
        tmp_path / "common.json",
        document(**schemas(A={"items": {"$ref": "own.json#/components/schemas/B"}})),
    )
    ours = schemas(B={"items": {"$ref": "common.json#/components/schemas/A"}})
    spec = load(write(tmp_path / "own.json", document(**ours)))
    assert spec.resolve("#/components/schemas/A") == {"items": {"$ref": "#/components/schemas/B"}}


def test_a_component_that_only_points_elsewhere_takes_what_stands_there(tmp_path: Path) -> None:
    """`Error: {$ref: common.yaml#/…/Error}` does not end up pointing at itself."""
    write(tmp_path / "common.yaml", document(**schemas(Error={"type": "object"})))
    ours = schemas(Error={"$ref": "common.yaml#/components/schemas/Error"})
    assert load(write(tmp_path / "own.yaml", document(**ours))).schemas == {
        "Error": {"type": "object"}
    }


def test_equal_components_of_one_name_are_one(tmp_path: Path) -> None:
    """The same schema from two files is no clash."""
    for name in ("one.yaml", "two.yaml"):
        write(tmp_path / name, document(**schemas(A={"type": "string"})))
    ours = schemas(
        X={"$ref": "one.yaml#/components/schemas/A"}, Y={"$ref": "two.yaml#/components/schemas/A"}
    )
    assert load(write(tmp_path / "own.yaml", document(**ours))).schemas["A"] == {"type": "string"}


def test_different_components_of_one_name_are_an_error(tmp_path: Path) -> None:
    """A clash is not settled by chance; the message says where it is."""
    write(tmp_path / "common.yaml", document(**schemas(A={"type": "string"})))
    ours = schemas(A={"type": "integer"}, X={"$ref": "common.yaml#/components/schemas/A"})
    with pytest.raises(SpecError, match=r"own\.yaml#/components/schemas/A: .*common\.yaml"):
        load(write(tmp_path / "own.yaml", document(**ours)))


def test_data_that_looks_like_a_reference_is_left_alone(tmp_path: Path) -> None:
    """Examples, defaults and attributes named `$ref` are data and names, not references."""
    schema = {
        "properties": {"$ref": {"type": "string"}, "value": {"$ref": "#/components/schemas/B"}},
        "default": {"$ref": "nowhere.yaml#/x"},
    }
    example = {"value": {"$ref": "nowhere.yaml#/x"}}
    whole = document(components={"schemas": {"A": schema, "B": {}}, "examples": {"e": example}})
    assert load(write(tmp_path / "own.json", whole)).data == whole


@pytest.mark.parametrize(
    ("ref", "problem"),
    [
        ("#/components/schemas/Nothing", "where nothing stands"),
        ("common.yaml#/components/schemas/Nothing", "where nothing stands"),
        ("missing.yaml#/components/schemas/A", r"missing\.yaml: cannot be read"),
        ("common.yaml#/info", "no component"),
        ("common.yaml", "no component"),
        ("https://example.com/a.yaml#/components/schemas/A", "only files are followed"),
    ],
)
def test_a_reference_that_cannot_be_followed_is_named(
    tmp_path: Path, ref: str, problem: str
) -> None:
    """Every kind of broken reference is an error, none becomes an empty schema."""
    write(tmp_path / "common.yaml", document(**schemas(A={})))
    path = write(tmp_path / "own.yaml", document(**schemas(Own={"items": {"$ref": ref}})))
    with pytest.raises(SpecError, match=problem) as caught:
        load(path)
    if "missing" not in ref:
        assert "own.yaml#/components/schemas/Own/items/$ref" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: [", "neither YAML nor JSON"),
        ("- a", "no object"),
        ("{}", "says neither"),
        ("openapi: 2.0.0", "says neither"),
        ("openapi: 3.1.0\npaths: []", r"#/paths: must be an object"),
        ("openapi: 3.1.0\n? [a]\n: b", "neither"),
    ],
)
def test_a_file_that_is_no_document_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    """What is no API description is refused with the file's name."""
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError, match=problem) as caught:
        load(path)
    assert "own.yaml" in str(caught.value)


def test_yaml_is_read_as_json(tmp_path: Path) -> None:
    """Times, `on` and unquoted status codes are text, as they would be in JSON."""
    path = tmp_path / "own.yaml"
    path.write_text(
        "openapi: 3.1.0\ninfo: {title: on, version: 2024-06-01, x-yes: true}\n"
        "paths: {/a: {get: {responses: {200: {description: no}}}}}\n",
        encoding="utf-8",
    )
    spec = load(path)
    assert spec.data["info"] == {"title": "on", "version": "2024-06-01", "x-yes": True}
    assert spec.data["paths"]["/a"]["get"]["responses"] == {"200": {"description": "no"}}


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("/tmf-api/x/v4", "/tmf-api/x/v4"),
        ("/tmf-api/x/v4/", "/tmf-api/x/v4"),
        ("https://host:8080/x/v4", "/x/v4"),
        ("https://{serverRoot}/x/v4/", "/x/v4"),
        ("/", ""),
    ],
)
def test_the_base_path_has_no_host_and_no_trailing_slash(
    tmp_path: Path, url: str, base: str
) -> None:
    """Routes are put together from the base path: it must always have the same form."""
    assert load(write(tmp_path / "a.json", document(servers=[{"url": url}]))).base_path == base


def test_operations_carry_the_parameters_of_their_path(tmp_path: Path) -> None:
    """An operation has its path item's parameters, unless it has one of that name itself."""
    limit, own = {"name": "limit", "in": "query"}, {"name": "id", "in": "path", "required": True}
    item = {
        "parameters": [limit, {"name": "id", "in": "path"}],
        "get": {"operationId": "read", "tags": ["t"], "parameters": [own]},
        "delete": {},
    }
    read, delete = load(write(tmp_path / "a.json", document(paths={"/a/{id}": item}))).operations()
    assert (read.path, read.method, read.operation_id, read.tags) == (
        "/a/{id}",
        "GET",
        "read",
        ("t",),
    )
    assert read.data["parameters"] == [limit, own]
    assert (delete.operation_id, len(delete.data["parameters"])) == ("DELETE /a/{id}", 2)


@pytest.mark.parametrize(
    ("operation", "schema"),
    [
        ({}, {}),
        ({"requestBody": {"content": {}}}, {}),
        ({"requestBody": {"content": {"application/json": {}}}}, {}),
        ({"requestBody": {"content": {"a/b": {"schema": {"type": "null"}}}}}, {"type": "null"}),
        ({"requestBody": {"$ref": "#/components/requestBodies/One"}}, {"type": "object"}),
    ],
)
def test_what_is_sent(tmp_path: Path, operation: dict[str, Any], schema: dict[str, Any]) -> None:
    """The schema of a body, wherever it is written; anything where there is none."""
    one = {"content": {"application/json": {"schema": {"type": "object"}}}}
    raw = document(paths={"/a": {"post": operation}}, components={"requestBodies": {"One": one}})
    (post,) = load(write(tmp_path / "a.json", raw)).operations()
    assert post.body == schema


def test_resolve_follows_chains_and_refuses_circles(tmp_path: Path) -> None:
    """A reference to a reference is followed; one that comes back to itself is an error."""
    ref = "#/components/schemas/"
    named = schemas(
        A={"$ref": ref + "B"}, B={"type": "null"}, C={"$ref": ref + "D"}, D={"$ref": ref + "C"}
    )
    spec = load(write(tmp_path / "a.json", document(**named)))
    assert spec.resolve(ref + "A") == {"type": "null"}
    with pytest.raises(SpecError, match="itself"):
        spec.resolve(ref + "C")
    with pytest.raises(SpecError, match="nothing stands here"):
        spec.resolve(ref + "E")


def test_openapi_30_schemas_become_31() -> None:
    """`nullable`, boolean limits, `example` and what stands beside a reference mean the same."""
    old = schemas(
        A={"type": "string", "nullable": True, "example": "x"},
        B={"type": "integer", "minimum": 3, "exclusiveMinimum": True, "exclusiveMaximum": False},
        C={"allOf": [{"$ref": "#/components/schemas/A", "type": "object"}], "nullable": True},
        D={"type": "string", "enum": ["a"], "nullable": True},
        E={"properties": {"nullable": {"type": "boolean"}, "example": {"nullable": False}}},
    )
    new = parse({**document(**old), "openapi": "3.0.3"})
    assert new["openapi"] == "3.1.0"
    assert new["components"]["schemas"] == {
        "A": {"type": ["string", "null"], "examples": ["x"]},
        "B": {"type": "integer", "exclusiveMinimum": 3},
        "C": {"anyOf": [{"allOf": [{"$ref": "#/components/schemas/A"}]}, {"type": "null"}]},
        "D": {"type": ["string", "null"], "enum": ["a", None]},
        "E": {"properties": {"nullable": {"type": "boolean"}, "example": {}}},
    }


SWAGGER = {
    "swagger": "2.0",
    "info": INFO,
    "host": "placeholder",
    "basePath": "/x/v4/",
    "consumes": ["application/json;charset=utf-8"],
    "produces": ["application/json;charset=utf-8"],
    "paths": {
        "/a/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "type": "string"}],
            "patch": {
                "operationId": "patchA",
                "parameters": [
                    {"$ref": "#/parameters/Limit"},
                    {"name": "a", "in": "body", "schema": {"$ref": "#/definitions/A"}},
                ],
                "responses": {
                    "200": {
                        "description": "Done",
                        "schema": {"type": "array", "items": {"$ref": "#/definitions/A"}},
                        "headers": {"X-Total-Count": {"type": "integer", "description": "All"}},
                    },
                    "404": {"$ref": "#/responses/Missing"},
                },
            },
        }
    },
    "parameters": {"Limit": {"name": "limit", "in": "query", "type": "integer", "minimum": 0}},
    "responses": {"Missing": {"description": "Missing"}},
    "definitions": {"A": {"properties": {"b": {"type": "string", "x-nullable": True}}}},
    "securityDefinitions": {
        "o": {
            "type": "oauth2",
            "flow": "application",
            "tokenUrl": "https://a/t",
            "scopes": {"s": ""},
        }
    },
}


def test_swagger_2_becomes_31(tmp_path: Path) -> None:
    """Bodies, parameters, headers, shared parts and security of Swagger 2.0 find their place."""
    spec = load(write(tmp_path / "a.json", SWAGGER))
    assert spec.base_path == "/x/v4"
    assert spec.schemas == {"A": {"properties": {"b": {"type": ["string", "null"]}}}}
    (patch,) = spec.operations()
    media, ref = "application/json;charset=utf-8", {"$ref": "#/components/schemas/A"}
    assert patch.data == {
        "operationId": "patchA",
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
            {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 0}},
        ],
        "requestBody": {"content": {media: {"schema": ref}}},
        "responses": {
            "200": {
                "description": "Done",
                "headers": {"X-Total-Count": {"description": "All", "schema": {"type": "integer"}}},
                "content": {media: {"schema": {"type": "array", "items": ref}}},
            },
            "404": {"$ref": "#/components/responses/Missing"},
        },
    }
    assert spec.data["components"]["securitySchemes"]["o"]["flows"] == {
        "clientCredentials": {"tokenUrl": "https://a/t", "scopes": {"s": ""}}
    }


def test_conversion_leaves_its_argument_alone() -> None:
    """The conversions are pure: a caller's document is as it was."""
    before = json.dumps(SWAGGER)
    parse(SWAGGER)
    assert json.dumps(SWAGGER) == before
