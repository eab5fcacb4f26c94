r"""How large the automaton of a regular expression can become: the price of each character. Pure.

RE2 reads a text in one pass only while the states that its automaton meets are few. They are as
many as there are ways to be in several places of the pattern at once: ``a.{30}b`` has two to the
30th, since each of the last 30 characters may have been the ``a`` or not. `states` estimates
their number from what makes them many: a repetition, and a class behind something that takes only
part of what the class takes.
"""

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import re2  # type: ignore[import-untyped]

__all__ = ["MAX_STATES", "states"]

MAX_STATES: Final = 2000

_PIECE: Final = re.compile(
    r"""\\[pPx]\{[^}]*\} | \\[pP]. | \\x.. | \\[0-7]{1,3} | \\.
      | \[\^?\]?(?:\\[pPx]\{[^}]*\}|\\.|\[:[^\]]*:\]|[^\]\\])*\]
      | \((?:\?[is]\)|\?:)? | \{\d+(?:,\d*)?\}\?? | [*+?]\?? | .""",
    re.VERBOSE | re.DOTALL,
)
_FLAGS: Final = frozenset({"(?i)", "(?s)"})
_EMPTY: Final = frozenset({"^", "$", "\\b", "\\B"}) | _FLAGS
_ASCII: Final = "".join(map(chr, range(128)))
_BEYOND: Final = frozenset({""})
"""Stands for all characters that are neither ASCII nor in the pattern."""
_MORE: Final = re.compile(r"\[\^|\[:\^|\\[pPDWS]")
"""Of an atom that may take such characters. A range may, too."""
_CODE: Final = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}|\\x([0-9A-Fa-f]{2})|\\([0-7]{2,3})")
_SURROGATES: Final = range(0xD800, 0xE000)
_UNICODE: Final = re.compile(r"\\[pP]")
_PLAIN, _BYTES, _TREE = 1, 8, 1200
"""Instructions of RE2's for a character: of ASCII, of UTF-8, and of a Unicode class."""
_KEPT: Final = 125
"""Instructions in each of `MAX_STATES` states that RE2 has room for; larger ones count for more."""
_READ: Final = 5
"""Instructions of a pattern that count for one state: RE2 goes through all to make a new state."""
_TOO_MANY: Final = 64


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
    pieces = _PIECE.findall(pattern)
    fold = "(?i)" in pieces[:2]
    letters = _ASCII + _beyond(pattern, fold=fold)
    atoms = {piece: _taken(piece, letters, fold) for piece in set(pieces) if _is_atom(piece)}
    whole = _joined(_parts(pieces, atoms, fold=fold))
    many = max(1, whole.length) << min(whole.bits, _TOO_MANY)
    return max(many, many * whole.size // _KEPT, whole.size // _READ)


def _is_atom(piece: str) -> bool:
    return piece not in _EMPTY and piece not in {"(", "(?:", ")", "|"} and not _is_count(piece)


def _is_count(piece: str) -> bool:
    return piece[0] in "*+?" or (piece[0] == "{" and len(piece) > 1)


def _parts(pieces: list[str], atoms: dict[str, frozenset[str]], *, fold: bool) -> list[_Part]:
    """The parts one after the other; groups and their alternatives are joined to one each."""
    first = next((piece for piece in pieces if piece not in _FLAGS), "")
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
        elif _is_count(piece) and groups[-1]:
            low, high = _count(piece)
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
            if _is_count(pieces[place + 1]):
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
    if len(mine) == 1 and mine != _BEYOND:
        return False
    return any(
        other != one
        and mine & atoms[other]
        and not (mine <= atoms[other] and mine.isdisjoint(_BEYOND))
        for other in others
    )


def _count(piece: str) -> tuple[int, int | None]:
    if piece[0] != "{":
        return {"*": (0, None), "+": (1, None), "?": (0, 1)}[piece[0]]
    low, comma, high = piece.rstrip("?")[1:-1].partition(",")
    if not comma:
        return int(low), int(low)
    return int(low), int(high) if high else None


def _size(piece: str, taken: frozenset[str], *, fold: bool) -> int:
    if _UNICODE.search(piece):
        return _TREE
    ascii_ = taken.isdisjoint(_BEYOND) and all(map(str.isascii, taken))
    return _PLAIN + fold if ascii_ else _BYTES


def _beyond(pattern: str, *, fold: bool) -> str:
    """The characters beyond ASCII that a pattern names, each once."""
    found = _CODE.findall(pattern)
    codes = [int(octal, 8) if octal else int(long or short, 16) for long, short, octal in found]
    named = {*pattern, *(chr(code) for code in codes if _is_character(code))}
    if fold:
        named |= {other for char in named for other in (*char.lower(), *char.upper())}
    return "".join(sorted(char for char in named if not char.isascii()))


def _is_character(code: int) -> bool:
    return code <= sys.maxunicode and code not in _SURROGATES


@lru_cache(maxsize=1024)
def _taken(piece: str, letters: str, fold: bool) -> frozenset[str]:
    """The characters that an atom takes: the letters by one, all others as one."""
    if piece == ".":
        return frozenset(letters) | _BEYOND
    if len(piece) == 1 and not fold:
        return frozenset(piece)
    try:
        atom = re2.escape(piece) if len(piece) == 1 else piece
        options = re2.Options()
        options.log_errors = False  # the client is told
        found = frozenset(re2.findall(f"(?i:{atom})" if fold else atom, letters, options=options))
    except re2.error:
        return frozenset(letters) | _BEYOND
    range_ = "-" in piece and _beyond(piece, fold=fold)
    return found | _BEYOND if range_ or _MORE.search(piece) else found
