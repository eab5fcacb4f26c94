"""Whether a repeated group of a regular expression takes a text in one way only. Pure.

An engine that tries one way after the other takes for ever where there are many ways to part a
text among the rounds of a group, as for ``(a+)+``. There is but one where each next character tells
which place of the group takes it, as in ``([0-9A-F]{2}:)+``. The places are those of Glushkov's
automaton; a place that is reached by two repetitions at once counts as two (as Brüggemann-Klein
and Wood have it for expressions in star normal form: "One-Unambiguous Regular Languages", 1998).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from api.query.pieces import atoms_of, count_of, is_count, pieces_of

__all__ = ["unambiguous"]

_PLACES: Final = 64
"""More of them are not looked at: their pairs are looked through."""

_OPEN: Final = frozenset({"(", "(?:"})


def unambiguous(group: str, *, fold: bool) -> bool:
    """Whether rounds of the group can take a text in one way only; False, too, where it is large.

    Args:
        group: the text of a group that RE2 takes, with its parentheses.
        fold: whether letters stand for both cases.
    """
    pieces = pieces_of(group)
    reader = _Reader(pieces, atoms_of(pieces, group, fold=fold))
    reader.repeated(reader.alternatives(), None)
    return not reader.ambiguous


@dataclass(frozen=True, slots=True)
class _Part:
    """Of the group: the places where it may begin and end, and whether it may take nothing."""

    first: tuple[int, ...] = ()
    last: tuple[int, ...] = ()
    empty: bool = True


class _Reader:
    """Reads a pattern from left to right and notes which places follow which."""

    def __init__(self, pieces: Sequence[str], atoms: dict[str, frozenset[str]]) -> None:
        self._pieces = pieces
        self._atoms = atoms
        self._at = 0
        self._taken: list[frozenset[str]] = []  # by place
        self._next: list[list[int]] = []  # by place
        self.ambiguous = False

    def alternatives(self) -> _Part:
        """Up to the end of the group that is open, which is left open."""
        whole = self._sequence()
        while self._peek() == "|":
            self._at += 1
            other = self._sequence()
            self._part(whole.first, other.first)
            self.ambiguous |= whole.empty and other.empty
            whole = _Part(
                whole.first + other.first, whole.last + other.last, whole.empty or other.empty
            )
        return whole

    def repeated(self, part: _Part, most: int | None) -> None:
        """The part comes several times, one behind the other."""
        if most is None or most > 1:
            self.ambiguous |= part.empty
            self._follow(part.last, part.first)

    def _sequence(self) -> _Part:
        whole = _Part()
        while (piece := self._peek()) not in {"", "|", ")"}:
            self._at += 1
            whole = self._joined(whole, self._factor(piece))
        return whole

    def _factor(self, piece: str) -> _Part:
        if piece in _OPEN:
            part = self.alternatives()
            self._at += 1
            low, high = self._count()
            self.repeated(part, high)
            return _Part(part.first, part.last, part.empty or not low)
        if piece not in self._atoms:  # ^, $, \b: they take nothing
            self.ambiguous = True
            return _Part()
        return self._row(self._atoms[piece], *self._count())

    def _row(self, taken: frozenset[str], low: int, high: int | None) -> _Part:
        """So many places that all take the same; without an end, the last one comes again."""
        places = [self._place(taken) for _ in range(max(low, 1) if high is None else high)]
        if not places:
            return _Part()
        for one, other in pairwise(places):
            self._follow((one,), (other,))
        if high is None:
            self._follow(places[-1:], places[-1:])
            return _Part((places[0],), (places[-1],), not low)
        return _Part((places[0],), tuple(places[max(low, 1) - 1 :]), not low)

    def _place(self, taken: frozenset[str]) -> int:
        self.ambiguous |= len(self._taken) >= _PLACES
        self._taken.append(taken)
        self._next.append([])
        return len(self._taken) - 1

    def _joined(self, one: _Part, other: _Part) -> _Part:
        self._follow(one.last, other.first)
        if one.empty:
            self._part(one.first, other.first)
        return _Part(
            one.first + other.first if one.empty else one.first,
            one.last + other.last if other.empty else other.last,
            one.empty and other.empty,
        )

    def _follow(self, places: Iterable[int], others: Sequence[int]) -> None:
        for place in places:
            self._part(self._next[place], others)
            self._next[place].extend(others)

    def _part(self, places: Sequence[int], others: Sequence[int]) -> None:
        """Where both may be next, the character must tell which."""
        self.ambiguous = self.ambiguous or any(
            self._taken[one] & self._taken[other] for one in places for other in others
        )

    def _count(self) -> tuple[int, int | None]:
        piece = self._peek()
        if not piece or not is_count(piece):
            return 1, 1
        self._at += 1
        return count_of(piece)

    def _peek(self) -> str:
        return self._pieces[self._at] if self._at < len(self._pieces) else ""
