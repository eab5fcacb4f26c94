"""How a ``tmf*`` package declares its API: pure data, read by everything generic.

A package's ``resources.py`` holds one `Resource` per resource of its document and one `Api`; the
package exports that `Api` as ``API``. Paths, methods, schemas and event types come from the
document in ``specs/``; a declaration only says what the document cannot.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from api.jsontypes import JsonObject
from api.lifecycle import Lifecycle

if TYPE_CHECKING:
    from api.commands import Commands
    from api.deps import Deps
    from api.draft import Draft
    from api.process.controller import Controller
    from api.store.document import Document
    from api.store.protocol import Collection

__all__ = ["Api", "Parts", "Preview", "Resource", "View", "ViewMaker"]


@dataclass(frozen=True, slots=True)
class View:
    """Something to be read of one resource beside itself: ``GET …/{id}/{name}``.

    Not in the official documents; the one that a server hands out has it.

    Attributes:
        name: path segment, e.g. ``plan``.
        summary: what it tells, for people.
        schemas: by name, the schemas of its reply; the first is the reply's own.
    """

    name: str
    summary: str
    schemas: Mapping[str, JsonObject]


ViewMaker: TypeAlias = Callable[["Document"], Awaitable[JsonObject]]
"""Makes a view of a resource."""

Preview: TypeAlias = Callable[["Draft", "Document | None"], Awaitable[JsonObject]]
"""Tells what a process would do with a draft; of a patch, with the document before it.

The reply may have ``plan``, ``problem`` and ``serviceOrder``, as the document handed out has them.
"""


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of an API.

    Attributes:
        api: the name of its API, e.g. ``tmf622``.
        name: path segment and key in event payloads, e.g. ``productOrder``.
        type: the schema it is read by, e.g. ``ProductOrder``; its create and update schemas and
            its event types are named after it, as the official documents do.
        lifecycle: of its ``state``; None where it has none.
        owned: dotted paths of attributes that only the server sets, beside ``id`` and ``href``.
            In a create they are ignored, in an update refused unless unchanged. Those of items are
            so in nested items too, however deep.
        fixed: attributes that a client may give at creation and not change later.
        indexes: dotted paths that lists are often filtered by.
        items: the attribute that holds its items, each with ``id``, ``state`` and perhaps items
            of its own under the same name; None where it has none.
        addresses: dotted paths of attributes that hold addresses on this server, kept as paths and
            read as URLs (`api.addresses`).
        views: what else can be read of it; the package makes them (`Parts.views`).
        dry_run: whether ``dryRun=true`` is taken; the package tells what would come of a request
            (`Parts.previews`).
    """

    api: str
    name: str
    type: str
    lifecycle: Lifecycle | None = None
    owned: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()
    indexes: tuple[str, ...] = ()
    items: str | None = None
    addresses: tuple[str, ...] = ()
    views: tuple[View, ...] = ()
    dry_run: bool = False

    @property
    def collection(self) -> str:
        """Its collection in the store."""
        return f"{self.api}_{self.name}"

    @property
    def create_schema(self) -> str:
        """The schema of a create's body."""
        return f"{self.type}_Create"

    @property
    def update_schema(self) -> str:
        """The schema of an update's body."""
        return f"{self.type}_Update"

    def event_type(self, what: str) -> str:
        """The official name of an event, e.g. of ``StateChange``."""
        return f"{self.type}{what}Event"


@dataclass(frozen=True, slots=True)
class Parts:
    """What a package makes of its declaration once the server's dependencies are there.

    Attributes:
        commands: for resources (by name) whose commands are more than the generic ones.
        controllers: the processes that carry its documents.
        views: makers of the declared views, by the names of resource and view.
        previews: for resources (by name) that take dry runs.
        collections: what its processes keep in the store beside the resources.
    """

    commands: Mapping[str, "Commands"] = field(default_factory=dict)
    controllers: Sequence["Controller"] = ()
    views: Mapping[tuple[str, str], ViewMaker] = field(default_factory=dict)
    previews: Mapping[str, Preview] = field(default_factory=dict)
    collections: Sequence["Collection"] = ()


def _nothing_special(_deps: "Deps") -> Parts:
    return Parts()


@dataclass(frozen=True, slots=True)
class Api:
    """One TMF API.

    Attributes:
        name: short name, e.g. ``tmf622``.
        spec: file name of its document in ``specs/``.
        resources: its resources.
        wire: makes the parts that are not generic.
        aliases: other base paths at which clients look for it, e.g. ``/serviceOrdering/v4``.
    """

    name: str
    spec: str
    resources: tuple[Resource, ...]
    wire: Callable[["Deps"], Parts] = _nothing_special
    aliases: tuple[str, ...] = ()
