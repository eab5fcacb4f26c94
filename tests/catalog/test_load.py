"""Reading catalogues, and what is said of wrong ones."""

from pathlib import Path

import pytest

from api.catalog.errors import CatalogError
from api.catalog.handling import Compensation, Handling, OnFailure, PointOfNoReturn
from api.catalog.load import load_catalog, parse_catalog
from api.catalog.mapping import Constant, Copy, Table
from api.catalog.marked import read_yaml
from api.catalog.model import ACTIONS, ServiceType
from api.retry import RetryPolicy

EXAMPLE = Path(__file__).parents[2] / "examples" / "catalog.yaml"

GOOD = """
productOfferings:
  - {id: off, name: Offering, productSpecification: prod}
  - {id: bare, name: Bare, bundles: [off]}
productSpecifications:
  - id: prod
    name: Product
    characteristics:
      - {name: speed, type: integer, default: 10, allowed: [10, 20], minimum: 1, maximum: 99}
      - {name: label, type: string, pattern: '[a-z]+', required: true}
    services:
      - name: one
        specification: cfs
        when: speed > 5
        actions: [add]
        count: 2
        copy: [label]
        dependsOn: [two]
        characteristics:
          a: {from: speed}
          b: {value: [1, x]}
          c: {expression: speed * 2}
          d: {table: {by: speed, rows: {10: low, 20: high, true: odd}, default: other}}
      - {name: two, specification: rfs, copy: all}
serviceSpecifications:
  - id: cfs
    name: Customer facing
    version: "3"
    type: CFS
    category: c
    adapter: other
    options: {latency: 0.5}
    retry: {attempts: 2, first: 0.1}
    timeout: 7
    requires: [{specification: rfs}]
  - {id: rfs, name: Resource facing, type: RFS}
"""

SERVICE = "serviceSpecifications:\n  - {id: x, name: X, type: CFS}\n"


def test_values() -> None:
    """Everything that stands in the file stands in the values."""
    catalog = parse_catalog(GOOD)
    product = catalog.product_specifications["prod"]
    assert product.characteristics["speed"].allowed == (10, 20)
    assert product.characteristics["speed"].default == 10
    assert product.characteristics["label"].required
    one, two = product.services
    assert (one.name, one.specification, one.actions) == ("one", "cfs", frozenset({"add"}))
    assert one.when is not None
    assert one.when.holds({"speed": 6})
    assert one.count is not None
    assert one.count.value({}) == 2
    assert (one.copies, one.depends_on) == (("label",), ("two",))
    assert one.characteristics["a"] == Copy("speed")
    assert one.characteristics["b"] == Constant([1, "x"])
    assert one.characteristics["c"].value({"speed": 4}) == 8
    table = one.characteristics["d"]
    assert isinstance(table, Table)
    given = [{"speed": 10}, {"speed": "20"}, {"speed": 20.0}, {"speed": 3}, {}, {"speed": True}]
    assert [table.value(names) for names in given] == ["low", "high", "high", "other", None, "odd"]
    assert (two.copies, two.actions, two.when) == (None, ACTIONS, None)
    cfs = catalog.service_specification("cfs")
    assert cfs is not None
    assert (cfs.version, cfs.type, cfs.category) == ("3", ServiceType.CFS, "c")
    assert (cfs.adapter, cfs.options, cfs.usual.timeout) == ("other", {"latency": 0.5}, 7.0)
    assert cfs.usual.retry == RetryPolicy(attempts=2, first=0.1)
    assert [use.name for use in cfs.requires] == ["rfs"]


def test_lookup() -> None:
    """An item's offering goes before its specification; names are never looked up."""
    catalog = parse_catalog(GOOD)
    sold = catalog.product("off", "other")
    assert sold is not None
    assert [use.name for use in sold.services] == ["one", "two"]
    by_kind = catalog.product("unknown", "prod")
    assert by_kind is not None
    assert by_kind.name == "Product"
    bundle = catalog.product("bare", None)
    assert bundle is not None
    assert (bundle.bundles, bundle.services) == (("off",), ())
    assert catalog.product("Offering", "Product") is None
    assert catalog.product(None, None) is None
    assert catalog.service_specification(None) is None


