r"""The dialect of ``.regex``: RE2, less what makes a backtracking engine slow.

RE2 (google-re2) is linear by construction. MongoDB's own engine is PCRE, which backtracks, so the
dialect is narrowed until no pattern in it can explode there:

- a repeated group takes a text in one way only (`api.query.ambiguity`): ``(a+)+`` and ``(a|a)*``
  are out, ``(\d{1,3}\.){3}`` is in;
- only a few repetitions, and a bounded length;
- few states (`api.query.states`), so that RE2 need not be in many places of a pattern at once;
- of flags only ``i`` and ``s``: what ``$`` means must be the same everywhere;
- what the engines read in different ways is left out, or written out for MongoDB's (``\s``,
  ``[[:alpha:]]``). Left are characters that one of them does not know yet, and U+017F and U+212A
  where ``(?i)`` meets ``\w`` or the like: to RE2 they are no letters s and k there.

A pattern is searched for anywhere in the text; ``^`` and ``$`` (the very end) tie it down.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, cast

import re2  # type: ignore[import-untyped]

from api.errors import BadRequest
from api.query.ambiguity import unambiguous
from api.query.states import MAX_STATES, states

__all__ = ["MAX_LENGTH", "MAX_REPETITIONS", "Pattern", "check_pattern", "compiled", "portable"]

MAX_LENGTH = 200
MAX_REPETITIONS = 6
MAX_DEPTH = 20

_SETS = frozenset("dDwWsSpP")
_CATEGORY = re.compile(r"\^?(?:Any|[A-Z][a-z]?)")
"""What ``\\p`` may name: of a script, the engines have different ideas."""

_ASCII = 0x80
_SURROGATES = range(0xD800, 0xE000)

_SPACE = r"\t\n\f\r "
_WORD = "0-9A-Za-z_"
_OUTSIDE = {
    "v": r"\x0b",
    "s": f"[{_SPACE}]",
    "S": f"[^{_SPACE}]",
    "d": "[0-9]",
    "D": "[^0-9]",
    "w": f"[{_WORD}]",
    "W": f"[^{_WORD}]",
}
_INSIDE = {"v": r"\x0b", "s": _SPACE, "S": r"\S\x0b", "d": "0-9", "w": _WORD}
"""Escapes that a backtracking engine reads in its own way, as it is told what RE2 means by them."""
_NAMED = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": r"\x00-\x7f",
    "blank": r"\t ",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\t\n\x0b\f\r ",
    "upper": "A-Z",
    "word": _WORD,
    "xdigit": "0-9A-Fa-f",
}
"""What is written as ``[:alpha:]`` in a class, for engines that have no such names."""


class Pattern(Protocol):
    """A compiled regular expression."""

    def search(self, text: str) -> object | None:
        """A match anywhere in the text, or None."""
        ...


class Tied(Protocol):
    """A regular expression as the library gives it."""

    def match(self, text: str) -> object | None:
        """A match at the beginning of the text, or None."""
        ...


@dataclass(frozen=True, slots=True)
class _Tied:
    search: Callable[[str], object | None]


@lru_cache(maxsize=128)  # each may keep megabytes
def compiled(pattern: str) -> Pattern:
    """The pattern, compiled by RE2. Raises BadRequest where RE2 refuses it."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 8 << 20  # room for `MAX_STATES` states, large ones too
    options.never_capture = True  # what a group took would need a second, slower search
    try:
        re2.compile(pattern, options)
        # tied to the start, it is read forwards only: where a match begins is not asked for
        return _Tied(cast("Tied", re2.compile(rf"\C*?(?:{pattern})", options)).match)
    except re2.error as error:
        text = error.args[0] if error.args else "bad syntax"
        detail = text.decode(errors="replace") if isinstance(text, bytes) else str(text)
        raise BadRequest(
            f"{pattern!r} is not a regular expression that is offered here: {detail}",
            "Use the syntax of RE2: no look-around, no back references.",
        ) from None


def check_pattern(pattern: str) -> None:
    """Raises BadRequest, naming the limit, where a pattern is not in the dialect."""
    if len(pattern) > MAX_LENGTH:
        raise BadRequest(f"The regular expression is longer than {MAX_LENGTH} characters")
    # before it is compiled: that of a large one takes time, too
    if states(pattern) > MAX_STATES:
        raise BadRequest(
            f"The regular expression has too many ways to match: more than {MAX_STATES} states",
            "Lower the counts in {}, tie it to the start with ^, or put characters for classes.",
        )
    compiled(pattern)
    portable(pattern)


def portable(pattern: str) -> str:
    r"""The same pattern for an engine of Perl's kind, in which a bare ``$`` means something else.

    Raises BadRequest where the pattern is RE2, but not in the dialect.
    """
    return _Translator(pattern).translate()


@dataclass(slots=True)
class _Group:
    """What an open group holds so far, or an atom that is one."""

    branching: bool = False
    repeating: bool = False
    start: int = 0


