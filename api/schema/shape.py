"""The normal form of a body, walked by a tree that is compiled from its schema once.

Two passes, both in place: `Shape.fill` before validation (other spellings, and defaults that the
spec marks with ``x-turnup-…``), `Shape.normalise_dates` after it (every ``date-time`` to UTC with
milliseconds), which is needed only where the first has met one that is not. Subtrees that hold
nothing to do are pruned, so most of a body is never visited.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from api.dates import is_normal, normalise_date
from api.errors import AND_MORE, BadRequest, Invalid
from api.jsontypes import JsonObject, JsonValue

__all__ = ["Shape", "compile_shape"]

_MOST_FAULTS = 20

Resolve = Callable[[str], JsonObject]


@dataclass(slots=True, eq=False)
class Shape:
    """What is to be done in objects of one schema.

    Attributes:
        names: other spellings of attribute names, to the official one.
        values: per attribute, other spellings of its values.
        defaults: attributes that are filled in where they are missing.
        dates: attributes that hold a date-time.
        children: attributes that hold objects, or arrays of them, with something to do inside.
    """

    names: dict[str, str] = field(default_factory=dict)
    values: dict[str, Mapping[str, str]] = field(default_factory=dict)
    defaults: dict[str, JsonValue] = field(default_factory=dict)
    dates: tuple[str, ...] = ()
    children: dict[str, "Shape"] = field(default_factory=dict)

    def fill(self, body: JsonValue) -> bool:
        """Puts official spellings and defaults into a body that is not validated yet.

        Tells whether it holds a date in another form than the normal one.
        """
        if type(body) is dict:  # what a parser makes is exactly a dict or a list
            self._fill_object(body)
            return self._fill_below(body)
        other_dates = False
        if type(body) is list:
            for part in body:
                if self.fill(part):
                    other_dates = True
        return other_dates

    def _fill_object(self, body: JsonObject) -> None:
        if self.names:
            for other, official in self.names.items():
                if other in body and official not in body:
                    body[official] = body.pop(other)
        if self.values:
            for name, spellings in self.values.items():
                value = body.get(name)
                if type(value) is str and value in spellings:
                    body[name] = spellings[value]
        if self.defaults:
            for name, default in self.defaults.items():
                body.setdefault(name, default)

    def _fill_below(self, body: JsonObject) -> bool:
        other_dates = False
        for name in self.dates:
            if name in body:
                value = body[name]
                if type(value) is str and not is_normal(value):
                    other_dates = True
        for name, shape in self.children.items():
            if name in body and shape.fill(body[name]):
                other_dates = True
        return other_dates

    def normalise_dates(self, body: JsonValue, path: str = "") -> None:
        """Puts every date of a body, as far as it is one, into its normal form.

        Raises Invalid with the paths of those that are none, when all others are done.
        """
        if faults := list(self._undated(body, path)):
            more = [AND_MORE] if len(faults) > _MOST_FAULTS else []
            raise Invalid([*faults[:_MOST_FAULTS], *more])

    def _undated(self, body: JsonValue, path: str) -> Iterator[str]:
        if isinstance(body, list):
            for index, part in enumerate(body):
                yield from self._undated(part, f"{path}[{index}]")
            return
        if not isinstance(body, dict):
            return
        for name in self.dates:
            value = body.get(name)
            if isinstance(value, str) and not is_normal(value):
                try:
                    body[name] = normalise_date(value)
                except BadRequest as error:
                    yield f"{_join(path, name)}: {error.reason}"
        for name, shape in self.children.items():
            if (part := body.get(name)) is not None:
                yield from shape._undated(part, _join(path, name))  # noqa: SLF001 - of the same kind


def compile_shape(schema: JsonObject, resolve: Resolve) -> Shape:
    """The shape of a schema. ``resolve`` gives the schema that a ``$ref`` names."""
    known: dict[str, Shape] = {}
    shape = _build(schema, resolve, known)
    _prune(_all(shape))
    return shape


def _all(shape: Shape) -> list[Shape]:
    """The shape and all that can be reached from it, each once."""
    found = {id(shape): shape}
    new = [shape]
    while new:
        new = [child for each in new for child in each.children.values() if id(child) not in found]
        found.update((id(each), each) for each in new)
    return list(found.values())


def _build(schema: JsonObject, resolve: Resolve, known: dict[str, Shape]) -> Shape:
    reference = schema.get("$ref")
    if reference in known:
        return known[reference]
    shape = Shape()
    if reference is not None:
        known[reference] = shape
    _collect(schema, shape, resolve, known)
    return shape


def _collect(schema: JsonObject, shape: Shape, resolve: Resolve, known: dict[str, Shape]) -> None:
    if "$ref" in schema:
        _collect(resolve(schema["$ref"]), shape, resolve, known)
    for part in schema.get("allOf", []):
        _collect(part, shape, resolve, known)
    shape.names.update(schema.get("x-turnup-attribute-aliases", {}))
    for name, attribute in schema.get("properties", {}).items():
        _collect_attribute(name, attribute, shape, resolve, known)


def _collect_attribute(
    name: str, attribute: JsonObject, shape: Shape, resolve: Resolve, known: dict[str, Shape]
) -> None:
    if "x-turnup-default" in attribute:
        shape.defaults[name] = attribute["x-turnup-default"]
    target = resolve(attribute["$ref"]) if "$ref" in attribute else attribute
    aliases = attribute.get("x-turnup-aliases") or target.get("x-turnup-aliases")
    if aliases:
        shape.values[name] = aliases
    if target.get("format") == "date-time":
        shape.dates = tuple(dict.fromkeys((*shape.dates, name)))
    inner = attribute
    while "items" in inner:
        inner = inner["items"]
    if "$ref" in inner or "properties" in inner or "allOf" in inner:
        shape.children[name] = _build(inner, resolve, known)


def _prune(shapes: list[Shape]) -> None:
    """Leaves only children under which there is something to do."""
    found = {id(s) for s in shapes if s.names or s.values or s.defaults or s.dates}
    size = -1
    while size != len(found):
        size = len(found)
        found |= {id(s) for s in shapes if any(id(child) in found for child in s.children.values())}
    for shape in shapes:
        shape.children = {name: s for name, s in shape.children.items() if id(s) in found}


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
