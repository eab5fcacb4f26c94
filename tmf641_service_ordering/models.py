"""Models of Service Ordering 4.1.0.

Made from `specs/TMF641-ServiceOrdering-v4.1.0.yaml` by `turnup generate`; do not edit.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from api.spec.model import SpecModel
from pydantic import AwareDatetime, Field


class Addressable(SpecModel):
    """Anything that has a key and an address of its own."""

    id: str | None = None
    """Key of this object, unique within its collection; the server issues it."""
    href: str | None = None
    """Absolute address of this object; the server builds it from the request."""


class CharacteristicRelationship(SpecModel):
    """Ties a characteristic to a second one of the same object."""

    id: str | None = None
    """Key of the other characteristic."""
    href: str | None = None
    """Address of the other characteristic."""
    relationshipType: str | None = None
    """Kind of tie, for example `dependency` or `aggregation`."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class Entity(SpecModel):
    """Base of everything that is addressable and can be extended."""

    id: str | None = None
    """Key of this object, unique within its collection; the server issues it."""
    href: str | None = None
    """Absolute address of this object; the server builds it from the request."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class ErrorMessage(SpecModel):
    """A fault met while an order was being worked on."""

    code: str | None = None
    """Stable key of the fault, for programs to act on."""
    message: str | None = None
    """Details, and how the fault can be put right."""
    reason: str | None = None
    """What went wrong, in one line."""
    referenceError: str | None = None
    """Address of a page that explains this fault."""
    status: str | None = None
    """Code of the system in which the fault arose, such as `olt-017`."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class ExternalReference(SpecModel):
    """Name under which somebody else's system knows the order."""

    id: str | None = None
    """Key of the reference, where the other system has one."""
    href: str | None = None
    """Address of the order's counterpart in the other system."""
    externalReferenceType: str | None = None
    """Kind of system or document, for example `ticket` or `salesOrder`."""
    name: str
    """The number or name used over there."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class JeopardyAlert(SpecModel):
    """Warning that a running process may miss its goal."""

    id: str | None = None
    """Key of the warning."""
    alertDate: AwareDatetime | None = None
    """When the warning was raised."""
    exception: str | None = None
    """The fault that is feared or has already shown itself."""
    jeopardyType: str | None = None
    """How serious it is, for example `normal`, `hazard` or `critical`."""
    message: str | None = None
    """The warning in words."""
    name: str | None = None
    """Short title of the warning."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class Milestone(SpecModel):
    """A stage worth reporting that a running process has reached."""

    id: str | None = None
    """Key of this entry."""
    description: str | None = None
    """What the stage means, in words."""
    message: str | None = None
    """Text to show when the stage is reached."""
    milestoneDate: AwareDatetime | None = None
    """When the stage was reached."""
    name: str | None = None
    """Short title of the stage."""
    status: str | None = None
    """Whether it is still ahead, reached or missed."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class RelatedParty(SpecModel):
    """A person or organisation that has to do with the object, with the role it plays."""

    id: str
    """Key of the object pointed at, as its owner issued it."""
    href: str | None = None
    """Address under which the object pointed at can be read."""
    name: str | None = None
    """Name of the object pointed at, copied here for readers."""
    role: str | None = None
    """What the party is here, for example `customer` or `installer`."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""
    at_referredType: Annotated[str, Field(alias="@referredType")]
    """Kind of party: `Individual`, `Organization`, `Customer` and the like."""


class ServiceOrderItemErrorMessage(SpecModel):
    """A fault that moved an item of a service order to another state."""

    code: str | None = None
    """Stable key of the fault, for programs to act on."""
    message: str | None = None
    """Details, and how the fault can be put right."""
    reason: str | None = None
    """What went wrong, in one line."""
    referenceError: str | None = None
    """Address of a page that explains this fault."""
    status: str | None = None
    """Code of the system in which the fault arose, such as `olt-017`."""
    timestamp: AwareDatetime | None = None
    """When the fault arose."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class ServiceOrderItemRef(SpecModel):
    """Points at a line of a service order, which may be another order than this one."""

    itemId: str | None = None
    """Key of the line within its order."""
    serviceOrderHref: str | None = None
    """Address of the order; left out when it is the present one."""
    serviceOrderId: str | None = None
    """Key of the order; left out when it is the present one."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""
    at_referredType: Annotated[str | None, Field(alias="@referredType")] = None
    """Type of the object pointed at, where the attribute alone does not tell."""


