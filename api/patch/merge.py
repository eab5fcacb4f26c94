"""Changing a body: JSON Merge Patch (RFC 7396). Pure; arguments are never modified."""

import orjson

from api.jsontypes import JsonObject, JsonValue

__all__ = ["changed_attributes", "difference", "identical", "merge_patch", "without_nulls"]


def merge_patch(target: JsonValue, patch: JsonValue) -> JsonValue:
    """The target as the patch leaves it: arrays replaced whole, null removes (RFC 7396, 2)."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge_patch(result.get(name), value)
    return result


def difference(before: JsonObject, after: JsonObject) -> JsonObject:
    """The merge-patch that makes the one object the other.

    A member that is null in an object cannot be said by a merge-patch: it is left out.
    """
    patch: JsonObject = {
        name: None
        for name, value in before.items()
        if after.get(name) is None and (value is not None or name not in after)
    }
    for name, value in after.items():
        old = before.get(name)
        if isinstance(value, dict) and isinstance(old, dict):
            if below := difference(old, value):
                patch[name] = below
        elif value is not None and (name not in before or not identical(old, value)):
            patch[name] = value
    return patch


def identical(one: JsonValue, other: JsonValue) -> bool:
    """Whether both are written alike, their names in whatever order.

    What ``==`` does not say: to Python, true is 1 and 1 is 1.0.
    """
    if one != other:  # most often; else only the writing tells
        return False
    sort = orjson.OPT_SORT_KEYS
    return orjson.dumps(one, option=sort) == orjson.dumps(other, option=sort)


def without_nulls(body: JsonObject) -> JsonObject:
    """The body less attributes that are null: TMF630 leaves out what has no value.

    Only at the top: further down a null may be data, such as the value of a characteristic.
    """
    if None not in body.values():
        return body
    return {name: value for name, value in body.items() if value is not None}


def changed_attributes(before: JsonObject, after: JsonObject) -> list[str]:
    """Names of the top-level attributes that differ, in the order of the new body."""
    changed = [
        name
        for name, value in after.items()
        if name not in before or not identical(before[name], value)
    ]
    return changed + [name for name in before if name not in after]