def test_version() -> None:
    """The version follows the content: comments do not change it, a value does."""
    version = parse_catalog(GOOD).version
    assert version == parse_catalog("# a comment\n" + GOOD).version
    assert version != parse_catalog(GOOD.replace("name: Offering", "name: Other")).version


@pytest.mark.parametrize(
    ("text", "line", "path", "says"),
    [
        ("a: [", 2, "$", "is no YAML"),
        ("- 1", 1, "$", 'is not of type "object"'),
        ("", 1, "$", "is empty: write one of "),
        ("a:\n  " + "[" * 100_000 + "]" * 100_000, 2, "$", "more than 60 levels or 200000 values"),
        ("a:\n- [" + "1," * 200_001 + "]", 2, "$", "more than 60 levels or 200000 values"),
        ("a: &a [*a]", 1, "$", "alias"),
        ("? [a]\n: b", 1, "$", "a key must be a word"),
        (
            "serviceSpecifications: []\nprodukt: 1",
            2,
            "$.produkt",
            "no key 'produkt' here; there is: ",
        ),
        (
            SERVICE + "  - id: y\n    name: Y\n    type: CFS\n    frist: 1",
            6,
            "$.serviceSpecifications[1].frist",
            "no key 'frist' here; there is: id, name, ",
        ),
        (
            SERVICE
            + "productOfferings:\n  - &o {id: o, name: O}\n  - <<: *o\n    id: p\n    name: P",
            5,
            "$.productOfferings[1].<<",
            "merge keys are not offered",
        ),
        ("serviceSpecifications:\n  - {id: x, name: X}", 2, "$.serviceSpecifications[0]", "type"),
        (
            SERVICE + "    # c\n  - {id: x, name: Y, type: RFS}",
            4,
            "$.serviceSpecifications[1].id",
            "'x'",
        ),
        ("name: a\nname: b\n" + SERVICE, 2, "$.name", "twice"),
        (
            SERVICE + "productOfferings:\n  - id: o\n    name: O\n    productSpecification: none",
            6,
            "$.productOfferings[0].productSpecification",
            "there is no product specification 'none'",
        ),
        (
            SERVICE + "productOfferings:\n  - {id: o, name: O,\n     bundles: [p]}",
            5,
            "$.productOfferings[0].bundles[0]",
            "there is no product offering 'p'; there is: o",
        ),
        (
            SERVICE
            + "productOfferings: [{id: o, name: O, bundles: [p]}, {id: p, name: P, bundles: [o]}]",
            3,
            "$.productOfferings[0].bundles",
            "o → p → o",
        ),
        (
            SERVICE + "  - {id: y, name: Y, type: CFS, requires: [{specification: y}]}",
            3,
            "$.serviceSpecifications[1].requires",
            "y → y",
        ),
    ],
)
def test_faults(text: str, line: int, path: str, says: str) -> None:
    """A fault is told with file, line, path and what to do."""
    with pytest.raises(CatalogError) as caught:
        parse_catalog(text, "cat.yaml")
    found = [each for each in caught.value.faults if says in each.message]
    assert [(each.line, each.path) for each in found] == [(line, path)]
    assert f"cat.yaml:{line}: {path}: " in str(caught.value)


LISTED = """
productSpecifications:
  - id: p
    name: P
    characteristics: [{name: speed}, {name: gb}]
    services: [{specification: x, %s}]
serviceSpecifications:
  - {id: x, name: X, type: CFS, characteristics: [{name: speed, type: integer}]}
"""


