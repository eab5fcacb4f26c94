"""A monitor's body: the request as it came, the response as it would have been. Pure.

Addresses are kept as paths, which `api.addresses` completes when a monitor is read. Of the headers
only those are kept that tell of the bodies and addresses: others may be credentials.
"""

from email.utils import formatdate
from typing import Final

import orjson

from api.errors import ApiError
from api.jsontypes import JsonObject, JsonValue
from api.store.document import Body
from api.wire import render
from tmf640_activation.job import Job, Kind

__all__ = ["BASE_PATH", "as_text", "error_response", "monitor_body", "response"]

BASE_PATH: Final = "/tmf-api/ServiceActivationAndConfiguration/v4"

_SERVICES: Final = f"{BASE_PATH}/service"
_METHODS: Final = {Kind.CREATE: "POST", Kind.PATCH: "PATCH", Kind.DELETE: "DELETE"}
_STATUS: Final = {Kind.CREATE: "201", Kind.PATCH: "200", Kind.DELETE: "204"}
_JSON: Final = {"name": "Content-Type", "value": "application/json;charset=utf-8"}


def monitor_body(id_: str, job: Job, sent: str) -> JsonObject:
    """A new monitor; ``sent`` is the request's body, as text.

    The service order for which the request was made (the last one in ``serviceOrderItem``) stands
    among the request's headers as ``serviceOrderId``: whoever waits finds his order by it.
    """
    source = f"{_SERVICES}/{job.service}"
    return {
        "id": id_,
        "state": "InProgress",
        "sourceHref": source,
        "request": {
            "method": _METHODS[job.kind],
            "to": _SERVICES if job.kind is Kind.CREATE else source,
            "header": [_content(job), *_order_header(job.body)],
            "body": sent,
        },
        "@type": "Monitor",
        "@baseType": "Monitor",
    }


def response(job: Job, service: JsonObject | None, now: float) -> JsonObject:
    """The response of a request that succeeded at that time; no service after a delete."""
    headers = [_JSON]
    if job.kind is Kind.CREATE:
        headers.append(_header("Location", f"{_SERVICES}/{job.service}"))
    if service is None:  # a reply without content; the document wants some header
        headers = [_header("Date", formatdate(now, usegmt=True))]
    return {"statusCode": _STATUS[job.kind], "header": headers, "body": _reply(service)}


def error_response(error: ApiError) -> JsonObject:
    """The response of a request that failed."""
    return {
        "statusCode": str(error.status.value),
        "header": [_JSON],
        "body": as_text(dict(error.body())),
    }


def as_text(value: JsonValue) -> str:
    """A body as it stands in a monitor."""
    return orjson.dumps(value).decode()


def _reply(service: JsonObject | None) -> str:
    if service is None:
        return ""
    return render(Body(data=service), service["id"], f"{_SERVICES}/".encode()).decode()


def _content(job: Job) -> JsonObject:
    """What tells of the request's body."""
    if job.kind is Kind.DELETE:
        return _header("Content-Length", "0")
    return _header("Content-Type", job.media if job.kind is Kind.PATCH else "application/json")


def _header(name: str, value: str) -> JsonObject:
    return {"name": name, "value": value}


def _order_header(body: JsonValue) -> list[JsonObject]:
    items = body.get("serviceOrderItem") if isinstance(body, dict) else None
    order = items[-1].get("serviceOrderId") if isinstance(items, list) and items else None
    return [{"name": "serviceOrderId", "value": order}] if isinstance(order, str) else []