class _Translator:
    """Walks a pattern that RE2 took, checks it and writes it out for a backtracking engine."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._out: list[str] = []
        self._groups = [_Group()]
        self._last: _Group | None = None  # the atom that a repetition would repeat
        self._repetitions = 0
        self._folds = pattern.startswith(("(?i)", "(?s)(?i)"))

    def translate(self) -> str:
        while self._at < len(self._pattern):
            self._step(self._pattern[self._at])
        return "".join(self._out)

    def _step(self, char: str) -> None:
        if char == "\\":
            self._escape()
        elif char == "[":
            self._class()
            self._last = _Group()
        elif char == "(":
            self._open()
        elif char == ")":
            self._close()
        elif char == "|":
            self._groups[-1].branching = True
            self._take(1)
            self._last = None
        elif char == "^":
            self._take(1)
            self._last = None
        elif char in "*+?" or (char == "{" and self._counted()):
            self._repeat(char)
        elif char == "$":
            self._take(1, "$(?!\\n)")
            self._last = None
        else:
            self._take(1)
            self._last = _Group()

    def _take(self, length: int, instead: str | None = None) -> None:
        text = self._pattern[self._at : self._at + length]
        self._out.append(text if instead is None else instead)
        self._at += length

    def _escape(self, *, inside: bool = False) -> bool:
        """Takes an escape, inside of a class or not; whether it stands for a set of characters."""
        escaped = self._pattern[self._at + 1 : self._at + 2]
        if escaped in {"Q", "C", "A", "z"}:
            raise _outside(f"\\{escaped}")
        length = 2
        if escaped in {"p", "P", "x"} and self._pattern[self._at + 2 : self._at + 3] == "{":
            length = self._pattern.index("}", self._at) - self._at + 1
            name = self._pattern[self._at + 3 : self._at + length - 1]
            if escaped != "x" and not _CATEGORY.fullmatch(name):
                raise _outside(f"\\{escaped}{{{name}}}: only general categories such as Lu")
        elif escaped in {"p", "P"}:
            length = 3
        if escaped in {"p", "P"} and self._folds:
            raise _outside(f"\\{escaped} with (?i)")
        self._take(
            length, self._told(self._pattern[self._at + 1 : self._at + length], inside=inside)
        )
        self._last = None if escaped in {"b", "B"} else _Group()
        return escaped in _SETS

    def _told(self, escape: str, *, inside: bool) -> str | None:
        """What an escape is written as; None: as it is. ``escape``: without the backslash."""
        if escape.startswith("x{"):
            code = int(escape[2:-1], 16)
            return rf"\x{code:02x}" if code < _ASCII else None if code in _SURROGATES else chr(code)
        if self._folds and escape in {"w", "W"}:
            return None  # the letters that it folds to would be in it
        return (_INSIDE if inside else _OUTSIDE).get(escape)

    def _class(self) -> None:
        """Takes a character class: what only one of the engines takes for a range is refused."""
        self._take(2 if self._pattern.startswith("[^", self._at) else 1)
        if self._pattern[self._at] == "]":
            self._take(1)
        while self._pattern[self._at] != "]":
            many = self._member()
            range_ = self._pattern[self._at] == "-" and self._pattern[self._at + 1] != "]"
            if range_ and many:
                raise _outside("a range that begins with a set of characters, as in [\\d-z]")
            if range_:
                self._take(1)
                self._member()
        self._take(1)

    def _member(self) -> bool:
        """Takes a member of a class; whether it stands for a set of characters."""
        if self._pattern[self._at] == "\\":
            return self._escape(inside=True)
        if self._pattern.startswith("[:", self._at):
            end = self._pattern.index(":]", self._at)
            name = self._pattern[self._at + 2 : end]
            self._take(end + 2 - self._at, None if self._folds else _NAMED.get(name))
            return True
        if self._pattern[self._at] == "[":
            raise _outside("an unescaped [ in a class")
        self._take(1)
        return False

    def _open(self) -> None:
        if len(self._groups) > MAX_DEPTH:
            raise BadRequest(f"The regular expression nests deeper than {MAX_DEPTH} groups")
        rest = self._pattern[self._at :]
        if rest.startswith(("(?i)", "(?s)")):
            if self._at and self._pattern[: self._at] not in {"(?i)", "(?s)"}:
                raise _outside("a flag that is not at the start")
            self._take(4)
            return
        if rest.startswith("(?") and not rest.startswith("(?:"):
            raise _outside(rest[:4])
        self._groups.append(_Group(start=self._at))
        self._take(3 if rest.startswith("(?:") else 1)
        self._last = None

    def _close(self) -> None:
        inner = self._groups.pop()
        outer = self._groups[-1]
        outer.branching |= inner.branching
        outer.repeating |= inner.repeating
        self._last = inner
        self._take(1)

    def _counted(self) -> bool:
        """Whether the brace here is a repetition ``{2}``, ``{2,}`` or ``{2,5}``."""
        end = self._pattern.find("}", self._at)
        inside = self._pattern[self._at + 1 : end] if end > 0 else ""
        low, _, high = inside.partition(",")
        return low.isdigit() and (not high or high.isdigit())

    def _since(self, group: _Group) -> str:
        return self._pattern[group.start : self._at]

    def _repeat(self, char: str) -> None:
        if self._last is None:
            raise _outside("a repetition of nothing")
        if char != "?":
            many = self._last.repeating or self._last.branching
            if many and not unambiguous(self._since(self._last), fold=self._folds):
                raise _outside("a repeated group that can take a text in more ways than one")
            self._repetitions += 1
        if self._repetitions > MAX_REPETITIONS:
            raise BadRequest(f"The regular expression has more than {MAX_REPETITIONS} repetitions")
        self._groups[-1].repeating = True
        self._last = _Group(repeating=True)
        end = self._pattern.index("}", self._at) if char == "{" else self._at
        self._take(end + 1 - self._at)
        if self._pattern[self._at : self._at + 1] == "?":  # lazy: the same matches
            self._take(1)


def _outside(what: str) -> BadRequest:
    return BadRequest(
        f"The regular expression uses {what}, which is not offered here",
        "Write it simpler, or as several conditions.",
    )
