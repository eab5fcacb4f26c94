"""Models of Product Ordering 4.0.0.

Made from `specs/TMF622-ProductOrdering-v4.0.0.yaml` by `turnup generate`; do not edit.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from api.spec.model import SpecModel
from pydantic import AwareDatetime, Field


class AgreementItemRef(SpecModel):
    """Points at one clause or line of an agreement that governs the product."""

    id: str
    """Key of the object pointed at, as its owner issued it."""
    href: str | None = None
    """Address under which the object pointed at can be read."""
    agreementItemId: str | None = None
    """Key of the line inside the agreement."""
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


class AgreementRef(SpecModel):
    """Points at an agreement, for example a frame contract, under which the order is placed."""

    id: str
    """Key of the object pointed at, as its owner issued it."""
    href: str | None = None
    """Address under which the object pointed at can be read."""
    name: str | None = None
    """Title of the contract, copied here for readers."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""
    at_referredType: Annotated[str | None, Field(alias="@referredType")] = None
    """Type of the object pointed at, where the attribute alone does not tell."""


class BillingAccountRef(SpecModel):
    """Points at the account to which charges are booked."""

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


class Characteristic(SpecModel):
    """One configured value, kept under its name."""

    name: str
    """Which setting this is, as the specification calls it."""
    valueType: str | None = None
    """What kind of value to expect, for example `string`, `integer` or `object`."""
    value: Any
    """The setting itself, of whatever kind `valueType` announces."""
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


class Money(SpecModel):
    """A sum in one currency."""

    unit: str | None = None
    """Currency as a three-letter ISO 4217 code, such as `EUR`."""
    value: float | None = None
    """The sum, in units of the currency and not below zero."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class OrderItemRelationship(SpecModel):
    """Ties an order item to another item of the same order."""

    id: str | None = None
    """Key of the other item, within the same order."""
    relationshipType: str | None = None
    """Kind of tie, for example `reliesOn` or `bundles`."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class PaymentRef(SpecModel):
    """Points at a payment that was made when the order was placed."""

    id: str
    """Key of the object pointed at, as its owner issued it."""
    href: str | None = None
    """Address under which the object pointed at can be read."""
    name: str | None = None
    """Title of the payment, copied here for readers."""
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


class Price(SpecModel):
    """The figures of a price: net, gross, tax and, for discounts, a percentage."""

    percentage: float | None = None
    """Size of a discount or surcharge in per cent, where it is relative."""
    taxRate: float | None = None
    """Tax in per cent."""
    dutyFreeAmount: Money | None = None
    """Net amount."""
    taxIncludedAmount: Money | None = None
    """Gross amount."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class ProductOfferingPriceRef(SpecModel):
    """Points at the list price in the catalogue."""

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


class ProductOfferingQualificationItemRef(SpecModel):
    """Points at one line of an earlier check of whether the offering is available to the customer."""

    id: str
    """Key of the line inside the qualification."""
    href: str | None = None
    """Address under which the object pointed at can be read."""
    name: str | None = None
    """Name of the object pointed at, copied here for readers."""
    productOfferingQualificationHref: str | None = None
    """Address of the qualification that the line belongs to."""
    productOfferingQualificationId: str
    """Key of the qualification that the line belongs to."""
    productOfferingQualificationName: str | None = None
    """Title of the qualification that the line belongs to."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""
    at_referredType: Annotated[str | None, Field(alias="@referredType")] = None
    """Type of the object pointed at, where the attribute alone does not tell."""


class ProductOfferingQualificationRef(SpecModel):
    """Points at an earlier check of whether the offering is available to the customer."""

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


class ProductOfferingRef(SpecModel):
    """Points at the catalogue entry that was sold."""

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


class ProductOrderItemStateType(StrEnum):
    """
    How far an item has come.
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


class ProductOrderRef(SpecModel):
    """Points at a product order."""

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


class ProductOrderStateType(StrEnum):
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


class ProductRef(SpecModel):
    """Points at a product in the customer's inventory."""

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


