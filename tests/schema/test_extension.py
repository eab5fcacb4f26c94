"""Objects that name a schema by ``@schemaLocation`` must keep to it."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from api.errors import Invalid, SetupError
from api.schema.extension import Extensions, Unfetched
from api.schema.folder import read_folder
from api.schema.location import Prefixes

BASE = "https://schemas.example.net/tmf"
VLAN = {"type": "object", "properties": {"vlan": {"type": "integer"}}, "required": ["vlan"]}


def folder(path: Path, **files: Any) -> Path:
    for name, schema in files.items():
        text = schema if isinstance(schema, bytes) else orjson.dumps(schema)
        (path / f"{name}.json").write_bytes(text)
    return path


def extensions(path: Path, **files: Any) -> Extensions:
    return Extensions(known=read_folder(folder(path, **files), BASE))


def faults(known: Extensions, body: dict[str, Any]) -> list[str]:
    try:
        known.check(body)
    except Invalid as error:
        return list(error.faults)
    return []


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"vlan": "7"}, "vlan"),
        ({"item": [{}, {"service": {"vlan": "7"}}]}, "item[1].service.vlan"),
        ({"characteristic": [{"value": {"vlan": "7"}}]}, "characteristic[0].value.vlan"),
    ],
)
def test_a_fault_is_named_by_its_full_path(tmp_path: Path, body: Any, path: str) -> None:
    """At the top, in items, in the value of a characteristic."""
    known = extensions(tmp_path, vlan=VLAN)
    holder = body
    while "vlan" not in holder:
        (holder,) = [part for part in holder.values() if isinstance(part, dict | list)]
        holder = holder[-1] if isinstance(holder, list) else holder
    holder["@schemaLocation"] = f"{BASE}/vlan.json"
    assert faults(known, body) == [f'{path}: "7" is not of type "integer"']
    holder["vlan"] = 7
    assert not faults(known, body)
    del holder["vlan"]
    assert faults(known, body) == [f"{path}: is required"]


def test_what_two_parts_of_a_schema_ask_for_is_told_once(tmp_path: Path) -> None:
    """A sub-type repeats what its base requires."""
    both = {"allOf": [{"$ref": "vlan.json"}, {"required": ["vlan", "name"]}]}
    known = extensions(tmp_path, vlan=VLAN, both=both)
    told = faults(known, {"@schemaLocation": f"{BASE}/both.json"})
    assert sorted(told) == ["name: is required", "vlan: is required"]


def test_unknown_ones_are_kept_as_they_are(tmp_path: Path) -> None:
    """Open/closed: what nobody knows, nobody checks; odd values are left to the document."""
    known = extensions(tmp_path, vlan=VLAN)
    for location in ("https://other.example/x.json", "urn:x", "", 7, None, f"{BASE}/other.json"):
        assert not faults(known, {"@schemaLocation": location, "vlan": "7"})


def test_an_id_a_path_and_a_fragment(tmp_path: Path) -> None:
    """A file answers for its ``$id`` and its path; a fragment or the type picks a definition."""
    several = {"$id": "urn:acme:several", "definitions": {"Vlan": VLAN}, "title": "Several"}
    known = extensions(tmp_path, several=several)
    for location in ("urn:acme:several", f"{BASE}/several.json"):
        for body in (
            {"@schemaLocation": f"{location}#/definitions/Vlan"},
            {"@schemaLocation": location, "@type": "Vlan"},
        ):
            assert faults(known, body) == ["vlan: is required"]
        assert not faults(known, {"@schemaLocation": location, "@type": "Other"})
        (fault,) = faults(known, {"@schemaLocation": f"{location}#/definitions/No"})
        assert fault.startswith("@schemaLocation: ")


def test_schemas_refer_to_one_another(tmp_path: Path) -> None:
    """Relative references lead to files beside; every draft has its own rules."""
    draft7 = "http://json-schema.org/draft-07/schema#"
    known = extensions(
        tmp_path,
        base={"$schema": draft7, "definitions": {"Name": {"type": "string", "pattern": "^v"}}},
        vlan={"$schema": draft7, "properties": {"name": {"$ref": "base.json#/definitions/Name"}}},
        round={"properties": {"below": {"$ref": "#"}, "n": {"type": "integer"}}},
    )
    body = {"@schemaLocation": f"{BASE}/vlan.json", "name": "x"}
    assert faults(known, body) == ['name: "x" does not match "^v"']
    deep = {"@schemaLocation": f"{BASE}/round.json", "below": {"below": {"n": "x"}}}
    assert faults(known, deep) == ['below.below.n: "x" is not of type "integer"']


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        (b"{", "cannot be read"),
        (b"[]", "is no JSON Schema"),
        ({"type": "strin"}, "anyOf"),
        ({"$ref": "https://evil.example/x.json"}, "not among the schemas here"),
        ({"$ref": "http://127.0.0.1:1/x.json"}, "not among the schemas here"),
        ({"$ref": "file:///etc/passwd"}, "not among the schemas here"),
        ({"properties": {"a": {"$ref": "../../etc/passwd"}}}, "not among the schemas here"),
        ({"$schema": "https://evil.example/meta"}, "meta-schema"),
        ({"pattern": "(?=a)b"}, "regex"),
        ({"pattern": "(a)\\1"}, "regex"),
    ],
)
def test_a_bad_file_is_named_at_start(tmp_path: Path, schema: Any, why: str) -> None:
    """Broken JSON, no schema, references that lead elsewhere: nothing is ever read there."""
    folder(tmp_path, good=VLAN, bad=schema)
    with pytest.raises(SetupError, match=why) as caught:
        read_folder(tmp_path, BASE)
    assert str(tmp_path / "bad.json") in str(caught.value)
    assert "extension_schemas" in str(caught.value)


def test_files_that_cannot_be_told_apart(tmp_path: Path) -> None:
    """Two of one address, none at all, a link out of the folder, no folder."""
    (tmp_path / "in").mkdir()
    inside = folder(tmp_path / "in", a={"$id": "urn:a"}, b={"$id": "urn:a"})
    with pytest.raises(SetupError, match="as does"):
        read_folder(inside, None)
    folder(inside, b={"$id": "b.json"})
    with pytest.raises(SetupError, match=r"b\.json: has no absolute \$id"):
        read_folder(inside, None)
    folder(tmp_path, out=VLAN)
    (inside / "b.json").unlink()
    (inside / "b.json").symlink_to(tmp_path / "out.json")
    with pytest.raises(SetupError, match="leads out of the folder"):
        read_folder(inside, BASE)
    with pytest.raises(SetupError, match="is no folder"):
        read_folder(tmp_path / "none", BASE)


def test_a_pattern_costs_linear_time(tmp_path: Path) -> None:
    """What backtracks for years elsewhere is answered at once."""
    known = extensions(tmp_path, bomb={"properties": {"a": {"pattern": "^(a+)+$"}}})
    assert faults(known, {"@schemaLocation": f"{BASE}/bomb.json", "a": 50_000 * "a" + "b"})


def test_what_may_be_fetched_is_asked_for(tmp_path: Path) -> None:
    """All that are missing at once, each without its fragment; nothing is checked before."""
    known = extensions(tmp_path, vlan=VLAN)
    known.prefixes = Prefixes(["https://far.example/s"])
    body = {
        "@schemaLocation": "https://far.example/s/a.json#/x",
        "b": [{"@schemaLocation": "https://far.example/s/%62.json"}],
        "c": {"@schemaLocation": "https://far.example/t/c.json"},
        "d": {"@schemaLocation": f"{BASE}/vlan.json", "vlan": "x"},
    }
    with pytest.raises(Unfetched) as caught:
        known.check(body)
    wanted = {"https://far.example/s/a.json", "https://far.example/s/b.json"}
    assert caught.value.locations == wanted == known.fetchable(body)
