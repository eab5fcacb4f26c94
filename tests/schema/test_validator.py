"""Validation by the documents' schemas."""

from typing import Any

import pytest

from api.errors import Invalid
from api.schema.validator import Validator

SCHEMAS: dict[str, Any] = {
    "Order": {
        "type": "object",
        "required": ["item"],
        "properties": {
            "href": {"type": "string", "format": "uri"},
            "orderDate": {"type": "string", "format": "date-time"},
            "item": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
        },
    },
    "Item": {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string"}, "quantity": {"type": "integer"}},
    },
}
ORDER = Validator({"$ref": "#/components/schemas/Order"}, SCHEMAS)


def faults(body: Any) -> tuple[str, ...]:
    with pytest.raises(Invalid) as caught:
        ORDER.check(body)
    return caught.value.faults


def test_a_valid_body_passes() -> None:
    """Unknown attributes are extensions: allowed."""
    ORDER.check({"item": [{"id": "1", "colour": "red"}], "@type": "X"})


def test_schemas_are_found_through_others() -> None:
    """What a schema refers to is compiled, and only that: at any depth, in circles, in parts."""
    schemas = {
        "A": {"properties": {"b": {"anyOf": [{"$ref": "#/components/schemas/B"}]}}},
        "B": {"properties": {"a": {"$ref": "#/components/schemas/A"}, "n": {"type": "integer"}}},
        "C": {"properties": {"n": {"$ref": "#/components/schemas/B/properties/n"}}},
        "Unread": {"$ref": "#/components/schemas/Nowhere"},
    }
    whole = Validator({"items": {"$ref": "#/components/schemas/A"}}, schemas)
    whole.check([{"b": {"a": {"b": {"n": 1}}}}])
    with pytest.raises(Invalid):
        whole.check([{"b": {"a": {"b": {"n": "1"}}}}])
    with pytest.raises(Invalid):
        Validator({"$ref": "#/components/schemas/C"}, schemas).check({"n": "1"})


def test_every_fault_is_told_with_its_path() -> None:
    """A client can mend all at once."""
    told = faults({"item": [{"id": "1"}, {"quantity": "x"}], "orderDate": "no"})
    assert len(told) == 3
    assert "item[1].id: is required" in told
    assert any(each.startswith("item[1].quantity: ") for each in told)
    assert any(each.startswith("orderDate: ") for each in told)


def test_what_two_parts_of_a_schema_ask_for_is_told_once() -> None:
    """A sub-type repeats what its base requires."""
    twice = Validator({"allOf": [{"required": ["id"]}, {"required": ["id", "name"]}]}, {})
    with pytest.raises(Invalid) as caught:
        twice.check({})
    assert len(caught.value.faults) == 2, caught.value.faults


def test_what_is_missing_is_named_by_its_own_path() -> None:
    """At the root, too: it is the attribute that a client must mend."""
    assert faults({}) == ("item: is required",)
    assert faults({"item": [{"id": "1"}, {}]}) == ("item[1].id: is required",)


def test_a_fault_of_the_whole_body_has_no_path() -> None:
    """At the root, the message stands alone."""
    (told,) = faults([])
    assert told == '[] is not of type "object"'


def test_repeated_faults_do_not_crowd_others_out() -> None:
    """What is told twice counts once among those that are told before "and more"."""
    asked = [{"required": ["id"]}] * 30 + [{"required": ["name"]}]
    twice = Validator({"allOf": asked}, {})
    with pytest.raises(Invalid) as caught:
        twice.check({})
    assert sorted(caught.value.faults) == ["id: is required", "name: is required"]


def test_hrefs_need_not_be_uris() -> None:
    """The official samples hold hrefs that are none."""
    ORDER.check({"item": [], "href": "not a uri"})


@pytest.mark.parametrize("date", ["2026-01-31", "2026-01-31T12:00:00", "", "2026-02-30T12:00:00Z"])
def test_dates_are_enforced(date: str) -> None:
    """Formats are checked, not only noted."""
    (told,) = faults({"item": [], "orderDate": date})
    assert told.startswith("orderDate: ")


def test_long_answers_are_cut() -> None:
    """A thousand faults, or one about a megabyte of text, make no megabyte of answer."""
    told = faults({"item": [{}] * 1000})
    assert len(told) == 21
    assert told[-1] == "and more"
    assert all(len(each) < 400 for each in faults({"item": [{"id": ["x" * 10_000]}]}))


def test_numbers_that_are_whole_are_integers() -> None:
    """JSON has one kind of number: 1.0 is the integer 1, as JSON Schema has it."""
    ORDER.check({"item": [{"id": "1", "quantity": 1.0}]})
