r"""How large the automaton of a regular expression can become: the price of each character. Pure.

RE2 reads a text in one pass only while the states that its automaton meets are few. They are as
many as there are ways to be in several places of the pattern at once: ``a.{30}b`` has two to the
30th, since each of the last 30 characters may have been the ``a`` or not. `states` estimates
their number from what makes them many: a repetition, and a class behind something that takes only
part of what the class takes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from api.query.pieces import BEYOND, FLAGS, atoms_of, count_of, is_count, pieces_of

__all__ = ["MAX_STATES", "states"]

MAX_STATES: Final = 2000

_PLAIN, _BYTES, _TREE = 1, 8, 1200
"""Instructions of RE2's for a character: of ASCII, of UTF-8, and of a Unicode class."""
_KEPT: Final = 125
"""Instructions in each of `MAX_STATES` states that RE2 has room for; larger ones count for more."""
_READ: Final = 5
"""Instructions of a pattern that count for one state: RE2 goes through all to make a new state."""
_TOO_MANY: Final = 64
_UNICODE: Final = re.compile(r"\\[pP]")


@dataclass(frozen=True, slots=True)
class _Part:
    """Of a pattern.

    Attributes:
        length: characters that it takes at most, repetitions without end as one.
        bits: of the states that it can be in, beside its place.
        size: instructions of RE2's that may be in one state.
        split: whether it holds a class of which another part of the pattern takes only some.
    """

    length: int = 0
    bits: int = 0
    size: int = 0
    split: bool = False

    def times(self, low: int, high: int | None) -> "_Part":
        least = max(low, 1)
        if high is None:  # a group may be in several rounds at once
            rounds = self.length if self.split and self.length > 1 else 1
            bits = self.bits * least + rounds
        else:
            least = high
            open_ = high - low if self.length > 1 or self.bits else min(1, high - low)
            bits = self.bits * high + open_
        return _Part(self.length * least, bits, self.size * least, self.split)


def states(pattern: str) -> int:
    """An estimate from above, for a pattern of the dialect (`api.query.pattern`)."""
    pieces = pieces_of(pattern)
    fold = "(?i)" in pieces[:2]
    atoms = atoms_of(pieces, pattern, fold=fold)
    whole = _joined(_parts(pieces, atoms, fold=fold))
    many = max(1, whole.length) << min(whole.bits, _TOO_MANY)
    return max(many, many * whole.size // _KEPT, whole.size // _READ)


def _parts(pieces: list[str], atoms: dict[str, frozenset[str]], *, fold: bool) -> list[_Part]:
    """The parts one after the other; groups and their alternatives are joined to one each."""
    first = next((piece for piece in pieces if piece not in FLAGS), "")
    tied = first == "^" and "|" not in pieces  # in one place only, so far
    groups: list[list[_Part]] = [[]]
    before: set[str] = set()
    rounds = _rounds(pieces)
    for place, piece in enumerate(pieces):
        if piece in {"(", "(?:"}:
            groups.append([])
        elif piece == ")" and len(groups) > 1:
            inner = _joined(groups.pop())
            groups[-1].append(inner)
        elif piece in atoms:
            split = _splits(atoms, piece, atoms)
            earlier = before.union(
                *(pieces[start:end] for start, end in rounds if start < place < end)
            )
            many = not tied and split and _splits(atoms, piece, earlier & atoms.keys())
            size = _size(piece, atoms[piece], fold=fold)
            if tied and size < _TREE:
                size = 0  # one at a time
            groups[-1].append(_Part(1, int(many), size, split))
            before.add(piece)
        elif is_count(piece) and groups[-1]:
            low, high = count_of(piece)
            tied = tied and low == high
            groups[-1].append(groups[-1].pop().times(low, high))
    return [part for group in groups for part in group]


def _rounds(pieces: list[str]) -> list[tuple[int, int]]:
    """Where groups that are repeated begin and end: what is in them comes before itself."""
    opened: list[int] = []
    found: list[tuple[int, int]] = []
    for place, piece in enumerate(pieces[:-1]):
        if piece in {"(", "(?:"}:
            opened.append(place)
        elif piece == ")" and opened:
            start = opened.pop()
            if is_count(pieces[place + 1]):
                found.append((start, place))
    return found


def _joined(parts: Iterable[_Part]) -> _Part:
    parts = list(parts)
    return _Part(
        sum(part.length for part in parts),
        sum(part.bits for part in parts),
        sum(part.size for part in parts),
        any(part.split for part in parts),
    )


def _splits(atoms: dict[str, frozenset[str]], one: str, others: Iterable[str]) -> bool:
    """Whether one of the others takes some, but not all, of what this one takes."""
    mine = atoms[one]
    if len(mine) == 1 and mine != BEYOND:
        return False
    return any(
        other != one
        and mine & atoms[other]
        and not (mine <= atoms[other] and mine.isdisjoint(BEYOND))
        for other in others
    )


def _size(piece: str, taken: frozenset[str], *, fold: bool) -> int:
    if _UNICODE.search(piece):
        return _TREE
    ascii_ = taken.isdisjoint(BEYOND) and all(map(str.isascii, taken))
    return _PLAIN + fold if ascii_ else _BYTES
