"""What a plan takes from the catalogue and the inventory. Pure.

From the catalogue: how each step is handled. From the inventory: that a service ends after those
that rely on it, and that two items on one service come one after the other.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from api.catalog.handling import Handling
from api.catalog.model import Catalog
from api.jsontypes import JsonObject
from tmf641_service_ordering.items import service_id, specification_id, walk
from tmf641_service_ordering.plan import Plan, sorted_steps
from tmf641_service_ordering.step import Step

__all__ = ["carriers", "detailed"]


def detailed(
    plan: Plan,
    items: Sequence[JsonObject],
    services: Mapping[str, JsonObject | None],
    catalog: Catalog,
) -> Plan:
    """The plan with what the catalogue and the inventory add to it.

    Args:
        plan: as made from the items.
        items: of the order.
        services: those in the inventory that items name, by id.
        catalog: as it is now.
    """
    known = {str(item["id"]): item for item in walk(items)}
    chosen = plan.steps
    more = _implied(plan, known, services)
    if more:
        steps = {step.id: step for step in plan.steps}
        for id_, others in more.items():
            steps[id_] = replace(steps[id_], after=_joined(steps[id_].after, others))
        ordered, rest = sorted_steps(steps)
        if not rest:  # what the order says goes before
            chosen = tuple(ordered)
    return Plan(tuple(_handled(step, known[step.id], services, catalog) for step in chosen))


def carriers(service: JsonObject) -> Iterator[str]:
    """Ids of the services that a service relies on."""
    for each in service.get("supportingService") or ():
        yield str(each.get("id"))
    for each in service.get("serviceRelationship") or ():
        if str(each.get("relationshipType", "")).lower() in ("relieson", "dependson", "requires"):
            yield str((each.get("service") or {}).get("id"))


def _implied(
    plan: Plan, items: Mapping[str, JsonObject], services: Mapping[str, JsonObject | None]
) -> dict[str, list[str]]:
    """By item those that it comes after although the order does not say so."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    ends = {
        service: step.id
        for step in plan.steps
        if step.action == "delete" and (service := service_id(items[step.id])) is not None
    }
    for service, item in ends.items():
        for below in carriers(services.get(service) or {}):
            if ends.get(below) not in (None, item):
                found[ends[below]].append(item)
    last: dict[str, str] = {}
    for step in plan.steps:
        touched = None if step.action == "add" else service_id(items[step.id])
        if touched is not None:
            if touched in last:
                found[step.id].append(last[touched])
            last[touched] = step.id
    return found


def _joined(after: tuple[str, ...], more: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*after, *more)))


def _handled(
    step: Step,
    item: JsonObject,
    services: Mapping[str, JsonObject | None],
    catalog: Catalog,
) -> Step:
    service = service_id(item)
    present = services.get(service or "") or {}
    kind = specification_id(item) or (present.get("serviceSpecification") or {}).get("id")
    specification = catalog.service_specification(kind)
    handling = specification.handling(step.action) if specification else Handling()
    return Step(  # anew: `replace` asks for each of its many attributes
        step.id,
        step.action,
        step.after,
        service=None if step.action == "add" else service,
        estimate=0.0 if step.action == "noChange" else handling.duration,
        point_of_no_return=handling.point_of_no_return,
        on_failure=handling.on_failure,
        compensation=handling.compensation,
        milestone=handling.milestone,
        calendar=specification.calendar if specification else None,
        relies_on=tuple(carriers(present)) if step.action == "delete" else (),
    )
