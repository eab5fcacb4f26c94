"""YAML as JSON values that know their lines."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import yaml

from api.catalog.errors import CatalogError, Fault
from api.jsontypes import JsonValue

__all__ = ["Marked", "Path", "path_text", "read_yaml"]

Path = tuple[str | int, ...]

_MOST_NODES = 200_000
_DEEPEST = 60
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?[0-9]+\.[0-9]*([eE][-+]?[0-9]+)?")


@dataclass(slots=True)
class Marked:
    """A YAML document.

    Attributes:
        value: as JSON: every key is text, dates are text.
        lines: of every value, by its path.
        faults: what YAML allows and a catalogue does not.
    """

    value: JsonValue = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of a value, or of the nearest one around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, path: Path, message: str) -> None:
        """Notes a fault of the value at a path."""
        self.faults.append(Fault(self.line(path), path_text(path), message))


def path_text(path: Path) -> str:
    """A path as a JSON path."""
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)


def read_yaml(text: str, name: str) -> Marked:
    """Reads YAML. Raises CatalogError, naming the line, where it is none."""
    marked = Marked()
    try:
        _check_size(text)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
        if node is not None:
            marked.value = _Reader(marked).read(node, ())
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        message = f"{error.problem or error.context}"
        if not isinstance(error, _TooMuch):
            message = f"is no YAML: {message}"
        raise CatalogError(name, [Fault(line, "$", message)]) from None
    except yaml.YAMLError as error:
        raise CatalogError(name, [Fault(1, "$", f"cannot be read: {error}")]) from None
    return marked


def _check_size(text: str) -> None:
    """Raises YAMLError where it is too deep or too large: composing goes down in C, without end."""
    depth = nodes = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.NodeEvent):
            depth += isinstance(event, yaml.CollectionStartEvent)
            nodes += 1
            if depth > _DEEPEST or nodes > _MOST_NODES:
                raise _too_much(event)


def _too_much(node: yaml.Node | yaml.NodeEvent) -> "_TooMuch":
    return _TooMuch(
        problem=f"more than {_DEEPEST} levels or {_MOST_NODES} values, an alias counted as what it "
        "stands for: write it flatter or shorter, and let no alias hold itself",
        problem_mark=node.start_mark,  # type: ignore[arg-type]  # the stubs know C marks as another class
    )


class _TooMuch(yaml.MarkedYAMLError):
    """Right YAML, but not for us."""


class _Reader:
    """Turns nodes into values; aliases are followed, but not without end."""

    def __init__(self, marked: Marked) -> None:
        self._marked = marked
        self._nodes = 0

    def read(self, node: yaml.Node, path: Path) -> JsonValue:
        self._nodes += 1
        if self._nodes > _MOST_NODES or len(path) > _DEEPEST:
            raise _too_much(node)
        self._marked.lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(part, (*path, i)) for i, part in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> Mapping[str, JsonValue]:
        value: dict[str, JsonValue] = {}
        for key, part in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.YAMLError(f"line {key.start_mark.line + 1}: a key must be a word")
            name: str = key.value
            below = (*path, name)
            repeated = name in value
            value[name] = self.read(part, below)
            self._marked.lines[below] = key.start_mark.line + 1
            if repeated:
                self._marked.fault(below, "stands here twice: keep one")
        return value

    def _scalar(self, node: yaml.Node) -> JsonValue:
        """Numbers and truth values as YAML 1.2 writes them; all else is text.

        So ``off`` and ``010`` are words and ids, not false and 8 as in YAML 1.1.
        """
        kind, text = node.tag.rpartition(":")[2], str(node.value)
        if kind == "null":
            return None
        if kind == "bool" and text.lower() in {"true", "false"}:
            return text.lower() == "true"
        if kind == "int" and _INTEGER.fullmatch(text):
            return int(text)
        if kind == "float" and _FLOAT.fullmatch(text) and math.isfinite(float(text)):
            return float(text)
        return text
