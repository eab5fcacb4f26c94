"""The values that a dotted path leads to. Pure.

An array on the way, or at the end, stands for each of its elements; an array that is directly
inside of an array is not entered. This is MongoDB's own rule, so that both stores and the
evaluator see the same values.
"""

from api.jsontypes import JsonObject, JsonValue

__all__ = ["leaves"]


def leaves(body: JsonObject, path: tuple[str, ...]) -> list[JsonValue]:
    """All values at the path, in document order; objects and arrays among them too."""
    nodes: list[JsonValue] = [body]
    for name in path:
        found: list[JsonValue] = []
        for node in nodes:
            if isinstance(node, dict):
                if name in node:
                    found.append(node[name])
            elif isinstance(node, list):
                found += [item[name] for item in node if isinstance(item, dict) and name in item]
        nodes = found
    values: list[JsonValue] = []
    for node in nodes:
        if isinstance(node, list):
            values += node
        else:
            values.append(node)
    return values
