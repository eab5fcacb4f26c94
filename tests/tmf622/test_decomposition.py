"""Product orders and the service orders that they come to."""

import json
from pathlib import Path

import pytest

from api.catalog.load import load_catalog
from api.jsontypes import JsonObject
from tests.tmf622.shop import CATALOG, item, names, order, values, waits
from tmf622_product_ordering.decomposition import decompose
from tmf622_product_ordering.existing import Existing, existing_of
from tmf622_product_ordering.plan import progress_of

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT.parent / "shared" / "official" / "samples" / "TMF622-ProductOrder.json"
EXAMPLE = load_catalog(ROOT / "examples" / "catalog.yaml")


def test_services_of_one_item() -> None:
    """An item gives its product's service and what that requires, in order, with values."""
    found = decompose(order(item("1", "line", given={"speed": 100})), CATALOG)
    assert waits(found) == {
        "1.access": "1.access.ip 1.access.port",
        "1.access.port": "",
        "1.access.ip": "-1.access.port",
    }
    assert values(found)["1.access"] == {"speed": 100}
    assert values(found)["1.access.port"] == {"profile": "P100", "kind": "fixed"}
    assert found.services == {"1": ["1.access", "1.access.port", "1.access.ip"]}


def test_service_order() -> None:
    """The service order refers back and carries dates, parties, places and specifications."""
    party = {"id": "c", "@referredType": "Customer"}
    place = {"role": "site", "id": "a"}
    line = item("1", "line", appointment={"id": "ap"})
    line["product"] = {"place": [place], "relatedParty": [party]}
    dates = {"requestedStartDate": "2025-01-01T00:00:00.000Z", "priority": "1", "category": "c"}
    body = decompose(order(line, relatedParty=[party], **dates), CATALOG).body
    assert body is not None
    assert dates.items() <= body.items()
    assert body["externalId"] == "po"
    assert body["externalReference"][0]["id"] == "po"
    assert body["externalReference"][0]["externalReferenceType"] == "productOrder"
    assert body["relatedParty"] == [{**party, "@type": "RelatedParty"}]
    first = body["serviceOrderItem"][0]
    assert (first["action"], first["appointment"]) == ("add", {"id": "ap"})
    service = first["service"]
    assert service["place"] == [place]
    assert service["relatedParty"] == [{**party, "@type": "RelatedParty"}]
    assert service["serviceSpecification"] == {
        "id": "cfs-access",
        "name": "Access",
        "version": "2",
        "@type": "ServiceSpecificationRef",
    }
    assert (service["name"], service["serviceType"]) == ("Access", "CFS")
    assert (service["category"], service["state"]) == ("internet", "active")


def test_conditions_counts_and_defaults() -> None:
    """What is not needed is left out, and passes on what it depends on; counts make copies."""
    plain = waits(decompose(order(item("1", "voice", given={"number": "7"})), CATALOG))
    assert plain["1.voice.jack"] == "-1.voice.sip"
    assert "1.voice.box" not in plain
    full = item("1", "voice", given={"number": "7", "box": True, "lines": 2})
    found = decompose(order(full), CATALOG)
    assert waits(found)["1.voice.jack#2"] == "-1.voice.box"
    assert values(found)["1.voice.sip"] == {"user": "7"}
    none = item("1", "voice", given={"lines": 0})
    assert names(decompose(order(none), CATALOG)) == ["1.voice", "1.voice.sip"]


def test_quantity() -> None:
    """Three of a product are three of its services, each with its own below it."""
    found = decompose(order(item("1", "line", quantity=3)), CATALOG)
    assert len(names(found)) == 9
    assert waits(found)["1.access#2"] == "1.access#2.ip 1.access#2.port"
    assert decompose(order(item("1", "line", quantity=0)), CATALOG).body is None
    assert len(names(decompose(order(item("1", "line", quantity=2.0)), CATALOG))) == 6


@pytest.mark.parametrize("nested", [True, False])
def test_bundle(nested: bool) -> None:
    """Nested and related bundles are the same: the parts' services, each known by its item."""
    line, voice = item("2", "line"), item("3", "voice", relies=["2"])
    top = item("1", "bundle", **({"productOrderItem": [line, voice]} if nested else {}))
    items = [top] if nested else [item("1", "bundle", parts=["2", "3"]), line, voice]
    found = decompose(order(*items), CATALOG)
    assert found.parts == {"1": ("2", "3")}
    assert found.services["1"] == []
    assert found.services["2"] == ["2.access", "2.access.port", "2.access.ip"]
    assert "2.access" in waits(found)["3.voice.sip"].split()
    assert "2.access.ip" not in waits(found)["3.voice.sip"].split()