class ServiceOrderItemRelationship(SpecModel):
    """Ties an item to another one, for instance because it has to wait for it."""

    relationshipType: str | None = None
    """Kind of tie; `dependency` holds this line back until the other one is done."""
    orderItem: ServiceOrderItemRef | None = None
    """The line at the other end."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class ServiceOrderItemStateType(StrEnum):
    """
    How far an item has come. `partial` is only for items that have nested items.
    """

    acknowledged = "acknowledged"
    rejected = "rejected"
    pending = "pending"
    held = "held"
    inProgress = "inProgress"
    cancelled = "cancelled"
    completed = "completed"
    failed = "failed"
    assessingCancellation = "assessingCancellation"
    pendingCancellation = "pendingCancellation"
    partial = "partial"


class ServiceOrderJeopardyAlert(SpecModel):
    """Warning that a service order may not be completed as promised."""

    id: str | None = None
    """Key of the warning."""
    alertDate: AwareDatetime | None = None
    """When the warning was raised."""
    exception: str | None = None
    """The fault that is feared or has already shown itself."""
    jeopardyType: str | None = None
    """How serious it is, for example `normal`, `hazard` or `critical`."""
    message: str | None = None
    """The warning in words."""
    name: str | None = None
    """Short title of the warning."""
    serviceOrderItem: list[ServiceOrderItemRef] | None = None
    """The items that are at risk."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class ServiceOrderMilestone(SpecModel):
    """A stage worth reporting that a service order has reached."""

    id: str | None = None
    """Key of this entry."""
    description: str | None = None
    """What the stage means, in words."""
    message: str | None = None
    """Text to show when the stage is reached."""
    milestoneDate: AwareDatetime | None = None
    """When the stage was reached."""
    name: str | None = None
    """Short title of the stage."""
    status: str | None = None
    """Whether it is still ahead, reached or missed."""
    serviceOrderItem: list[ServiceOrderItemRef] | None = None
    """The items that have reached the stage."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class ServiceOrderRef(SpecModel):
    """Points at a service order."""

    id: str
    """Key of the object pointed at, as its owner issued it."""
    href: str | None = None
    """Address under which the object pointed at can be read."""
    name: str | None = None
    """Name of the object pointed at, copied here for readers."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""
    at_referredType: Annotated[str | None, Field(alias="@referredType")] = None
    """Type of the object pointed at, where the attribute alone does not tell."""


class ServiceOrderRelationship(SpecModel):
    """Ties a service order to another order."""

    id: str
    """Key of the other order."""
    href: str | None = None
    """Address of the other order."""
    relationshipType: str
    """Kind of tie: `dependency` makes this order wait for the other, `cross-ref` names the order from which it arose."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""
    at_referredType: Annotated[str | None, Field(alias="@referredType")] = None
    """Type of the other order, such as `ProductOrder`."""


class ServiceOrderStateType(StrEnum):
    """
    How far an order has come. Rejected, completed, failed, partial and cancelled orders are at their end.
    """

    acknowledged = "acknowledged"
    rejected = "rejected"
    pending = "pending"
    held = "held"
    inProgress = "inProgress"
    cancelled = "cancelled"
    completed = "completed"
    failed = "failed"
    partial = "partial"
    assessingCancellation = "assessingCancellation"
    pendingCancellation = "pendingCancellation"


class TaskStateType(StrEnum):
    """
    How far a task has come; `done` and `terminatedWithError` end it.
    """

    accepted = "accepted"
    terminatedWithError = "terminatedWithError"
    inProgress = "inProgress"
    done = "done"


class EventEnvelope(SpecModel):
    """What all notifications carry, whatever they are about."""

    eventId: str | None = None
    """Key of the notification; a repeated delivery has the same one."""
    eventTime: AwareDatetime | None = None
    """When the reported change happened."""
    eventType: str | None = None
    """Name of the notification's schema, such as `ServiceStateChangeEvent`."""
    correlationId: str | None = None
    """Shared by all notifications that stem from the same cause."""
    domain: str | None = None
    """Business area that the notification belongs to."""
    title: str | None = None
    """Headline for people."""
    description: str | None = None
    """What happened, told in a sentence or two."""
    priority: str | None = None
    """How urgent the sender holds it to be."""
    timeOcurred: AwareDatetime | None = None
    """Same moment as `eventTime`; spelled with one c because the official document spells it so."""


class ServiceRef(SpecModel):
    """Points at a service in the inventory."""

    id: str
    """Key of the object pointed at, as its owner issued it."""
    href: str | None = None
    """Address under which the object pointed at can be read."""
    name: str | None = None
    """Name of the object pointed at, copied here for readers."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""
    at_referredType: Annotated[str | None, Field(alias="@referredType")] = None
    """Type of the object pointed at, where the attribute alone does not tell."""


class AppointmentRef(SpecModel):
    """Points at a date agreed with the customer, such as a technician visit."""

    id: str
    """Key of the object pointed at, as its owner issued it."""
    href: str | None = None
    """Address under which the object pointed at can be read."""
    description: str | None = None
    """What was arranged, in words meant for people."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""
    at_referredType: Annotated[str | None, Field(alias="@referredType")] = None
    """Type of the object pointed at, where the attribute alone does not tell."""


