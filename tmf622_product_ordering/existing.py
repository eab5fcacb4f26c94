"""Services that exist already, and which of them a modify or delete means. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from api.catalog.model import Catalog, Use
from api.jsontypes import JsonObject
from tmf622_product_ordering.items import Item

__all__ = ["Claims", "Existing", "existing_of"]

_CONTEXT: Final = ("place", "relatedParty")


@dataclass(frozen=True, slots=True)
class Existing:
    """A service in the inventory.

    Attributes:
        id: its id there.
        specification: id of its specification; None where only a reference is known.
        name: as the inventory or the reference has it.
        relies_on: ids of the services below it.
        characteristics: its properties, by name.
        context: its place and parties, as far as it has any.
    """

    id: str
    specification: str | None = None
    name: str | None = None
    relies_on: tuple[str, ...] = ()
    characteristics: JsonObject = field(default_factory=dict)
    context: JsonObject = field(default_factory=dict)

    def to_json(self) -> JsonObject:
        """As a process remembers it."""
        return {
            "id": self.id,
            "specification": self.specification,
            "name": self.name,
            "reliesOn": list(self.relies_on),
            "characteristics": self.characteristics,
            "context": self.context,
        }

    @classmethod
    def of_json(cls, body: JsonObject) -> "Existing":
        """As `to_json` wrote it."""
        return cls(
            body["id"],
            body["specification"],
            body["name"],
            tuple(body["reliesOn"]),
            body["characteristics"],
            body.get("context", {}),
        )


def existing_of(service: JsonObject) -> Existing:
    """A service as the inventory (TMF638) gives it."""
    related = [
        relation.get("service") or {}
        for relation in service.get("serviceRelationship") or []
        if relation.get("relationshipType") == "reliesOn"
    ]
    below = [*related, *(service.get("supportingService") or [])]
    return Existing(
        id=service["id"],
        specification=(service.get("serviceSpecification") or {}).get("id"),
        name=service.get("name"),
        relies_on=tuple(dict.fromkeys(each["id"] for each in below if each.get("id"))),
        characteristics={
            each["name"]: each["value"]
            for each in service.get("serviceCharacteristic") or []
            if each.get("value") is not None
        },
        context={name: service[name] for name in _CONTEXT if service.get(name)},
    )


@dataclass(slots=True)
class Claims:
    """The services that an item may touch; each goes to one use.

    Attributes:
        free: those that no use has taken yet, by id.
    """

    catalog: Catalog
    free: dict[str, Existing] = field(default_factory=dict)

    @classmethod
    def of(cls, item: Item, catalog: Catalog, services: Mapping[str, Existing]) -> "Claims":
        """Those that ``product.realizingService`` names, and all below them."""
        claims = cls(catalog)
        waiting = []
        for named in item.product.get("realizingService") or []:
            # without a service in the inventory, what the reference says of itself must do
            word = named.get("name") or named.get("@referredType")
            waiting.append(services.get(named["id"]) or Existing(named["id"], name=word))
        while waiting:
            each = waiting.pop(0)
            if each.id not in claims.free:
                claims.free[each.id] = each
                waiting += [services[id_] for id_ in each.relies_on if id_ in services]
        return claims

    def take(
        self, use: Use, beside: Sequence[Use], above: Existing | None, *, strict: bool = False
    ) -> list[Existing]:
        """The services of a use; they are not free any more.

        Those of the right specification, nearest first: below the service above, or called as
        the use is. Where several uses of one specification stand side by side, each takes one.
        ``strict``: only those below the service above, where anything is known to be.
        """
        fitting = [each for each in self.free.values() if self._fits(each, use)]
        if not fitting and above is None and len(beside) == 1:
            fitting = [each for each in self.free.values() if self._anonymous(each)][:1]
        if above is not None:
            below = [each for each in fitting if each.id in above.relies_on]
            fitting = below if strict and above.relies_on else below or fitting
        fitting = [each for each in fitting if each.name == use.name] or fitting
        if sum(other.specification == use.specification for other in beside) > 1:
            fitting = fitting[:1]
        for each in fitting:
            del self.free[each.id]
        return fitting

    def context(self) -> JsonObject:
        """Where the product is and whose it is, by the first services that tell."""
        found: JsonObject = {}
        for each in self.free.values():
            found = {**each.context, **found}
        return found

    def quantity(self, uses: Sequence[Use]) -> int:
        """How many of a product there are, as far as the free services of its own uses tell."""
        alike = Counter(use.specification for use in uses)
        numbers = [
            sum(self._fits(each, use) for each in self.free.values()) // alike[use.specification]
            for use in uses
            if use.count is None
        ]
        return max(numbers, default=0)

    def _fits(self, service: Existing, use: Use) -> bool:
        if service.specification is not None:
            return service.specification == use.specification
        known = self.catalog.service_specification(use.specification)
        return service.name in {use.name, use.specification, known.name if known else None}

    def _anonymous(self, service: Existing) -> bool:
        if service.specification is not None:
            return False
        names = {each.name for each in self.catalog.service_specifications.values()}
        return service.name not in names | set(self.catalog.service_specifications)
