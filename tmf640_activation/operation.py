"""What the network must be told of a change of a service. Pure."""

from typing import Final

from api.jsontypes import JsonObject
from api.patch import changed_attributes
from tmf640_activation.adapters.base import Operation
from tmf640_activation.states import IN_NETWORK

__all__ = ["NETWORK_ATTRIBUTES", "operation"]

NETWORK_ATTRIBUTES: Final = frozenset(
    {
        "feature",
        "place",
        "serviceCharacteristic",
        "serviceRelationship",
        "serviceSpecification",
        "startMode",
        "state",
        "supportingResource",
        "supportingService",
    }
)
"""Attributes whose change concerns the network; changes of others are only written down."""

_BY_STATES: Final = {
    ("active", "inactive"): Operation.SUSPEND,
    ("inactive", "active"): Operation.RESUME,
}


def operation(before: JsonObject | None, after: JsonObject | None) -> Operation | None:
    """What to tell the adapter, given the service as it is and as it shall be.

    None for ``before``: there is no service yet; for ``after``: it shall be removed. The answer
    None: the network need not know.
    """
    was = _state(before)
    will = _state(after)
    if was not in IN_NETWORK:
        return Operation.CREATE if will in IN_NETWORK else None
    if will not in IN_NETWORK:
        return Operation.TERMINATE
    if was != will:
        return _BY_STATES[was, will]
    changed = changed_attributes(before or {}, after or {})
    return None if NETWORK_ATTRIBUTES.isdisjoint(changed) else Operation.MODIFY


def _state(service: JsonObject | None) -> str:
    return str(service.get("state", "")) if service is not None else ""
