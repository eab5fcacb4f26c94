"""Attributes that only the server sets: ignored in a create, refused in an update. Pure.

Owned attributes are named by dotted paths; where a path crosses an array, its objects are matched
by their ``id``, and a client that leaves the attribute out keeps what stands there. One that takes
it out by name is refused.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass

from api.errors import AND_MORE, Invalid
from api.jsontypes import JsonObject, JsonValue

__all__ = ["Owned", "owned_in", "refuse_owned"]

_MOST_FAULTS = 20
_HINT = "Leave out what the server sets, or send its present value."


class Owned:
    """Owned attributes as a tree, made once: what a body does not have is not looked for.

    Args:
        paths: their dotted paths.
        items: the attribute that holds items, which may hold items in turn: what is owned in one
            is so in all that are nested in it.
        within: the attribute by which these objects hold others of their kind.
    """

    __slots__ = ("_below", "_here")

    def __init__(
        self, paths: Iterable[str], items: str | None = None, *, within: str | None = None
    ) -> None:
        split = [path.partition(".") for path in paths]
        self._here = tuple(sorted(name for name, _, rest in split if not rest))
        deeper = sorted({name for name, _, rest in split if rest})
        self._below = {
            name: Owned(
                (rest for first, _, rest in split if first == name and rest),
                within=name if name == items else None,
            )
            for name in deeper
        }
        if within is not None:
            self._below.setdefault(within, self)

    def strip(self, body: JsonValue) -> None:
        """Takes owned attributes out of a body, in place."""
        if isinstance(body, list):
            for part in body:
                self.strip(part)
        elif isinstance(body, dict):
            for name in self._here:
                if name in body:
                    del body[name]
            for name, owned in self._below.items():
                if name in body:
                    owned.strip(body[name])


def owned_in(body: JsonObject, owned: Iterable[str], items: str | None) -> set[str]:
    """The owned paths as far as a body goes: with those in items that are nested, see `Owned`."""
    if items is None:
        return set(owned)
    nested = f"{items}."
    levels = range(max(_depth(body.get(items), items), 1))
    return {
        nested * level + path for path in owned for level in levels if path.startswith(nested)
    }.union(path for path in owned if not path.startswith(nested))


def _depth(items: JsonValue, name: str) -> int:
    """How many levels of items there are."""
    if not isinstance(items, list):
        return 0
    inner = (_depth(item.get(name), name) for item in items if isinstance(item, dict))
    return 1 + max(inner, default=0)


def refuse_owned(
    before: JsonObject,
    after: JsonObject,
    owned: Iterable[str],
    removed: Container[str] = frozenset(),
) -> None:
    """Raises Invalid where an update changes owned attributes; fills in what it left out.

    All of them are named, in the order of ``owned``. ``after``, which may be of any shape, is
    completed in place, for owned attributes inside arrays only: at the top a merge-patch that
    leaves an attribute out does not touch it. ``removed`` are dotted paths of what the client
    removed expressly: that is not completed, but refused.
    """
    faults: list[str] = []
    filling, leaving = _Comparison(fill=True, faults=faults), _Comparison(fill=False, faults=faults)
    for path in owned:
        comparison = leaving if path in removed else filling
        comparison.compare(before, after, path.split("."), "")
    if faults:
        more = [AND_MORE] if len(faults) > _MOST_FAULTS else []
        raise Invalid([*faults[:_MOST_FAULTS], *more], _HINT)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Looks at owned attributes, one by one.

    Attributes:
        fill: whether one that is left out inside an array is put back.
        faults: where it is told that one was changed.
    """

    fill: bool
    faults: list[str]

    def compare(self, before: JsonValue, after: JsonValue, path: list[str], where: str) -> None:
        if isinstance(after, list):
            known = {
                part["id"]: part
                for part in (before if isinstance(before, list) else [])
                if isinstance(part, dict) and isinstance(part.get("id"), str)
            }
            for index, part in enumerate(after):
                if isinstance(part, dict):
                    id_ = part.get("id")
                    old = known.get(id_) if isinstance(id_, str) else None
                    self._compare_element(old, part, path, f"{where}[{index}]")
        elif isinstance(after, dict) and not isinstance(before, dict):
            Owned([".".join(path)]).strip(after)  # a new object: as in a create, the server sets it
        elif isinstance(after, dict):
            name, rest = path[0], path[1:]
            below = f"{where}.{name}" if where else name
            if rest:
                self.compare(before.get(name), after.get(name), rest, below)
            elif "[" in where:
                self._compare_leaf(before, after, name, below)
            elif before.get(name) != after.get(name):
                self._refuse(below)

    def _compare_element(
        self, old: JsonObject | None, new: JsonObject, path: list[str], where: str
    ) -> None:
        name, rest = path[0], path[1:]
        if rest:
            self.compare((old or {}).get(name), new.get(name), rest, f"{where}.{name}")
        elif old is None:
            new.pop(name, None)  # a new element: as in a create, the server sets it
        else:
            self._compare_leaf(old, new, name, f"{where}.{name}")

    def _compare_leaf(self, old: JsonObject, new: JsonObject, name: str, where: str) -> None:
        """In an array, which a patch replaces whole: left out means unchanged."""
        if name not in new:
            if name in old:
                if self.fill:
                    new[name] = old[name]
                else:
                    self._refuse(where)
        elif new[name] != old.get(name):
            self._refuse(where)

    def _refuse(self, path: str) -> None:
        self.faults.append(f"{path}: is set by the server")