def test_an_empty_id_is_an_id() -> None:
    """An item may have one, and be relied on; where none has, a relation to it says nothing."""
    voice = item("v", "voice", relies=[""])
    assert ".access" in waits(decompose(order(item("", "line"), voice), CATALOG))["v.voice.sip"]
    assert waits(decompose(order(voice), CATALOG))["v.voice.sip"] == ""


def test_long_chains_of_items() -> None:
    """What an item without services relies on, and what a bundle is made of, goes any depth."""
    chain = [item(str(n), action="noChange", relies=[str(n - 1)]) for n in range(1, 1500)]
    found = decompose(
        order(item("0", "line"), *chain, item("v", "voice", relies=["1499"])), CATALOG
    )
    assert "0.access" in waits(found)["v.voice.sip"].split()
    bundles = [item(str(n), parts=[str(n - 1)]) for n in range(1, 1500)]
    found = decompose(order(item("0", "line"), *bundles), CATALOG)
    failed = [{"id": id_, "state": "failed"} for id_ in found.services["0"]]
    below = {"state": "failed", "serviceOrderItem": failed}
    progress = progress_of(order(item("0", "line"), *bundles), below, found.services)
    assert progress.items["1499"] == progress.items["0"] == "failed"


def test_relations_of_bundles() -> None:
    """What relies on a bundle relies on its parts, and a bundle's reliance is its parts' too."""
    found = decompose(
        order(
            item("1", parts=["2"]),
            item("2", "line"),
            item("3", parts=["4"], relies=["1"]),
            item("4", "voice"),
        ),
        CATALOG,
    )
    assert "2.access" in waits(found)["4.voice"].split()


@pytest.mark.parametrize("between", ["paper", None])
def test_relations_through_items_without_services(between: str | None) -> None:
    """An item that gives no services passes on what it relies on."""
    middle = item("2", between, "add" if between else "noChange", relies=["1"])
    found = decompose(order(item("1", "line"), middle, item("3", "voice", relies=["2"])), CATALOG)
    assert "1.access" in waits(found)["3.voice"].split()
    assert found.services["2"] == []


def test_no_change() -> None:
    """NoChange is context: it gives nothing, and need not be in the catalogue."""
    found = decompose(order(item("1", "whatever", "noChange")), CATALOG)
    assert (found.body, found.services) == (None, {"1": []})


EXISTING = {
    "a": Existing("a", "cfs-access", "Access", ("p", "i")),
    "p": Existing("p", "rfs-port", "Port"),
    "i": Existing("i", "rfs-ip", "IP", ("p",)),
    "v": Existing("v", "cfs-voice", "Telephony", ("s", "j1", "j2", "a")),
    "s": Existing("s", "rfs-sip", "SIP"),
    "j1": Existing("j1", "rfs-jack", "Jack"),
    "j2": Existing("j2", "rfs-jack", "Jack"),
}


def ids(body: JsonObject | None) -> dict[str, str]:
    assert body is not None
    return {each["id"]: each["service"]["id"] for each in body["serviceOrderItem"]}


def test_modify() -> None:
    """A modify touches the services named and those below them that it gives something to."""
    change = item("1", "line", "modify", given={"speed": 9}, real=[{"id": "a"}])
    found = decompose(order(change), CATALOG, EXISTING)
    assert ids(found.body) == {"1.access": "a", "1.access.port": "p"}
    # the constant does not change, so it is not sent again
    assert values(found) == {"1.access": {"speed": 9}, "1.access.port": {"profile": "P9"}}
    assert waits(found)["1.access"] == "1.access.port"


def test_delete() -> None:
    """A delete ends all services of the product, the uppermost first, and no other's."""
    gone = item("1", "voice", "delete", real=[{"id": "v"}])
    found = decompose(order(gone), CATALOG, EXISTING)
    assert set(ids(found.body).values()) == {"v", "s", "j1", "j2"}
    assert waits(found)["1.voice"] == ""
    assert waits(found)["1.voice.jack#1"] == "-1.voice"
    assert waits(found)["1.voice.sip"] == "-1.voice -1.voice.jack#1 -1.voice.jack#2"
    assert set(values(found)["1.voice"]) == set()


def test_delete_of_items_that_rely_on_one_another() -> None:
    """What relies on a service goes before it; what stays is not waited for."""
    voice = item("1", "voice", "delete", relies=["2"], real=[{"id": "v"}])
    line = item("2", "line", "delete", real=[{"id": "a"}])
    both = waits(decompose(order(voice, line), CATALOG, EXISTING))
    assert both["2.access"] == "-1.voice -1.voice.jack#1 -1.voice.jack#2 -1.voice.sip"
    kept = item("2", "line", "modify", given={"speed": 9}, real=[{"id": "a"}])
    mixed = waits(decompose(order(voice, kept), CATALOG, EXISTING))
    assert mixed["1.voice"] == ""
    assert mixed["2.access"] == "2.access.port"


