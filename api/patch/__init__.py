"""Changing a body: the four patch types of TMF630. Pure; arguments are never modified."""

from api.patch.change import JSON_PATCH, JSON_PATCH_QUERY, MERGE_PATCH, PATCH_TYPES, Patch
from api.patch.href import without_href
from api.patch.merge import (
    changed_attributes,
    difference,
    identical,
    merge_patch,
    without_nulls,
)

__all__ = [
    "JSON_PATCH",
    "JSON_PATCH_QUERY",
    "MERGE_PATCH",
    "PATCH_TYPES",
    "Patch",
    "changed_attributes",
    "difference",
    "identical",
    "merge_patch",
    "without_href",
    "without_nulls",
]
