"""How far a product order is, read off its service order. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from api.draft import Draft
from api.graph import inward
from api.jsontypes import JsonObject
from api.rollup import roll_up
from tmf622_product_ordering.items import read_items
from tmf622_product_ordering.progress import add_note, item_bodies, move
from tmf622_product_ordering.states import PRODUCT_ORDER, PRODUCT_ORDER_ITEM, toward

__all__ = [
    "FINAL",
    "STOPPED",
    "Progress",
    "advance",
    "begin_anew",
    "progress_of",
    "walk_services",
]

FINAL = frozenset({"completed", "failed", "partial", "rejected", "cancelled"})
"""The final states of service orders and their items."""

STOPPED = frozenset({"held", "pending"})
"""The states in which an order waits for somebody to decide."""

_STAYS = frozenset({"active", "inactive"})
"""The states of services that a delete has left as they are: others rely on them."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What the work below says of a product order.

    Attributes:
        order: the state that the order should have.
        items: the state that each item should have; ``partial`` where only a part is done.
        services: per item, those of its service order items that are done.
        reasons: per item, why services of it failed.
    """

    order: str
    items: Mapping[str, str]
    services: Mapping[str, Sequence[JsonObject]]
    reasons: Mapping[str, Sequence[str]]


def progress_of(
    order: JsonObject, service_order: JsonObject | None, mapping: Mapping[str, Sequence[str]]
) -> Progress:
    """Rolls the items of the service order up into those of the product order, and these into it.

    Args:
        order: the product order.
        service_order: as it is now; None where there was nothing to order.
        mapping: ids of the service order items of each item.
    """
    below = {item["id"]: item for item in walk_services(service_order or {})}
    whole = str((service_order or {}).get("state", ""))
    states = {id_: _state(item, whole) for id_, item in below.items()}
    items = _item_states(order, mapping, states, whole)
    # of the items that are shown, as the table wants it: an item has no partial
    state = roll_up("failed" if each == "partial" else each for each in items.values())
    if state in FINAL and service_order is not None and whole not in FINAL:
        state = "inProgress"  # something that an amendment has dropped is still being undone
    if state == "inProgress" and whole in STOPPED:
        state = whole
    mine = {id_: [below[s] for s in ids if s in below] for id_, ids in mapping.items()}
    return Progress(
        order=state,
        items=items,
        services={
            id_: [s for s in services if s.get("state") == "completed"]
            for id_, services in mine.items()
        },
        reasons={
            id_: [reason for each in services for reason in _reasons(each)]
            for id_, services in mine.items()
        },
    )


def walk_services(order: JsonObject) -> Iterable[JsonObject]:
    """Items of a service order, nested ones too."""
    waiting = list(order.get("serviceOrderItem") or [])
    while waiting:
        item = waiting.pop(0)
        yield item
        waiting += item.get("serviceOrderItem") or []


def _state(item: JsonObject, whole: str) -> str:
    """An item's state; items that a final order left open share its fate.

    One that waits to be undone, in an order that waits for somebody, does not move.
    """
    state = str(item.get("state", "acknowledged"))
    if whole in STOPPED and state == "pendingCancellation":
        return "acknowledged"
    return whole if whole in FINAL and state not in FINAL else state


def _item_states(
    order: JsonObject, mapping: Mapping[str, Sequence[str]], below: Mapping[str, str], whole: str
) -> dict[str, str]:
    """What the items come to; one for which nothing is done yet is acknowledged, as those below.

    One that waits for others in a service order that is stopped is stopped with it.
    """
    parts = {item.id: item.parts for item in read_items(order)}
    known: dict[str, str] = {}
    for id_ in inward(parts):
        own = [below.get(service, "acknowledged") for service in mapping.get(id_, ())]
        seen = {*own, *(known[part] for part in parts[id_])}
        waits = whole in STOPPED and not seen - FINAL - STOPPED - {"acknowledged"}
        rolled = roll_up(seen)
        if rolled == "inProgress" and seen == {"acknowledged"}:
            rolled = "acknowledged"
        known[id_] = whole if waits and rolled == "inProgress" else rolled
    return {id_: known[id_] for id_ in parts}


def _reasons(service: JsonObject) -> list[str]:
    if service.get("state") not in {"failed", "rejected"}:
        return []
    said = service.get("errorMessage") or []
    texts = [each.get("reason") or each.get("message") or each.get("code") for each in said]
    named = [f"{service['id']}: {str(text).rstrip('.')}" for text in texts if text]
    return named or [f"{service['id']}: failed"]


def advance(draft: Draft, progress: Progress, now: float) -> None:
    """Takes the order and its items one legal step towards what the work below says."""
    for item in item_bodies(draft):
        target = progress.items.get(item["id"], "acknowledged")
        before = item.get("state", "acknowledged")
        if (before, target) == ("completed", "cancelled"):
            item["state"] = "pendingCancellation"  # what it had done is undone
            continue
        after = toward(PRODUCT_ORDER_ITEM, before, "failed" if target == "partial" else target)
        if before in PRODUCT_ORDER_ITEM.final or after == before:
            continue
        item["state"] = after
        if after == "failed":
            _explain(draft, item["id"], progress, now)
        if after in PRODUCT_ORDER_ITEM.final and item["action"] in ("add", "modify"):
            _realize(item, progress.services.get(item["id"], ()))
    state = toward(PRODUCT_ORDER, draft.state, progress.order)
    if state in PRODUCT_ORDER.final and _open_items(draft):
        return  # they are on their way, by a state between: the order is over when they are
    if state != draft.state:
        move(draft, state, now)


def begin_anew(
    draft: Draft,
    service_order: JsonObject | None,
    mapping: Mapping[str, Sequence[str]],
    *,
    changed: Collection[str],
    made: Collection[str],
) -> None:
    """Sets items back that were at their end and are carried anew.

    Args:
        draft: of the order.
        service_order: as amended; None where there is none yet.
        mapping: as `progress_of` takes it.
        changed: ids of items that were changed.
        made: ids of services that the order had added.
    """
    states = progress_of(draft.body, service_order, mapping).items
    for item in item_bodies(draft):
        now, id_ = item.get("state"), item["id"]
        below = "failed" if states.get(id_) == "partial" else states.get(id_)
        if now not in PRODUCT_ORDER_ITEM.final or (below == now and id_ not in changed):
            continue
        item["state"] = "acknowledged"
        product = item.get("product") or {}
        if item["action"] == "modify" and "realizingService" in product:
            named = product["realizingService"]
            product["realizingService"] = [each for each in named if each["id"] not in made]


def _open_items(draft: Draft) -> bool:
    return any(each.get("state") not in PRODUCT_ORDER_ITEM.final for each in item_bodies(draft))


def _explain(draft: Draft, id_: str, progress: Progress, now: float) -> None:
    reasons = "; ".join(progress.reasons.get(id_, ()))
    partly = " in part" if progress.items.get(id_) == "partial" else ""
    if reasons:
        add_note(draft, f"Item {id_} failed{partly}: {reasons}.", now)
    elif partly:
        add_note(draft, f"Item {id_} failed in part: not all that it consists of came up.", now)


def _realize(item: JsonObject, done: Iterable[JsonObject]) -> None:
    """Names the services that came up: a later modify or delete refers to them.

    ``done`` are the service order items. What a modify has ended is named no more.
    """
    before = (item.get("product") or {}).get("realizingService") or ()
    named = {each["id"]: each for each in before if item["action"] == "modify"}
    for each in done:
        service = each["service"]
        if each["action"] == "delete":
            if service.get("state") not in _STAYS:
                named.pop(service.get("id"), None)
        elif each["action"] == "add" and service.get("id"):
            reference = {"id": service["id"], "name": service.get("name", "")}
            named[service["id"]] = reference | {"@type": "ServiceRef", "@referredType": "Service"}
    if named or (before and item["action"] == "modify"):
        item.setdefault("product", {})["realizingService"] = list(named.values())
    elif before:
        del item["product"]["realizingService"]  # they are gone
