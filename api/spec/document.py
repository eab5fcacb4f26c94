"""An API description, ready for use: OpenAPI 3.1, self-contained, with its references checked."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from api.jsontypes import JsonObject, JsonValue
from api.spec import openapi30, swagger2
from api.spec.bundle import bundle
from api.spec.errors import SpecError
from api.spec.pointer import lookup
from api.spec.reading import read

__all__ = ["Operation", "SpecDocument", "load", "parse"]

_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True)
class Operation:
    """One operation of an API.

    Attributes:
        path: as in the document, relative to the base path, such as `/service/{id}`.
        method: in capitals, as on the wire.
        operation_id: the document's, or method and path where it has none.
        tags: the document's.
        data: the OpenAPI operation object, with the parameters of its path item put in, and its
            request body where the document refers to one.
    """

    path: str
    method: str
    operation_id: str
    tags: tuple[str, ...]
    data: JsonObject

    @property
    def body(self) -> JsonObject:
        """The schema of what is sent, in the first form that it may have; empty for anything."""
        content: JsonObject = self.data.get("requestBody", {}).get("content", {})
        for media in content.values():
            return dict(media.get("schema", {}))
        return {}


@dataclass(frozen=True)
class SpecDocument:
    """An OpenAPI 3.1 document that refers to nothing outside itself.

    Attributes:
        data: the document. Treat it as read-only: it is shared.
        path: the file it came from, for messages.
    """

    data: JsonObject
    path: Path | None = None

    @property
    def title(self) -> str:
        """Name of the API."""
        return str(self.data.get("info", {}).get("title", ""))

    @property
    def version(self) -> str:
        """Version of the API, such as `4.0.0`."""
        return str(self.data.get("info", {}).get("version", ""))

    @cached_property
    def base_path(self) -> str:
        """Path of the first server, without host and trailing slash; empty when there is none."""
        servers = self.data.get("servers") or [{}]
        return urlsplit(str(servers[0].get("url", ""))).path.rstrip("/")

    @property
    def schemas(self) -> JsonObject:
        """The named schemas."""
        found: JsonObject = self.data.get("components", {}).get("schemas", {})
        return found

    def operations(self) -> Iterator[Operation]:
        """All operations, in the order of the document."""
        for path, raw in self.data.get("paths", {}).items():
            item = self.resolve(raw["$ref"]) if "$ref" in raw else raw
            for method in (m for m in item if m in _METHODS):
                yield self._operation(path, method, item)

    def _operation(self, path: str, method: str, item: JsonObject) -> Operation:
        data = dict(item[method])
        shared = self._parameters(item)
        if shared:
            data["parameters"] = list({**shared, **self._parameters(data)}.values())
        if "$ref" in data.get("requestBody", {}):
            data["requestBody"] = self.resolve(data["requestBody"]["$ref"])
        name = method.upper()
        operation_id = str(data.get("operationId") or f"{name} {path}")
        return Operation(path, name, operation_id, tuple(data.get("tags", ())), data)

    def _parameters(self, holder: JsonObject) -> dict[tuple[str, str], JsonObject]:
        """The parameters of an operation or path item, by place and name."""
        found = {}
        for parameter in holder.get("parameters", []):
            meant = self.resolve(parameter["$ref"]) if "$ref" in parameter else parameter
            found[str(meant.get("in")), str(meant.get("name"))] = parameter
        return found

    def resolve(self, ref: str) -> JsonValue:
        """What a reference such as `#/components/schemas/Error` stands for, chains followed.

        Raises:
            SpecError: the reference leads nowhere, or in a circle.
        """
        seen = [ref]
        while True:
            target = self._at(seen[-1])
            if not isinstance(target, dict) or set(target) != {"$ref"}:
                return target
            following = target["$ref"]
            if following in seen:
                raise SpecError("references itself", self.path, ref.removeprefix("#"))
            seen.append(following)

    def _at(self, ref: str) -> JsonValue:
        if not ref.startswith("#"):
            raise SpecError(f"{ref} is not within the document", self.path)
        try:
            return lookup(self.data, ref.removeprefix("#"))
        except KeyError:
            raise SpecError("nothing stands here", self.path, ref.removeprefix("#")) from None


def load(path: Path) -> SpecDocument:
    """Reads a document with all the files that it refers to.

    Takes OpenAPI 3.1 and 3.0 and Swagger 2.0, in YAML or JSON; the older ones are converted.

    Raises:
        SpecError: a file is missing or broken, is of another kind, refers to nothing, or brings two
            different things of one name. The message names file and JSON pointer.
    """
    files: dict[Path, JsonObject] = {}

    def reader(file: Path) -> JsonObject:
        if file not in files:
            files[file] = parse(read(file), file)
        return files[file]

    return SpecDocument(bundle(reader(path.resolve()), path, reader), path)


def parse(raw: JsonObject, path: Path | None = None) -> JsonObject:
    """A document of any supported version as OpenAPI 3.1, references untouched.

    Raises:
        SpecError: it is of no supported version, or a part that must be an object is none.
    """
    for part in ("paths", "components", "definitions", "info"):
        if not isinstance(raw.get(part, {}), dict):
            raise SpecError("must be an object", path, f"/{part}")
    if str(raw.get("swagger", "")) == "2.0":
        return swagger2.convert(raw)
    version = str(raw.get("openapi", ""))
    if version.startswith("3.0"):
        return openapi30.convert(raw)
    if version.startswith("3.1"):
        return raw
    raise SpecError("says neither `openapi: 3.1` or 3.0 nor `swagger: 2.0`", path)
