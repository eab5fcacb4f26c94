"""Models made from documents."""

import importlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from api.errors import SetupError
from api.spec import SpecError, generate
from api.spec.generate import (
    ModelPackage,
    check,
    find_packages,
    further_documents,
    further_packages,
)

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = [
    "tmf622_product_ordering",
    "tmf638_service_inventory",
    "tmf640_activation",
    "tmf641_service_ordering",
]
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1.2.3"},
    "paths": {},
    "components": {
        "schemas": {
            "Any": {"description": "Anything."},
            "Color": {"type": "string", "enum": ["red", "notRed"]},
            "Thing_Create": {
                "type": "object",
                "required": ["value"],
                "properties": {
                    "@type": {"type": "string"},
                    "value": {"$ref": "#/components/schemas/Any"},
                    "part": {
                        "type": "array",
                        "items": {"$ref": "#/components/schemas/Thing_Create"},
                    },
                    "color": {"$ref": "#/components/schemas/Color"},
                    "due": {"type": "string", "format": "date-time"},
                    "link": {"type": "string", "format": "uri"},
                },
            },
        }
    },
}


@pytest.fixture
def package(tmp_path: Path) -> ModelPackage:
    (tmp_path / "specs").mkdir()
    (tmp_path / "tmf999_things").mkdir()
    (tmp_path / "specs" / "TMF999-Things-v1.yaml").write_text(json.dumps(DOCUMENT))
    (found,) = find_packages(["tmf999_things"], tmp_path)
    return found


def test_checked_in_models_are_what_the_documents_give() -> None:
    """Nobody has edited a `models.py`, or changed a document without making the models anew."""
    stale = check(find_packages(PACKAGES, ROOT))
    assert stale == [], "run `make generate`"


def test_a_stale_file_is_found_and_mended(package: ModelPackage) -> None:
    """What is missing or edited is named; making it again is enough, and writes nothing twice."""
    assert check([package]) == [package.output]
    generate.generate([package])
    assert check([package]) == []
    written = package.output.stat().st_mtime_ns
    generate.generate([package])
    assert package.output.stat().st_mtime_ns == written
    package.output.write_text(package.output.read_text() + "\n")
    assert check([package]) == [package.output]


def test_models_keep_wire_names_and_unknown_attributes(package: ModelPackage) -> None:
    """What goes into a model comes out again under the names of the wire, extensions included."""
    generate.generate([package])
    namespace: dict[str, Any] = {"__name__": "tmf999_models"}
    exec(compile(package.output.read_text(), package.output, "exec"), namespace)
    model: type[BaseModel] = namespace["ThingCreate"]
    model.model_rebuild(_types_namespace=namespace)
    sent = {
        "@type": "Own",
        "value": {"a": [1, None]},
        "part": [{"value": 1}],
        "color": "notRed",
        "due": "2024-06-01T00:00:00Z",
        "link": "no link",
        "extra": {"b": 1},
    }
    thing = model.model_validate(sent)
    assert thing.model_dump(mode="json", by_alias=True, exclude_unset=True) == sent
    assert thing.color == "notRed"  # type: ignore[attr-defined]
    assert thing.at_type == "Own"  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", PACKAGES)
def test_every_model_can_be_built(name: str) -> None:
    """Validators are built at first use: none of them fails then."""
    module = importlib.import_module(f"{name}.models")
    models = [m for m in vars(module).values() if isinstance(m, type) and issubclass(m, BaseModel)]
    assert len(models) > 30
    for model in models:
        assert model.model_rebuild() is not False, model.__name__


def test_a_package_without_its_document_is_an_error(tmp_path: Path, package: ModelPackage) -> None:
    """A name that fits no document, or two, is refused instead of guessed at."""
    with pytest.raises(SpecError, match="found: none"):
        find_packages(["tmf111_nothing"], tmp_path)
    with pytest.raises(SpecError, match="named like"):
        find_packages(["things"], tmp_path)
    shutil.copy(package.spec, tmp_path / "specs" / "TMF999-Things-v2.yaml")
    with pytest.raises(SpecError, match=r"v1\.yaml, .*v2\.yaml"):
        find_packages(["tmf999_things"], tmp_path)


def test_a_document_in_json(tmp_path: Path) -> None:
    """The official file is found as it is called and as it is written; so begins a package."""
    swagger = {
        "swagger": "2.0",
        "info": {"title": "Things", "version": "1"},
        "paths": {},
        "definitions": {"Thing": {"type": "object", "properties": {"id": {"type": "string"}}}},
    }
    (tmp_path / "specs").mkdir()
    file = tmp_path / "specs" / "TMF999-Things-v1.0.0.swagger.json"
    file.write_text(json.dumps(swagger))
    (found,) = find_packages(["tmf999_things"], tmp_path)
    assert found.spec == file
    generate.generate([found])
    assert "class Thing(" in found.output.read_text()


def test_a_package_that_is_left_out(tmp_path: Path, package: ModelPackage) -> None:
    """A package that is not in the setting is told, as nothing is made for it."""
    assert further_packages(["tmf111_nothing"], tmp_path) == ["tmf999_things"]
    assert further_packages([package.output.parent.name], tmp_path) == []


def test_a_document_that_is_left_out(tmp_path: Path, package: ModelPackage) -> None:
    """A document without a package is told, too; what documents share is none."""
    other = package.spec.with_name("TMF111-Other-v4.0.0.json")
    other.write_text("{}")
    package.spec.with_name("shared.yaml").write_text("{}")
    assert further_documents([package], tmp_path) == [other]
    assert further_documents([package], tmp_path, without=other.name) == []


def test_without_the_generator_the_error_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, package: ModelPackage
) -> None:
    """The generator is not part of the product; who lacks it is told how to get it."""
    monkeypatch.setattr(generate, "_GENERATOR", "no_such_generator")
    with pytest.raises(SetupError, match="make setup"):
        generate.generate([package])
