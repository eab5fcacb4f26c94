"""Reading a body that may break its schema: what is of another shape is as if it were not there.

What is checked beside the schema is looked at in such bodies, too, so that a client is told all
that is wrong at once. Pure.
"""

from collections.abc import Iterator

from api.jsontypes import JsonObject, JsonValue

__all__ = ["object_in", "objects", "text_in"]


def object_in(body: JsonObject, name: str) -> JsonObject:
    """The object that is an attribute; {} where there is none."""
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def text_in(body: JsonObject, name: str) -> str | None:
    """The string that is an attribute, or None."""
    value = body.get(name)
    return value if isinstance(value, str) else None


def objects(array: JsonValue) -> Iterator[tuple[int, JsonObject]]:
    """The objects in an array, each with its place in it."""
    for index, each in enumerate(array if isinstance(array, list) else ()):
        if isinstance(each, dict):
            yield index, each
