r"""A regular expression, taken apart: its pieces, and which characters each of them takes. Pure."""

import re
import sys
from collections.abc import Collection
from functools import lru_cache
from typing import Final

import re2  # type: ignore[import-untyped]

__all__ = ["BEYOND", "FLAGS", "atoms_of", "count_of", "is_count", "pieces_of"]

_PIECE: Final = re.compile(
    r"""\\[pPx]\{[^}]*\} | \\[pP]. | \\x.. | \\[0-7]{1,3} | \\.
      | \[\^?\]?(?:\\[pPx]\{[^}]*\}|\\.|\[:[^\]]*:\]|[^\]\\])*\]
      | \((?:\?[is]\)|\?:)? | \{\d+(?:,\d*)?\}\?? | [*+?]\?? | .""",
    re.VERBOSE | re.DOTALL,
)
FLAGS: Final = frozenset({"(?i)", "(?s)"})
"""How a pattern may begin; no part of what it takes."""
_EMPTY: Final = frozenset({"^", "$", "\\b", "\\B"}) | FLAGS
_ASCII: Final = "".join(map(chr, range(128)))
BEYOND: Final = frozenset({""})
"""Stands for all characters that are neither ASCII nor in the pattern."""
_MORE: Final = re.compile(r"\[\^|\[:\^|\\[pPDWS]")
"""Of an atom that may take such characters. A range may, too."""
_CODE: Final = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}|\\x([0-9A-Fa-f]{2})|\\([0-7]{2,3})")
_SURROGATES: Final = range(0xD800, 0xE000)


def pieces_of(pattern: str) -> list[str]:
    """Its atoms, parentheses, bars, counts and the like, in order."""
    return _PIECE.findall(pattern)


def atoms_of(pieces: Collection[str], pattern: str, *, fold: bool) -> dict[str, frozenset[str]]:
    """What each atom among the pieces takes: ASCII, what the pattern names, and `BEYOND`."""
    letters = _ASCII + _beyond(pattern, fold=fold)
    return {piece: _taken(piece, letters, fold) for piece in set(pieces) if _is_atom(piece)}


def _is_atom(piece: str) -> bool:
    return piece not in _EMPTY and piece not in {"(", "(?:", ")", "|"} and not is_count(piece)


def is_count(piece: str) -> bool:
    """Whether the piece says how often the one before it comes."""
    return piece[0] in "*+?" or (piece[0] == "{" and len(piece) > 1)


def count_of(piece: str) -> tuple[int, int | None]:
    """How often it comes at least and at most; None: without end."""
    if piece[0] != "{":
        return {"*": (0, None), "+": (1, None), "?": (0, 1)}[piece[0]]
    low, comma, high = piece.rstrip("?")[1:-1].partition(",")
    if not comma:
        return int(low), int(low)
    return int(low), int(high) if high else None


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
        return frozenset(letters) | BEYOND
    if len(piece) == 1 and not fold:
        return frozenset(piece)
    try:
        atom = re2.escape(piece) if len(piece) == 1 else piece
        options = re2.Options()
        options.log_errors = False  # the client is told
        found = frozenset(re2.findall(f"(?i:{atom})" if fold else atom, letters, options=options))
    except re2.error:
        return frozenset(letters) | BEYOND
    range_ = "-" in piece and _beyond(piece, fold=fold)
    return found | BEYOND if range_ or _MORE.search(piece) else found
