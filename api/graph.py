"""Directed graphs as mappings of a node to those that it points at. Pure."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

__all__ = ["cycle", "inward"]

Node = TypeVar("Node", bound=Hashable)


def cycle(edges: Mapping[Node, Iterable[Node]]) -> list[Node]:
    """The nodes of a cycle, in its direction, the first one again at the end; [] without one.

    Which one is found follows from the order of the mapping alone. Takes any depth.
    """
    done: set[Node] = set()
    for root in edges:
        path: dict[Node, None] = {}  # an ordered set: the way from the root to here
        stack: list[tuple[Node, Iterator[Node]]] = []
        if root not in done:
            path[root] = None
            stack.append((root, iter(edges[root])))
        while stack:
            node, following = stack[-1]
            after = next((each for each in following if each not in done), None)
            if after is None:
                done.add(node)
                del path[node]
                stack.pop()
            elif after in path:
                way = list(path)
                return [*way[way.index(after) :], after]
            else:
                path[after] = None
                stack.append((after, iter(edges.get(after, ()))))
    return []


def inward(edges: Mapping[Node, Iterable[Node]]) -> list[Node]:
    """All nodes, each once, behind those that it points at; of a cycle, one comes too early.

    Takes any depth, as what follows the edges by calling itself does not.
    """
    done: dict[Node, None] = {}  # an ordered set
    met: set[Node] = set()
    for root in edges:
        stack = [] if root in met else [(root, iter(edges[root]))]
        met.add(root)
        while stack:
            node, following = stack[-1]
            after = next((each for each in following if each not in met), None)
            if after is None:
                done[node] = None
                stack.pop()
            else:
                met.add(after)
                stack.append((after, iter(edges.get(after, ()))))
    return list(done)
