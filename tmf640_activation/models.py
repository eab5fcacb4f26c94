"""Models of Service Activation and Configuration 4.0.0.

Made from `specs/TMF640-ServiceActivation-v4.0.0.yaml` by `turnup generate`; do not edit.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from api.spec.model import SpecModel
from pydantic import AwareDatetime, Field


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


class HeaderItem(SpecModel):
    """One header line of a recorded message."""

    name: str
    """Name of the header, such as `Accept-Language`."""
    value: str
    """Text of the header, such as `de`."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class Note(SpecModel):
    """A remark that somebody attached."""

    id: str | None = None
    """Key of the remark within the object that it is attached to."""
    author: str | None = None
    """Who wrote it."""
    date: AwareDatetime | None = None
    """When it was written."""
    text: str | None = None
    """What it says."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class Request(SpecModel):
    """The request that a monitor follows, as it was received."""

    body: str
    """Content that was sent, as text."""
    method: str | None = None
    """How it was sent, for example `POST`."""
    to: str | None = None
    """Address that it was sent to."""
    header: Annotated[list[HeaderItem], Field(min_length=1)]
    """Headers that came with it, at least one. Only those that tell of the content are kept: others may be credentials."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class Response(SpecModel):
    """The outcome that a monitor has recorded."""

    body: str
    """Content of the reply, as text; JSON as a rule."""
    statusCode: str | None = None
    """HTTP status of the reply, as text, for example `201`."""
    header: Annotated[list[HeaderItem], Field(min_length=1)]
    """Headers of the reply; at least one."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


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


class OrderItemActionType(StrEnum):
    """
    What the item asks for: set something up, alter it, take it away, or leave it as it is and only mention it.
    """

    add = "add"
    modify = "modify"
    delete = "delete"
    noChange = "noChange"


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


class CharacteristicRelationship(SpecModel):
    """Ties a characteristic to a second one of the same object."""

    id: str | None = None
    """Key of the other characteristic."""
    relationshipType: str | None = None
    """Kind of tie, for example `dependency` or `aggregation`."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


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


class Addressable(SpecModel):
    """Anything that has a key and an address of its own."""

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


class Monitor(SpecModel):
    """Follows one activation request from its acceptance to its outcome."""

    id: str | None = None
    """Key of this object, unique within its collection; the server issues it."""
    href: str | None = None
    """Absolute address of this object; the server builds it from the request."""
    sourceHref: str | None = None
    """Address of the service that is being activated or changed."""
    state: str | None = None
    """How the request stands: `InProgress`, then `Completed` or `InError`. Set by the server."""
    request: Request | None = None
    """The request that is followed."""
    response: Response | None = None
    """Its outcome; absent while the work goes on."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class MonitorCreateEventPayload(SpecModel):
    """The monitor that the notification is about."""

    monitor: Monitor | None = None
    """The monitor, as it stands after the change."""


class MonitorAttributeValueChangeEventPayload(SpecModel):
    """The monitor that the notification is about."""

    monitor: Monitor | None = None
    """The monitor, as it stands after the change."""


class MonitorStateChangeEventPayload(SpecModel):
    """The monitor that the notification is about."""

    monitor: Monitor | None = None
    """The monitor, as it stands after the change."""


class MonitorDeleteEventPayload(SpecModel):
    """The monitor that the notification is about."""

    monitor: Monitor | None = None
    """The monitor, as it stood last."""


class RelatedServiceOrderItem(SpecModel):
    """The order line through which a service was set up, altered or ended."""

    itemId: str
    """Key of the line within its order."""
    role: str | None = None
    """What the line was to the service, for example `initialOrder`."""
    serviceOrderHref: str | None = None
    """Address of the order around that line."""
    serviceOrderId: str
    """Key of the order around that line."""
    itemAction: OrderItemActionType | None = None
    """What the line did to the service."""
    at_referredType: Annotated[str | None, Field(alias="@referredType")] = None
    """Type of the object pointed at, where the attribute alone does not tell."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


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


class MonitorCreateEvent(EventEnvelope):
    """Tells that a monitor has been created."""

    event: MonitorCreateEventPayload | None = None
    """The resource that the notification is about."""


class MonitorAttributeValueChangeEvent(EventEnvelope):
    """Tells that attributes of a monitor other than its state have changed."""

    fieldPath: str | None = None
    """Path of the attribute that the notification is about."""
    event: MonitorAttributeValueChangeEventPayload | None = None
    """The resource that the notification is about."""


class MonitorStateChangeEvent(EventEnvelope):
    """Tells that a monitor has moved to another state."""

    event: MonitorStateChangeEventPayload | None = None
    """The resource that the notification is about."""


class MonitorDeleteEvent(EventEnvelope):
    """Tells that a monitor has been removed."""

    event: MonitorDeleteEventPayload | None = None
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


class ServiceCreate(SpecModel):
    """What a client sends to create a service; it names at least its specification and the state it shall have."""

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
    serviceSpecification: ServiceSpecificationRef
    """The catalogue entry after which it is made."""
    state: ServiceStateType
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


class ServiceUpdate(SpecModel):
    """What may be changed in a service; attributes left out stay as they are."""

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

    relationshipType: str
    """Kind of tie, for example `reliesOn` or `bundles`."""
    ServiceRelationshipCharacteristic: list[Characteristic] | None = None
    """Settings of the tie."""
    service: ServiceRefOrValue | None = None
    """The service at the other end."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class ServiceCreateEvent(EventEnvelope):
    """Tells that a service has been created."""

    event: ServiceCreateEventPayload | None = None
    """The resource that the notification is about."""


class ServiceCreateEventPayload(SpecModel):
    """The service that the notification is about."""

    service: Service | None = None
    """The service, as it stands after the change."""


class ServiceAttributeValueChangeEvent(EventEnvelope):
    """Tells that attributes of a service other than its state have changed."""

    fieldPath: str | None = None
    """Path of the attribute that the notification is about."""
    event: ServiceAttributeValueChangeEventPayload | None = None
    """The resource that the notification is about."""


class ServiceAttributeValueChangeEventPayload(SpecModel):
    """The service that the notification is about."""

    service: Service | None = None
    """The service, as it stands after the change."""


class ServiceStateChangeEvent(EventEnvelope):
    """Tells that a service has moved to another state."""

    event: ServiceStateChangeEventPayload | None = None
    """The resource that the notification is about."""


class ServiceStateChangeEventPayload(SpecModel):
    """The service that the notification is about."""

    service: Service | None = None
    """The service, as it stands after the change."""


class ServiceDeleteEvent(EventEnvelope):
    """Tells that a service has been removed."""

    event: ServiceDeleteEventPayload | None = None
    """The resource that the notification is about."""


class ServiceDeleteEventPayload(SpecModel):
    """The service that the notification is about."""

    service: Service | None = None
    """The service, as it stood last."""
