"""How the attributes of events are compared in a query. Pure.

Those of the resource in an event are compared as in its lists.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from api.query.parse import Types
from api.query.tree import Kind

__all__ = ["DATES", "INSIDE", "PAYLOAD", "TYPE", "EventKinds", "untyped"]

DATES = frozenset({("eventTime",), ("timeOcurred",)})
"""When it happened: the official documents have it under both names."""

TYPE = ("eventType",)
_TEXTS = frozenset(
    (name,)
    for name in (
        "eventId",
        *TYPE,
        "correlationId",
        "domain",
        "title",
        "description",
        "priority",
        "fieldPath",
    )
)
"""What else is around the resource."""

PAYLOAD = "event"
INSIDE = 2
"""Names before an attribute of the resource: ``event.productOrder.state``."""


def untyped(path: tuple[str, ...]) -> Kind:
    """The kinds of what every event has, where nothing is known of what is in it."""
    if path in DATES:
        return Kind.DATE
    return Kind.STRING if path == TYPE else Kind.ANY


class EventKinds:
    """Gives the kinds of the attributes of events.

    Args:
        resources: those of resources, by API and resource name.
    """

    def __init__(self, resources: Mapping[tuple[str, str], Types]) -> None:
        found: dict[str, dict[str, list[Types]]] = defaultdict(lambda: defaultdict(list))
        every: dict[str, list[Types]] = defaultdict(list)
        for (api, name), types in resources.items():
            found[api][name].append(types)
            every[name].append(types)
        self._by_api = {api: _Kinds(names) for api, names in found.items()}
        self._none = _Kinds({})
        self.every: Types = _Kinds(every)
        """Of the events of all APIs.

        Where several have a resource of one name, an attribute has the kind that it has in each.
        """

    def of(self, api: str) -> Types:
        """Of the events of one API."""
        return self._by_api.get(api, self._none)


class _Kinds:
    """The kinds of the attributes of some events.

    Args:
        resources: of the attributes of resources, by their name; several where there are several
            of that name.
    """

    def __init__(self, resources: Mapping[str, Iterable[Types]]) -> None:
        self._resources = {name: tuple(types) for name, types in resources.items()}

    def __call__(self, path: tuple[str, ...]) -> Kind:
        if path in DATES:
            return Kind.DATE
        if path in _TEXTS:
            return Kind.STRING
        if path[:1] != (PAYLOAD,) or len(path) <= INSIDE:
            return Kind.ANY
        kinds = {types(path[INSIDE:]) for types in self._resources.get(path[1], ())}
        return kinds.pop() if len(kinds) == 1 else Kind.ANY
