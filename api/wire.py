"""A stored body as it goes on the wire: ``href`` spliced in behind ``id``, nothing parsed."""

from collections.abc import Collection, Sequence

import orjson

from api.jsontypes import JsonObject
from api.store.document import Body, Document

__all__ = ["render", "render_array", "select"]

ALWAYS = ("id", "href", "@type", "@baseType", "@schemaLocation", "@referredType")
"""Attributes that a selection never takes away (TMF630 part 1, attribute selection)."""


def render(body: Body, id_: str, prefix: bytes) -> bytes:
    """The body's JSON with its ``href``: the prefix, which JSON need not escape, and the id."""
    raw, id_bytes = body.raw, id_.encode()
    head = b'{"id":"%b"' % id_bytes
    if raw.startswith(head):  # so the id needs no escaping either
        return b'%b,"href":"%b%b"%b' % (head, prefix, id_bytes, raw[len(head) :])
    return orjson.dumps({"id": id_, "href": prefix.decode() + id_, **body.data})


def render_array(documents: Sequence[Document], prefix: bytes) -> bytes:
    """The JSON array of documents, each as `render` has it, copied but once."""
    parts: list[bytes] = []
    begin, middle = b'[{"id":"', b'","href":"' + prefix
    for each in documents:
        raw, id_bytes = each.body.raw, each.id.encode()
        head = b'{"id":"%b"' % id_bytes
        if raw.startswith(head):
            parts += (begin, id_bytes, middle, id_bytes, raw[len(head) - 1 :])
        else:
            parts += (begin[:1], render(each.body, each.id, prefix))
        begin = b',{"id":"'
    parts.append(b"]" if parts else b"[]")
    return b"".join(parts)


def select(body: JsonObject, fields: Collection[tuple[str, ...]]) -> JsonObject:
    """The chosen attributes, by dotted path, and those that are always there.

    Paths go into objects and arrays; unknown ones are skipped. No field: only what always is.
    """
    chosen = _pick(body, fields)
    return {name: body[name] for name in ALWAYS if name in body} | {
        name: value for name, value in chosen.items() if name not in ALWAYS
    }


def _pick(body: JsonObject, fields: Collection[tuple[str, ...]]) -> JsonObject:
    chosen: JsonObject = {}
    for name, value in body.items():
        below = [path[1:] for path in fields if path[0] == name]
        if not below:
            continue
        if () in below:
            chosen[name] = value
        elif isinstance(value, dict):
            chosen[name] = _pick(value, below)
        elif isinstance(value, list):
            chosen[name] = [_pick(part, below) for part in value if isinstance(part, dict)]
    return chosen
