"""A small catalogue and short ways to write orders and to read what they come to."""

from collections.abc import Sequence

from api.catalog.load import parse_catalog
from api.jsontypes import JsonObject
from tmf622_product_ordering.decomposition import Decomposition

__all__ = ["CATALOG", "item", "names", "order", "service_items", "values", "waits"]

CATALOG = parse_catalog("""
productOfferings:
  - {id: bundle, name: Bundle, bundles: [line, voice]}
  - {id: line, name: Line, productSpecification: line}
  - {id: voice, name: Voice, productSpecification: voice}
  - {id: paper, name: Paper}
productSpecifications:
  - id: line
    name: Line
    characteristics: [{name: speed, default: 50}]
    services: [{name: access, specification: cfs-access, copy: all}]
  - id: voice
    name: Voice
    characteristics: [{name: number}, {name: lines, default: 1}, {name: box, default: false}]
    services: [{name: voice, specification: cfs-voice, copy: all}]
serviceSpecifications:
  - id: cfs-access
    name: Access
    version: "2"
    type: CFS
    category: internet
    characteristics: [{name: speed}]
    requires:
      - name: port
        specification: rfs-port
        characteristics:
          profile: {expression: "concat('P', speed)"}
          kind: {value: fixed}
      - {name: ip, specification: rfs-ip, dependsOn: [port]}
  - {id: rfs-port, name: Port, type: RFS}
  - {id: rfs-ip, name: IP, type: RFS}
  - id: cfs-voice
    name: Telephony
    type: CFS
    characteristics: [{name: number}, {name: lines}, {name: box}]
    requires:
      - {name: sip, specification: rfs-sip, characteristics: {user: {from: number}}}
      - {name: box, specification: rfs-box, when: box, dependsOn: [sip]}
      - {name: jack, specification: rfs-jack, count: lines, dependsOn: [box]}
  - {id: rfs-sip, name: SIP, type: RFS}
  - {id: rfs-box, name: Mailbox, type: RFS}
  - {id: rfs-jack, name: Jack, type: RFS}
""")


def item(id_: str, offering: str | None = None, action: str = "add", **more: object) -> JsonObject:
    """An item of an order.

    Of ``more``, ``given`` are its characteristics, ``relies`` and ``parts`` ids of related items,
    ``real`` its realizing services; the rest are attributes as they stand.
    """
    body: JsonObject = {"id": id_, "action": action}
    if offering is not None:
        body["productOffering"] = {"id": offering}
    given, real = more.pop("given", None), more.pop("real", None)
    if given is not None or real is not None:
        body["product"] = {}
    if isinstance(given, dict):
        body["product"]["productCharacteristic"] = [
            {"name": name, "value": value} for name, value in given.items()
        ]
    if isinstance(real, list):
        body["product"]["realizingService"] = real
    relations = [
        {"id": other, "relationshipType": kind}
        for key, kind in (("relies", "reliesOn"), ("parts", "bundles"))
        for other in more.pop(key, ())  # type: ignore[attr-defined]
    ]
    if relations:
        body["productOrderItemRelationship"] = relations
    return body | more


def order(*items: JsonObject, **more: object) -> JsonObject:
    """A stored product order."""
    return {"id": "po", "productOrderItem": list(items), **more}


def service_items(found: Decomposition) -> Sequence[JsonObject]:
    """The service order's items."""
    assert (found.faults, found.unknown) == ((), ())
    return (found.body or {}).get("serviceOrderItem", [])


def names(found: Decomposition) -> list[str]:
    """Ids of the service order items."""
    return [each["id"] for each in service_items(found)]


def waits(found: Decomposition) -> dict[str, str]:
    """For each service order item those that it waits for; ``-`` marks mere order."""
    return {
        each["id"]: " ".join(
            ("" if r["relationshipType"] == "reliesOn" else "-") + r["orderItem"]["itemId"]
            for r in each.get("serviceOrderItemRelationship", [])
        )
        for each in service_items(found)
    }


def values(found: Decomposition) -> dict[str, JsonObject]:
    """For each service order item its characteristics."""
    return {
        each["id"]: {
            c["name"]: c["value"] for c in each["service"].get("serviceCharacteristic", [])
        }
        for each in service_items(found)
    }
