"""The faults that the stages of checking find in one body, told as one. Pure."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from api.errors import AND_MORE, PERHAPS_MORE, Invalid

__all__ = ["Faults", "all_of"]

_MORE = (AND_MORE, PERHAPS_MORE)


class Faults:
    """What one stage finds: a ``with`` block of it keeps the Invalid that is raised inside."""

    # of the class, until there is a fault: several of these are made for every body
    found: tuple[str, ...] = ()
    hint: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: object, error: BaseException | None, _traceback: TracebackType | None
    ) -> bool:
        if not isinstance(error, Invalid):
            return False
        self.found += error.faults
        self.hint = self.hint or error.hint
        return True

    def __bool__(self) -> bool:
        return bool(self.found)


def all_of(stages: Sequence[Faults]) -> Invalid:
    """All faults of these stages, of which one has some, in their order.

    Of an attribute that one stage has named, and of what is inside of it, later ones say nothing.
    """
    named: tuple[str, ...] = ()
    told: dict[str, None] = {}
    for stage in stages:
        fresh = [each for each in stage.found if not each.startswith(named)]
        told.update(dict.fromkeys(fresh))
        paths = filter(None, map(_path, fresh))
        named += tuple(f"{path}{end}" for path in paths for end in (": ", ".", "["))
    whole = [each for each in told if each not in _MORE]
    more = [each for each in _MORE if each in told]
    hint = next((stage.hint for stage in stages if stage.hint), None)
    return Invalid([*whole, *more[:1]], hint)


def _path(fault: str) -> str:
    """The path of the attribute that a fault begins with; none for one of the whole body."""
    path, colon, _ = fault.partition(": ")
    return path if colon and not path.startswith("{") else ""
