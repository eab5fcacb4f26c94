"""Modifies by which services come and go: the difference between two decompositions."""

import pytest

from api.catalog.load import parse_catalog
from api.jsontypes import JsonObject
from tests.tmf622.shop import CATALOG, item, order, service_items, values, waits
from tmf622_product_ordering.decomposition import Decomposition, decompose
from tmf622_product_ordering.existing import Existing

VOICE = {
    "v": Existing("v", "cfs-voice", "Telephony", ("s", "j1", "j2"), {"lines": 2, "box": False}),
    "s": Existing("s", "rfs-sip", "SIP"),
    "j1": Existing("j1", "rfs-jack", "Jack"),
    "j2": Existing("j2", "rfs-jack", "Jack"),
}

OTHERS = parse_catalog("""
productOfferings:
  - {id: small, name: Small, productSpecification: small}
  - {id: large, name: Large, productSpecification: large}
productSpecifications:
  - id: small
    name: Small
    characteristics: [{name: speed, default: 50, allowed: [50, 100]}]
    services:
      - {name: access, specification: access, copy: all}
      - {name: modem, specification: modem, dependsOn: [access]}
  - id: large
    name: Large
    characteristics: [{name: speed, default: 500, allowed: [100, 500]}]
    services:
      - {name: access, specification: access, copy: all, characteristics: {class: {value: gold}}}
      - {name: guard, specification: guard, dependsOn: [access]}
serviceSpecifications:
  - {id: access, name: Access, type: CFS}
  - {id: modem, name: Modem, type: CFS}
  - {id: guard, name: Guard, type: CFS}
""")


def modified(existing: dict[str, Existing], **given: object) -> Decomposition:
    top = next(iter(existing))
    change = item("1", "voice", "modify", given=given, real=[{"id": top}])
    return decompose(order(change), CATALOG, existing)


def actions(found: Decomposition) -> dict[str, tuple[str, str | None]]:
    return {
        each["id"]: (each["action"], each["service"].get("id")) for each in service_items(found)
    }


@pytest.mark.parametrize(
    ("given", "comes"),
    [
        ({"lines": 3}, {"1.voice.jack#3:add": ("add", None)}),
        ({"lines": 1}, {"1.voice.jack#2:delete": ("delete", "j2")}),
        ({"lines": 2}, {}),
        ({"number": "7"}, {"1.voice.sip": ("modify", "s")}),
        (
            {"box": True},  # which the jacks depend on
            {"1.voice.box:add": ("add", None)}
            | {f"1.voice.jack#{n}": ("modify", f"j{n}") for n in (1, 2)},
        ),
        (
            {"box": False, "lines": 0},
            {f"1.voice.jack#{n}:delete": ("delete", f"j{n}") for n in (1, 2)},
        ),
    ],
    ids=str,
)
def test_what_comes_and_goes(given: JsonObject, comes: dict[str, tuple[str, str | None]]) -> None:
    """Counts and conditions before and after are compared; what they do not tell of stays."""
    assert actions(modified(VOICE, **given)) == {"1.voice": ("modify", "v"), **comes}


def test_the_sequence() -> None:
    """What comes is up before who uses it changes; what goes ends after that."""
    up = waits(modified(VOICE, lines=3, box=True))
    above = "1.voice.box:add 1.voice.jack#1 1.voice.jack#2 1.voice.jack#3:add"
    assert up["1.voice"] == above
    assert up["1.voice.jack#3:add"] == "-1.voice.box:add"
    down = waits(modified(VOICE, lines=1))
    assert (down["1.voice"], down["1.voice.jack#2:delete"]) == ("", "-1.voice")


def test_what_is_not_known_stays() -> None:
    """Where neither order nor inventory tell how it was, only what the order itself says counts."""
    unknown = {
        id_: Existing(e.id, e.specification, e.name, e.relies_on) for id_, e in VOICE.items()
    }
    assert list(actions(modified(unknown, number="7"))) == ["1.voice", "1.voice.sip"]
    assert actions(modified(unknown, lines=3))["1.voice.jack#3:add"] == ("add", None)


def test_a_service_is_added_as_a_whole() -> None:
    """With what it needs: values that the order leaves out are those that the product has."""
    catalog = parse_catalog("""
productOfferings: [{id: voice, name: V, productSpecification: voice}]
productSpecifications:
  - id: voice
    name: V
    characteristics: [{name: number}, {name: fax, default: false}]
    services:
      - {name: voice, specification: voice, copy: [number]}
      - {name: fax, specification: fax, when: fax, characteristics: {line: {from: number}}}
serviceSpecifications:
  - {id: voice, name: Voice, type: CFS}
  - {id: tone, name: Tone, type: CFS}
  - {id: fax, name: Fax, type: CFS, requires: [{name: tone, specification: tone}]}
""")
    there = {"v": Existing("v", "voice", "Voice", (), {"number": "7"})}
    change = item("1", "voice", "modify", given={"fax": True}, real=[{"id": "v"}])
    found = decompose(order(change), catalog, there)
    assert [each for each in actions(found).values() if each[0] == "add"] == [("add", None)] * 2
    assert values(found)["1.fax:add"] == {"line": "7"}


