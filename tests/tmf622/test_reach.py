"""The services of a product that a modify reaches, and what these rely on: all APIs together."""

from typing import Final, cast

from api.catalog.load import parse_catalog
from api.jsontypes import JsonObject
from api.store.document import Document
from tests import fakes
from tests.fakes import World
from tests.tmf622.shop import item

PACKAGES: Final = ("tmf622_product_ordering", *fakes.PACKAGES)

CATALOG: Final = parse_catalog("""
productOfferings: [{id: site, name: Site, productSpecification: site}]
productSpecifications:
  - id: site
    name: Site
    characteristics: [{name: access, default: fibre}, {name: ports, default: 1}]
    services: [{name: site, specification: site, copy: all}]
serviceSpecifications:
  - id: site
    name: Site
    type: CFS
    characteristics: [{name: access}, {name: ports}]
    requires:
      - {name: fibre, specification: fibre, when: "access in ['fibre', 'dual']"}
      - {name: lte, specification: lte, when: "access in ['lte', 'dual']"}
      - {name: edge, specification: edge, dependsOn: [fibre, lte]}
      - {name: port, specification: port, count: ports, dependsOn: [edge]}
  - {id: fibre, name: Fibre, type: RFS}
  - {id: lte, name: LTE, type: RFS}
  - {id: edge, name: Edge, type: CFS, requires: [{name: box, specification: box}]}
  - {id: box, name: Box, type: RFS}
  - {id: port, name: Port, type: RFS}
""")


async def ordered(here: World, body: JsonObject) -> JsonObject:
    orders = here.commands("tmf622", "productOrder")
    made = cast(Document, await orders.create({"productOrderItem": [body]}))
    await here.run()
    order = await here.body("tmf622", "productOrder", made.id)
    assert (order["state"], order.get("note", [])) == ("completed", [])
    return order


async def site(**given: object) -> tuple[World, list[JsonObject]]:
    """A site, and the services that realize it."""
    here = World(CATALOG, PACKAGES)
    body = item("1", "site", given=given)
    body["product"]["place"] = [
        {"id": "here", "role": "site", "@referredType": "GeographicAddress"}
    ]
    order = await ordered(here, body)
    return here, order["productOrderItem"][0]["product"]["realizingService"]


async def modified(here: World, real: list[JsonObject], **given: object) -> list[JsonObject]:
    """The services that realize it then."""
    order = await ordered(here, item("1", "site", "modify", given=given, real=real))
    return cast(list[JsonObject], order["productOrderItem"][0]["product"]["realizingService"])


def links(here: World, api: str = "tmf638") -> set[str]:
    """By name, which service relies on which, as both attributes tell alike."""
    services = {each["id"]: each for each in here.all(api, "service")}
    found = set()
    for each in services.values():
        if each["state"] != "active":
            continue
        below = {ref["id"] for ref in each.get("supportingService", [])}
        related = {rel["service"]["id"] for rel in each.get("serviceRelationship", [])}
        assert below == related
        found |= {f"{each['name']} on {services[id_]['name']}" for id_ in below}
    return found


def active(here: World) -> list[str]:
    return sorted(
        each["name"] for each in here.all("tmf638", "service") if each["state"] == "active"
    )


async def test_what_a_sibling_depends_on_ends() -> None:
    """Services that stay part with the one that ends, and it ends, in inventory and network."""
    here, real = await site(access="dual")
    await modified(here, real, access="lte")
    assert active(here) == ["Box", "Edge", "LTE", "Port", "Site"]
    other, _ = await site(access="lte")
    for api in ("tmf638", "tmf640"):
        assert links(here, api) == links(other, api)


async def test_what_a_sibling_depends_on_is_another() -> None:
    """One that comes in the place of another one is relied on like that."""
    here, real = await site(access="fibre")
    real = await modified(here, real, access="lte")
    other, _ = await site(access="lte")
    assert links(here) == links(other)
    await modified(here, real, access="dual")
    both, _ = await site(access="dual")
    assert links(here) == links(both)


async def test_all_of_them() -> None:
    """A product that is moved, or suspended and resumed, is so with the services below it."""
    here, real = await site(ports=2)
    top = [each for each in real if each["name"] == "Site"]

    async def change(**product: object) -> None:
        body = item("1", "site", "modify", real=top)
        body["product"] |= product
        await ordered(here, body)

    for status, state in (("suspended", "inactive"), ("active", "active")):
        await change(status=status)
        for api in ("tmf638", "tmf640"):
            assert {each["state"] for each in here.all(api, "service")} == {state}
    place = {"id": "there", "role": "site", "@referredType": "GeographicAddress"}
    await change(place=[place])
    assert {each["place"][0]["id"] for each in here.all("tmf638", "service")} == {"there"}


async def test_more_of_them() -> None:
    """What is added relies on what is there, and stands where that does."""
    here, real = await site(ports=1)
    real = await modified(here, real, ports=3)
    other, _ = await site(ports=3)
    assert (active(here), links(here)) == (active(other), links(other))
    assert {each["place"][0]["id"] for each in here.all("tmf638", "service")} == {"here"}
    assert len(real) == 7
    below = next(iter(here.all("tmf641", "serviceOrder")))
    assert below["state"] == "completed"
