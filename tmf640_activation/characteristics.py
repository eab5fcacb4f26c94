"""The characteristics of a service, read and written by name. Pure."""

from collections.abc import Mapping

from api.jsontypes import JsonObject, JsonValue

__all__ = ["values", "with_values"]


def values(service: JsonObject) -> JsonObject:
    """The values by name; of two of one name the last."""
    return {each["name"]: each["value"] for each in service.get("serviceCharacteristic") or ()}


def with_values(service: JsonObject, new: Mapping[str, JsonValue]) -> JsonObject:
    """The service with these values: those of a known name replaced, others added."""
    if not new:
        return service
    old = service.get("serviceCharacteristic") or []
    known = {each["name"] for each in old}
    replaced = [
        {**each, "value": new[each["name"]]} if each["name"] in new else each for each in old
    ]
    added = [{"name": name, "value": new[name]} for name in new if name not in known]
    return {**service, "serviceCharacteristic": replaced + added}
