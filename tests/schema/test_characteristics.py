"""Characteristics in bodies against those that the catalogue describes."""

from typing import Any

import pytest

from api.catalog.model import Catalog, Characteristic, ServiceSpecification
from api.errors import Invalid
from api.schema.characteristics import Given, check_values, service_values

SPEED = Characteristic("speed", type="integer", maximum=10, required=True)
NAME = Characteristic("name", type="string", required=True, default="x")
KNOWN = {"speed": SPEED, "name": NAME}
CATALOG = Catalog(
    service_specifications={"s": ServiceSpecification("s", "S", characteristics=KNOWN)}
)


def faults(*values: Any, complete: bool = False, present: Any = None) -> list[str]:
    given = Given(("a", 1, "c"), list(values), KNOWN, "S", complete=complete, present=present)
    try:
        check_values([given])
    except Invalid as error:
        return list(error.faults)
    return []


def c(name: str, value: Any) -> dict[str, Any]:
    return {"name": name, "value": value}


def test_each_fault_has_its_path() -> None:
    """By the index in the body; what the catalogue does not describe passes, and so does null."""
    assert faults(c("speed", 1), c("other", "x"), c("name", None), {"name": "speed"}) == []
    assert faults(c("other", 1), c("speed", "x"), c("name", 1)) == [
        'a[1].c[1].value: "x" is not of type "integer"',
        'a[1].c[2].value: 1 is not of type "string"',
    ]
    assert faults(c("speed", 1), c("speed", 2)) == ["a[1].c[1].name: speed is given twice"]


def test_what_is_required() -> None:
    """Only where the array must be complete, and not what has a default."""
    assert faults(c("name", "n")) == []
    assert faults(c("name", "n"), complete=True) == ["a[1].c: speed is required by S"]
    assert faults(c("speed", None), complete=True) == ["a[1].c: speed is required by S"]
    assert faults(c("speed", 3), complete=True) == []


def test_what_stands_already_passes() -> None:
    """A catalogue that became stricter does not forbid to change something else."""
    assert faults(c("speed", 11), c("name", "n"), present=[c("speed", 11)]) == []
    assert faults(c("speed", 12), present=[c("speed", 11)])


def test_many_faults_are_cut() -> None:
    """An error is no flood."""
    found = faults(*(c("speed", "x") for _ in range(100)))
    assert len(found) == 21
    assert found[-1] == "and more"


@pytest.mark.parametrize("named", [None, {}, {"id": "unknown"}])
def test_a_service_of_no_known_kind(named: Any) -> None:
    """Passes as it is."""
    body = {"serviceSpecification": named, "serviceCharacteristic": [c("speed", "x")]}
    check_values(service_values(None, body, CATALOG))


def test_another_specification_is_looked_at_anew() -> None:
    """What was right for one kind of service need not be for another."""
    old = {"serviceSpecification": {"id": "t"}, "serviceCharacteristic": [c("speed", "x")]}
    new = {**old, "serviceSpecification": {"id": "s"}}
    check_values(service_values(new, new, CATALOG))
    with pytest.raises(Invalid, match=r"serviceCharacteristic\[0\].value"):
        check_values(service_values(old, new, CATALOG))
