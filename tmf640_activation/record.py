"""A monitor's body: the request as it came, the response as it would have been. Pure."""

from typing import Final

import orjson

from api.errors import ApiError
from api.jsontypes import JsonObject, JsonValue
from api.patch import JSON_PATCH, JSON_PATCH_QUERY
from tmf640_activation.job import Job, Kind

__all__ = ["BASE_PATH", "error_response", "monitor_body", "response"]

BASE_PATH: Final = "/tmf-api/ServiceActivationAndConfiguration/v4"

_METHODS: Final = {Kind.CREATE: "POST", Kind.PATCH: "PATCH", Kind.DELETE: "DELETE"}
_STATUS: Final = {Kind.CREATE: "201", Kind.PATCH: "200", Kind.DELETE: "204"}
_JSON: Final = {"name": "Content-Type", "value": "application/json;charset=utf-8"}


def monitor_body(id_: str, job: Job) -> JsonObject:
    """A new monitor.

    The service order for which the request was made (the last one in ``serviceOrderItem``) stands
    among the request's headers as ``serviceOrderId``: whoever waits finds his order by it.
    """
    source = f"{BASE_PATH}/service/{job.service}"
    return {
        "id": id_,
        "state": "InProgress",
        "sourceHref": source,
        "request": {
            "method": _METHODS[job.kind],
            "to": f"{BASE_PATH}/service" if job.kind is Kind.CREATE else source,
            "header": [_content(job), *_order_header(job.body)],
            "body": _text(job.body) if job.kind is not Kind.DELETE else "",
        },
        "@type": "Monitor",
        "@baseType": "Monitor",
    }


def response(kind: Kind, service: JsonObject | None) -> JsonObject:
    """The response of a request that succeeded; no service after a delete."""
    return {
        "statusCode": _STATUS[kind],
        "header": [_JSON],
        "body": "" if service is None else _text(service),
    }


def error_response(error: ApiError) -> JsonObject:
    """The response of a request that failed."""
    return {
        "statusCode": str(error.status.value),
        "header": [_JSON],
        "body": _text(dict(error.body())),
    }


def _content(job: Job) -> JsonObject:
    if job.media in (JSON_PATCH, JSON_PATCH_QUERY):
        return {"name": "Content-Type", "value": job.media}
    return _JSON


def _text(value: JsonValue) -> str:
    return orjson.dumps(value).decode()


def _order_header(body: JsonValue) -> list[JsonObject]:
    items = body.get("serviceOrderItem") if isinstance(body, dict) else None
    order = items[-1].get("serviceOrderId") if isinstance(items, list) and items else None
    return [{"name": "serviceOrderId", "value": order}] if isinstance(order, str) else []
