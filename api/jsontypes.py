"""Names for JSON values, as they come off the wire and go into a store."""

from typing import Any, TypeAlias

JsonValue: TypeAlias = Any
"""Any JSON value: None, bool, int, float, str, list or dict. What it may hold, a schema says."""

JsonObject: TypeAlias = dict[str, JsonValue]
"""A JSON object: every resource, event and document body is one."""
