"""Random catalogues and orders: what holds of every decomposition."""

import itertools
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from api.catalog.expression import Expression
from api.catalog.model import (
    Catalog,
    ProductOffering,
    ServiceSpecification,
    ServiceType,
    Use,
)
from api.graph import cycle
from api.jsontypes import JsonObject
from tests.tmf622.shop import item, order
from tmf622_product_ordering.decomposition import decompose
from tmf622_product_ordering.existing import Existing


@st.composite
def catalogs(draw: st.DrawFn) -> Catalog:
    """Service specifications that require later ones, and offerings made of them."""
    size = draw(st.integers(1, 5))
    services: dict[str, ServiceSpecification] = {}
    for number in range(size):
        uses = draw(_uses(range(number + 1, size)))
        services[f"s{number}"] = ServiceSpecification(
            f"s{number}", f"S{number}", type=ServiceType.RFS, requires=uses
        )
    offerings = {
        f"o{number}": ProductOffering(f"o{number}", "O", services=draw(_uses(range(size))))
        for number in range(3)
    }
    return Catalog("v", services, {}, offerings)


@st.composite
def _uses(draw: st.DrawFn, of: range) -> tuple[Use, ...]:
    chosen = draw(st.lists(st.sampled_from(of), max_size=3)) if of else []
    uses: list[Use] = []
    for number, target in enumerate(chosen):
        earlier = [use.name for use in uses]
        uses.append(
            Use(
                name=f"u{number}",
                specification=f"s{target}",
                count=draw(st.sampled_from([None, None, Expression.parse("2")])),
                when=draw(st.sampled_from([None, None, Expression.parse("false")])),
                depends_on=tuple(draw(st.lists(st.sampled_from(earlier), unique=True)))
                if earlier
                else (),
            )
        )
    return tuple(uses)


@st.composite
def orders(draw: st.DrawFn) -> JsonObject:
    """Items that rely on earlier ones or bundle later ones, with any action."""
    size = draw(st.integers(1, 5))
    items = []
    for number in range(size):
        earlier = [str(n) for n in range(number)]
        relies = draw(st.lists(st.sampled_from(earlier), unique=True)) if earlier else []
        action = draw(st.sampled_from(["add", "add", "delete", "modify", "noChange"]))
        offering = draw(st.sampled_from(["o0", "o1", "o2"]))
        real = [{"id": f"{number}-{n}"} for n in range(5)]
        items.append(item(str(number), offering, action, relies=relies, real=real))
    if draw(st.booleans()):
        items.append(item("all", None, "add", parts=[str(n) for n in range(size)]))
    return order(*items)


def _existing(size: int) -> dict[str, Existing]:
    return {
        f"{number}-{n}": Existing(f"{number}-{n}", f"s{n}", f"S{n}")
        for number in range(size)
        for n in range(5)
    }


@settings(max_examples=150)
@given(catalogs(), orders())
def test_any_order(catalog: Catalog, body: JsonObject) -> None:
    """The service order has no circle, every item once, no dangling relation; twice is the same."""
    existing = _existing(5)
    found = decompose(body, catalog, existing)
    assert found == decompose(body, replace(catalog), existing)
    if found.faults:
        assert all("realizingService" in fault or "2000" in fault for fault in found.faults)
        return
    services = (found.body or {}).get("serviceOrderItem", [])
    edges = {
        each["id"]: [r["orderItem"]["itemId"] for r in each.get("serviceOrderItemRelationship", [])]
        for each in services
    }
    assert len(edges) == len(services)
    assert all(other in edges for others in edges.values() for other in others)
    assert cycle(edges) == []
    mapped = [id_ for ids in found.services.values() for id_ in ids]
    assert sorted(mapped) == sorted(edges)
    touched = [each["service"]["id"] for each in services if "id" in each["service"]]
    assert len(touched) == len(set(touched))


@given(st.dictionaries(st.integers(0, 6), st.lists(st.integers(0, 6), max_size=4)))
def test_cycle(edges: dict[int, list[int]]) -> None:
    """A circle that is found is one; where none is found, all can be put in an order."""
    loop = cycle(edges)
    if loop:
        assert loop[0] == loop[-1]
        assert all(b in edges[a] for a, b in itertools.pairwise(loop))
        return
    rest = set(edges) | {other for others in edges.values() for other in others}
    while rest:
        free = {node for node in rest if not rest & set(edges.get(node, ()))}
        assert free
        rest -= free