@pytest.mark.parametrize(
    ("use", "path", "says"),
    [
        ("copy: all", "copy", "there is no characteristic of x 'gb'; there is: speed"),
        ("copy: [gb, speed]", "copy", "there is no characteristic of x 'gb'"),
        ("characteristics: {gb: {value: 1}}", "characteristics.gb", "there is no characteristic"),
        ("characteristics: {speed: {value: fast}}", "characteristics.speed", '"fast" is not of'),
    ],
)
def test_what_a_use_may_set(use: str, path: str, says: str) -> None:
    """Where a service lists its characteristics, a use sets no other, and no other values."""
    with pytest.raises(CatalogError) as caught:
        parse_catalog(LISTED % use)
    (fault,) = caught.value.faults
    assert fault.path == f"$.productSpecifications[0].services[0].{path}"
    assert says in fault.message
    parse_catalog(LISTED % "copy: [speed]")


CIRCLE = "{name: a, specification: x, dependsOn: [b]}, {name: b, dependsOn: [a], specification: x}"

USES = """
productSpecifications:
  - id: p
    name: P
    characteristics: [{name: speed}]
    services:
"""


@pytest.mark.parametrize(
    ("uses", "path", "says"),
    [
        ("{specification: q}", "[0].specification", "there is no service specification 'q'"),
        ("{specification: x, when: sped > 1}", "[0].when", "there is no characteristic 'sped'"),
        ("{specification: x, when: 'speed >'}", "[0].when", "is no expression"),
        ("{specification: x, count: exec('1')}", "[0].count", "there is no function 'exec'"),
        ("{specification: x, copy: [a]}", "[0].copy", "there is no characteristic 'a'"),
        ("{specification: x, copy: some}", "[0].copy", "under their own name: a list, or `all`"),
        ("{specification: x, when: speed = 5}", "[0].when", "write == to compare"),
        ("{specification: x, count: -1}", "[0].count", "gives -1: no number from 0"),
        ("{specification: x, count: index / 2}", "[0].count", "gives 0.5: no number from 0"),
        ("{specification: x, count: 1 / 0}", "[0].count", "cannot be computed"),
        ("{name: a}", "[0]", "Id of its service specification"),
        ("{specification: x, dependsOn: [z]}", "[0].dependsOn[0]", "there is no use beside it 'z'"),
        ("{specification: x, name: a.b}", "[0].name", "a.b"),
        ("{specification: x}, {specification: x}", "[1]", "the name of another one"),
        (
            "{specification: x, characteristics: {a: {from: b}}}",
            "[0].characteristics.a",
            "there is no characteristic 'b'",
        ),
        (
            "{specification: x, characteristics: {a: {from: speed, value: 1}}}",
            "[0].characteristics.a",
            "more than 1 propert",
        ),
        (
            CIRCLE,
            "",
            "a → b → a",
        ),
    ],
)
def test_faults_of_uses(uses: str, path: str, says: str) -> None:
    """What is wrong with a use is told at its own place."""
    with pytest.raises(CatalogError) as caught:
        parse_catalog(SERVICE + USES + f"      [{uses}]")
    found = [each for each in caught.value.faults if says in each.message]
    assert [each.path for each in found] == [f"$.productSpecifications[0].services{path}"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("off", "off"),
        ("010", "010"),
        ("12:30", "12:30"),
        ("2024-01-01", "2024-01-01"),
        ("true", True),
        ("-7", -7),
        ("1.5", 1.5),
        (".inf", ".inf"),
        ("~", None),
        ("'1'", "1"),
    ],
)
def test_scalars(text: str, value: object) -> None:
    """Words that only YAML 1.1 takes for truth values, octals, times or dates stay words."""
    read = read_yaml(f"a: {text}", "x").value["a"]
    assert (read, type(read)) == (value, type(value))


def test_all_faults_at_once() -> None:
    """One reading tells everything that is wrong, by line."""
    text = SERVICE + USES + "      - {specification: q}\n      - {specification: r, when: zz}"
    with pytest.raises(CatalogError) as caught:
        parse_catalog(text)
    assert [each.line for each in caught.value.faults] == [9, 10, 10]


