"""What the catalogue says of a characteristic's values, as JSON Schema."""

from typing import Any

import pytest

from api.catalog.characteristic import Characteristic, pattern_fault
from api.catalog.errors import CatalogError
from api.catalog.load import parse_catalog


@pytest.mark.parametrize(
    ("described", "good", "bad"),
    [
        ({}, [1, "x", None, [], {}], []),
        ({"type": "integer"}, [1, 1.0, -5], [1.5, "1", True, [1]]),
        ({"type": "number"}, [1, 1.5], ["1.5", False]),
        ({"type": "string"}, ["", "x"], [1, True, ["x"]]),
        ({"type": "boolean"}, [True, False], ["true", 0, 1]),
        ({"type": "object"}, [{}], [[], "x"]),
        ({"type": "array"}, [[1, 2]], [{}, 1]),
        ({"minimum": 1, "maximum": 3}, [1, 3, 2.5, "x"], [0, 3.1]),
        ({"type": "integer", "allowed": (100, 250)}, [100, 250.0], [101, "100"]),
        ({"allowed": ("a", "b")}, ["a"], ["c", "A", 1]),
        ({"pattern": r"\+[0-9 ]{6,20}"}, ["+49 30 1234"], ["49", "+49 30 1234x", "x+49 30 1234"]),
        ({"pattern": "a|b"}, ["a", "b"], ["ab", "ac", "a\n"]),
        ({"pattern": "(?i)abc"}, ["ABC"], ["abcd"]),
    ],
)
def test_values(described: dict[str, Any], good: list[Any], bad: list[Any]) -> None:
    """Type, bounds, allowed values; a pattern must match as a whole."""
    characteristic = Characteristic("c", **described)
    assert [value for value in good if characteristic.faults(value)] == []
    assert [value for value in bad if not characteristic.faults(value)] == []


def test_messages_say_what_would_do() -> None:
    """Not the schema's text, but the catalogue's."""
    assert Characteristic("c", allowed=(100, 250)).faults(7) == [([], "must be one of 100, 250")]
    assert Characteristic("c", pattern="a+").faults("b") == [([], "does not match a+")]
    assert Characteristic("c", type="integer").faults("b") == [([], '"b" is not of type "integer"')]


def test_a_pattern_costs_linear_time() -> None:
    """What explodes in a backtracking engine is answered at once."""
    assert Characteristic("c", pattern="(a+)+").faults(100_000 * "a" + "b")


@pytest.mark.parametrize("pattern", ["(", "(?=a)b", r"(a)\1", "a{2000}", "*"])
def test_patterns_that_are_none(pattern: str) -> None:
    """Look-around, back references and the like are named when the catalogue is read."""
    assert pattern_fault(pattern)
    text = f"""
name: x
serviceSpecifications:
  - id: s
    name: S
    type: CFS
    characteristics:
      - {{name: a, type: string, pattern: '{pattern}'}}
"""
    with pytest.raises(CatalogError) as caught:
        parse_catalog(text)
    (fault,) = caught.value.faults
    assert fault.path == "$.serviceSpecifications[0].characteristics[0].pattern"
    assert fault.line == 8


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ("default: x", "default"),
        ("default: 7", "default"),
        ("allowed: [1, x]", "allowed"),
        ("allowed: [1, 7]", "allowed"),
    ],
)
def test_a_description_that_contradicts_itself(more: str, key: str) -> None:
    """A default or an allowed value that could not be ordered is a fault of the catalogue."""
    text = f"""
name: x
serviceSpecifications:
  - id: p
    name: P
    type: CFS
    characteristics: [{{name: a, type: integer, maximum: 5, {more}}}]
"""
    with pytest.raises(CatalogError, match="cannot be its value") as caught:
        parse_catalog(text)
    assert caught.value.faults[0].path.endswith(f"characteristics[0].{key}")