class ProductStatusType(StrEnum):
    """
    Where a product stands between its creation and its end.
    """

    created = "created"
    pendingActive = "pendingActive"
    cancelled = "cancelled"
    active = "active"
    pendingTerminate = "pendingTerminate"
    terminated = "terminated"
    suspended = "suspended"
    aborted = "aborted"


class Quantity(SpecModel):
    """A number with its unit."""

    amount: float | None = 1
    """The number; 1 when left out."""
    units: str | None = None
    """The unit that it counts, for example `month` or `Mbit/s`."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class QuoteItemRef(SpecModel):
    """Points at one line of an earlier quote."""

    id: str
    """Key of the line inside the quote."""
    href: str | None = None
    """Address under which the object pointed at can be read."""
    name: str | None = None
    """Name of the object pointed at, copied here for readers."""
    quoteHref: str | None = None
    """Address of the quote that the line belongs to."""
    quoteId: str
    """Key of the quote that the line belongs to."""
    quoteName: str | None = None
    """Title of the quote that the line belongs to."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""
    at_referredType: Annotated[str | None, Field(alias="@referredType")] = None
    """Type of the object pointed at, where the attribute alone does not tell."""


class QuoteRef(SpecModel):
    """Points at an earlier quote."""

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


class RelatedChannel(SpecModel):
    """The sales or contact channel that took part, such as a shop or an app, with its role."""

    id: str
    """Key of the object pointed at, as its owner issued it."""
    href: str | None = None
    """Address under which the object pointed at can be read."""
    name: str | None = None
    """What the channel is called, for example "Web shop"."""
    role: str | None = None
    """What the channel was used for, for example `sales`."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""
    at_referredType: Annotated[str | None, Field(alias="@referredType")] = None
    """Type of the object pointed at, where the attribute alone does not tell."""


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


class RelatedProductOrderItem(SpecModel):
    """The order line through which a product was set up, altered or ended."""

    orderItemAction: str | None = None
    """What the line did to the product, for example `add`."""
    orderItemId: str
    """Key of the line within its order."""
    productOrderHref: str | None = None
    """Address of the order around that line."""
    productOrderId: str
    """Key of the order around that line."""
    role: str | None = None
    """What the line was to the product, for example `initialOrder`."""
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
    value: str | None = None
    """What the resource is known by outside, for example a telephone number."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""
    at_referredType: Annotated[str | None, Field(alias="@referredType")] = None
    """Type of the object pointed at, where the attribute alone does not tell."""


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


class TargetProductSchema(SpecModel):
    """The schema by which products of a specification can be checked."""

    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str, Field(alias="@schemaLocation")]
    """Where the schema is published."""
    at_type: Annotated[str, Field(alias="@type")]
    """Name of the product type that the schema describes."""


class TaskStateType(StrEnum):
    """
    How far a task has come; `done` and `terminatedWithError` end it.
    """

    acknowledged = "acknowledged"
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


class OrderItemActionType(StrEnum):
    """
    What the item asks for: set something up, alter it, take it away, or leave it as it is and only mention it.
    """

    add = "add"
    modify = "modify"
    delete = "delete"
    noChange = "noChange"


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


