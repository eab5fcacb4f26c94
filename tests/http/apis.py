"""Every declared API and what its document offers: what the tests over HTTP run over.

A fifth API needs no new test: it is loaded by the settings, and its bodies are the examples of
its document.
"""

import copy
from dataclasses import dataclass
from functools import cache
from typing import Any

from api.registry import LoadedApi, load_apis
from api.settings import Settings

__all__ = ["Case", "apis", "cases"]


@cache
def apis() -> tuple[LoadedApi, ...]:
    """As a server loads them."""
    return tuple(load_apis(Settings().apis))


@dataclass(frozen=True)
class Case:
    """One resource of one API."""

    loaded: LoadedApi
    name: str

    def __repr__(self) -> str:
        return f"{self.loaded.api.name}-{self.name}"

    @property
    def path(self) -> str:
        return f"{self.loaded.base_path}/{self.name}"

    @property
    def type(self) -> str:
        return self.loaded.resource(self.name).type

    def operation(self, method: str, *, item: bool = False) -> dict[str, Any] | None:
        path = f"/{self.name}/{{id}}" if item else f"/{self.name}"
        found: dict[str, Any] | None = (
            self.loaded.spec.data["paths"].get(path, {}).get(method.lower())
        )
        return found

    def body(self) -> dict[str, Any]:
        """A body that creates one: the document's own example."""
        return self._example("POST", item=False)

    def change(self) -> dict[str, Any]:
        """A merge-patch that changes one: the document's own example."""
        return self._example("PATCH", item=True)

    def _example(self, method: str, *, item: bool) -> dict[str, Any]:
        operation = self.operation(method, item=item)
        assert operation, f"{method} is not offered"
        content = next(iter(operation["requestBody"]["content"].values()))
        example = next(iter(content["examples"].values()))
        if "$ref" in example:
            example = self.loaded.spec.resolve(example["$ref"])
        found: dict[str, Any] = copy.deepcopy(example["value"])
        return found


def cases(*methods: str, item: bool = False) -> list[Case]:
    """The resources that offer all these methods."""
    found = [Case(api, resource.name) for api in apis() for resource in api.api.resources]
    return [each for each in found if all(each.operation(m, item=item) for m in methods)]
