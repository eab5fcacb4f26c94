"""What a change of a document did to states, as entries of its history. Pure.

An entry is one line of JSON: ``id`` (numbered from 1 within the resource), ``date``, ``item`` (of
an item's change), ``old``, ``new`` and ``cause``. ``old`` is absent where an item is new, ``new``
where it is gone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import orjson

from api.jsontypes import JsonObject

__all__ = [
    "PROCESS",
    "Cause",
    "Change",
    "as_created",
    "changes_of",
    "entry",
    "lines_of",
    "parse",
    "states_of",
]


@dataclass(frozen=True, slots=True)
class Cause:
    """Who or what changed a resource.

    Attributes:
        kind: ``client``, ``process``, ``cancellation`` …
        name: which one, where there are several: a process, the id of a task.
        reason: why, in words.
    """

    kind: str
    name: str | None = None
    reason: str | None = None

    def to_json(self) -> JsonObject:
        """As it stands in an entry."""
        given = {"kind": self.kind, "name": self.name, "reason": self.reason}
        return {name: value for name, value in given.items() if value is not None}


PROCESS: Final = Cause("process")
"""Where nothing more is known: the server itself."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one state; ``item`` is None for the resource's own."""

    item: str | None
    old: str | None
    new: str | None


def states_of(body: JsonObject, items: str | None) -> dict[str | None, str]:
    """The states in a body: its own under None, those of its items by their ids."""
    found: dict[str | None, str] = {}
    if isinstance(own := body.get("state"), str):
        found[None] = own
    if items is not None:
        for each in _walk(body, items):
            if isinstance(state := each.get("state"), str):
                found[str(each.get("id"))] = state
    return found


def changes_of(before: JsonObject, after: JsonObject, items: str | None) -> list[Change]:
    """What differs between two bodies; the resource's own state first."""
    same = items is None or before.get(items) == after.get(items)
    if same and before.get("state") == after.get("state"):
        return []
    old, new = states_of(before, items), states_of(after, items)
    names = [*new, *(name for name in old if name not in new)]
    return [
        Change(name, old.get(name), new.get(name))
        for name in names
        if old.get(name) != new.get(name)
    ]


def entry(number: int, date: str, change: Change, cause: Cause) -> JsonObject:
    """A change as an entry."""
    given = {"item": change.item, "old": change.old, "new": change.new}
    known = {name: value for name, value in given.items() if value is not None}
    return {"id": str(number), "date": date, **known, "cause": cause.to_json()}


def as_created(
    entries: Sequence[JsonObject], now: Mapping[str | None, str], date: str
) -> list[JsonObject]:
    """The entries of the creation, which are not stored: what was there before the first change.

    ``now`` are the states as they are; what never changed was created so.
    """
    first: dict[str | None, str | None] = {}
    for each in entries:
        first.setdefault(each.get("item"), each.get("old"))
    created = {**now, **first}
    names = [name for name, state in created.items() if state is not None]
    names.sort(key=lambda name: name is not None)  # its own first
    cause = Cause("creation")
    return [entry(0, date, Change(name, None, created[name]), cause) for name in names]


def _walk(body: JsonObject, items: str) -> Iterator[JsonObject]:
    for each in body.get(items) or ():
        if isinstance(each, dict):
            yield each
            yield from _walk(each, items)


def parse(text: str) -> list[JsonObject]:
    """The entries of lines."""
    return [orjson.loads(line) for line in lines_of(text)]


def lines_of(text: str) -> list[str]:
    """The lines, one for each entry, with their ends.

    Only a line feed ends one: what else `str.splitlines` takes for an end may be in an entry.
    """
    return [f"{line}\n" for line in text.split("\n")[:-1]]
