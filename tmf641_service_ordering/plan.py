"""The plan of a service order: its items as a graph of what must be done before what. Pure.

An item depends on the items that it names in ``serviceOrderItemRelationship`` with a type of
`DEPENDS`, and on the items nested in it. What cannot be planned is told as values: `Duplicate`,
`Missing`, `Cycle`.
"""

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from api.jsontypes import JsonObject
from tmf641_service_ordering.items import action, item_named, nested, walk
from tmf641_service_ordering.step import Step

__all__ = [
    "DEPENDS",
    "Cycle",
    "Duplicate",
    "Missing",
    "Plan",
    "Problem",
    "make_plan",
    "sorted_steps",
]

DEPENDS: Final = frozenset(
    {"relieson", "dependson", "dependenton", "dependency", "requires", "startsafter", "after"}
)
"""Types of relationship, in lower case, by which an item waits for the other. All others (bundles,
isRelatedTo …) only say that the two have to do with each other."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An id that two items have."""

    item: str

    def __str__(self) -> str:
        return f"two items have the id {self.item}"


@dataclass(frozen=True, slots=True)
class Missing:
    """A relationship to an item that the order does not have."""

    item: str
    target: str

    def __str__(self) -> str:
        return f"item {self.item} depends on item {self.target}, which is not in the order"


@dataclass(frozen=True, slots=True)
class Cycle:
    """Items that wait for each other in a circle; the first is named again at the end."""

    path: tuple[str, ...]

    @property
    def item(self) -> str:
        """The one that the circle is told from."""
        return self.path[0]

    def __str__(self) -> str:
        return f"items wait for each other in a circle: {' -> '.join(self.path)}"


Problem: TypeAlias = Duplicate | Missing | Cycle


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps in an order in which each comes after what it depends on.

    Attributes:
        steps: all of them; none where there are problems.
        problems: why there is no plan.
    """

    steps: tuple[Step, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    def to_json(self) -> list[JsonObject]:
        """As a process remembers it."""
        return [step.to_json() for step in self.steps]

    @classmethod
    def of_json(cls, steps: Sequence[JsonObject]) -> "Plan":
        """As `to_json` wrote it."""
        return cls(tuple(Step.of_json(each) for each in steps))


def make_plan(items: Sequence[JsonObject], order_id: str = "") -> Plan:
    """The plan of an order's items.

    A relationship to another order's item is context only, as is one to no id, unless an item's id
    is empty.
    """
    everything = list(walk(items))
    ids = [str(item["id"]) for item in everything]
    known = set(ids)
    problems: list[Problem] = [Duplicate(id_) for id_ in _repeated(ids)]
    steps: dict[str, Step] = {}
    for item in everything:
        named = _dependencies(item, order_id)
        after = tuple(dict.fromkeys(each for each in named if each or each in known))
        problems += [Missing(str(item["id"]), target) for target in after if target not in known]
        steps[str(item["id"])] = Step(str(item["id"]), action(item), after)
    if problems:
        return Plan(problems=tuple(problems))
    ordered, rest = sorted_steps(steps)
    if rest:
        return Plan(problems=(_cycle(rest),))
    return Plan(tuple(ordered))


def _repeated(ids: Sequence[str]) -> list[str]:
    return [id_ for id_, count in Counter(ids).items() if count > 1]


def _dependencies(item: JsonObject, order_id: str) -> Iterator[str]:
    for relationship in item.get("serviceOrderItemRelationship") or ():
        kind = str(relationship.get("relationshipType", "")).lower()
        target = relationship.get("orderItem") or {}
        id_ = str(item_named(target) or "")
        if kind in DEPENDS and target.get("serviceOrderId") in (None, "", order_id):
            yield id_
    for each in nested(item):
        yield str(each["id"])


def sorted_steps(steps: Mapping[str, Step]) -> tuple[list[Step], dict[str, Step]]:
    """Steps after what they depend on, as near to the order's own sequence as may be; the rest."""
    position = {id_: index for index, id_ in enumerate(steps)}
    names = list(steps)
    missing = {id_: len(step.after) for id_, step in steps.items()}
    followers: dict[str, list[str]] = {id_: [] for id_ in steps}
    for step in steps.values():
        for other in step.after:
            followers[other].append(step.id)
    heap = [position[id_] for id_, count in missing.items() if count == 0]
    ordered: list[Step] = []
    while heap:
        step = steps[names[heapq.heappop(heap)]]
        ordered.append(step)
        for follower in followers[step.id]:
            missing[follower] -= 1
            if missing[follower] == 0:
                heapq.heappush(heap, position[follower])
    return ordered, {id_: step for id_, step in steps.items() if missing[id_]}


def _cycle(rest: Mapping[str, Step]) -> Cycle:
    """One circle among steps of which each depends on another of them."""
    path = [next(iter(rest))]
    seen = {path[0]: 0}
    while True:
        following = next(other for other in rest[path[-1]].after if other in rest)
        if following in seen:
            return Cycle((*path[seen[following] :], following))
        seen[following] = len(path)
        path.append(following)