class ResourceRef(SpecModel):
    """Points at a physical or logical resource, such as a port or a telephone number."""

    id: str
    """Key of the object pointed at, as its owner issued it."""
    href: str | None = None
    """Address under which the object pointed at can be read."""
    name: str | None = None
    """What the resource is called."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""
    at_referredType: Annotated[str | None, Field(alias="@referredType")] = None
    """Type of the object pointed at, where the attribute alone does not tell."""


class ServiceStateType(StrEnum):
    """
    Where a service stands between the first feasibility check and its end.
    """

    feasibilityChecked = "feasibilityChecked"
    designed = "designed"
    reserved = "reserved"
    inactive = "inactive"
    active = "active"
    terminated = "terminated"


class ServiceSpecificationRef(SpecModel):
    """Points at the catalogue entry that says what a service of this kind is made of."""

    id: str
    """Key of the object pointed at, as its owner issued it."""
    href: str | None = None
    """Address under which the object pointed at can be read."""
    name: str | None = None
    """Name of the object pointed at, copied here for readers."""
    version: str | None = None
    """Version of the specification that is meant."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""
    at_referredType: Annotated[str | None, Field(alias="@referredType")] = None
    """Type of the object pointed at, where the attribute alone does not tell."""


class RelatedEntityRefOrValue(SpecModel):
    """Any kind of object that has to do with the service, pointed at or written out. `@type` and its companions describe that object, not this wrapper."""

    id: str | None = None
    """Key of the object."""
    href: str | None = None
    """Address under which the object can be read."""
    name: str | None = None
    """What the object is called."""
    role: str
    """What the object is to the service, for example `accessNode`."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""
    at_referredType: Annotated[str | None, Field(alias="@referredType")] = None
    """Type of the object pointed at, where the attribute alone does not tell."""


class RelatedPlaceRefOrValue(SpecModel):
    """A location that matters here, pointed at or written out, with its role. `@type` and its companions describe the location, not this wrapper."""

    id: str | None = None
    """Key of the location."""
    href: str | None = None
    """Address under which the location can be read."""
    name: str | None = None
    """What people call the location, for example "Head office"."""
    role: str
    """What the location is to the object, for example `installationAddress`."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""
    at_referredType: Annotated[str | None, Field(alias="@referredType")] = None
    """Type of the object pointed at, where the attribute alone does not tell."""


class Note(SpecModel):
    """A remark that somebody attached."""

    id: str | None = None
    """Key of the remark within the object that it is attached to."""
    author: str | None = None
    """Who wrote it."""
    date: AwareDatetime | None = None
    """When it was written."""
    text: str
    """What it says."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class OrderItemActionType(StrEnum):
    """
    What the item asks for: set something up, alter it, take it away, or leave it as it is and only mention it.
    """

    add = "add"
    modify = "modify"
    delete = "delete"
    noChange = "noChange"


class PlaceRef(SpecModel):
    """Points at a location kept elsewhere."""

    id: str
    """Key of the object pointed at, as its owner issued it."""
    href: str | None = None
    """Address under which the object pointed at can be read."""
    name: str | None = None
    """Name of the object pointed at, copied here for readers."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""
    at_referredType: Annotated[str | None, Field(alias="@referredType")] = None
    """Type of the object pointed at, where the attribute alone does not tell."""