SMALL = {
    "a": Existing("a", "access", "Access", (), {"speed": 50}),
    "m": Existing("m", "modem", "Modem", ("a",)),
}


def test_another_offering() -> None:
    """What both are made of is brought to the new one's values; the rest comes or goes."""
    change = item("1", "large", "modify", real=[{"id": "a"}, {"id": "m"}])
    change["product"]["productOffering"] = {"id": "small"}
    found = decompose(order(change), OTHERS, SMALL)
    assert actions(found) == {
        "1.access": ("modify", "a"),
        "1.guard:add": ("add", None),
        "1.modem:delete": ("delete", "m"),
    }
    # a speed of 50 is not to be had any more
    assert values(found)["1.access"] == {"speed": 500, "class": "gold"}


def test_the_same_offering() -> None:
    """Services that the order does not name are not added a second time."""
    change = item("1", "small", "modify", given={"speed": 100}, real=[{"id": "a"}])
    assert actions(decompose(order(change), OTHERS, SMALL)) == {"1.access": ("modify", "a")}


PAIR = {
    "a1": Existing("a1", "access", "Access", (), {"speed": 50}),
    "m1": Existing("m1", "modem", "Modem", ("a1",)),
    "a2": Existing("a2", "access", "Access", (), {"speed": 50}),
    "m2": Existing("m2", "modem", "Modem", ("a2",)),
}


@pytest.mark.parametrize(
    ("more", "product", "comes"),
    [
        ({}, {"status": "suspended"}, {}),
        ({}, {"productCharacteristic": [{"name": "speed", "value": 100}]}, {}),
        ({"quantity": 2}, {"status": "suspended"}, {}),
        (
            {"quantity": 1},
            {},
            {"1.access#2:delete": ("delete", "a2"), "1.modem#2:delete": ("delete", "m2")},
        ),
        ({"quantity": 3}, {}, {"1.access#3:add": ("add", None), "1.modem#3:add": ("add", None)}),
    ],
    ids=str,
)
def test_the_quantity(
    more: JsonObject, product: JsonObject, comes: dict[str, tuple[str, str | None]]
) -> None:
    """As many of the product stay as there are, unless the order says how many there shall be."""
    change = item("1", "small", "modify", real=[{"id": id_} for id_ in PAIR], **more)
    change["product"] |= product
    found = actions(decompose(order(change), OTHERS, PAIR))
    assert {id_: did for id_, did in found.items() if did[0] != "modify"} == comes


def test_the_quantity_of_another_offering() -> None:
    """What comes with the new offering comes as often as there are of the product."""
    change = item("1", "large", "modify", real=[{"id": id_} for id_ in PAIR])
    change["product"]["productOffering"] = {"id": "small"}
    assert list(actions(decompose(order(change), OTHERS, PAIR))) == [
        "1.access#1",
        "1.access#2",
        "1.guard#1:add",
        "1.guard#2:add",
        "1.modem#1:delete",
        "1.modem#2:delete",
    ]


def test_a_count_by_the_quantity() -> None:
    """A count that reads the quantity does not change where the order says none."""
    catalog = parse_catalog("""
productOfferings: [{id: pair, name: P, productSpecification: pair}]
productSpecifications:
  - {id: pair, name: P, services: [{name: port, specification: port, count: quantity * 2}]}
serviceSpecifications: [{id: port, name: Port, type: RFS}]
""")
    there = {id_: Existing(id_, "port", "Port") for id_ in "abcd"}
    change = item("1", "pair", "modify", real=[{"id": id_} for id_ in there])
    change["product"]["status"] = "suspended"
    assert {did[0] for did in actions(decompose(order(change), catalog, there)).values()} == {
        "modify"
    }


def test_an_unknown_former_offering() -> None:
    """People have to see to it."""
    change = item("1", "large", "modify", real=[{"id": "a"}])
    change["product"]["productOffering"] = {"id": "gone"}
    (said,) = decompose(order(change), OTHERS, SMALL).unknown
    assert "does not know product.productOffering 'gone'" in said


def test_remembered() -> None:
    """A service is remembered with all that is known of it."""
    for each in VOICE.values():
        assert Existing.of_json(each.to_json()) == each
