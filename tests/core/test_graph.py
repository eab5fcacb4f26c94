"""Graphs, of any depth."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from api.graph import cycle, inward

DEPTH = 5_000


@st.composite
def acyclic(draw: st.DrawFn) -> dict[int, list[int]]:
    """Nodes that point at others with lower numbers only, in any order."""
    size = draw(st.integers(1, 12))
    nodes = draw(st.permutations(range(size)))
    return {n: draw(st.lists(st.integers(0, n - 1), max_size=4)) if n else [] for n in nodes}


@given(acyclic())
def test_inward(edges: dict[int, list[int]]) -> None:
    """Every node comes once, behind all that it points at."""
    order = inward(edges)
    assert sorted(order) == sorted(edges)
    place = {node: index for index, node in enumerate(order)}
    assert all(place[after] < place[node] for node, others in edges.items() for after in others)


@given(st.dictionaries(st.integers(0, 8), st.lists(st.integers(0, 8), max_size=3)))
def test_cycle(edges: dict[int, list[int]]) -> None:
    """What is found is a way back to its beginning; an order has every node all the same."""
    edges = {**{each: [] for others in edges.values() for each in others}, **edges}
    found = cycle(edges)
    if found:
        assert found[0] == found[-1]
        assert all(after in edges[node] for node, after in pairwise(found))
    assert sorted(inward(edges)) == sorted(edges)


def test_depth() -> None:
    """A chain may be longer than Python's stack, from either end."""
    chain = {n: [n + 1] for n in range(DEPTH)} | {DEPTH: []}
    assert inward(chain) == list(range(DEPTH, -1, -1))
    assert inward(dict(reversed(chain.items()))) == list(range(DEPTH, -1, -1))
    assert cycle(chain) == []
