"""A catalogue file as values, or all that is wrong with it."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path as FilePath
from typing import Any

import jsonschema_rs
import orjson

from api.catalog.build import build
from api.catalog.check import check
from api.catalog.errors import CatalogError, Fault
from api.catalog.marked import Marked, read_yaml
from api.catalog.model import Catalog
from api.jsontypes import JsonObject

__all__ = ["load_catalog", "parse_catalog"]

_LONGEST = 200
_MERGE = "<<"
_UnknownKeys = jsonschema_rs.ValidationErrorKind.AdditionalProperties
_Missing = jsonschema_rs.ValidationErrorKind.Required


def load_catalog(path: FilePath) -> Catalog:
    """Reads a catalogue file. Raises CatalogError with all its faults."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError(str(path), [Fault(1, "$", f"cannot be read: {error}")]) from None
    return parse_catalog(text, str(path))


def parse_catalog(text: str, name: str = "catalog") -> Catalog:
    """Reads a catalogue; ``name`` is what its faults call it. Raises CatalogError.

    First the shape is held against the schema; only what has the right shape is looked at for
    references, expressions and cycles.
    """
    marked = read_yaml(text, name)
    _check_shape(marked)
    if marked.faults:
        raise CatalogError(name, marked.faults)
    catalog = build(marked, _version(marked))
    check(catalog, marked)
    if marked.faults:
        raise CatalogError(name, marked.faults)
    return catalog


@cache
def _schema() -> JsonObject:
    text = files("api.catalog").joinpath("schema.json").read_text(encoding="utf-8")
    schema: JsonObject = json.loads(text)
    return schema


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(_schema())


def _check_shape(marked: Marked) -> None:
    if marked.value is None:
        marked.fault((), f"is empty: write one of {_known([])}")
        return
    for fault in _validator().iter_errors(marked.value):
        path, message = tuple(fault.instance_path), fault.message
        if isinstance(fault.kind, _UnknownKeys):
            for key in fault.kind.unexpected:
                marked.fault((*path, key), _no_key(key, fault.schema_path))
            continue
        if len(message) > _LONGEST:
            message = message[:_LONGEST] + "…"
        meaning = _meaning(fault)
        marked.fault(path, f"{message}. Here stands: {meaning}" if meaning else message)


def _no_key(key: str, schema_path: Sequence[str | int]) -> str:
    if key == _MERGE:
        return "merge keys are not offered: write the keys out, or an alias for a whole value"
    return f"there is no key {key!r} here; there is: {_known(schema_path[:-1])}"


def _known(schema_path: Sequence[str | int]) -> str:
    """The keys of the object of which that part of the schema is."""
    *_, node = _nodes(schema_path)
    return ", ".join(node["properties"])


def _meaning(fault: jsonschema_rs.ValidationError) -> str:
    """What the schema says of the value that is wrong or missing, as near to it as it says it."""
    nodes = list(_nodes(fault.schema_path))
    if isinstance(fault.kind, _Missing):
        nodes.append(nodes[-2]["properties"][fault.kind.property])
    told = [node["description"] for node in nodes if _is_described(node)]
    return str(told[-1]) if told else ""


def _is_described(node: Any) -> bool:
    return isinstance(node, dict) and isinstance(node.get("description"), str)


def _nodes(schema_path: Sequence[str | int]) -> Iterator[Any]:
    """The parts of the schema on the way to one; references are followed."""
    node: Any = _schema()
    yield node
    for part in schema_path:
        node = node[part]
        if part == "$ref":
            node = _schema()["$defs"][str(node).rpartition("/")[2]]
        yield node


def _version(marked: Marked) -> str:
    canonical = orjson.dumps(marked.value, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(canonical).hexdigest()[:16]
