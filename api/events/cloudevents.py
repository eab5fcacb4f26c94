"""An event as CloudEvents 1.0 has it: its attributes beside the official body, or around it. Pure.

The official body is the ``data``. In binary mode it is posted as it is, with the attributes in
headers; in structured mode both are one JSON object.
"""

from collections.abc import Mapping
from urllib.parse import quote

import orjson

from api.store.document import LogEntry

__all__ = ["STRUCTURED", "attributes", "binary", "structured"]

STRUCTURED = "application/cloudevents+json; charset=UTF-8"
"""Media type of the structured mode."""

_DIGITS = 20
"""Of a sequence: it is compared as text."""

_PLAIN = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"%')
"""What stands in a header as it is; all else is percent-encoded as UTF-8."""


def attributes(entry: LogEntry, href: str) -> dict[str, str]:
    """The context attributes of an event; ``href`` is that of its resource."""
    event = entry.event
    source = href.removesuffix(f"/{event.resource}/{event.resource_id}")
    return {
        "specversion": "1.0",
        "id": event.id,
        "source": source,
        "type": f"{event.api}.{event.resource}.{_what(event.type, event.resource)}",
        "subject": event.resource_id,
        "time": event.time,
        "datacontenttype": "application/json",
        "dataschema": f"{source}/openapi.json#/components/schemas/{event.type}",
        "sequence": f"{entry.position:0{_DIGITS}d}",
    }


def structured(context: Mapping[str, str], body: bytes) -> bytes:
    """The whole event as one JSON object."""
    return b'%b,"data":%b}' % (orjson.dumps(dict(context))[:-1], body)


def binary(context: Mapping[str, str]) -> dict[str, str]:
    """The headers beside the official body; its media type is in ``content-type`` as always."""
    return {
        f"ce-{name}": quote(value, safe=_PLAIN)
        for name, value in context.items()
        if name != "datacontenttype"
    }


def _what(type_: str, resource: str) -> str:
    """What happened, e.g. ``stateChange`` of ``ServiceOrderStateChangeEvent``."""
    name = type_.removesuffix("Event")
    if name.lower().startswith(resource.lower()) and len(name) > len(resource):
        name = name[len(resource) :]
    return name[:1].lower() + name[1:]
