"""Making a document self-contained: what it takes from other files becomes part of it.

A reference such as `common.yaml#/components/schemas/Error` pulls that component, and all that it
refers to in its own file, into the document's components under the same name.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from api.jsontypes import JsonObject, JsonValue
from api.spec.errors import SpecError
from api.spec.pointer import child, lookup, tokens
from api.spec.walk import OPAQUE

__all__ = ["Reader", "bundle"]

Reader: TypeAlias = Callable[[Path], JsonObject]
"""Gives the document in a file, as OpenAPI 3.1."""

_Key: TypeAlias = tuple[str, str]
"""Section and name of a component, such as `("schemas", "Error")`."""

_NAMED = frozenset({"properties", "patternProperties", "$defs", "schemas", "headers", "responses"})
"""Objects whose keys are free names, not keywords."""

_COMPONENT_STEPS = 3  # components, section, name


def bundle(document: JsonObject, path: Path, read: Reader) -> JsonObject:
    """`document` with every reference to another file made local; the argument is left as it is.

    Args:
        document: an OpenAPI 3.1 document.
        path: the file it stands in; references are relative to it.
        read: gives the documents in other files.

    Raises:
        SpecError: a reference leads nowhere, out of the file system or to something that is no
            component; or two different components have the same name.
    """
    work = _Bundle(path.resolve(), read)
    own = {key: value for key, value in document.items() if key != "components"}
    whole: JsonObject = work.localised(own, work.root, "")
    work.add_own(document.get("components", {}))
    work.pull_all()
    if work.components:
        whole["components"] = work.components
    _check_references(whole, path)
    return whole


@dataclass
class _Bundle:
    root: Path
    read: Reader
    components: JsonObject = field(default_factory=dict)
    wanted: list[tuple[_Key, Path]] = field(default_factory=list)
    seen: dict[tuple[_Key, Path], str] = field(default_factory=dict)

    def add_own(self, components: JsonObject) -> None:
        """Takes the document's own components over; those that only point elsewhere are pulled."""
        for section, members in components.items():
            if not isinstance(members, dict):
                self.components[section] = members
                continue
            for name, member in members.items():
                pointer = child(child("/components", section), name)
                local = self.localised(member, self.root, pointer)
                if local != {"$ref": f"#{pointer}"}:
                    self.components.setdefault(section, {})[name] = local

    def pull_all(self) -> None:
        while self.wanted:
            key, file = self.wanted.pop()
            self._pull(key, file)

    def _pull(self, key: _Key, file: Path) -> None:
        section, name = key
        pointer = child(child("/components", section), name)
        try:
            found = lookup(self.read(file), pointer)
        except KeyError:
            asking = self.seen[key, file]
            raise SpecError(
                f"refers to {file.name}#{pointer}, where nothing stands", self.root, asking
            ) from None
        local = self.localised(found, file, pointer)
        present = self.components.setdefault(section, {}).setdefault(name, local)
        if present != local:
            raise SpecError(
                f"a different one of this name comes from {file.name}; rename one of them",
                self.root,
                pointer,
            )

    def localised(
        self, node: JsonValue, file: Path, pointer: str, *, named: bool = False
    ) -> JsonValue:
        """`node` with its references turned into local ones, and what they want noted down."""
        if isinstance(node, list):
            return [self.localised(n, file, child(pointer, i)) for i, n in enumerate(node)]
        if not isinstance(node, dict):
            return node
        changed: JsonObject = {}
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str) and not named:
                changed[key] = self._local_reference(value, file, child(pointer, key))
            elif not named and (key in OPAQUE or (key == "value" and "/examples/" in pointer)):
                changed[key] = value
            else:
                inner_named = not named and key in _NAMED
                changed[key] = self.localised(value, file, child(pointer, key), named=inner_named)
        return changed

    def _local_reference(self, ref: str, file: Path, asking: str) -> str:
        parts = urlsplit(ref)
        if parts.scheme or parts.netloc:
            raise SpecError(f"refers to {ref}: only files are followed", file, asking)
        target = (file.parent / parts.path).resolve() if parts.path else file
        if target == self.root:
            return f"#{parts.fragment}"
        steps = tokens(parts.fragment)
        if len(steps) != _COMPONENT_STEPS or steps[0] != "components":
            raise SpecError(f"refers to {ref}, which is no component of that file", file, asking)
        wish = ((steps[1], steps[2]), target)
        if wish not in self.seen:
            self.seen[wish] = asking
            self.wanted.append(wish)
        return f"#{parts.fragment}"


def _check_references(document: JsonObject, path: Path) -> None:
    """Raises SpecError for a local reference that leads nowhere."""
    known: dict[str, bool] = {}
    for ref, pointer in _references(document, ""):
        if ref not in known:
            known[ref] = _leads_somewhere(document, ref)
        if not known[ref]:
            raise SpecError(f"refers to {ref}, where nothing stands", path, pointer)


def _leads_somewhere(document: JsonObject, ref: str) -> bool:
    try:
        lookup(document, ref.removeprefix("#"))
    except KeyError:
        return False
    return True


def _references(node: JsonValue, pointer: str, *, named: bool = False) -> list[tuple[str, str]]:
    if isinstance(node, list):
        return [r for i, n in enumerate(node) for r in _references(n, child(pointer, i))]
    if not isinstance(node, dict):
        return []
    found: list[tuple[str, str]] = []
    for key, value in node.items():
        if key == "$ref" and isinstance(value, str) and not named:
            found.append((value, child(pointer, key)))
        elif named or (key not in OPAQUE and not (key == "value" and "/examples/" in pointer)):
            inner_named = not named and key in _NAMED
            found += _references(value, child(pointer, key), named=inner_named)
    return found
