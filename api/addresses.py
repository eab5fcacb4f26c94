"""Addresses within bodies: stored as paths on this server, read as URLs.

An address on this server depends on how a client calls the server, as ``href`` does. So a resource
that tells of others keeps their paths, and what reads it puts the origin before them. Pure.
"""

import re
from collections.abc import Collection
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
    if isinstance(query, And | Or):
        return replace(query, terms=tuple(as_stored(each, paths, origin) for each in query.terms))
    if isinstance(query, Not):
        return Not(as_stored(query.term, paths, origin))
    if isinstance(query, Compare) and query.op in _EQUALITY and ".".join(query.path) in paths:
        value = query.value
        if isinstance(value, str) and value.startswith(f"{origin}/"):
            return replace(query, value=value.removeprefix(origin))
    return query


def by_id(query: Node, resource: str) -> Node:
    """The query with ids where it compares ``href``, which is made when a resource is read.

    Of an address only the end counts, ``/{resource}/{id}``: the same resource has as many as there
    are names and base paths to call the server by.
    """
    if isinstance(query, And | Or):
        return replace(query, terms=tuple(by_id(each, resource) for each in query.terms))
    if isinstance(query, Not):
        return Not(by_id(query.term, resource))
    if isinstance(query, Exists) and query.path == _HREF:
        return EVERYTHING
    if not (isinstance(query, Compare) and query.op in _EQUALITY and query.path == _HREF):
        return query
    front, _, id_ = str(query.value).rpartition("/")
    if front.endswith(f"/{resource}"):
        return replace(query, path=("id",), value=id_)
    return Or(()) if query.op is Op.EQ else EVERYTHING


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
