"""Making each package's `models.py` from its document in `specs/`.

datamodel-code-generator does the work; it is a development dependency, so it is only imported when
something is made. Its output depends on its version, which `constraints.txt` pins.
"""

import importlib.util
import json
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.errors import SetupError
from api.jsontypes import JsonObject, JsonValue
from api.spec.document import SpecDocument, load
from api.spec.errors import SpecError
from api.spec.walk import map_document

__all__ = [
    "ModelPackage",
    "check",
    "find_packages",
    "further_documents",
    "further_packages",
    "generate",
    "render",
]

_GENERATOR: Final = "datamodel_code_generator"
_REBUILD: Final = re.compile(r"^\w+\.model_rebuild\(\)\n", re.MULTILINE)
_PACKAGE: Final = re.compile(r"tmf(\d+)_\w+")
_SUFFIXES: Final = (".yaml", ".yml", ".json")
_REF: Final = "#/components/schemas/"
_OPTIONS: Final = (
    "--ignore-pyproject",
    "--input-file-type=openapi",
    "--openapi-scopes=schemas",
    "--output-model-type=pydantic_v2.BaseModel",
    "--base-class=api.spec.model.SpecModel",
    "--target-python-version=3.11",
    "--use-annotated",
    "--use-standard-collections",
    "--use-union-operator",
    "--use-specialized-enum",
    "--use-schema-description",
    "--use-field-description",
    "--use-single-line-docstring",
    "--special-field-name-prefix=at",
    "--use-double-quotes",
    "--strict-refs",
    "--disable-timestamp",
    "--formatters=builtin",
)


@dataclass(frozen=True)
class ModelPackage:
    """A package whose models come from a document.

    Attributes:
        spec: the document.
        output: the `models.py` that is made of it.
    """

    spec: Path
    output: Path


def find_packages(names: Iterable[str], root: Path) -> list[ModelPackage]:
    """Find the document of each package by number: `tmf622_…` has `specs/TMF622-….yaml` or `.json`.

    Args:
        names: packages, such as `tmf622_product_ordering`.
        root: the directory that holds the packages and `specs/`.

    Raises:
        SpecError: a package is not named so, or has no document or more than one.
    """
    return [_find_package(name, root) for name in names]


def _find_package(name: str, root: Path) -> ModelPackage:
    match = _PACKAGE.fullmatch(name)
    if not match:
        raise SpecError("is no package of an API; they are named like tmf622_…", root / name)
    documents = (root / "specs").glob(f"TMF{match[1]}-*")
    specs = sorted(path for path in documents if path.suffix in _SUFFIXES)
    if len(specs) != 1:
        found = ", ".join(spec.name for spec in specs) or "none"
        raise SpecError(
            f"one document TMF{match[1]}-… is needed here; found: {found}", root / "specs"
        )
    return ModelPackage(specs[0], root / name / "models.py")


def further_packages(names: Iterable[str], root: Path) -> list[str]:
    """Packages in the directory that are named like those of APIs, and are not among `names`."""
    found = {
        each.name for each in root.iterdir() if each.is_dir() and _PACKAGE.fullmatch(each.name)
    }
    return sorted(found - set(names))


def further_documents(
    packages: Iterable[ModelPackage], root: Path, without: str = ""
) -> list[Path]:
    """Documents of APIs in `specs/` that are none of those packages'; one needs none, perhaps."""
    found = {each for each in (root / "specs").glob("TMF*") if each.suffix in _SUFFIXES}
    return sorted(found - {each.spec for each in packages} - {root / "specs" / without})


def generate(packages: Sequence[ModelPackage]) -> None:
    """Write the models of every package; files that are right already are left alone.

    Raises:
        SetupError: the generator is not installed.
        SpecError: a document is wrong.
    """
    for package in packages:
        text = render(package.spec)
        if not _holds(package.output, text):
            package.output.parent.mkdir(exist_ok=True)  # a package may begin with its models
            package.output.write_text(text, encoding="utf-8")


def check(packages: Sequence[ModelPackage]) -> list[Path]:
    """Name the model files that are not what their document gives; nothing is written.

    Raises:
        SetupError: the generator is not installed.
        SpecError: a document is wrong.
    """
    return [p.output for p in packages if not _holds(p.output, render(p.spec))]


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def render(spec: Path) -> str:
    """Make the Python source of a document's models: the same text every time.

    Raises:
        SetupError: the generator is not installed.
        SpecError: the document is wrong, or the generator refuses it.
    """
    document = load(spec)
    with tempfile.TemporaryDirectory() as directory:
        source, output = Path(directory, "spec.json"), Path(directory, "models.py")
        source.write_text(json.dumps(_for_models(document)), encoding="utf-8")
        _run([f"--input={source}", f"--output={output}", _header(document, spec)], spec)
        # A rebuild would build all validators at import; pydantic does it at first use anyway.
        return _REBUILD.sub("", output.read_text(encoding="utf-8")).rstrip("\n") + "\n"


def _header(document: SpecDocument, spec: Path) -> str:
    text = (
        f'"""Models of {document.title} {document.version}.\n\n'
        f"Made from `specs/{spec.name}` by `turnup generate`; do not edit.\n"
        '"""'
    )
    return f"--custom-file-header={text}"


def _run(arguments: list[str], spec: Path) -> None:
    if importlib.util.find_spec(_GENERATOR) is None:
        raise SetupError("datamodel-code-generator is missing: run `make setup`")
    from datamodel_code_generator.__main__ import main  # noqa: PLC0415  # a development dependency

    if main([*_OPTIONS, *arguments]) != 0:
        raise SpecError("datamodel-code-generator cannot make models of it", spec)


def _for_models(document: SpecDocument) -> JsonObject:
    """The document, without what the models shall not enforce or need not name.

    Formats and patterns other than times are the edge's to check, and a schema without any rule
    (`Any`) is plain `Any` in Python.
    """
    free = {
        _REF + name for name, schema in document.schemas.items() if set(schema) <= {"description"}
    }

    def simplify(schema: JsonObject) -> JsonValue:
        dropped = {"pattern", "x-turnup-aliases"}
        if schema.get("format") == "uri":
            dropped.add("format")
        if schema.get("$ref") in free:
            dropped.add("$ref")
        return {key: value for key, value in schema.items() if key not in dropped}

    simple: JsonObject = map_document({"schemas": document.schemas}, simplify)
    named = {k: v for k, v in simple["schemas"].items() if _REF + k not in free}
    info = {"title": document.title, "version": document.version}
    return {"openapi": "3.1.0", "info": info, "paths": {}, "components": {"schemas": named}}