class Place(SpecModel):
    """A location, such as an address or a site."""

    id: str | None = None
    """Key of the location."""
    href: str | None = None
    """Address under which the location can be read."""
    name: str | None = None
    """What people call the location, for example "Head office"."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class TimePeriod(SpecModel):
    """A stretch of time; either end may be open."""

    endDateTime: AwareDatetime | None = None
    """Last moment of the period, as an RFC 3339 time."""
    startDateTime: AwareDatetime | None = None
    """First moment of the period, as an RFC 3339 time. A period that has a start should have an end."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class ConstraintRef(SpecModel):
    """Points at a rule that limits how something may be configured."""

    id: str
    """Key of the object pointed at, as its owner issued it."""
    href: str | None = None
    """Address under which the object pointed at can be read."""
    name: str | None = None
    """Name of the object pointed at, copied here for readers."""
    version: str | None = None
    """Version of the rule that is meant."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""
    at_referredType: Annotated[str | None, Field(alias="@referredType")] = None
    """Kind of rule that is pointed at."""


class Extensible(SpecModel):
    """Base of all objects to which further attributes may be added under a new type name."""

    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class EntityValue(SpecModel):
    """Base of objects that are written out in place instead of being referred to."""

    id: str | None = None
    """Key of this object, unique within its collection; the server issues it."""
    href: str | None = None
    """Absolute address of this object; the server builds it from the request."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class EntityRef(SpecModel):
    """Base of all references: says which object is meant without copying it."""

    id: str
    """Key of the object pointed at, as its owner issued it."""
    href: str | None = None
    """Address under which the object pointed at can be read."""
    name: str | None = None
    """Name of the object pointed at, copied here for readers."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""
    at_referredType: Annotated[str | None, Field(alias="@referredType")] = None
    """Type of the object pointed at, where the attribute alone does not tell."""


class EventSubscriptionInput(SpecModel):
    """What a client sends to be notified: where to and, if wanted, of what."""

    callback: str
    """Address, http or https, to which notifications are posted."""
    query: str | None = None
    """Which notifications to send: a filter over event type and content, in the language of lists, and `fields` to cut the payload. Left out, everything is sent."""


class EventSubscription(SpecModel):
    """A registered receiver of notifications."""

    id: str
    """Key of the registration; needed to end it."""
    callback: str
    """Address, http or https, to which notifications are posted."""
    query: str | None = None
    """Which notifications to send: a filter over event type and content, in the language of lists, and `fields` to cut the payload. Left out, everything is sent."""


class Error(SpecModel):
    """Body of every reply with a status of 400 or above."""

    code: str
    """Stable key of the fault, for programs to act on."""
    reason: str
    """What went wrong, in one line that a user may read."""
    message: str | None = None
    """Where exactly it went wrong and what to do about it."""
    status: str | None = None
    """The HTTP status code once more, as text."""
    referenceError: str | None = None
    """Address of a page that explains this fault."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class CancelOrder(SpecModel):
    """What every cancellation task has in common, whichever kind of order it ends."""

    id: str | None = None
    """Key of the task itself, not of the order that it ends; the server issues it."""
    href: str | None = None
    """Absolute address of this object; the server builds it from the request."""
    cancellationReason: str | None = None
    """Why the order is to end early, in the words of whoever asked for it."""
    effectiveCancellationDate: AwareDatetime | None = None
    """When the cancellation took effect; set by the server once the task is done."""
    requestedCancellationDate: AwareDatetime | None = None
    """When the client would like the cancellation to take effect."""
    state: TaskStateType | None = None
    """How far the task has come."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class CancelServiceOrder(SpecModel):
    """Task that asks for a service order to be withdrawn and reports how that went."""

    id: str | None = None
    """Key of the task itself, not of the order that it ends; the server issues it."""
    href: str | None = None
    """Absolute address of this object; the server builds it from the request."""
    cancellationReason: str | None = None
    """Why the order is to end early, in the words of whoever asked for it."""
    completionMessage: str | None = None
    """Closing remark: confirms the cancellation, or says why it was refused."""
    effectiveCancellationDate: AwareDatetime | None = None
    """When the cancellation took effect; set by the server once the task is done."""
    requestedCancellationDate: AwareDatetime | None = None
    """When the client would like the cancellation to take effect."""
    errorMessage: ErrorMessage | None = None
    """What went wrong, when the task ended in `terminatedWithError`."""
    serviceOrder: ServiceOrderRef | None = None
    """The order to be ended."""
    state: TaskStateType | None = None
    """How far the task has come; set by the server."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class CancelServiceOrderCreate(SpecModel):
    """What a client sends to have a service order withdrawn."""

    cancellationReason: str | None = None
    """Why the order is to end early, in the words of whoever asked for it."""
    requestedCancellationDate: AwareDatetime | None = None
    """When the client would like the cancellation to take effect."""
    serviceOrder: ServiceOrderRef
    """The order to be ended."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class Characteristic(SpecModel):
    """One configured value, kept under its name."""

    id: str | None = None
    """Key of this value among its neighbours, for others to point at."""
    name: str
    """Which setting this is, as the specification calls it."""
    valueType: str | None = None
    """What kind of value to expect, for example `string`, `integer` or `object`."""
    characteristicRelationship: list[CharacteristicRelationship] | None = None
    """Ties to other characteristics of the same object."""
    value: Any
    """The setting itself, of whatever kind `valueType` announces."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class RelatedServiceOrderItem(SpecModel):
    """The order line through which a service was set up, altered or ended."""

    id: str | None = None
    """Key of this entry."""
    href: str | None = None
    """Address of this entry."""
    itemId: str | None = None
    """Key of the line within its order."""
    role: str | None = None
    """What the line was to the service, for example `initialOrder`."""
    serviceOrderHref: str | None = None
    """Address of the order around that line."""
    serviceOrderId: str | None = None
    """Key of the order around that line."""
    itemAction: OrderItemActionType | None = None
    """What the line did to the service."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""
    at_referredType: Annotated[str | None, Field(alias="@referredType")] = None
    """Type of the object pointed at, where the attribute alone does not tell."""


class ServiceOrderErrorMessage(SpecModel):
    """A fault that moved a service order to another state."""

    code: str | None = None
    """Stable key of the fault, for programs to act on."""
    message: str | None = None
    """Details, and how the fault can be put right."""
    reason: str | None = None
    """What went wrong, in one line."""
    referenceError: str | None = None
    """Address of a page that explains this fault."""
    status: str | None = None
    """Code of the system in which the fault arose, such as `olt-017`."""
    timestamp: AwareDatetime | None = None
    """When the fault arose."""
    serviceOrderItem: list[ServiceOrderItemRef] | None = None
    """The items that the fault concerns."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class CancelServiceOrderCreateEventPayload(SpecModel):
    """The service order cancellation that the notification is about."""

    cancelServiceOrder: CancelServiceOrder | None = None
    """The service order cancellation, as it stands after the change."""


