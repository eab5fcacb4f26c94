"""From a file to JSON: YAML 1.2's JSON subset, or JSON."""

import contextlib
import re
from pathlib import Path
from typing import Any

import orjson
import yaml

from api.jsontypes import JsonObject, JsonValue
from api.spec.errors import SpecError
from api.spec.pointer import child

__all__ = ["read"]

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is about 8 times as fast


class _Loader(_Base):  # type: ignore[misc]  # the base is chosen at run time
    """YAML as JSON sees it: times stay text, `yes` and `no` are words."""


def _json_resolvers() -> dict[str | None, list[tuple[str, Any]]]:
    """PyYAML's resolvers without those of YAML 1.1 that JSON has no notion of."""
    dropped = {"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool"}
    resolvers: dict[str | None, list[tuple[str, Any]]] = {}
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items():
        resolvers[first] = [(tag, regexp) for tag, regexp in known if tag not in dropped]
    return resolvers


def _set_up_loader() -> None:
    _Loader.yaml_implicit_resolvers = _json_resolvers()
    truth = re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")
    _Loader.add_implicit_resolver("tag:yaml.org,2002:bool", truth, list("tTfF"))


_set_up_loader()


def read(path: Path) -> JsonObject:
    """The JSON object in a YAML or JSON file.

    Raises:
        SpecError: the file is missing, is neither YAML nor JSON, or holds no object.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SpecError(f"cannot be read: {error.strerror}", path) from error
    data = _parse(raw, path)
    if not isinstance(data, dict):
        raise SpecError("holds no object at its top", path)
    return data


def _parse(raw: bytes, path: Path) -> JsonValue:
    if raw.lstrip()[:1] == b"{":  # JSON as a rule; YAML may begin like this too
        with contextlib.suppress(orjson.JSONDecodeError):
            return orjson.loads(raw)
    try:
        return _text_keys(yaml.load(raw, Loader=_Loader), path, "")  # noqa: S506  # a safe loader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SpecError(f"is neither YAML nor JSON: {error}", path) from error


def _text_keys(node: JsonValue, path: Path, pointer: str) -> JsonValue:
    """`node` with every key as text: status codes often stand there without quotes."""
    if isinstance(node, list):
        return [_text_keys(item, path, child(pointer, i)) for i, item in enumerate(node)]
    if isinstance(node, dict):
        for key in node:
            if not isinstance(key, str | int):
                raise SpecError(f"a key is neither text nor a number: {key!r}", path, pointer)
        return {str(k): _text_keys(v, path, child(pointer, str(k))) for k, v in node.items()}
    return node
