"""The declared APIs of a server, loaded by name, with their specs compiled and commands wired."""

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from api.bundled import bundled
from api.clock import Clock
from api.commands import Commands
from api.declare import Api, Parts, Preview, Resource, ViewMaker
from api.deps import Deps
from api.dry_run import DryRun
from api.errors import SetupError
from api.events.kinds import EventKinds
from api.process.controller import Controller
from api.schema.extension import Extensions
from api.schema.resource import ResourceSchema
from api.spec import SpecDocument, load
from api.store.protocol import Collection, Store

__all__ = ["LoadedApi", "Registry", "load_apis"]


@dataclass(frozen=True)
class LoadedApi:
    """A declared API with its document.

    Attributes:
        api: the declaration.
        spec: the document it is served by.
        schemas: the compiled schemas, by resource name.
    """

    api: Api
    spec: SpecDocument
    schemas: Mapping[str, ResourceSchema]

    @property
    def base_path(self) -> str:
        """Where it is served, e.g. ``/tmf-api/serviceOrdering/v4``."""
        return self.spec.base_path

    def resource(self, name: str) -> Resource:
        """The declared resource of that name. Raises KeyError."""
        return next(each for each in self.api.resources if each.name == name)


def load_apis(packages: Sequence[str], specs: Path | None = None) -> list[LoadedApi]:
    """Imports the packages and compiles their documents.

    Raises SetupError naming the package that is not there or declares no ``API``.
    """
    folder = specs or bundled("specs")
    return [_load(package, folder) for package in packages]


def _load(package: str, folder: Path) -> LoadedApi:
    try:
        api = importlib.import_module(package).API
    except (ImportError, AttributeError) as error:
        raise SetupError(
            f"settings, apis: {package} cannot be used: {error}. It must be an importable package "
            "that exports API, an api.declare.Api."
        ) from error
    spec = load(folder / api.spec)
    schemas = {
        resource.name: ResourceSchema.compile(resource, spec.schemas, spec.resolve)
        for resource in api.resources
    }
    return LoadedApi(api, spec, schemas)


class Registry:
    """Commands and controllers of all APIs of one server.

    Args:
        apis: as loaded.
        store: where everything is kept.
        clock: time and ids.
        extensions: the schemas that bodies may name.
    """

    def __init__(
        self,
        apis: Sequence[LoadedApi],
        store: Store,
        clock: Clock,
        extensions: Extensions | None = None,
    ) -> None:
        self.apis = tuple(apis)
        extensions = extensions or Extensions()
        self._commands = {
            (loaded.api.name, resource.name): Commands(
                resource,
                replace(loaded.schemas[resource.name], extensions=extensions),
                store,
                clock,
            )
            for loaded in apis
            for resource in loaded.api.resources
        }
        self._views: dict[tuple[str, str, str], ViewMaker] = {}
        self._previews: dict[tuple[str, str], Preview] = {}
        self.controllers: tuple[Controller, ...] = ()
        self._more: tuple[Collection, ...] = ()

    def wire(self, deps: Deps) -> None:
        """Lets every package make the parts that are its own."""
        parts: dict[str, Parts] = {each.api.name: each.api.wire(deps) for each in self.apis}
        for api, made in parts.items():
            for resource, commands in made.commands.items():
                self._commands[api, resource] = commands
            self._views |= {(api, *names): maker for names, maker in made.views.items()}
            self._previews |= {(api, name): each for name, each in made.previews.items()}
        self._more = tuple(each for made in parts.values() for each in made.collections)
        self.controllers = tuple(each for made in parts.values() for each in made.controllers)

    def commands(self, api: str, resource: str) -> Commands:
        """The commands of a resource. Raises KeyError."""
        return self._commands[api, resource]

    @property
    def kinds(self) -> EventKinds:
        """How the attributes of all APIs' events are compared."""
        return EventKinds(
            {
                (loaded.api.name, name): schema.kinds
                for loaded in self.apis
                for name, schema in loaded.schemas.items()
            }
        )

    def view(self, api: str, resource: str, name: str) -> ViewMaker | None:
        """Makes a view of a resource; None where there is no such view."""
        return self._views.get((api, resource, name))

    def dry_run(self, api: str, resource: str) -> DryRun | None:
        """The dry runs of a resource; None where it takes none."""
        preview = self._previews.get((api, resource))
        return None if preview is None else DryRun(self.commands(api, resource), preview)

    def collections(self) -> list[Collection]:
        """What the store must hold for the APIs."""
        return [
            *(
                Collection(commands.resource.collection, commands.resource.indexes)
                for commands in self._commands.values()
            ),
            *self._more,
        ]
