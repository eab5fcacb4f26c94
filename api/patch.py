"""Changing a body: JSON Merge Patch (RFC 7396). Pure; arguments are never modified."""

from api.jsontypes import JsonObject, JsonValue

__all__ = ["changed_attributes", "merge_patch", "without_nulls"]


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


def without_nulls(body: JsonObject) -> JsonObject:
    """The body less attributes that are null: TMF630 leaves out what has no value.

    Only at the top: further down a null may be data, such as the value of a characteristic.
    """
    if None not in body.values():
        return body
    return {name: value for name, value in body.items() if value is not None}


def changed_attributes(before: JsonObject, after: JsonObject) -> list[str]:
    """Names of the top-level attributes that differ, in the order of the new body."""
    changed = [name for name, value in after.items() if before.get(name, ...) != value]
    return changed + [name for name in before if name not in after]
