"""The service order of a product order, as TMF641 takes it. Pure."""

from collections.abc import Iterator, Sequence

from api.jsontypes import JsonObject, JsonValue
from tmf622_product_ordering.existing import Existing
from tmf622_product_ordering.nodes import Node

__all__ = ["REFERENCE_TYPE", "referred", "service_order"]

REFERENCE_TYPE = "productOrder"
"""``externalReferenceType`` of the reference from a service order to its product order."""

_COPIED = (
    "category",
    "description",
    "priority",
    "notificationContact",
    "requestedStartDate",
    "requestedCompletionDate",
)


_STATES = {"suspended": "inactive", "active": "active"}
"""The state of services that a modify asks for by the status of its product."""


def referred(references: JsonValue, kind: str) -> Iterator[str]:
    """Ids of what a resource's references of that kind name.

    A task's are an attribute that its document lacks: clients may write anything there.
    """
    for each in references if isinstance(references, list) else ():
        if isinstance(each, dict) and each.get("externalReferenceType") == kind:
            id_ = each.get("id")
            if isinstance(id_, str):
                yield id_


def service_order(order: JsonObject, nodes: Sequence[Node]) -> JsonObject:
    """The body of a create."""
    body: JsonObject = {"externalId": order["id"]}
    body |= {name: order[name] for name in _COPIED if name in order}
    body["externalReference"] = [
        {
            "id": order["id"],
            "name": "TMF622 ProductOrder",
            "externalReferenceType": REFERENCE_TYPE,
            "@type": "ExternalReference",
        }
    ]
    if parties := _parties(order):
        body["relatedParty"] = parties
    body["serviceOrderItem"] = [_item(node) for node in nodes]
    body["@type"] = "ServiceOrder"
    return body


def _parties(holder: JsonObject) -> list[JsonObject]:
    return [{"@type": "RelatedParty", **each} for each in holder.get("relatedParty") or []]


def _item(node: Node) -> JsonObject:
    item: JsonObject = {"id": node.id, "action": node.action}
    if "appointment" in node.item.body:
        item["appointment"] = node.item.body["appointment"]
    item["service"] = _service(node)
    if node.waits:
        item["serviceOrderItemRelationship"] = [
            {
                "relationshipType": kind,
                # the document requires an id, and defines itemId
                "orderItem": {"id": other, "itemId": other, "@type": "ServiceOrderItemRef"},
                "@type": "ServiceOrderItemRelationship",
            }
            for other, kind in sorted(node.waits.items())
        ]
    item["@type"] = "ServiceOrderItem"
    return item


def _service(node: Node) -> JsonObject:
    specification, product = node.specification, node.item.product
    service: JsonObject = {} if node.service is None else {"id": node.service}
    service |= {"name": specification.name, "serviceType": specification.type.value}
    if specification.category is not None:
        service["category"] = specification.category
    if node.action == "add":
        service["state"] = "active"
    elif node.action == "modify" and (state := _STATES.get(str(product.get("status")))):
        service["state"] = state
    service["serviceSpecification"] = {
        "id": specification.id,
        "name": specification.name,
        "version": specification.version,
        "@type": "ServiceSpecificationRef",
    }
    if node.characteristics:
        service["serviceCharacteristic"] = [
            {"name": name, "valueType": _type_of(value), "value": value, "@type": "Characteristic"}
            for name, value in node.characteristics.items()
        ]
    if "place" in product or "place" in node.context:
        service["place"] = product.get("place", node.context.get("place"))
    if parties := _parties(product) or _parties(node.context):
        service["relatedParty"] = parties
    if node.carried_by:
        refs = [_reference(each) for each in node.carried_by]
        service["supportingService"] = refs
        service["serviceRelationship"] = [
            {"relationshipType": "reliesOn", "service": each, "@type": "ServiceRelationship"}
            for each in refs
        ]
    service["@type"] = "Service"
    return service


def _reference(service: Existing) -> JsonObject:
    named = {"name": service.name} if service.name else {}
    return {"id": service.id, **named, "@type": "ServiceRef", "@referredType": "Service"}


def _type_of(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"