class CancelProductOrder(SpecModel):
    """Task that asks for a product order to be withdrawn and reports how that went."""

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
    productOrder: ProductOrderRef
    """The order to be ended."""
    state: TaskStateType | None = None
    """How far the task has come; set by the server."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class CancelProductOrderCreate(SpecModel):
    """What a client sends to have a product order withdrawn."""

    cancellationReason: str | None = None
    """Why the order is to end early, in the words of whoever asked for it."""
    requestedCancellationDate: AwareDatetime | None = None
    """When the client would like the cancellation to take effect."""
    productOrder: ProductOrderRef
    """The order to be ended."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class OrderTerm(SpecModel):
    """A commitment that goes with an order item, such as a minimum contract period."""

    description: str | None = None
    """What is being committed to."""
    name: str | None = None
    """Short title of the commitment."""
    duration: Quantity | None = None
    """How long it binds."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class PriceAlteration(SpecModel):
    """A discount, allowance or surcharge that changes a price."""

    applicationDuration: int | None = None
    """For how many charge periods the alteration holds."""
    description: str | None = None
    """What the amount covers and when it falls due."""
    name: str | None = None
    """Short title, such as "Monthly fee"."""
    priceType: str
    """Kind of charge: `recurring`, `oneTime`, `usage`, `discount` and the like."""
    priority: int | None = None
    """Place in the order of application when several alterations meet; lowest number first."""
    recurringChargePeriod: str | None = None
    """How often a recurring charge falls due, for example `month`."""
    unitOfMeasure: str | None = None
    """What a usage charge counts, for example `GB` or `minute`."""
    price: Price
    """The amount."""
    productOfferingPrice: ProductOfferingPriceRef | None = None
    """The list price that it stems from."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class ProductPrice(SpecModel):
    """One price component of a product in use."""

    description: str | None = None
    """What the amount covers and when it falls due."""
    name: str | None = None
    """Short title, such as "Monthly fee"."""
    priceType: str
    """Kind of charge: `recurring`, `oneTime`, `usage`, `discount` and the like."""
    recurringChargePeriod: str | None = None
    """How often a recurring charge falls due, for example `month`."""
    unitOfMeasure: str | None = None
    """What a usage charge counts, for example `GB` or `minute`."""
    billingAccount: BillingAccountRef | None = None
    """Account to which the amount is booked."""
    price: Price
    """The amount."""
    productOfferingPrice: ProductOfferingPriceRef | None = None
    """The list price that it stems from."""
    productPriceAlteration: list[PriceAlteration] | None = None
    """Discounts and surcharges on this price."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class ProductSpecificationRef(SpecModel):
    """Points at the technical description behind an offering."""

    id: str
    """Key of the object pointed at, as its owner issued it."""
    href: str | None = None
    """Address under which the object pointed at can be read."""
    name: str | None = None
    """Name of the object pointed at, copied here for readers."""
    version: str | None = None
    """Version of the specification that is meant."""
    targetProductSchema: TargetProductSchema | None = None
    """Schema by which products of this specification can be checked."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""
    at_referredType: Annotated[str | None, Field(alias="@referredType")] = None
    """Type of the object pointed at, where the attribute alone does not tell."""


class ProductTerm(SpecModel):
    """A commitment that holds for a product in use."""

    description: str | None = None
    """What is being committed to."""
    name: str | None = None
    """Short title of the commitment."""
    duration: Quantity | None = None
    """How long it binds."""
    validFor: TimePeriod | None = None
    """From when until when it binds."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class CancelProductOrderCreateEventPayload(SpecModel):
    """The product order cancellation that the notification is about."""

    cancelProductOrder: CancelProductOrder | None = None
    """The product order cancellation, as it stands after the change."""


class CancelProductOrderStateChangeEventPayload(SpecModel):
    """The product order cancellation that the notification is about."""

    cancelProductOrder: CancelProductOrder | None = None
    """The product order cancellation, as it stands after the change."""


class CancelProductOrderInformationRequiredEventPayload(SpecModel):
    """The product order cancellation that the notification is about."""

    cancelProductOrder: CancelProductOrder | None = None
    """The product order cancellation, as it stands after the change."""


class OrderPrice(SpecModel):
    """One price component that the customer pays, for an item or for the order as a whole."""

    description: str | None = None
    """What the amount covers and when it falls due."""
    name: str | None = None
    """Short title, such as "Monthly fee"."""
    priceType: str | None = None
    """Kind of charge: `recurring`, `oneTime`, `usage`, `discount` and the like."""
    recurringChargePeriod: str | None = None
    """How often a recurring charge falls due, for example `month`."""
    unitOfMeasure: str | None = None
    """What a usage charge counts, for example `GB` or `minute`."""
    billingAccount: BillingAccountRef | None = None
    """Account to which the amount is booked."""
    price: Price | None = None
    """The amount."""
    priceAlteration: list[PriceAlteration] | None = None
    """Discounts and surcharges on this price."""
    productOfferingPrice: ProductOfferingPriceRef | None = None
    """The list price that it stems from."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class CancelProductOrderCreateEvent(EventEnvelope):
    """Tells that a product order cancellation has been created."""

    id: str | None = None
    """Key of the resource that the notification is about."""
    href: str | None = None
    """Address of the resource that the notification is about."""
    event: CancelProductOrderCreateEventPayload | None = None
    """The resource that the notification is about."""


