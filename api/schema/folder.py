"""The schemas of a folder, each by the address that it answers for."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

import orjson

from api.errors import SetupError
from api.jsontypes import JsonValue
from api.schema.extension import BadSchema, ExtensionSchemas, split

__all__ = ["read_folder"]

_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def read_folder(folder: Path, base: str | None) -> ExtensionSchemas:
    """Reads and compiles every ``*.json`` below a folder. Raises SetupError naming the file.

    A file answers for its absolute ``$id``, and with ``base`` for its path behind that.
    """
    if not folder.is_dir():
        raise SetupError(f"settings, extension_schemas: {folder} is no folder")
    files: dict[str, Path] = {}
    schemas: dict[str, JsonValue] = {}
    aliases: dict[str, str] = {}
    for file in sorted(folder.rglob("*.json")):
        schema = _read(file, folder)
        # its references are relative to the first of them
        locations = list(dict.fromkeys(_locations(schema, file.relative_to(folder), base)))
        if not locations:
            raise _bad(file, "has no absolute $id, and the setting extension_base is not set")
        for location in locations:
            if location in files:
                raise _bad(file, f"answers for {location}, as does {files[location]}")
            files[location] = file
        schemas[locations[0]] = schema
        aliases |= dict.fromkeys(locations[1:], locations[0])
    found = ExtensionSchemas(schemas, aliases)
    for location in schemas:
        try:
            found.compile(location)
        except BadSchema as error:
            raise _bad(files[location], str(error)) from None
    return found


def _read(file: Path, folder: Path) -> JsonValue:
    if not file.resolve().is_relative_to(folder.resolve()):
        raise _bad(file, "leads out of the folder")
    try:
        schema = orjson.loads(file.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise _bad(file, f"cannot be read: {error}") from None
    if not isinstance(schema, dict | bool):
        raise _bad(file, "is no JSON Schema: it must be a JSON object")
    return schema


def _locations(schema: JsonValue, path: Path, base: str | None) -> Iterator[str]:
    own = (schema.get("$id") or schema.get("id")) if isinstance(schema, dict) else None
    if isinstance(own, str) and _ABSOLUTE.match(own):
        yield split(own)[0]
    if base is not None:
        yield split(f"{base.rstrip('/')}/{quote(path.as_posix())}")[0]


def _bad(file: Path, why: str) -> SetupError:
    return SetupError(f"settings, extension_schemas: {file}: {why}")
