"""Why something went wrong, as the document's error messages. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

import orjson

from api.errors import ApiError
from api.jsontypes import JsonObject

__all__ = ["Fault", "item_message", "item_reference", "monitor_fault", "order_message"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong and what to do about it.

    Attributes:
        code: for programs.
        reason: what is wrong, in one line.
        message: what to do.
        status: the HTTP status that says the like, where there is one.
    """

    code: str
    reason: str
    message: str
    status: str | None = None

    @classmethod
    def of(cls, error: ApiError) -> "Fault":
        """Another API's answer."""
        return cls(error.code, error.reason, error.message, str(error.status.value))

    @classmethod
    def of_body(cls, body: JsonObject) -> "Fault":
        """A TMF ``Error`` body."""
        reason = str(body.get("reason") or "it failed, and no reason was given")
        status = body.get("status")
        return cls(
            str(body.get("code", "failed")),
            reason,
            str(body.get("message") or reason),
            str(status) if status else None,
        )


def monitor_fault(monitor: JsonObject) -> Fault:
    """The reason in a monitor of TMF640 that is InError."""
    try:
        body = orjson.loads((monitor.get("response") or {}).get("body", ""))
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        body = {"reason": f"the activation failed, see monitor {monitor.get('id')}"}
    return Fault.of_body(body)


def item_message(fault: Fault, now: str) -> JsonObject:
    """As a ``ServiceOrderItemErrorMessage``."""
    message = {
        "code": fault.code,
        "reason": fault.reason,
        "message": fault.message,
        "status": fault.status,
        "timestamp": now,
        "@type": "ServiceOrderItemErrorMessage",
    }
    return {name: value for name, value in message.items() if value is not None}


def item_reference(order_id: str, item: str) -> JsonObject:
    """As a ``ServiceOrderItemRef``: the document requires an ``id``, and defines ``itemId``."""
    return {
        "id": item,
        "itemId": item,
        "serviceOrderId": order_id,
        "@type": "ServiceOrderItemRef",
        "@referredType": "ServiceOrderItem",
    }


def order_message(fault: Fault, now: str, order_id: str, items: Iterable[str] = ()) -> JsonObject:
    """As a ``ServiceOrderErrorMessage`` that points at items."""
    message = {**item_message(fault, now), "@type": "ServiceOrderErrorMessage"}
    refs = [item_reference(order_id, item) for item in items]
    return {**message, "serviceOrderItem": refs} if refs else message
