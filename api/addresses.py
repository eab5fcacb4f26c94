"""Addresses within bodies: stored as paths on this server, read as URLs.

An address on this server depends on how a client calls the server, as ``href`` does. So a resource
that tells of others keeps their paths, and what reads it puts the origin before them. Pure.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Final

from api.jsontypes import JsonObject, JsonValue
from api.query.tree import EVERYTHING, And, Compare, Exists, Node, Not, Op, Or

__all__ = ["as_stored", "by_id", "completed"]

_REPLY: Final = re.compile(r'\{"id":"(?:[^"\\]|\\.)*","href":"(?=/)')
"""The beginning of a resource as text, up to its href where that is a path."""

_EQUALITY: Final = (Op.EQ, Op.NE)
_HREF: Final = ("href",)


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

    Only equality is so: a regex is held against what is stored.
    """

    def stored(node: Node) -> Node:
        if isinstance(node, Compare) and node.op in _EQUALITY and ".".join(node.path) in paths:
            value = node.value
            if isinstance(value, str) and value.startswith(f"{origin}/"):
                return replace(node, value=value.removeprefix(origin))
        return node

    return _each(query, stored)


def by_id(query: Node, resource: str) -> Node:
    """The query with ids where it compares ``href``, which is made when a resource is read.

    Of an address only the end counts, ``/{resource}/{id}``: the same resource has as many as there
    are names and base paths to call the server by.
    """

    def told(node: Node) -> Node:
        if isinstance(node, Exists) and node.path == _HREF:
            return EVERYTHING
        if not (isinstance(node, Compare) and node.op in _EQUALITY and node.path == _HREF):
            return node
        front, _, id_ = str(node.value).rpartition("/")
        if front.endswith(f"/{resource}"):
            return replace(node, path=("id",), value=id_)
        return Or(()) if node.op is Op.EQ else EVERYTHING

    return _each(query, told)


def _each(query: Node, change: Callable[[Node], Node]) -> Node:
    """The query with its conditions changed; those on elements of arrays stay."""
    if isinstance(query, And | Or):
        return replace(query, terms=tuple(_each(term, change) for term in query.terms))
    if isinstance(query, Not):
        return Not(_each(query.term, change))
    return change(query)


def _complete(value: JsonValue, path: list[str], origin: str) -> JsonValue:
    if isinstance(value, list):
        return [_complete(each, path, origin) for each in value]
    if path and isinstance(value, dict) and path[0] in value:
        return {**value, path[0]: _complete(value[path[0]], path[1:], origin)}
    if path or not isinstance(value, str):
        return value
    if value.startswith("/"):
        return f"{origin}{value}"
    text = _REPLY.match(value)
    return value if text is None else f"{text[0]}{origin}{value[text.end() :]}"
