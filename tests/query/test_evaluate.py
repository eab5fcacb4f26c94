"""What conditions mean."""

from typing import Any

import pytest

from api.query.evaluate import evaluate
from api.query.tree import EVERYTHING, And, Compare, Kind, Not, Op, Or

BODY = {
    "state": "done",
    "n": 5,
    "live": True,
    "none": None,
    "party": [{"id": "a", "size": 1}, {"id": "b", "size": 9}, "c", [{"id": "deep"}]],
    "tags": ["x", "7", 7, False],
}

TABLE: list[tuple[str, Op, Any, Kind, bool]] = [
    ("state", Op.EQ, "done", Kind.STRING, True),
    ("state", Op.EQ, "don", Kind.STRING, False),
    ("state", Op.NE, "done", Kind.STRING, False),
    ("absent", Op.NE, "done", Kind.STRING, True),
    ("absent", Op.EQ, "done", Kind.STRING, False),
    ("none", Op.EQ, "", Kind.ANY, False),
    ("state", Op.REGEX, "on", Kind.STRING, True),
    ("n", Op.REGEX, "5", Kind.STRING, False),
    ("n", Op.EQ, 5.0, Kind.NUMBER, True),
    ("n", Op.EQ, "5", Kind.STRING, False),
    ("n", Op.EQ, "5", Kind.ANY, True),
    ("n", Op.GT, "4.5", Kind.ANY, True),
    ("live", Op.EQ, 1, Kind.NUMBER, False),
    ("live", Op.EQ, "true", Kind.ANY, True),
    ("party.id", Op.EQ, "b", Kind.STRING, True),
    ("party.id", Op.NE, "b", Kind.STRING, False),
    ("party.id", Op.NE, "z", Kind.STRING, True),
    ("party.id", Op.EQ, "deep", Kind.STRING, False),
    ("party", Op.EQ, "c", Kind.STRING, True),
    ("party.size", Op.GT, 8, Kind.NUMBER, True),
    ("party.size", Op.LT, 1, Kind.NUMBER, False),
    ("tags", Op.EQ, 7, Kind.NUMBER, True),
    ("tags", Op.EQ, False, Kind.BOOLEAN, True),
    ("tags", Op.EQ, 0, Kind.NUMBER, False),
    ("tags.x", Op.EQ, "x", Kind.STRING, False),
]


@pytest.mark.parametrize(("path", "op", "value", "kind", "expected"), TABLE)
def test_a_condition_holds(path: str, op: Op, value: Any, kind: Kind, *, expected: bool) -> None:
    """Any element may meet it, types are kept apart, and NE is the opposite of EQ."""
    assert evaluate(Compare(tuple(path.split(".")), op, value, kind), BODY) is expected


def test_conditions_join() -> None:
    """Two conditions on one path may be met by different elements."""
    first = Compare(("party", "id"), Op.EQ, "a", Kind.STRING)
    second = Compare(("party", "size"), Op.EQ, 9, Kind.NUMBER)
    assert evaluate(And((first, second)), BODY)
    assert evaluate(Or((Not(first), second)), BODY)
    assert not evaluate(Not(Or((first, second))), BODY)
    assert evaluate(EVERYTHING, {})
    assert not evaluate(Or(()), {})
