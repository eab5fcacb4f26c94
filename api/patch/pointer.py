"""JSON Pointer (RFC 6901), and what can be done where one leads. Pure.

The functions that change something change the container that they are given. They raise Conflict
where there is nothing at a place: whether there is depends on the resource, not on the patch.
"""

import re

from api.errors import BadRequest, Conflict
from api.jsontypes import JsonValue

__all__ = ["END", "add", "at", "is_index", "parent_of", "parse_pointer", "remove", "replace"]

END = "-"
"""The place behind the last element of an array."""

_INDEX = re.compile("0|[1-9][0-9]{0,8}", re.ASCII)
_BAD_ESCAPE = re.compile("~(?![01])")
_SHOWN = 60
_MOST_NAMES = 100  # more than a resource may be deep


def parse_pointer(text: str) -> tuple[str, ...]:
    """The names and indexes of a pointer. Raises BadRequest.

    Refused beside what is no pointer: names that no attribute may have, and ``href``, which is
    made at read time.
    """
    if text and not text.startswith("/"):
        raise BadRequest(f"{text[:_SHOWN]!r} is no JSON Pointer: it must begin with /")
    if text.count("/") > _MOST_NAMES:
        raise BadRequest(f"{text[:_SHOWN]!r}… is longer than {_MOST_NAMES} names")
    if _BAD_ESCAPE.search(text):
        raise BadRequest(f"{text[:_SHOWN]!r} is no JSON Pointer: write ~0 for ~, and ~1 for /")
    tokens = [part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:]]
    for token in tokens:
        if token.startswith("$") or "." in token or "\0" in token:
            raise BadRequest(f"{token[:_SHOWN]!r} is not the name of an attribute")
    if tokens[:1] == ["href"]:
        raise BadRequest("href: is set by the server")
    return tuple(tokens)


def is_index(token: str) -> bool:
    """Whether the token can name an element of an array (RFC 6901, 4)."""
    return _INDEX.fullmatch(token) is not None


def at(node: JsonValue, token: str) -> JsonValue:
    """What is at a place in a container. Raises Conflict."""
    if isinstance(node, dict) and token in node:
        return node[token]
    if isinstance(node, list):
        return node[_index(token, len(node))]
    raise _nothing(token)


def parent_of(root: JsonValue, tokens: tuple[str, ...]) -> JsonValue:
    """The container that the last token is to be looked up in. Raises Conflict."""
    node = root
    for token in tokens[:-1]:
        node = at(node, token)
    return node


def add(node: JsonValue, token: str, value: JsonValue) -> None:
    """Sets a member, or inserts an element (RFC 6902, 4.1). Raises Conflict."""
    if isinstance(node, dict):
        node[token] = value
    elif isinstance(node, list):
        node.insert(len(node) if token == END else _index(token, len(node) + 1), value)
    else:
        raise _nothing(token)


def remove(node: JsonValue, token: str) -> None:
    """Takes out what is at a place (RFC 6902, 4.2). Raises Conflict."""
    at(node, token)
    del node[token if isinstance(node, dict) else int(token)]


def replace(node: JsonValue, token: str, value: JsonValue) -> None:
    """Puts a value in the place of one that is there (RFC 6902, 4.3). Raises Conflict."""
    at(node, token)
    node[token if isinstance(node, dict) else int(token)] = value


def _index(token: str, length: int) -> int:
    if not is_index(token):
        raise Conflict(f"{token[:_SHOWN]!r} is no place in an array")
    if int(token) >= length:
        raise Conflict(f"there is no element {token}")
    return int(token)


def _nothing(token: str) -> Conflict:
    return Conflict(f"there is nothing at {token[:_SHOWN]!r}")
