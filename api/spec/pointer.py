"""JSON pointers (RFC 6901) as they stand in `$ref` fragments."""

from urllib.parse import unquote

from api.jsontypes import JsonValue

__all__ = ["child", "lookup", "tokens"]


def tokens(pointer: str) -> list[str]:
    """The steps of a pointer such as `/components/schemas/A~1b`, unescaped."""
    steps = unquote(pointer).split("/")[1:]
    return [step.replace("~1", "/").replace("~0", "~") for step in steps]


def child(pointer: str, key: str | int) -> str:
    """The pointer one step further down."""
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


def lookup(document: JsonValue, pointer: str) -> JsonValue:
    """What stands at `pointer`.

    Raises:
        KeyError: nothing stands there.
    """
    node = document
    for step in tokens(pointer):
        if isinstance(node, list) and step.isdecimal() and int(step) < len(node):
            node = node[int(step)]
        elif isinstance(node, dict) and step in node:
            node = node[step]
        else:
            raise KeyError(pointer)
    return node
