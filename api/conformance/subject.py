"""What is tested: an API of a server, with all that its document says of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from api.conformance.schemas import FAR, Attribute, Schemas
from api.jsontypes import JsonObject
from api.spec import Operation, SpecDocument

__all__ = ["ArrayPath", "ResourceSubject", "Subject", "subject_of"]

_RESOURCE = re.compile(r"(?P<prefix>/.*)?/(?P<name>[^/{}]+)(?P<item>/\{[^/{}]+\})?/?")
_LISTENER = re.compile(r".*/listener/(?P<event>[^/{}]+)/?")
_NUMBER = re.compile(r"TMF\d{3}")
_HUB = "hub"
_MARKS = ("externalId", "description", "name")
"""Attributes that people write what they like into, where a document has them."""


@dataclass(frozen=True, slots=True)
class ArrayPath:
    """An array of objects with two attributes of plain text in each."""

    name: str
    first: str
    second: str


@dataclass(frozen=True)
class ResourceSubject:
    """One resource of the API.

    Attributes:
        name: e.g. ``serviceOrder``.
        operations: by method, with ``/{id}`` behind it for those of one: ``GET``, ``PATCH/{id}``.
        schemas: of the document.
    """

    name: str
    operations: Mapping[str, Operation]
    schemas: Schemas = field(repr=False)

    def offers(self, operation: str) -> bool:
        """Whether the document has the operation, e.g. ``DELETE/{id}``."""
        return operation in self.operations

    @cached_property
    def create_schema(self) -> JsonObject:
        """Of a create's body; {} where there is none."""
        return _body_schema(self.operations.get("POST"))

    @cached_property
    def update_schema(self) -> JsonObject:
        """Of a patch's body; {} where there is none."""
        return _body_schema(self.operations.get("PATCH/{id}"))

    @cached_property
    def read_schema(self) -> JsonObject:
        """Of the resource as it is read."""
        for name in ("GET/{id}", "POST"):
            if found := reply_schema(self.operations.get(name)):
                return found
        return {}

    @property
    def type(self) -> str:
        """The name of its type, e.g. ``ServiceOrder``."""
        return self.schemas.component(self.read_schema) or self.name[:1].upper() + self.name[1:]

    @cached_property
    def created(self) -> Mapping[str, Attribute]:
        """What a create may hold."""
        return self.schemas.attributes(self.create_schema)

    @cached_property
    def updated(self) -> Mapping[str, Attribute]:
        """What an update may hold."""
        return self.schemas.attributes(self.update_schema)

    @cached_property
    def read(self) -> Mapping[str, Attribute]:
        """What a read may hold; where the document does not say, what a create may."""
        return self.schemas.attributes(self.read_schema) or self.created

    def _settable(self, kind: str, form: str | None = None) -> list[str]:
        """Attributes of one type that a create sets and a read gives; those to patch first."""
        found = [
            name
            for name, each in self.created.items()
            if name in self.read
            and each.schema.get("type") == kind
            and each.schema.get("format") == form
            and not each.schema.get("enum")
            and not each.schema.get("readOnly")
            and not name.startswith("@")
            and name not in ("id", "href")
        ]
        return sorted(found, key=lambda name: name not in self.updated)

    @cached_property
    def texts(self) -> list[str]:
        """Attributes of plain text, those that anything may be written into first."""
        found = [n for n in self._settable("string") if not n.endswith(("Date", "Mode"))]
        rank = {name: at for at, name in enumerate(_MARKS)}
        return sorted(found, key=lambda name: rank.get(name, len(rank)))

    @cached_property
    def dates(self) -> list[str]:
        """Dates; first those whose change nothing follows from: what is asked for, and the ends."""
        found = self._settable("string", "date-time")

        def unfit(name: str) -> tuple[bool, bool]:
            return "tart" in name, not name.startswith("requested")

        return sorted(found, key=unfit)

    @cached_property
    def flag(self) -> str | None:
        """A boolean attribute."""
        return next(iter(self._settable("boolean")), None)

    @cached_property
    def array(self) -> ArrayPath | None:
        """An array of objects to search in."""
        found = []
        for name, each in self.created.items():
            if each.schema.get("type") != "array" or each.required or name not in self.read:
                continue
            items = self.schemas.attributes(each.schema.get("items", {}))
            plain = [n for n, a in items.items() if _is_plain(n, a)]
            if len(plain) > 1:
                found.append(ArrayPath(name, plain[0], plain[1]))
        return next((each for each in found if each.name == "note"), found[0] if found else None)

    @cached_property
    def number(self) -> tuple[str | int, ...] | None:
        """The way to a number in what a create holds."""
        body = self.schemas.sample(self.create_schema, full=True)
        for each in self.schemas.walk(self.create_schema, body):
            plain = each.schema.get("type") in ("integer", "number") and not each.schema.get("enum")
            if plain and len(each.path) <= 3:  # noqa: PLR2004 - an array, its element, the number
                return each.path
        return None

    @cached_property
    def reference(self) -> str | None:
        """An attribute that refers to something of another API by its ``id``."""
        for name, each in self.created.items():
            inner = self.schemas.attributes(each.schema)
            if each.schema.get("type") != "array" and "id" in inner and name in self.read:
                return name
        return None

    @cached_property
    def states(self) -> list[str]:
        """The values that ``state`` may have."""
        found = self.updated.get("state") or self.read.get("state")
        return [str(value) for value in found.schema.get("enum", []) if value] if found else []

    def minimal(self) -> JsonObject:
        """A body with what a create must hold and nothing else."""
        return self.schemas.sample(self.create_schema, type_=self.type)

    def full(self) -> JsonObject:
        """A body with all that a create may hold."""
        return self._ahead(self.schemas.sample(self.create_schema, full=True, type_=self.type))

    def usual(self) -> JsonObject:
        """What is required, and what the rules look at."""
        body = self.minimal()
        for name in self.texts:
            body[name] = "sample"
        for name in self.dates:
            body[name] = FAR
        return self._ahead(body)

    def at_once(self, body: JsonObject) -> JsonObject:
        """The same without optional dates: nothing in it is to be waited for."""
        required = self.create_schema.get("required", [])
        dates = {name for name in self.dates if name not in required}
        return {name: value for name, value in body.items() if name not in dates}

    def _ahead(self, body: JsonObject) -> JsonObject:
        """Starts lie before what follows them."""
        starts = {name: FAR.replace("2098", "2097") for name in self.dates if "tart" in name}
        return body | {name: value for name, value in starts.items() if name in body}