class CancelProductOrderStateChangeEvent(EventEnvelope):
    """Tells that a product order cancellation has moved to another state."""

    id: str | None = None
    """Key of the resource that the notification is about."""
    href: str | None = None
    """Address of the resource that the notification is about."""
    event: CancelProductOrderStateChangeEventPayload | None = None
    """The resource that the notification is about."""


class CancelProductOrderInformationRequiredEvent(EventEnvelope):
    """Tells that work on a product order cancellation waits for something that the client must supply."""

    fieldPath: str | None = None
    """Path of the attribute that the notification is about."""
    event: CancelProductOrderInformationRequiredEventPayload | None = None
    """The resource that the notification is about."""


class Product(SpecModel):
    """What a customer has bought: an offering in use, made real by services and resources."""

    id: str | None = None
    """Key of the product in the product inventory."""
    href: str | None = None
    """Address under which the product can be read."""
    description: str | None = None
    """What was bought, in words; often taken from the offering."""
    isBundle: bool | None = None
    """True when the product is made up of other products."""
    isCustomerVisible: bool | None = None
    """True when the customer gets to see the product."""
    name: str | None = None
    """What the product is called; often as the offering is."""
    orderDate: AwareDatetime | None = None
    """When it was ordered."""
    productSerialNumber: str | None = None
    """Serial number of a device, for example of a router."""
    startDate: AwareDatetime | None = None
    """From when it can be used."""
    terminationDate: AwareDatetime | None = None
    """When it ended."""
    agreement: list[AgreementItemRef] | None = None
    """Contract lines that govern it."""
    billingAccount: BillingAccountRef | None = None
    """Account that is charged for it."""
    place: list[RelatedPlaceRefOrValue] | None = None
    """Where it is installed or used."""
    product: list[ProductRefOrValue] | None = None
    """Its parts, when it is a bundle."""
    productCharacteristic: list[Characteristic] | None = None
    """How it is configured."""
    productOffering: ProductOfferingRef | None = None
    """The catalogue entry that was sold."""
    productOrderItem: list[RelatedProductOrderItem] | None = None
    """The order lines that made it what it is."""
    productPrice: list[ProductPrice] | None = None
    """What is paid for it."""
    productRelationship: list[ProductRelationship] | None = None
    """Ties to other products."""
    productSpecification: ProductSpecificationRef | None = None
    """Its technical description."""
    productTerm: list[ProductTerm] | None = None
    """Commitments that hold for it."""
    realizingResource: list[ResourceRef] | None = None
    """Resources that it is made of."""
    realizingService: list[ServiceRef] | None = None
    """Services that make it work."""
    relatedParty: list[RelatedParty] | None = None
    """Who has to do with it, as user or owner for instance."""
    status: ProductStatusType | None = None
    """Where it stands in its life."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class ProductOrder(SpecModel):
    """Asks for products to be delivered, changed or ended, and shows how far that has come."""

    id: str | None = None
    """Key of this object, unique within its collection; the server issues it."""
    href: str | None = None
    """Absolute address of this object; the server builds it from the request."""
    cancellationDate: AwareDatetime | None = None
    """Moment from which the order counts as cancelled; absent otherwise."""
    cancellationReason: str | None = None
    """Why the order is to end early, in the words of whoever asked for it."""
    category: str | None = None
    """Business segment or kind of order, for example `residential`; helps to sort and route."""
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
    """Urgency as a digit from `0` (first) to `4` (last)."""
    requestedCompletionDate: AwareDatetime | None = None
    """By when the client would like delivery."""
    requestedStartDate: AwareDatetime | None = None
    """Before this date the client does not want work to begin."""
    agreement: list[AgreementRef] | None = None
    """Contracts under which the order is placed."""
    billingAccount: BillingAccountRef | None = None
    """Account that is charged, unless an item names another."""
    channel: list[RelatedChannel] | None = None
    """Channels through which the order came."""
    note: list[Note] | None = None
    """Remarks on the order."""
    orderTotalPrice: list[OrderPrice] | None = None
    """What the whole order costs, by kind of charge."""
    payment: list[PaymentRef] | None = None
    """Payments made when the order was placed."""
    productOfferingQualification: list[ProductOfferingQualificationRef] | None = None
    """Availability checks that preceded the order."""
    productOrderItem: Annotated[list[ProductOrderItem], Field(min_length=1)]
    """The lines of the order; at least one."""
    quote: list[QuoteRef] | None = None
    """Quotes that preceded the order."""
    relatedParty: list[RelatedParty] | None = None
    """Who has to do with the order, as customer or seller for instance."""
    state: ProductOrderStateType | None = None
    """How far the order has come; follows from its items."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class ProductOrderCreate(SpecModel):
    """What a client sends to place a product order."""

    cancellationDate: AwareDatetime | None = None
    """Moment from which the order counts as cancelled; absent otherwise."""
    cancellationReason: str | None = None
    """Why the order is to end early, in the words of whoever asked for it."""
    category: str | None = None
    """Business segment or kind of order, for example `residential`; helps to sort and route."""
    description: str | None = None
    """What is ordered, in words."""
    externalId: str | None = None
    """The client's own number for the order, to find it again."""
    notificationContact: str | None = None
    """Where to send news of the order, for instance an e-mail address."""
    priority: str | None = None
    """Urgency as a digit from `0` (first) to `4` (last)."""
    requestedCompletionDate: AwareDatetime | None = None
    """By when the client would like delivery."""
    requestedStartDate: AwareDatetime | None = None
    """Before this date the client does not want work to begin."""
    agreement: list[AgreementRef] | None = None
    """Contracts under which the order is placed."""
    billingAccount: BillingAccountRef | None = None
    """Account that is charged, unless an item names another."""
    channel: list[RelatedChannel] | None = None
    """Channels through which the order came."""
    note: list[Note] | None = None
    """Remarks on the order."""
    orderTotalPrice: list[OrderPrice] | None = None
    """What the whole order costs, by kind of charge."""
    payment: list[PaymentRef] | None = None
    """Payments made when the order was placed."""
    productOfferingQualification: list[ProductOfferingQualificationRef] | None = None
    """Availability checks that preceded the order."""
    productOrderItem: Annotated[list[ProductOrderItem], Field(min_length=1)]
    """The lines of the order; at least one."""
    quote: list[QuoteRef] | None = None
    """Quotes that preceded the order."""
    relatedParty: list[RelatedParty] | None = None
    """Who has to do with the order, as customer or seller for instance."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class ProductOrderUpdate(SpecModel):
    """What may be changed in a product order; attributes left out stay as they are."""

    cancellationDate: AwareDatetime | None = None
    """Moment from which the order counts as cancelled; absent otherwise."""
    cancellationReason: str | None = None
    """Why the order is to end early, in the words of whoever asked for it."""
    category: str | None = None
    """Business segment or kind of order, for example `residential`; helps to sort and route."""
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
    priority: str | None = None
    """Urgency as a digit from `0` (first) to `4` (last)."""
    requestedCompletionDate: AwareDatetime | None = None
    """By when the client would like delivery."""
    requestedStartDate: AwareDatetime | None = None
    """Before this date the client does not want work to begin."""
    agreement: list[AgreementRef] | None = None
    """Contracts under which the order is placed."""
    billingAccount: BillingAccountRef | None = None
    """Account that is charged, unless an item names another."""
    channel: list[RelatedChannel] | None = None
    """Channels through which the order came."""
    note: list[Note] | None = None
    """Remarks on the order."""
    orderTotalPrice: list[OrderPrice] | None = None
    """What the whole order costs, by kind of charge."""
    payment: list[PaymentRef] | None = None
    """Payments made when the order was placed."""
    productOfferingQualification: list[ProductOfferingQualificationRef] | None = None
    """Availability checks that preceded the order."""
    productOrderItem: Annotated[list[ProductOrderItem] | None, Field(min_length=1)] = (
        None
    )
    """The lines of the order; at least one."""
    quote: list[QuoteRef] | None = None
    """Quotes that preceded the order."""
    relatedParty: list[RelatedParty] | None = None
    """Who has to do with the order, as customer or seller for instance."""
    state: ProductOrderStateType | None = None
    """How far the order has come; follows from its items."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class ProductOrderItem(SpecModel):
    """One line of a product order: an action on one product."""

    id: str
    """Key of the line within the order, chosen by the client, for example `1`."""
    quantity: int | None = None
    """How many are ordered; one unless said otherwise."""
    action: OrderItemActionType
    """What shall happen to the product."""
    appointment: AppointmentRef | None = None
    """Visit or call agreed for this line."""
    billingAccount: BillingAccountRef | None = None
    """Account that is charged for this line."""
    itemPrice: list[OrderPrice] | None = None
    """Prices of one unit of this line."""
    itemTerm: list[OrderTerm] | None = None
    """Commitments that the customer makes with this line."""
    itemTotalPrice: list[OrderPrice] | None = None
    """Prices of this line over its whole quantity."""
    payment: list[PaymentRef] | None = None
    """Payments made for this line."""
    product: ProductRefOrValue | None = None
    """The product to act on; to be set up it is written out, otherwise its key is enough."""
    productOffering: ProductOfferingRef | None = None
    """The catalogue entry that is ordered."""
    productOfferingQualificationItem: ProductOfferingQualificationItemRef | None = None
    """Line of the availability check on which this one rests."""
    productOrderItem: list[ProductOrderItem] | None = None
    """Nested lines, for instance the parts of a bundle."""
    productOrderItemRelationship: list[OrderItemRelationship] | None = None
    """Ties to other lines of the order."""
    qualification: list[ProductOfferingQualificationRef] | None = None
    """Availability checks that concern this line."""
    quoteItem: QuoteItemRef | None = None
    """Line of the quote on which this one rests."""
    state: ProductOrderItemStateType | None = None
    """How far this line has come; set by the server."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class ProductRefOrValue(SpecModel):
    """A product, either pointed at by its key (one that exists) or written out (one to be set up). `@type` and its companions describe the product, not this wrapper."""

    id: str | None = None
    """Key of the product in the product inventory."""
    href: str | None = None
    """Address under which the product can be read."""
    description: str | None = None
    """What was bought, in words; often taken from the offering."""
    isBundle: bool | None = None
    """True when the product is made up of other products."""
    isCustomerVisible: bool | None = None
    """True when the customer gets to see the product."""
    name: str | None = None
    """What the product is called; often as the offering is."""
    orderDate: AwareDatetime | None = None
    """When it was ordered."""
    productSerialNumber: str | None = None
    """Serial number of a device, for example of a router."""
    startDate: AwareDatetime | None = None
    """From when it can be used."""
    terminationDate: AwareDatetime | None = None
    """When it ended."""
    agreement: list[AgreementItemRef] | None = None
    """Contract lines that govern it."""
    billingAccount: BillingAccountRef | None = None
    """Account that is charged for it."""
    place: list[RelatedPlaceRefOrValue] | None = None
    """Where it is installed or used."""
    product: list[ProductRefOrValue] | None = None
    """Its parts, when it is a bundle."""
    productCharacteristic: list[Characteristic] | None = None
    """How it is configured."""
    productOffering: ProductOfferingRef | None = None
    """The catalogue entry that was sold."""
    productOrderItem: list[RelatedProductOrderItem] | None = None
    """The order lines that made it what it is."""
    productPrice: list[ProductPrice] | None = None
    """What is paid for it."""
    productRelationship: list[ProductRelationship] | None = None
    """Ties to other products."""
    productSpecification: ProductSpecificationRef | None = None
    """Its technical description."""
    productTerm: list[ProductTerm] | None = None
    """Commitments that hold for it."""
    realizingResource: list[ResourceRef] | None = None
    """Resources that it is made of."""
    realizingService: list[ServiceRef] | None = None
    """Services that make it work."""
    relatedParty: list[RelatedParty] | None = None
    """Who has to do with it, as user or owner for instance."""
    status: ProductStatusType | None = None
    """Where it stands in its life."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""
    at_referredType: Annotated[str | None, Field(alias="@referredType")] = None
    """Type of the object pointed at, where the attribute alone does not tell."""


