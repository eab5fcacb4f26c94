"""Where a service's characteristic takes its value from. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.catalog.expression import Expression, Names
from api.jsontypes import JsonValue

__all__ = ["Computed", "Constant", "Copy", "Rule", "Table", "key_of"]


@dataclass(frozen=True, slots=True)
class Copy:
    """The value of the characteristic of that name, one level up."""

    source: str

    @property
    def names(self) -> frozenset[str]:
        """The characteristics that it reads."""
        return frozenset({self.source})

    def value(self, names: Names) -> JsonValue:
        """The value; None where there is none."""
        return names.get(self.source)


@dataclass(frozen=True, slots=True)
class Constant:
    """Always the same value."""

    constant: JsonValue

    @property
    def names(self) -> frozenset[str]:
        """The characteristics that it reads: none."""
        return frozenset()

    def value(self, names: Names) -> JsonValue:
        """The value."""
        del names
        return self.constant


@dataclass(frozen=True, slots=True)
class Computed:
    """What an expression gives."""

    expression: Expression

    @property
    def names(self) -> frozenset[str]:
        """The characteristics that it reads."""
        return self.expression.names

    def value(self, names: Names) -> JsonValue:
        """The value. Raises ExpressionError."""
        return self.expression.value(names)


@dataclass(frozen=True, slots=True)
class Table:
    """Looked up by the value of a characteristic.

    Attributes:
        source: the characteristic.
        rows: by the value's text: ``100``, ``true``, ``gold``.
        default: where no row fits a value that is there; None: no value.
    """

    source: str
    rows: Mapping[str, JsonValue]
    default: JsonValue = None

    @property
    def names(self) -> frozenset[str]:
        """The characteristics that it reads."""
        return frozenset({self.source})

    def value(self, names: Names) -> JsonValue:
        """The value of the row; None where the characteristic is not there."""
        given = names.get(self.source)
        return None if given is None else self.rows.get(key_of(given), self.default)


Rule = Copy | Constant | Computed | Table


def key_of(value: JsonValue) -> str:
    """A value as the key of a table row: as YAML and JSON would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