class CancelServiceOrderStateChangeEventPayload(SpecModel):
    """The service order cancellation that the notification is about."""

    cancelServiceOrder: CancelServiceOrder | None = None
    """The service order cancellation, as it stands after the change."""


class CancelServiceOrderInformationRequiredEventPayload(SpecModel):
    """The service order cancellation that the notification is about."""

    cancelServiceOrder: CancelServiceOrder | None = None
    """The service order cancellation, as it stands after the change."""


class FeatureRelationship(SpecModel):
    """Ties a feature to a second feature of the same service, for instance because one excludes the other."""

    id: str | None = None
    """Key of the other feature."""
    name: str
    """Name of the other feature."""
    relationshipType: str
    """Kind of tie, for example `requires` or `excludes`."""
    validFor: TimePeriod | None = None
    """Time during which the tie holds."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class Feature(SpecModel):
    """An ability of a service that can be switched on or off and configured by itself."""

    id: str | None = None
    """Key of the feature inside its service."""
    isBundle: bool | None = None
    """True when the feature only groups other features; false unless said otherwise."""
    isEnabled: bool | None = None
    """False when the feature is switched off; true unless said otherwise."""
    name: str
    """What the feature is called."""
    constraint: list[ConstraintRef] | None = None
    """Rules that limit this feature."""
    featureCharacteristic: Annotated[list[Characteristic], Field(min_length=1)]
    """Settings of the feature; at least one."""
    featureRelationship: list[FeatureRelationship] | None = None
    """Ties to other features of the same service."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class CancelServiceOrderCreateEvent(EventEnvelope):
    """Tells that a service order cancellation has been created."""

    event: CancelServiceOrderCreateEventPayload | None = None
    """The resource that the notification is about."""


class CancelServiceOrderStateChangeEvent(EventEnvelope):
    """Tells that a service order cancellation has moved to another state."""

    event: CancelServiceOrderStateChangeEventPayload | None = None
    """The resource that the notification is about."""


class CancelServiceOrderInformationRequiredEvent(EventEnvelope):
    """Tells that work on a service order cancellation waits for something that the client must supply."""

    fieldPath: str | None = None
    """Path of the attribute that the notification is about."""
    event: CancelServiceOrderInformationRequiredEventPayload | None = None
    """The resource that the notification is about."""


