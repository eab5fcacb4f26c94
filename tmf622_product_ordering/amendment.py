"""Amending an order that is under way: its items decomposed anew, and its service order with them.

A PATCH of the items is held against TMF641 first (a dry run), which refuses what is past its point
of no return. Then the new items are written together with the intent to amend the service order,
and the order's process does that, however often it is interrupted. Should TMF641 refuse it then
after all, because the work went on meanwhile, the items are those of before again, and a note says
why (see `intents`). Items that it changes, and those that are carried anew with them, are
acknowledged again, whatever they had come to.
"""

import copy
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from api.clock import derived_id
from api.deps import Deps
from api.draft import Draft
from api.errors import BadRequest, Conflict, NotFound
from api.jsontypes import JsonObject
from api.patch import identical
from api.process.controller import Work
from api.schema.validator import path_text
from tmf622_product_ordering.decomposition import Decomposition, decompose
from tmf622_product_ordering.existing import Existing
from tmf622_product_ordering.intents import carried, intended, outstanding, refused
from tmf622_product_ordering.inventory import read_existing
from tmf622_product_ordering.items import placed_items, walk
from tmf622_product_ordering.plan import begin_anew, walk_services
from tmf622_product_ordering.progress import add_note

__all__ = ["Amendments", "intend", "plan_of"]

_PLACE: Final = re.compile(r"serviceOrderItem\[(\d+)\]")

_SERVICE: Final = "serviceOrderItem: item "
"""How a refusal of TMF641 begins that is about an item without a place."""


def intend(before: JsonObject, draft: Draft, now: str) -> None:
    """Writes down that the items of a running order have changed, and how they were."""
    old = {each["id"]: _content(each) for each in walk(before["productOrderItem"])}
    new = {each["id"]: _content(each) for each in walk(draft.body["productOrderItem"])}
    revision = {
        "date": now,
        "added": [id_ for id_ in new if id_ not in old],
        "changed": [id_ for id_ in new if id_ in old and not identical(new[id_], old[id_])],
        "dropped": [id_ for id_ in old if id_ not in new],
    }
    revisions = [*draft.process.get("revisions", []), revision]
    draft.process["revisions"] = revisions
    intended(draft, len(revisions), before["productOrderItem"])


def plan_of(
    order: str, plan: Decomposition, catalog_version: str, existing: Mapping[str, Existing]
) -> JsonObject:
    """What is remembered of a decomposition.

    With the services as they were before: what an amendment makes of the order is compared with
    them, not with what the order has made of them since.
    """
    found: JsonObject = {
        "catalog": catalog_version,
        "serviceOrder": derived_id(order, "serviceOrder") if plan.body else None,
        "items": {id_: list(services) for id_, services in plan.services.items()},
    }
    if existing:
        found["existing"] = [each.to_json() for each in existing.values()]
    return found