@dataclass(frozen=True)
class Subject:
    """One API of the server under test.

    Attributes:
        api: what rules and reports call it, e.g. ``TMF641``.
        url: what its paths begin with.
        spec: its document.
        resources: its resources.
        events: the schema of every event that it tells of, by the event's type.
        hub: the operations of its hub, as those of a resource.
    """

    api: str
    url: str
    spec: SpecDocument = field(repr=False)
    resources: tuple[ResourceSubject, ...]
    events: Mapping[str, JsonObject] = field(repr=False)
    hub: ResourceSubject | None

    @property
    def document(self) -> str:
        """The document as a source of rules."""
        return f"{self.api} {self.spec.version}"

    def resource(self, name: str) -> ResourceSubject | None:
        """The resource of that name."""
        return next((each for each in self.resources if each.name == name), None)


def subject_of(spec: SpecDocument, url: str, api: str | None = None) -> Subject:
    """All that a document says of an API at a URL."""
    schemas = Schemas(spec)
    found: dict[str, dict[str, Operation]] = {}
    events: dict[str, JsonObject] = {}
    for operation in spec.operations():
        if listener := _LISTENER.fullmatch(operation.path):
            event = listener["event"]
            events[event[:1].upper() + event[1:]] = _body_schema(operation)
        elif match := _RESOURCE.fullmatch(operation.path):
            if "{" in (match["prefix"] or ""):
                continue
            key = operation.method + ("/{id}" if match["item"] else "")
            found.setdefault((match["prefix"] or "") + "/" + match["name"], {})[key] = operation
    resources = {
        path: ResourceSubject(path.removeprefix("/"), operations, schemas)
        for path, operations in found.items()
        if "GET" in operations or "GET/{id}" in operations or path.endswith("/" + _HUB)
    }
    hub = next((each for path, each in resources.items() if path.endswith("/" + _HUB)), None)
    return Subject(
        api=api or name_of(spec),
        url=url.rstrip("/"),
        spec=spec,
        resources=tuple(each for each in resources.values() if each is not hub),
        events=events,
        hub=hub,
    )


def name_of(spec: SpecDocument) -> str:
    """``TMFnnn`` where the document says which it is, else its title."""
    for text in (spec.path.name if spec.path else "", spec.title, str(spec.data.get("info"))):
        if number := _NUMBER.search(text):
            return number[0]
    return re.sub(r"\W+", "", spec.title) or "API"


def reply_schema(operation: Operation | None, status: str | None = None) -> JsonObject:
    """The schema of an operation's reply; by default of its first success with one."""
    responses: JsonObject = operation.data.get("responses", {}) if operation else {}
    wanted = [status] if status else sorted(code for code in responses if code.startswith("2"))
    for code in wanted:
        for content in responses.get(code, {}).get("content", {}).values():
            if schema := content.get("schema"):
                return dict(schema)
    return {}


def _body_schema(operation: Operation | None) -> JsonObject:
    return operation.body if operation else {}


def _is_plain(name: str, attribute: Attribute) -> bool:
    schema = attribute.schema
    plain = schema.get("type") == "string" and not schema.get("format") and not schema.get("enum")
    return plain and name not in ("id", "href") and not name.startswith("@")