class Service(SpecModel):
    """A running or planned service, either one that customers see or one that lies closer to the network."""

    id: str | None = None
    """Key of this object, unique within its collection; the server issues it."""
    href: str | None = None
    """Absolute address of this object; the server builds it from the request."""
    category: str | None = None
    """Layer that the service belongs to: `CFS` faces the customer, `RFS` faces the resources."""
    description: str | None = None
    """What the service does, in words."""
    endDate: AwareDatetime | None = None
    """When it stopped or shall stop."""
    hasStarted: bool | None = None
    """True once it has been brought up."""
    isBundle: bool | None = None
    """True when it only groups the services below it, false for a leaf of the tree."""
    isServiceEnabled: bool | None = None
    """True while it may be used. Not enabled although started means that it has failed."""
    isStateful: bool | None = None
    """True when altering it leaves its neighbours untouched."""
    name: str | None = None
    """What the service is called."""
    serviceDate: str | None = None
    """When the record was created, in whichever state."""
    serviceType: str | None = None
    """Business name of this kind of service, for example `Broadband`."""
    startDate: AwareDatetime | None = None
    """From when it is or shall be in operation."""
    startMode: str | None = None
    """How it is brought up, as a digit: `0` not known, `1` by the environment that manages it, `2` by the device, `3` by the provider's staff, `4` by the customer, `5` in any of these ways."""
    feature: list[Feature] | None = None
    """Its abilities that can be configured one by one."""
    note: list[Note] | None = None
    """Remarks on the service."""
    place: list[RelatedPlaceRefOrValue] | None = None
    """Where it is delivered or installed."""
    relatedEntity: list[RelatedEntityRefOrValue] | None = None
    """Other objects that have to do with it."""
    relatedParty: list[RelatedParty] | None = None
    """Who has to do with it, as user or operator for instance."""
    serviceCharacteristic: list[Characteristic] | None = None
    """How it is configured."""
    serviceOrderItem: list[RelatedServiceOrderItem] | None = None
    """The order lines that made it what it is."""
    serviceRelationship: list[ServiceRelationship] | None = None
    """Ties to other services, for instance to the ones it relies on."""
    serviceSpecification: ServiceSpecificationRef | None = None
    """The catalogue entry after which it is made."""
    state: ServiceStateType | None = None
    """Where it stands in its life."""
    supportingResource: list[ResourceRef] | None = None
    """Resources that carry it; only services of the resource-facing layer have them."""
    supportingService: list[ServiceRefOrValue] | None = None
    """Services beneath it that it is put together from."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class ServiceOrder(SpecModel):
    """Asks for services to be delivered, changed or ended, and shows how far that has come."""

    id: str | None = None
    """Key of this object, unique within its collection; the server issues it."""
    href: str | None = None
    """Absolute address of this object; the server builds it from the request."""
    cancellationDate: AwareDatetime | None = None
    """Moment from which the order counts as cancelled; absent otherwise."""
    cancellationReason: str | None = None
    """Why the order is to end early, in the words of whoever asked for it."""
    category: str | None = None
    """Kind of services that are ordered, for example `broadband`; helps to sort and route."""
    completionDate: AwareDatetime | None = None
    """When the order reached its end; set by the server."""
    description: str | None = None
    """What is ordered, in words."""
    expectedCompletionDate: AwareDatetime | None = None
    """When the provider expects to be done; moves as work goes on."""
    externalId: str | None = None
    """The client's own number for the order, to find it again."""
    notificationContact: str | None = None
    """Where to send news of the order, for instance an e-mail address."""
    orderDate: AwareDatetime | None = None
    """When the order was received; set by the server."""
    priority: str | None = None
    """How urgent the client holds the order to be, as a rule from `0` (first) to `4` (last)."""
    requestedCompletionDate: AwareDatetime | None = None
    """By when the client would like delivery."""
    requestedStartDate: AwareDatetime | None = None
    """Before this date the client does not want work to begin."""
    startDate: AwareDatetime | None = None
    """When work on the order began; set by the server."""
    errorMessage: list[ServiceOrderErrorMessage] | None = None
    """Faults that changed the state of the order; written by the server."""
    externalReference: list[ExternalReference] | None = None
    """Names under which other systems know the order."""
    jeopardyAlert: list[ServiceOrderJeopardyAlert] | None = None
    """Warnings that delivery is at risk; written by the server."""
    milestone: list[ServiceOrderMilestone] | None = None
    """Stages that the order has reached; written by the server."""
    note: list[Note] | None = None
    """Remarks on the order, for instance for the technician."""
    orderRelationship: list[ServiceOrderRelationship] | None = None
    """Ties to other orders, for instance to one that must be done first."""
    relatedParty: list[RelatedParty] | None = None
    """Who has to do with the order, as requester or customer for instance."""
    serviceOrderItem: list[ServiceOrderItem] | None = None
    """The lines of the order; at least one when it is placed."""
    state: ServiceOrderStateType | None = None
    """How far the order has come; follows from its items."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class ServiceOrderCreate(SpecModel):
    """What a client sends to place a service order."""

    cancellationDate: AwareDatetime | None = None
    """Moment from which the order counts as cancelled; absent otherwise."""
    cancellationReason: str | None = None
    """Why the order is to end early, in the words of whoever asked for it."""
    category: str | None = None
    """Kind of services that are ordered, for example `broadband`; helps to sort and route."""
    description: str | None = None
    """What is ordered, in words."""
    externalId: str | None = None
    """The client's own number for the order, to find it again."""
    notificationContact: str | None = None
    """Where to send news of the order, for instance an e-mail address."""
    priority: str | None = None
    """How urgent the client holds the order to be, as a rule from `0` (first) to `4` (last)."""
    requestedCompletionDate: AwareDatetime | None = None
    """By when the client would like delivery."""
    requestedStartDate: AwareDatetime | None = None
    """Before this date the client does not want work to begin."""
    externalReference: list[ExternalReference] | None = None
    """Names under which other systems know the order."""
    note: list[Note] | None = None
    """Remarks on the order, for instance for the technician."""
    orderRelationship: list[ServiceOrderRelationship] | None = None
    """Ties to other orders, for instance to one that must be done first."""
    relatedParty: list[RelatedParty] | None = None
    """Who has to do with the order, as requester or customer for instance."""
    serviceOrderItem: Annotated[list[ServiceOrderItem], Field(min_length=1)]
    """The lines of the order; at least one when it is placed."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class ServiceOrderUpdate(SpecModel):
    """What may be changed in a service order; attributes left out stay as they are."""

    description: str | None = None
    """What is ordered, in words."""
    expectedCompletionDate: AwareDatetime | None = None
    """When the provider expects to be done; moves as work goes on."""
    externalId: str | None = None
    """The client's own number for the order, to find it again."""
    notificationContact: str | None = None
    """Where to send news of the order, for instance an e-mail address."""
    priority: str | None = None
    """How urgent the client holds the order to be, as a rule from `0` (first) to `4` (last)."""
    requestedCompletionDate: AwareDatetime | None = None
    """By when the client would like delivery."""
    requestedStartDate: AwareDatetime | None = None
    """Before this date the client does not want work to begin."""
    externalReference: list[ExternalReference] | None = None
    """Names under which other systems know the order."""
    note: list[Note] | None = None
    """Remarks on the order, for instance for the technician."""
    orderRelationship: list[ServiceOrderRelationship] | None = None
    """Ties to other orders, for instance to one that must be done first."""
    relatedParty: list[RelatedParty] | None = None
    """Who has to do with the order, as requester or customer for instance."""
    serviceOrderItem: list[ServiceOrderItem] | None = None
    """The lines of the order; at least one when it is placed."""
    state: ServiceOrderStateType | None = None
    """How far the order has come; follows from its items."""