class ProductRelationship(SpecModel):
    """Ties a product to another one, for instance a bundle to its parts (`bundled`) or an option to what it builds on (`reliesOn`)."""

    relationshipType: str
    """Kind of tie: `bundled`, `reliesOn`, `targets`, `isTargeted` or one of your own."""
    product: ProductRefOrValue
    """The product at the other end."""
    at_baseType: Annotated[str | None, Field(alias="@baseType")] = None
    """Name of the type that `@type` builds on."""
    at_schemaLocation: Annotated[str | None, Field(alias="@schemaLocation")] = None
    """Address of the JSON Schema that describes the attributes which `@type` adds."""
    at_type: Annotated[str | None, Field(alias="@type")] = None
    """Name of the concrete type of this object."""


class ProductOrderCreateEvent(EventEnvelope):
    """Tells that a product order has been created."""

    id: str | None = None
    """Key of the resource that the notification is about."""
    href: str | None = None
    """Address of the resource that the notification is about."""
    event: ProductOrderCreateEventPayload | None = None
    """The resource that the notification is about."""


class ProductOrderCreateEventPayload(SpecModel):
    """The product order that the notification is about."""

    productOrder: ProductOrder | None = None
    """The product order, as it stands after the change."""


class ProductOrderAttributeValueChangeEvent(EventEnvelope):
    """Tells that attributes of a product order other than its state have changed."""

    fieldPath: str | None = None
    """Path of the attribute that the notification is about."""
    event: ProductOrderAttributeValueChangeEventPayload | None = None
    """The resource that the notification is about."""


