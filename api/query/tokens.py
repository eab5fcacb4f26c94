"""Cuts the text of a JSONPath filter into words. Pure."""

import json
import re
from dataclasses import dataclass
from enum import Enum, auto

from api.errors import BadRequest, NotSupported

__all__ = ["Token", "Word", "lacking", "tokens", "wrong"]

_WORD = re.compile(
    r"""(?P<space>\s+)
    |(?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    |(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?!\w))
    |(?P<pattern>/(?:[^/\\]|\\.)*/[A-Za-z]*)
    |(?P<name>@?[^\W\d][\w-]*)
    |(?P<sign>==|!=|>=|<=|=~|&&|\|\||\.\.|[]<>!()[.$@*?,:])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)|\"", re.DOTALL)
_FLAGS = frozenset("is")
_SHOWN = 20


class Word(Enum):
    """What a word is; a name may begin with ``@``, as ``@type`` does."""

    STRING = auto()
    NUMBER = auto()
    PATTERN = auto()
    NAME = auto()
    SIGN = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the filter.

    Attributes:
        word: what it is.
        text: as written; of a string what it stands for, of a pattern the regular expression.
        at: where it begins, counted from 1.
    """

    word: Word
    text: str
    at: int


def tokens(text: str) -> list[Token]:
    """All words, and an END. Raises BadRequest where there is none, NotSupported for a flag."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _WORD.match(text, at)
        if match is None:
            raise _unreadable(text, at)
        if match.lastgroup != "space":
            word = Word[(match.lastgroup or "").upper()]
            found.append(Token(word, _meaning(word, match.group(), at + 1), at + 1))
        at = match.end()
    return [*found, Token(Word.END, "", at + 1)]


def wrong(what: str, at: int, hint: str | None = None) -> BadRequest:
    """The error for a filter that is no JSONPath."""
    return BadRequest(
        f"filter: {what} at position {at}", hint or "Write for example $[?(@.state=='held')]."
    )


def lacking(what: str, at: int) -> NotSupported:
    """The error for JSONPath that is not offered."""
    return NotSupported(
        f"filter: {what} at position {at}: not offered here",
        "Offered are attributes, [?()], comparisons with a value, existence, !, && and ||.",
    )


def _unreadable(text: str, at: int) -> BadRequest:
    char = text[at]
    if char in "'\"/":
        return wrong("a text without an end", at + 1, f"It begins with {char}: end it so, too.")
    doubled = {"=": "==", "&": "&& (encoded: %26%26)", "|": "||"}.get(char)
    return wrong(f"{char!r}", at + 1, f"Write {doubled}." if doubled else None)


def _meaning(word: Word, text: str, at: int) -> str:
    if word is Word.STRING:
        return _unescaped(text, at)
    if word is Word.PATTERN:
        pattern, _, flags = text[1:].rpartition("/")
        if set(flags) - _FLAGS:
            raise lacking(f"the flags {flags[:_SHOWN]}", at)
        return "".join(f"(?{flag})" for flag in sorted(set(flags))) + pattern
    return text


def _unescaped(text: str, at: int) -> str:
    """What a string literal stands for: JSON's escapes, and those of both quotes."""
    if "\\" not in text:
        return text[1:-1]
    body = _ESCAPE.sub(lambda escape: _json(escape.group()), text[1:-1])
    try:
        value: str = json.loads(f'"{body}"', strict=False)
        value.encode()
    except ValueError:
        raise wrong("a text with an escape that JSON does not have", at) from None
    if "\0" in value:
        raise wrong("a text with the character NUL", at)
    return value


def _json(escape: str) -> str:
    return {"\\'": "'", '"': '\\"'}.get(escape, escape)
