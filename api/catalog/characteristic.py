"""A property of a product or service, and what its values may be. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import jsonschema_rs

from api.errors import BadRequest
from api.jsontypes import JsonObject, JsonValue
from api.query.pattern import compiled

__all__ = ["Characteristic", "pattern_fault"]


@dataclass(frozen=True, slots=True)
class Characteristic:
    """A property of a product or service; its JSON Schema is compiled when it is made.

    Attributes:
        name: as orders spell it.
        type: ``string``, ``integer``, ``number``, ``boolean``, ``object`` or ``array``; None: any.
        default: what an ``add`` that leaves it out means.
        required: whether an ``add`` must give it.
        allowed: the values it may have; empty: any.
        minimum: of a number.
        maximum: of a number.
        pattern: that a text must match as a whole (RE2).
        description: for people.
    """

    name: str
    type: str | None = None
    default: JsonValue = None
    required: bool = False
    allowed: tuple[JsonValue, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    description: str = ""
    _values: jsonschema_rs.Draft202012Validator = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_values", _compiled(self.schema()))

    def schema(self) -> JsonObject:
        """The JSON Schema of its values."""
        said = {
            "type": self.type,
            "enum": list(self.allowed) or None,
            "minimum": self.minimum,
            "maximum": self.maximum,
            "pattern": None if self.pattern is None else _whole(self.pattern),
        }
        return {keyword: value for keyword, value in said.items() if value is not None}

    def faults(self, value: JsonValue) -> list[tuple[list[str | int], str]]:
        """What is wrong with a value: paths inside it, and messages."""
        if self._values.is_valid(value):
            return []
        found: Iterable[jsonschema_rs.ValidationError] = self._values.iter_errors(value)
        return [(list(fault.instance_path), self._message(fault)) for fault in found]

    def _message(self, fault: jsonschema_rs.ValidationError) -> str:
        if fault.kind.name == "enum":
            listed = ", ".join(str(each) for each in self.allowed[:20])
            return f"must be one of {listed}"
        if fault.kind.name == "pattern":
            return f"does not match {self.pattern}"
        return str(fault.message)


def pattern_fault(pattern: str | None) -> str | None:
    """What is wrong with a pattern, or None."""
    if pattern is None:
        return None
    try:
        compiled(pattern)
        _compiled({"pattern": _whole(pattern)})
    except BadRequest as error:
        return error.reason
    except (jsonschema_rs.ValidationError, ValueError) as error:
        return f"is not in the syntax of RE2: {str(error).partition(chr(10))[0][:200]}"
    return None


def _whole(pattern: str) -> str:
    return f"^(?:{pattern})$"


def _compiled(schema: JsonObject) -> jsonschema_rs.Draft202012Validator:
    linear = jsonschema_rs.RegexOptions()
    return jsonschema_rs.Draft202012Validator(schema, pattern_options=linear)
