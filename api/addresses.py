"""Addresses within bodies: stored as paths on this server, read as URLs.

An address on this server depends on how a client calls the server, as ``href`` does. So a resource
that tells of others keeps their paths, and what reads it puts the origin before them. Pure.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Final, TypeAlias

from api.jsontypes import JsonObject, JsonValue
from api.query.tree import EVERYTHING, And, Compare, ElementMatch, Exists, IsNull, Node, Not, Op, Or

__all__ = ["as_stored", "by_id", "completed"]

_REPLY: Final = re.compile(r'\{"id":"(?:[^"\\]|\\.)*","href":"')
"""The beginning of a resource as text, up to its href."""

_EQUALITY: Final = (Op.EQ, Op.NE)
_HREF: Final = ("href",)

_Path: TypeAlias = tuple[str, ...]


def completed(body: JsonObject, paths: Collection[str], origin: str) -> JsonObject:
    """The body with the origin before what holds a path on this server.

    Args:
        body: as stored; it is not changed.
        paths: dotted, of the attributes that hold one, or the text of a resource whose href is one.
        origin: of this server, without a trailing slash.
    """
    for path in paths:
        body = _complete(body, path.split("."), origin)
    return body


def as_stored(query: Node, paths: Collection[str], origin: str) -> Node:
    """The query with paths where it compares such an attribute with a URL on this server.

    But for a regex, which is held against what is stored.
    """

    def stored(node: Compare | Exists | IsNull, before: _Path) -> Node:
        if not isinstance(node, Compare) or node.op is Op.REGEX:
            return node
        if ".".join((*before, *node.path)) in paths and isinstance(node.value, str):
            return replace(node, value=_without(node.value, origin))
        return node

    return _each(query, stored)


def by_id(query: Node, resource: str) -> Node:
    """The query with ids where it compares ``href``, which is made when a resource is read.

    Of an address only the end counts, ``/{resource}/{id}``: the same resource has as many as there
    are names and base paths to call the server by.
    """

    def told(node: Compare | Exists | IsNull, before: _Path) -> Node:
        if (*before, *node.path) != _HREF:
            return node
        if isinstance(node, Exists):
            return EVERYTHING
        if not (isinstance(node, Compare) and node.op in _EQUALITY):
            return node
        front, _, id_ = str(node.value).rpartition("/")
        if front.endswith(f"/{resource}"):
            return replace(node, path=("id",), value=id_)
        return Or(()) if node.op is Op.EQ else EVERYTHING

    return _each(query, told)


def _each(
    query: Node, change: Callable[[Compare | Exists | IsNull, _Path], Node], before: _Path = ()
) -> Node:
    """The query with its conditions changed; ``before`` leads to the element that they are on."""
    if isinstance(query, And | Or):
        return replace(query, terms=tuple(_each(term, change, before) for term in query.terms))
    if isinstance(query, Not):
        return Not(_each(query.term, change, before))
    if isinstance(query, ElementMatch):
        return replace(query, term=_each(query.term, change, (*before, *query.path)))
    return change(query, before)


def _complete(value: JsonValue, path: list[str], origin: str) -> JsonValue:
    if isinstance(value, list):
        return [_complete(each, path, origin) for each in value]
    if path and isinstance(value, dict) and path[0] in value:
        return {**value, path[0]: _complete(value[path[0]], path[1:], origin)}
    if path or not isinstance(value, str):
        return value
    if value.startswith("/"):
        return f"{origin}{value}"
    front, back = _parted(value)
    return f"{front}{origin}{back}" if front and back.startswith("/") else value


def _without(value: str, origin: str) -> str:
    """What is kept of a value that was read so."""
    front, back = _parted(value)
    return front + back.removeprefix(origin) if back.startswith(f"{origin}/") else value


def _parted(value: str) -> tuple[str, str]:
    """The text of a resource before its href, and from there on; all else is in the latter."""
    text = _REPLY.match(value)
    return ("", value) if text is None else (text[0], value[text.end() :])
