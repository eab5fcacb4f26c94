"""Who is to be told of an event: an index over filters. Pure.

A filter that demands some value of an attribute (``event.service.state=active``) is looked at only
for events with that value, so that what an event costs hardly depends on how many want others. Of
the filters that remain, equal ones are evaluated once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from api.events.filter import Filter
from api.events.message import Message
from api.jsontypes import JsonObject, JsonValue
from api.query.leaves import leaves
from api.query.literals import literals
from api.query.tree import And, Compare, ElementMatch, Node, Op, Or

__all__ = ["Audience", "Demand", "demand_of"]

_Member = TypeVar("_Member")

Path = tuple[str, ...]

_Value = tuple[type, str | float | bool]
"""A value and its JSON type: in Python true equals 1."""

_TYPE: Path = ("eventType",)


@dataclass(frozen=True, slots=True)
class Demand:
    """What a query cannot do without: one of these values at a path."""

    path: Path
    values: frozenset[_Value]

    def met(self, body: JsonObject) -> bool:
        """Whether one of the values is there."""
        return not self.values.isdisjoint(_values(body, self.path))


def demand_of(node: Node) -> Demand | None:
    """What a query demands; None where that is no single attribute's value.

    The event's type is left out: whoever asks goes by that already.
    """
    if isinstance(node, Compare):
        if node.op is not Op.EQ or node.path == _TYPE:
            return None
        values = (_value(literal) for literal in literals(node))
        return Demand(node.path, frozenset(value for value in values if value is not None))
    if isinstance(node, ElementMatch):
        inner = demand_of(node.term)
        return inner and Demand(node.path + inner.path, inner.values)
    if isinstance(node, And):
        return next((found for found in map(demand_of, node.terms) if found is not None), None)
    return _either(node.terms) if isinstance(node, Or) else None


def _either(terms: Iterable[Node]) -> Demand | None:
    demands = [demand_of(term) for term in terms]
    paths = {each.path if each else None for each in demands}
    if len(paths) != 1 or None in paths:
        return None
    values = (each.values for each in demands if each)
    return next(Demand(path, frozenset().union(*values)) for path in paths if path)


def _value(value: JsonValue) -> _Value | None:
    """A value as it is compared: numbers of either type by size; None for what equals nothing."""
    if isinstance(value, bool):
        return (bool, value)
    if isinstance(value, int | float):
        return (float, value)
    return (str, value) if isinstance(value, str) else None


def _values(body: JsonObject, path: Path) -> set[_Value | None]:
    return {_value(one) for one in leaves(body, path)}


@dataclass(eq=False, slots=True)
class _Same(Generic[_Member]):
    """Whoever has filters with equal conditions."""

    filter: Filter
    members: dict[str, _Member] = field(default_factory=dict)


@dataclass(slots=True)
class _Group(Generic[_Member]):
    """Whoever wants events of one API and type: by what he demands beyond, and the rest."""

    demanding: dict[Path, dict[_Value, dict[Node, _Same[_Member]]]] = field(default_factory=dict)
    rest: dict[Node, _Same[_Member]] = field(default_factory=dict)

    def _places(self, demand: Demand | None) -> list[dict[Node, _Same[_Member]]]:
        if demand is None:
            return [self.rest]
        by_value = self.demanding.setdefault(demand.path, {})
        return [by_value.setdefault(value, {}) for value in demand.values]

    def same(self, demand: Demand | None, filter_: Filter) -> _Same[_Member]:
        """Whoever has such a filter.

        The same object stands in all places: an event may have several of the values.
        """
        places = self._places(demand)
        found = next((place[filter_.node] for place in places if filter_.node in place), None)
        if found is None:
            found = _Same(filter_)
            for place in places:
                place[filter_.node] = found
        return found

    def forget(self, demand: Demand | None, filter_: Filter) -> None:
        """Nobody has such a filter any more."""
        for place in self._places(demand):
            del place[filter_.node]
        if demand is not None:
            self._tidy(demand)

    def _tidy(self, demand: Demand) -> None:
        """Forgets the values that nobody demands any more."""
        by_value = self.demanding[demand.path]
        for value in demand.values:
            if not by_value[value]:
                del by_value[value]
        if not by_value:
            del self.demanding[demand.path]

    def candidates(self, message: Message) -> Iterable[_Same[_Member]]:
        yield from self.rest.values()
        for path, by_value in self.demanding.items():
            for value in _values(message.data, path):
                if value in by_value:
                    yield from by_value[value].values()


class Audience(Generic[_Member]):
    """Members and the filters by which they want events."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, str | None], _Group[_Member]] = {}

    def add(self, key: str, api: str, filter_: Filter, member: _Member) -> None:
        """Has the member told of an API's events that match; the key is his own."""
        demand = demand_of(filter_.node)
        for type_ in filter_.types or (None,):
            group = self._groups.setdefault((api, type_), _Group())
            group.same(demand, filter_).members[key] = member

    def remove(self, key: str, api: str, filter_: Filter) -> None:
        """Undoes `add`."""
        demand = demand_of(filter_.node)
        for type_ in filter_.types or (None,):
            group = self._groups[api, type_]
            same = group.same(demand, filter_)
            del same.members[key]
            if not same.members:
                group.forget(demand, filter_)
            if not (group.rest or group.demanding):
                del self._groups[api, type_]

    def of(self, message: Message) -> list[_Member]:
        """Whoever wants this event; each once, however many of his values it has."""
        event = message.entry.event
        seen: dict[_Same[_Member], None] = {}
        for key in ((event.api, event.type), (event.api, None)):
            group = self._groups.get(key)
            if group is not None:
                seen.update(dict.fromkeys(group.candidates(message)))
        return [
            member
            for same in seen
            if same.filter.matches(message)
            for member in same.members.values()
        ]
