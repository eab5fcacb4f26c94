"""A catalogue file as values, or all that is wrong with it."""

import hashlib
import json
from functools import cache
from importlib.resources import files
from pathlib import Path as FilePath

import jsonschema_rs
import orjson

from api.catalog.build import build
from api.catalog.check import check
from api.catalog.errors import CatalogError, Fault
from api.catalog.marked import Marked, read_yaml
from api.catalog.model import Catalog

__all__ = ["load_catalog", "parse_catalog"]

_LONGEST = 200


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
def _schema() -> jsonschema_rs.Draft202012Validator:
    text = files("api.catalog").joinpath("schema.json").read_text(encoding="utf-8")
    return jsonschema_rs.Draft202012Validator(json.loads(text))


def _check_shape(marked: Marked) -> None:
    for fault in _schema().iter_errors(marked.value):
        message = fault.message
        if len(message) > _LONGEST:
            message = message[:_LONGEST] + "…"
        marked.fault(tuple(fault.instance_path), message)


def _version(marked: Marked) -> str:
    canonical = orjson.dumps(marked.value, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(canonical).hexdigest()[:16]
