"""The services that items send to inventory and network, and the words for what went wrong."""

import pytest

from api.catalog.model import ServiceSpecification, ServiceType
from api.errors import Conflict
from api.jsontypes import JsonObject
from tests.fakes import PACKAGES, loaded
from tmf641_service_ordering.bodies import (
    Link,
    changes,
    new_service,
    outcome_of,
    revision,
    termination,
)
from tmf641_service_ordering.faults import Fault, item_message, order_message

SPEC = ServiceSpecification("rfs", "Port", type=ServiceType.RFS, category="access")


def item(action: str = "add", **service: object) -> JsonObject:
    return {"id": "7", "action": action, "service": service}


REFERENCE = {
    "serviceOrderId": "o",
    "itemId": "7",
    "itemAction": "modify",
    "role": "modification",
    "@referredType": "ServiceOrder",
}


def test_a_new_service() -> None:
    """As ordered, less what the server sets, with what the catalogue knows and where it is from."""
    body = new_service("o", item(id="x", href="y", serviceDate="z", description="d"), (), SPEC)
    assert body == {
        "state": "active",
        "name": "Port",
        "category": "access",
        "serviceType": "RFS",
        "description": "d",
        "serviceOrderItem": [{**REFERENCE, "itemAction": "add", "role": "initiator"}],
    }


def test_what_is_ordered_is_stronger_than_the_catalogue() -> None:
    """Name, category, type and state of the order stay."""
    ordered = {"name": "mine", "category": "c", "serviceType": "t", "state": "inactive"}
    assert ordered.items() <= new_service("o", item(**ordered), (), SPEC).items()


def test_a_service_of_no_specification_has_the_name_that_its_reference_gives() -> None:
    """Where the catalogue says nothing."""
    body = new_service("o", item(serviceSpecification={"id": "s", "name": "Line"}))
    assert body["name"] == "Line"


def test_links() -> None:
    """Services that carry it: each once, behind those that are ordered."""
    links = (Link("a", "A"), Link("b"))
    body = new_service("o", item(supportingService=[{"id": "a"}]), links)
    assert body["supportingService"] == [{"id": "a"}, {"id": "b", "@referredType": "Service"}]
    assert body["serviceRelationship"] == [
        {
            "relationshipType": "reliesOn",
            "service": {"id": "a", "name": "A", "@referredType": "Service"},
        },
        {"relationshipType": "reliesOn", "service": {"id": "b", "@referredType": "Service"}},
    ]
    again = changes(body, "o", item("modify"), links)
    assert again["supportingService"] == body["supportingService"]


def test_what_641_allows_and_638_does_not_is_brought_into_form() -> None:
    """The inventory and the network take every service that an order may hold."""
    ordered = item(
        serviceSpecification={"id": "rfs"},
        feature=[{"name": "f", "featureCharacteristic": [{"name": "n", "value": 1}]}],
        note=[{"text": "no author"}, {"text": "t", "author": "a", "date": "2025-01-01T00:00:00Z"}],
        supportingService=[{"name": "no id"}, {"id": "s", "feature": [{"name": "f"}]}],
        serviceRelationship=[
            {"relationshipType": "r"},
            {"relationshipType": "r", "service": {"id": "s", "state": "active"}},
        ],
        serviceOrderItem=[{"id": "elsewhere"}],
    )
    body = new_service("o", ordered)
    assert body["feature"][0]["id"] == "f"
    assert [each["text"] for each in body["note"]] == ["t"]
    assert body["supportingService"] == [{"id": "s"}]
    assert body["serviceRelationship"] == [{"relationshipType": "r", "service": {"id": "s"}}]
    for api in loaded(PACKAGES):
        if api.api.name != "tmf641":
            create = api.schemas["service"].create
            assert create is not None
            create.check(body)


def test_changes_merge_by_name() -> None:
    """What the order names is replaced, what it does not name stays."""
    present: JsonObject = {
        "state": "active",
        "serviceCharacteristic": [{"name": "a", "id": "1", "value": 1}, {"name": "b", "value": 2}],
        "serviceOrderItem": [{"serviceOrderId": "before", "itemId": "1"}],
    }
    ordered = item("modify", id="s", serviceCharacteristic=[{"name": "a", "value": 9}])
    patch = changes(present, "o", ordered)
    assert patch == {
        "serviceCharacteristic": [{"name": "a", "id": "1", "value": 9}, {"name": "b", "value": 2}],
        "serviceOrderItem": [{"serviceOrderId": "before", "itemId": "1"}, REFERENCE],
    }
    assert changes({**present, **patch}, "o", ordered) == patch  # doing it again changes nothing


def test_the_order_of_names_is_no_difference() -> None:
    """An object whose attributes are written in another order is no change of the service."""
    present = {"id": "s", "place": [{"id": "p", "role": "site"}]}
    same = item("modify", id="s", place=[{"role": "site", "id": "p"}])
    assert revision(present, "o", same) == {}
    assert revision(present, "o", item("modify", id="s", place=[{"role": "a", "id": "p"}]))


def test_termination_and_outcome() -> None:
    """An end says who ordered it; of the network's answer, what it decides is taken over."""
    patch = termination({}, "o", item("delete", state="active"))
    assert patch["state"] == "terminated"
    assert patch["serviceOrderItem"][0]["role"] == "termination"
    assert outcome_of({"state": "active", "name": "n", "startDate": "d"}, {}) == {
        "state": "active",
        "startDate": "d",
    }


def test_faults_become_messages() -> None:
    """An API's refusal keeps code, reason, message and status."""
    fault = Fault.of(Conflict("no", "do yes"))
    assert item_message(fault, "now") == {
        "code": "409",
        "reason": "no",
        "message": "do yes",
        "status": "409",
        "timestamp": "now",
        "@type": "ServiceOrderItemErrorMessage",
    }
    message = order_message(fault, "now", "o", ["1"])
    assert message["serviceOrderItem"][0]["serviceOrderId"] == "o"
    assert "serviceOrderItem" not in order_message(fault, "now", "o")


@pytest.mark.parametrize(
    ("body", "reason"), [({}, "no reason was given"), ({"reason": "full", "status": 503}, "full")]
)
def test_a_strange_error_body_still_gives_a_fault(body: JsonObject, reason: str) -> None:
    """Other people's servers may send anything."""
    fault = Fault.of_body(body)
    assert reason in fault.reason
    assert fault.message
