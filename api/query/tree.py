"""The tree that a query is parsed into, and that stores compile and the evaluator walks.

Values in it are data only: a store binds them as parameters, and nothing in here ever becomes an
operator or SQL text. Pure.

What a condition means, to the evaluator and to every store alike:

- The values at a path are those of `api.query.leaves`: an array stands for each of its elements.
- A value is compared only with a literal of its own JSON type (`api.query.literals`): strings by
  code point, numbers by size, booleans with false before true. Null, objects and whole arrays are
  equal to nothing.
- EQ, GT, GTE, LT, LTE and REGEX hold where they do for at least one value. Two conditions on one
  path may be met by different elements.
- NE holds where EQ does not: no value is equal. So it holds, too, where there is no value at all.
- ElementMatch holds where one and the same element at the path meets its term, whose paths begin at
  the element. An element is an object, one that is not in an array too; plain values and arrays in
  arrays are none.
- Exists holds where the path leads to anything, be it null or an empty array.
- REGEX is searched for anywhere in a string (`api.query.pattern`), and holds for strings only.
- Sorting goes by the least value ascending and by the greatest descending; documents without a
  value come first ascending, and last descending (`api.query.order`).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

__all__ = [
    "EVERYTHING",
    "And",
    "Compare",
    "ElementMatch",
    "Exists",
    "IsNull",
    "Kind",
    "Node",
    "Not",
    "Op",
    "Or",
    "Sort",
]


class Op(StrEnum):
    """A comparison of TMF630 (part 1, filtering)."""

    EQ = "eq"
    NE = "ne"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    REGEX = "regex"


class Kind(StrEnum):
    """How a value is compared; read off the attribute's schema.

    ANY is an attribute that the schema does not type (an extension, ``Characteristic.value``):
    the literal then equals a JSON string of this text, and a number or boolean written so.
    """

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Compare:
    """One condition: some value at the path stands in this relation to the literal.

    Attributes:
        path: attribute names from the resource's root; arrays on the way match by any element.
        op: the relation.
        value: the literal, of the kind's Python type (str for STRING, DATE (normalised) and ANY,
            float or int for NUMBER, bool for BOOLEAN).
        kind: how to compare.
    """

    path: tuple[str, ...]
    op: Op
    value: str | float | bool
    kind: Kind


@dataclass(frozen=True, slots=True)
class And:
    """All terms hold; with no term: always."""

    terms: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one term holds; with no term: never."""

    terms: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The term does not hold."""

    term: "Node"


@dataclass(frozen=True, slots=True)
class Exists:
    """Something is at the path, whatever it is."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IsNull:
    """Some value at the path is null."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ElementMatch:
    """One element at the path meets the whole term.

    Attributes:
        path: attribute names to the array; never empty.
        term: the condition, with paths from the element.
    """

    path: tuple[str, ...]
    term: "Node"


Node: TypeAlias = Compare | Exists | IsNull | ElementMatch | And | Or | Not

EVERYTHING = And(())
"""The query that every document matches."""


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort key. Equal keys are in the order of creation, backwards if the first descends."""

    path: tuple[str, ...]
    descending: bool = False