@pytest.mark.parametrize(
    "reference",
    [
        {"id": "x", "name": "Telephony"},
        {"id": "x", "name": "voice"},
        {"id": "x", "@referredType": "cfs-voice"},
        {"id": "x"},
    ],
)
def test_services_that_the_inventory_does_not_know(reference: JsonObject) -> None:
    """Without the inventory a reference is known by its name or type, or by being the only one."""
    found = decompose(order(item("1", "voice", "delete", real=[reference])), CATALOG)
    assert ids(found.body) == {"1.voice": "x"}


def test_existing_of() -> None:
    """A service of the inventory relies on its supporting services and its relations."""
    service = {
        "id": "a",
        "name": "A",
        "serviceSpecification": {"id": "s"},
        "supportingService": [{"id": "b"}],
        "serviceRelationship": [
            {"relationshipType": "reliesOn", "service": {"id": "b"}},
            {"relationshipType": "reliesOn", "service": {"id": "c"}},
            {"relationshipType": "near", "service": {"id": "d"}},
        ],
    }
    assert existing_of(service) == Existing("a", "s", "A", ("b", "c"))


@pytest.mark.parametrize(
    ("items", "says"),
    [
        ([item("1", "line"), item("1", "line")], "item 1: its id is used twice"),
        ([item("1", "line", relies=["9"])], "item 1: is related to item 9, which is not in"),
        (
            [item("1", "line", relies=["2"]), item("2", "line", relies=["1"])],
            "items rely on one another in a circle: 1 → 2 → 1",
        ),
        ([item("1", "line", parts=["1"])], "1 → 1"),
        (
            [item("1", parts=["2"]), item("2", "line", relies=["1"])],
            "circle: 1 → 2 → 1",
        ),
        ([item("1", "line", quantity=-1)], "quantity: -1"),
        ([item("1", "line", quantity=10**12)], "more than 2000 services"),
        ([item("1", "bundle")], "order its parts (line, voice)"),
        ([item("1", "line", "modify")], "Name them in product.realizingService"),
        (
            [item("1", "line", "delete", real=[{"id": "z", "name": "Telephony"}])],
            "none of the services in product.realizingService is one of Line",
        ),
        ([item("1", "voice", given={"lines": "many"})], "its count is 'many'"),
        ([item("1", "voice", given={"lines": -1})], "its count is -1"),
    ],
)
def test_faults(items: list[JsonObject], says: str) -> None:
    """An order that makes no sense is told why, with the item; no service order is made."""
    found = decompose(order(*items), CATALOG)
    assert says in "; ".join(found.faults)
    assert found.body is None


@pytest.mark.parametrize(
    ("unknown", "says"),
    [
        (item("1", "zz"), "item 1: the catalogue does not know productOffering 'zz'"),
        (item("1"), "item 1: it names neither"),
        (
            item("1", product={"productSpecification": {"id": "y"}}),
            "does not know product.productSpecification 'y'",
        ),
    ],
)
def test_unknown(unknown: JsonObject, says: str) -> None:
    """An item that the catalogue does not know is told, and is no fault."""
    found = decompose(order(unknown, item("2", "line")), CATALOG)
    assert says in "; ".join(found.unknown)
    assert (found.faults, found.body) == ((), None)


def test_ids_that_look_alike() -> None:
    """Item ids with dots cannot make two service order items of one id."""
    found = decompose(
        order(item("1", "line"), item("1.access", "paper"), item("1.", "line")), CATALOG
    )
    assert len(set(names(found))) == len(names(found)) == 6


@pytest.mark.parametrize("name", ["residential-bundle", "business-bundle"])
def test_examples(name: str) -> None:
    """The example orders decompose by the example catalogue."""
    body = json.loads((ROOT / "examples" / f"{name}.json").read_text())
    assert len(names(decompose({"id": "po", **body}, EXAMPLE))) >= 8


@pytest.mark.skipif(not SAMPLE.exists(), reason="the official samples are not at hand")
def test_official_sample() -> None:
    """The official product order decomposes without unknown items."""
    found = decompose(json.loads(SAMPLE.read_text()), EXAMPLE)
    assert found.services["100"] == []
    assert all(found.services[id_] for id_ in ("110", "120", "130"))
    assert "110.mobile" in waits(found)["120.tariff"]