def test_no_file(tmp_path: Path) -> None:
    """A file that is not there, or no text, is a CatalogError that names it."""
    with pytest.raises(CatalogError, match=r"nothing.yaml:1: .*cannot be read"):
        load_catalog(tmp_path / "nothing.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CatalogError, match=r"bytes.yaml"):
        load_catalog(tmp_path / "bytes.yaml")


def test_example() -> None:
    """The bundled catalogue is good, and knows what the official samples name."""
    catalog = load_catalog(EXAMPLE)
    sold = ["po-home", "po-office", "14277", "14305", "14344", "14354"]
    assert all(catalog.product(each, None) for each in sold)
    assert all(catalog.product(None, each) for each in ["14307", "14395", "14353"])
    services = ["ONAPvCPE_Spec", "48", "1212", "cfs45", "cfs89"]
    assert all(catalog.service_specification(each) for each in services)


def test_handling_of_actions() -> None:
    """A specification's handling holds for all actions, less what one of them says otherwise."""
    catalog = parse_catalog("""
serviceSpecifications:
  - id: a
    name: A
    type: RFS
    onFailure: compensate
    duration: 20
    retry: {attempts: 2}
    milestone: Ready
    actions:
      delete: {onFailure: fail, pointOfNoReturn: completed, compensation: keep, timeout: 5}
  - {id: b, name: B, type: RFS}
""")
    a = catalog.service_specifications["a"]
    assert a.handling("add") == Handling(
        on_failure=OnFailure.COMPENSATE,
        retry=RetryPolicy(attempts=2),
        duration=20.0,
        milestone="Ready",
    )
    assert a.handling("delete") == Handling(
        on_failure=OnFailure.FAIL,
        retry=RetryPolicy(attempts=2),
        timeout=5.0,
        duration=20.0,
        point_of_no_return=PointOfNoReturn.COMPLETED,
        compensation=Compensation.KEEP,
        milestone="Ready",
    )
    assert catalog.service_specifications["b"].handling("add") == Handling()


CALENDAR = """
calendars:
  - id: office
    timezone: Europe/Berlin
    hours: {monday: ["08:00-12:00", "13:00-24:00"]}
    holidays: ["2026-12-25"]
serviceSpecifications:
  - {id: x, name: X, type: CFS, calendar: office}
  - {id: y, name: Y, type: CFS}
"""


def test_calendars() -> None:
    """Business hours, of a specification that names them."""
    catalog = parse_catalog(CALENDAR)
    named = {id_: each.calendar for id_, each in catalog.service_specifications.items()}
    assert named == {"x": "office", "y": None}
    calendar = catalog.calendars["office"]
    assert calendar.hours == {0: ((480, 720), (780, 1440))}
    assert str(calendar.zone) == "Europe/Berlin"
    assert [str(day) for day in calendar.holidays] == ["2026-12-25"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Europe/Berlin", "Europe/Bonn", "there is no time zone 'Europe/Bonn'"),
        ("13:00-24:00", "11:00-24:00", "in order and apart"),
        ("13:00-24:00", "13:00-25:00", "13:00-25:00"),
        ('["08:00-12:00", "13:00-24:00"]', "[]", "there must be some"),
        ("2026-12-25", "2026-12-32", "is no day"),
        ("calendar: office", "calendar: shop", "there is no calendar 'shop'; there is: office"),
    ],
)
def test_wrong_calendars(old: str, new: str, said: str) -> None:
    """What cannot be is said with its place."""
    with pytest.raises(CatalogError, match=said):
        parse_catalog(CALENDAR.replace(old, new))


def test_bounds_that_no_value_keeps_to() -> None:
    """A minimum above the maximum is a fault; the same number twice is one value."""
    text = SERVICE.replace("}", ", characteristics: [{name: n, minimum: 5, maximum: %s}]}")
    with pytest.raises(CatalogError, match="5 is above the maximum, 3"):
        parse_catalog(text % 3)
    assert parse_catalog(text % 5)