@dataclass(frozen=True, slots=True)
class Amendments:
    """Amends service orders.

    Attributes:
        deps: of the server.
    """

    deps: Deps

    async def check(self, order: JsonObject, process: JsonObject) -> JsonObject | None:
        """What TMF641 says of it in a dry run. Raises Conflict, naming the item."""
        plan, _ = await self._decompose(order, process)
        key = process["plan"]["serviceOrder"]
        if key is None:
            return None
        try:
            return await self.deps.client("tmf641").dry_patch("serviceOrder", key, _changes(plan))
        except (Conflict, BadRequest) as error:
            services = {**process["plan"]["items"], **plan.services}
            raise _refused(_told(error.reason, plan), services, order, error.message) from None
        except NotFound:
            return None  # it is still to be handed over: as amended, then

    async def carry(self, work: Work) -> None:
        """Amends the service order as was intended, or takes the intent back."""
        order, process = work.document.body.data, work.document.process or {}
        number, now = process["amend"]["number"], self.deps.clock.now()
        changed = {id_ for each in outstanding(process) for id_ in each["changed"]}
        key = process["plan"]["serviceOrder"]
        made = await self._made(key)
        fault: str | None = None
        plan = Decomposition()
        fresh: JsonObject = {}
        below: JsonObject | None = None
        try:
            plan, existing = await self._decompose(order, process)
            fresh = plan_of(order["id"], plan, self.deps.catalog().version, existing)
            if key is not None:
                amend = derived_id(order["id"], "amend", str(number))
                client = self.deps.client("tmf641")
                if await client.get("serviceOrder", key) is not None:
                    patched = await client.patch("serviceOrder", key, _changes(plan), key=amend)
                    below = patched.body
        except (Conflict, BadRequest) as error:
            fault = _told(error.reason, plan).rstrip(".")

        def edit(draft: Draft) -> None:
            if fault is None:
                if carried(draft, number):
                    draft.process["plan"] = fresh
                    begin_anew(draft, below, fresh["items"], changed=changed, made=made)
                return
            items = refused(draft, number)
            if items is None:
                return
            _restore(draft, items)
            add_note(draft, f"The change of its items is taken back: {fault}.", now)
            draft.notify("InformationRequired", fieldPath="productOrderItem")

        await work.change(edit)

    async def _decompose(
        self, order: JsonObject, process: JsonObject
    ) -> tuple[Decomposition, Mapping[str, Existing]]:
        known = {
            each["id"]: Existing.of_json(each) for each in process["plan"].get("existing") or ()
        }
        order = _without(order, await self._made(process["plan"]["serviceOrder"]))
        existing = await read_existing(order, self.deps.client("tmf638"), known)
        plan = decompose(order, self.deps.catalog(), existing)
        problems = [*plan.faults, *plan.unknown]
        if problems:
            raise Conflict(f"productOrderItem: {problems[0]}", "; ".join(problems))
        if plan.body is None:
            raise Conflict(
                "productOrderItem: nothing would be left that services are needed for",
                "Cancel the order instead: cancelProductOrder.",
            )
        return plan, {**known, **existing}

    async def _made(self, service_order: str | None) -> set[str]:
        """Ids of the services that the order itself has added."""
        if service_order is None:
            return set()
        below = await self.deps.client("tmf641").get("serviceOrder", service_order)
        items = walk_services(below or {})
        return {str(each["service"].get("id")) for each in items if each["action"] == "add"}


def _changes(plan: Decomposition) -> JsonObject:
    return {"serviceOrderItem": (plan.body or {})["serviceOrderItem"]}


def _without(order: JsonObject, services: Collection[str]) -> JsonObject:
    """The order, whose items do not name these services."""
    order = copy.deepcopy(order)
    for item in walk(order["productOrderItem"]):
        product = item.get("product") or {}
        named = product.get("realizingService")
        if named and item["action"] == "modify":
            product["realizingService"] = [each for each in named if each["id"] not in services]
    return order


def _content(item: JsonObject) -> JsonObject:
    inside = ("state", "productOrderItem")
    return {name: value for name, value in item.items() if name not in inside}


def _restore(draft: Draft, items: Sequence[JsonObject]) -> None:
    """The items as they were, with the states that they have come to since."""
    states = {each["id"]: each.get("state") for each in walk(draft.body["productOrderItem"])}
    for item in walk(items):
        if states.get(item["id"]):
            item["state"] = states[item["id"]]
    draft.body["productOrderItem"] = list(items)


def _told(reason: str, plan: Decomposition) -> str:
    """TMF641's reason, with the service order's item by its id: nobody sees the index."""
    place = _PLACE.match(reason)
    items = (plan.body or {}).get("serviceOrderItem") or []
    if place is None or int(place[1]) >= len(items):
        return reason
    return f"{_SERVICE}{items[int(place[1])]['id']}{reason[place.end() :]}"


def _refused(
    reason: str, mapping: Mapping[str, Sequence[str]], order: JsonObject, message: str
) -> Conflict:
    """TMF641's answer in terms of the product order's items."""
    named = [
        item
        for item, services in mapping.items()
        if any(reason.startswith((f"{_SERVICE}{id_}:", f"{_SERVICE}{id_} ")) for id_ in services)
    ]
    if not named:
        return Conflict(f"productOrderItem: cannot be changed any more: {reason}", message)
    path = next((path for path, item in placed_items(order) if item.id == named[0]), None)
    at = f"productOrderItem: item {named[0]}" if path is None else f"{path_text(path)}:"
    name = f"item {named[0]}" if path is None else path_text(path)
    return Conflict(
        f"{at} cannot be changed any more: {reason}",
        f"Send {name} as it is, or order its change by a new product order.",
    )