class ProductOrderAttributeValueChangeEventPayload(SpecModel):
    """The product order that the notification is about."""

    productOrder: ProductOrder | None = None
    """The product order, as it stands after the change."""


class ProductOrderDeleteEvent(EventEnvelope):
    """Tells that a product order has been removed."""

    id: str | None = None
    """Key of the resource that the notification is about."""
    href: str | None = None
    """Address of the resource that the notification is about."""
    event: ProductOrderDeleteEventPayload | None = None
    """The resource that the notification is about."""


class ProductOrderDeleteEventPayload(SpecModel):
    """The product order that the notification is about."""

    productOrder: ProductOrder | None = None
    """The product order, as it stood last."""


class ProductOrderStateChangeEvent(EventEnvelope):
    """Tells that a product order has moved to another state."""

    id: str | None = None
    """Key of the resource that the notification is about."""
    href: str | None = None
    """Address of the resource that the notification is about."""
    event: ProductOrderStateChangeEventPayload | None = None
    """The resource that the notification is about."""


class ProductOrderStateChangeEventPayload(SpecModel):
    """The product order that the notification is about."""

    productOrder: ProductOrder | None = None
    """The product order, as it stands after the change."""


class ProductOrderInformationRequiredEvent(EventEnvelope):
    """Tells that work on a product order waits for something that the client must supply."""

    fieldPath: str | None = None
    """Path of the attribute that the notification is about."""
    event: ProductOrderInformationRequiredEventPayload | None = None
    """The resource that the notification is about."""


class ProductOrderInformationRequiredEventPayload(SpecModel):
    """The product order that the notification is about."""

    productOrder: ProductOrder | None = None
    """The product order, as it stands after the change."""