class ServiceOrderItem(SpecModel):
    """One line of a service order: an action on one service."""

    id: str
    """Key of the line within the order, chosen by the client, for example `1`."""
    quantity: int | None = None
    """How many are ordered; one unless said otherwise."""
    action: OrderItemActionType
    """What shall happen to the service."""
    appointment: AppointmentRef | None = None
    """Visit or call agreed for this line."""
    errorMessage: list[ServiceOrderItemErrorMessage] | None = None
    """Faults that changed the state of this line; written by the server."""
    service: ServiceRefOrValue
    """The service to act on; to be set up it is written out, otherwise its key is enough."""
    serviceOrderItem: list[ServiceOrderItem] | None = None
    """Nested lines."""
    serviceOrderItemRelationship: list[ServiceOrderItemRelationship] | None = None
    """Ties to other lines, for instance to those that must be done first."""
    state: ServiceOrderItemStateType | None = None
    """How far this line has come; set by the server."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class ServiceRefOrValue(SpecModel):
    """A service, either pointed at by its key (one that exists) or written out (one to be set up). `@type` and its companions describe the service, not this wrapper."""

    id: str | None = None
    """Key of the service in the service inventory."""
    href: str | None = None
    """Address under which the service can be read."""
    category: str | None = None
    """Layer that the service belongs to: `CFS` faces the customer, `RFS` faces the resources."""
    description: str | None = None
    """What the service does, in words."""
    endDate: AwareDatetime | None = None
    """When it stopped or shall stop."""
    hasStarted: bool | None = None
    """True once it has been brought up."""
    isBundle: bool | None = None
    """True when it only groups the services below it, false for a leaf of the tree."""
    isServiceEnabled: bool | None = None
    """True while it may be used. Not enabled although started means that it has failed."""
    isStateful: bool | None = None
    """True when altering it leaves its neighbours untouched."""
    name: str | None = None
    """What the service is called."""
    serviceDate: str | None = None
    """When the record was created, in whichever state."""
    serviceType: str | None = None
    """Business name of this kind of service, for example `Broadband`."""
    startDate: AwareDatetime | None = None
    """From when it is or shall be in operation."""
    startMode: str | None = None
    """How it is brought up, as a digit: `0` not known, `1` by the environment that manages it, `2` by the device, `3` by the provider's staff, `4` by the customer, `5` in any of these ways."""
    feature: list[Feature] | None = None
    """Its abilities that can be configured one by one."""
    note: list[Note] | None = None
    """Remarks on the service."""
    place: list[RelatedPlaceRefOrValue] | None = None
    """Where it is delivered or installed."""
    relatedEntity: list[RelatedEntityRefOrValue] | None = None
    """Other objects that have to do with it."""
    relatedParty: list[RelatedParty] | None = None
    """Who has to do with it, as user or operator for instance."""
    serviceCharacteristic: list[Characteristic] | None = None
    """How it is configured."""
    serviceOrderItem: list[RelatedServiceOrderItem] | None = None
    """The order lines that made it what it is."""
    serviceRelationship: list[ServiceRelationship] | None = None
    """Ties to other services, for instance to the ones it relies on."""
    serviceSpecification: ServiceSpecificationRef | None = None
    """The catalogue entry after which it is made."""
    state: ServiceStateType | None = None
    """Where it stands in its life."""
    supportingResource: list[ResourceRef] | None = None
    """Resources that carry it; only services of the resource-facing layer have them."""
    supportingService: list[ServiceRefOrValue] | None = None
    """Services beneath it that it is put together from."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""
    at_referredType: Annotated[str | None, Field(alias="@referredType")] = None
    """Type of the object pointed at, where the attribute alone does not tell."""


class ServiceRelationship(SpecModel):
    """Ties a service to another one, for instance to the access it relies on."""

    id: str | None = None
    """Key of the tie itself."""
    href: str | None = None
    """Address of the tie itself."""
    relationshipType: str
    """Kind of tie, for example `reliesOn` or `bundles`."""
    service: ServiceRefOrValue | None = None
    """The service at the other end."""
    serviceRelationshipCharacteristic: list[Characteristic] | None = None
    """Settings of the tie."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class ServiceOrderCreateEvent(EventEnvelope):
    """Tells that a service order has been created."""

    event: ServiceOrderCreateEventPayload | None = None
    """The resource that the notification is about."""


