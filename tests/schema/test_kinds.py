"""How attributes are compared, read off their schemas."""

from typing import Any

import pytest

from api.query.tree import Kind
from api.schema.kinds import KindOf

SCHEMAS: dict[str, Any] = {
    "Order": {
        "properties": {
            "state": {"$ref": "#/components/schemas/State"},
            "orderDate": {"type": "string", "format": "date-time"},
            "quantity": {"type": "integer"},
            "price": {"type": "number"},
            "isBundle": {"type": "boolean"},
            "value": {"$ref": "#/components/schemas/Any"},
            "item": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
            "tags": {"type": "array", "items": {"type": "string"}},
        },
    },
    "State": {"type": "string", "enum": ["a"]},
    "Any": {},
    "Item": {
        "allOf": [
            {"$ref": "#/components/schemas/Base"},
            {"properties": {"item": {"$ref": "#/components/schemas/Item"}}},
        ]
    },
    "Base": {"properties": {"count": {"type": "integer"}}},
}


def resolve(ref: str) -> Any:
    return SCHEMAS[ref.rpartition("/")[2]]


KINDS = KindOf({"allOf": [{"$ref": "#/components/schemas/Order"}]}, resolve)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("state", Kind.STRING),
        ("orderDate", Kind.DATE),
        ("quantity", Kind.NUMBER),
        ("price", Kind.NUMBER),
        ("isBundle", Kind.BOOLEAN),
        ("value", Kind.ANY),
        ("value.inside", Kind.ANY),
        ("item.count", Kind.NUMBER),
        ("item.item.item.count", Kind.NUMBER),
        ("item", Kind.ANY),
        ("tags", Kind.STRING),
        ("unknown", Kind.ANY),
        ("unknown.count", Kind.ANY),
        ("state.inside", Kind.ANY),
    ],
)
def test_kinds(path: str, kind: Kind) -> None:
    """Through references, arrays, allOf and recursion; ANY where the schema does not say."""
    assert KINDS(tuple(path.split("."))) is kind
    assert KINDS(tuple(path.split("."))) is kind


def test_paths_of_clients_are_not_kept() -> None:
    """Unknown paths are without number: remembering them would fill the memory."""
    before = len(KINDS._known)
    for number in range(100):
        KINDS((f"unknown{number}",))
    assert len(KINDS._known) == before
