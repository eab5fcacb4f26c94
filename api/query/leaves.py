"""The values that a dotted path leads to. Pure.

An array on the way, or at the end, stands for each of its elements; an array that is directly
inside of an array is not entered. This is MongoDB's own rule, so that both stores and the
evaluator see the same values.
"""

from api.jsontypes import JsonObject, JsonValue

__all__ = ["elements", "leaves", "members"]


def members(body: JsonObject, path: tuple[str, ...]) -> list[JsonValue]:
    """What stands under the path's last name; an array at the end is left whole."""
    nodes: list[JsonValue] = [body]
    for name in path:
        found: list[JsonValue] = []
        for node in nodes:
            kind = type(node)  # what a parser makes is exactly a dict or a list
            if kind is dict:
                if name in node:
                    found.append(node[name])
            elif kind is list:
                found += [item[name] for item in node if type(item) is dict and name in item]
        nodes = found
        if not nodes:
            return nodes
    return nodes


def leaves(body: JsonObject, path: tuple[str, ...]) -> list[JsonValue]:
    """All values at the path, in document order; objects and arrays among them too."""
    values: list[JsonValue] = []
    for node in members(body, path):
        if type(node) is list:
            values += node
        else:
            values.append(node)
    return values


def elements(body: JsonObject, path: tuple[str, ...]) -> list[JsonObject]:
    """The objects at the path, in arrays or not."""
    return [value for value in leaves(body, path) if type(value) is dict]