class ServiceOrderCreateEventPayload(SpecModel):
    """The service order that the notification is about."""

    serviceOrder: ServiceOrder | None = None
    """The service order, as it stands after the change."""


class ServiceOrderAttributeValueChangeEvent(EventEnvelope):
    """Tells that attributes of a service order other than its state have changed."""

    fieldPath: str | None = None
    """Path of the attribute that the notification is about."""
    event: ServiceOrderAttributeValueChangeEventPayload | None = None
    """The resource that the notification is about."""


class ServiceOrderAttributeValueChangeEventPayload(SpecModel):
    """The service order that the notification is about."""

    serviceOrder: ServiceOrder | None = None
    """The service order, as it stands after the change."""


class ServiceOrderStateChangeEvent(EventEnvelope):
    """Tells that a service order has moved to another state."""

    event: ServiceOrderStateChangeEventPayload | None = None
    """The resource that the notification is about."""


class ServiceOrderStateChangeEventPayload(SpecModel):
    """The service order that the notification is about."""

    serviceOrder: ServiceOrder | None = None
    """The service order, as it stands after the change."""


class ServiceOrderDeleteEvent(EventEnvelope):
    """Tells that a service order has been removed."""

    event: ServiceOrderDeleteEventPayload | None = None
    """The resource that the notification is about."""


class ServiceOrderDeleteEventPayload(SpecModel):
    """The service order that the notification is about."""

    serviceOrder: ServiceOrder | None = None
    """The service order, as it stood last."""


class ServiceOrderInformationRequiredEvent(EventEnvelope):
    """Tells that work on a service order waits for something that the client must supply."""

    fieldPath: str | None = None
    """Path of the attribute that the notification is about."""
    event: ServiceOrderInformationRequiredEventPayload | None = None
    """The resource that the notification is about."""


class ServiceOrderInformationRequiredEventPayload(SpecModel):
    """The service order that the notification is about."""

    serviceOrder: ServiceOrder | None = None
    """The service order, as it stands after the change."""


class ServiceOrderMilestoneEvent(EventEnvelope):
    """Tells that a service order has reached a milestone."""

    event: ServiceOrderMilestoneEventPayload | None = None
    """The resource that the notification is about."""


class ServiceOrderMilestoneEventPayload(SpecModel):
    """The service order that the notification is about."""

    serviceOrder: ServiceOrder | None = None
    """The service order, as it stands after the change."""


class ServiceOrderJeopardyEvent(EventEnvelope):
    """Tells that the delivery of a service order is at risk."""

    event: ServiceOrderJeopardyEventPayload | None = None
    """The resource that the notification is about."""


class ServiceOrderJeopardyEventPayload(SpecModel):
    """The service order that the notification is about."""

    serviceOrder: ServiceOrder | None = None
    """The service order, as it stands after the change."""
