"""Schemas that bodies name by ``@schemaLocation``: of sub-types and extension attributes.

Wherever an object in a body names a known schema, it must keep to it. One that nobody knows is
kept as it is (extension by the open/closed rule), unless its address is one of those that may be
fetched. A ``$ref`` leads to other known schemas only: nothing is read from the network or from
files while a schema is compiled or used. Patterns are of a linear-time dialect.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Final
from urllib.parse import urldefrag

import jsonschema_rs
import orjson

from api.errors import AND_MORE, Invalid, TurnupError, Unavailable
from api.jsontypes import JsonObject, JsonValue
from api.schema.location import Prefixes, normal
from api.schema.validator import Place, path_text, texts, told

__all__ = ["LOCATION", "BadSchema", "ExtensionSchemas", "Extensions", "Unfetched", "split"]

LOCATION: Final = "@schemaLocation"
_NAMED: Final = LOCATION.encode()
_MOST_FAULTS: Final = 20
_CONTAINERS: Final = (dict, list)
_DEFINITIONS: Final = ("$defs", "definitions")
_NO_ASSERTION: Final = frozenset(
    {"$schema", "$id", "id", "$comment", "title", "description", *_DEFINITIONS}
)


class BadSchema(TurnupError):
    """What lies at an address is no JSON Schema that can be used here."""


class Unfetched(Unavailable):
    """A body names schemas that must be fetched first: ``locations``."""

    def __init__(self, locations: frozenset[str]) -> None:
        super().__init__(
            f"{LOCATION}: {min(locations)} is not at hand now", "Send the request again."
        )
        self.locations = locations


class ExtensionSchemas:
    """A set of schemas by address, compiled. Immutable.

    Args:
        schemas: by address in normal form, without fragment.
        aliases: other addresses of theirs.
        others: further ones that a ``$ref`` may lead to.
    """

    def __init__(
        self,
        schemas: Mapping[str, JsonValue],
        aliases: Mapping[str, str] | None = None,
        others: "ExtensionSchemas | None" = None,
    ) -> None:
        self._aliases = dict(aliases or {})
        self._raw: dict[str, JsonValue] = {
            location: _named(schema, location) for location, schema in schemas.items()
        }
        self._others = others
        self._compiled: dict[str, jsonschema_rs.Validator] = {}

    def __contains__(self, location: str) -> bool:
        return location in self._raw or location in self._aliases

    def __len__(self) -> int:
        return len(self._raw)

    def compile(self, location: str) -> None:
        """Compiles one ahead of its use. Raises BadSchema."""
        schema = self._raw[location]
        try:
            jsonschema_rs.validator_for(
                schema,
                retriever=self._retrieve,
                base_uri=location,
                pattern_options=jsonschema_rs.RegexOptions(),
            )
            self._validator(location)
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
            raise BadSchema(_first_line(error)) from None

    def faults(self, location: str, fragment: str, value: JsonObject) -> list[tuple[Place, str]]:
        """What is wrong with an object, by path inside it. Raises BadSchema for a bad fragment."""
        location = self._aliases.get(location, location)
        whole = self._raw[location]
        if not fragment and isinstance(whole, dict) and whole.keys() <= _NO_ASSERTION:
            fragment = _definition(whole, value.get("@type"))
        try:
            validator = self._validator(f"{location}#{fragment}" if fragment else location)
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
            raise BadSchema(_first_line(error)) from None
        if validator.is_valid(value):
            return []
        return list(islice(told(validator.iter_errors(value)), _MOST_FAULTS + 1))

    def _validator(self, reference: str) -> jsonschema_rs.Validator:
        found = self._compiled.get(reference)
        if found is None:
            found = jsonschema_rs.Draft202012Validator(
                {"$ref": reference},
                retriever=self._retrieve,
                validate_formats=True,
                pattern_options=jsonschema_rs.RegexOptions(),
            )
            if len(self._compiled) < len(self._raw) * 100:  # fragments come from clients
                self._compiled[reference] = found
        return found

    def _retrieve(self, uri: str) -> JsonValue:
        location, _ = split(uri)
        location = self._aliases.get(location, location)
        if location in self._raw:
            return self._raw[location]
        if self._others is not None:
            return self._others._retrieve(uri)  # noqa: SLF001 - one of the same kind
        raise ValueError(f"{uri} is not among the schemas here, and nothing else is read")


@lru_cache(maxsize=1024)
def split(location: str) -> tuple[str, str]:
    """The address in normal form, as far as it has one, and its fragment."""
    address, fragment = urldefrag(location)
    return normal(address) or address, fragment


def _named(schema: JsonValue, location: str) -> JsonValue:
    """The schema under its address, so that its references are relative to that."""
    if not isinstance(schema, dict):
        return schema
    rest = {name: value for name, value in schema.items() if name not in ("$id", "id")}
    return {"$id": location, **rest}


def _definition(schema: JsonObject, type_: JsonValue) -> str:
    """The fragment of the definition that is named like the type, where there is one."""
    for holder in _DEFINITIONS:
        if isinstance(type_, str) and type_ in schema.get(holder, {}):
            return f"/{holder}/{type_.replace('~', '~0').replace('/', '~1')}"
    return ""


def _first_line(error: Exception) -> str:
    return str(getattr(error, "message", error)).strip().partition("\n")[0][:300]


@dataclass(slots=True)
class Extensions:
    """What is known of the schemas that bodies name; by default nothing, and every body passes.

    Attributes:
        known: those of the folder.
        prefixes: the addresses that may be fetched.
        fetched: those that were; replaced as a whole.
    """

    known: ExtensionSchemas = field(default_factory=lambda: ExtensionSchemas({}))
    prefixes: Prefixes = field(default_factory=Prefixes)
    fetched: Mapping[str, ExtensionSchemas] = field(default_factory=dict)

    def check(self, body: JsonObject, *, fetch: bool = True) -> None:
        """Raises Invalid, with paths, where an object breaks the schema that it names.

        Raises Unfetched where one that may be fetched is not at hand; not so without ``fetch``:
        it is passed over then.
        """
        if not (self.known or self.prefixes):
            return
        faults: list[str] = []
        missing: set[str] = set()
        for place, value, location, fragment in self._named(body):
            if len(faults) > _MOST_FAULTS:
                break  # no more are told
            schemas = self.known if location in self.known else self.fetched.get(location)
            if schemas is None:
                missing.add(location)
                continue
            try:
                found = schemas.faults(location, fragment, value)
            except BadSchema as error:
                faults.append(f"{path_text((*place, LOCATION))}: {error}")
                continue
            faults += texts(((*place, *inside), message) for inside, message in found)
        if missing and fetch:
            raise Unfetched(frozenset(missing))
        if faults:
            more = [AND_MORE] if len(faults) > _MOST_FAULTS else []
            raise Invalid([*faults[:_MOST_FAULTS], *more])

    def fetchable(self, body: JsonObject) -> frozenset[str]:
        """The addresses in a body that may be fetched, whether they were or not."""
        named = (location for _, _, location, _ in self._named(body))
        return frozenset(location for location in named if location not in self.known)

    def _named(self, body: JsonObject) -> Iterator[tuple[Place, JsonObject, str, str]]:
        """Objects that name a schema which is known, or may be fetched."""
        # one look at the text of the body is a tenth of the cost of a walk through it
        if _NAMED not in orjson.dumps(body):
            return
        for place, value in _objects(body):
            named = value.get(LOCATION)
            if not isinstance(named, str):
                continue
            location, fragment = split(named)
            if location in self.known or self.prefixes.allow(location):
                yield place, value, location, fragment


def _objects(body: JsonObject) -> Iterator[tuple[Place, JsonObject]]:
    """Objects that name a schema, in order of their depth."""
    level: list[tuple[Place, JsonValue]] = [((), body)]
    while level:
        below: list[tuple[Place, JsonValue]] = []
        for place, value in level:
            if isinstance(value, dict):
                if LOCATION in value:
                    yield place, value
                parts: Iterable[tuple[str | int, JsonValue]] = value.items()
            else:
                parts = enumerate(value)
            below += [((*place, key), part) for key, part in parts if type(part) in _CONTAINERS]
        level = below
