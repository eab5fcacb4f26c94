"""What is special about product orders: the business check, and who may change what and when.

What a process remembers of an order is in ``process``:

- ``plan``: the order is carried by the service order that it names (see `fulfilment`);
- ``manual``: it is left to people, who move it along its lifecycle;
- ``ask``: what a client asked of an order with a plan, still to be passed on;
- ``cancel``: the cancellation that is under way (see `cancellation`);
- ``from``: the state from which people began to assess a cancellation.
"""

from collections.abc import Callable

from api.catalog.model import Catalog
from api.commands import Commands
from api.dates import format_date
from api.draft import Draft
from api.errors import Conflict
from api.jsontypes import JsonObject
from api.schema.characteristics import check_values
from api.settings import UnknownItems
from api.store.document import Document
from tmf622_product_ordering.items import item_faults, read_items
from tmf622_product_ordering.ordered import ordered_values
from tmf622_product_ordering.problems import find_problems
from tmf622_product_ordering.progress import add_note, item_bodies, move, set_items
from tmf622_product_ordering.states import PRODUCT_ORDER, PRODUCT_ORDER_ITEM

__all__ = ["ProductOrderCommands"]

_CLIENTS = {
    "inProgress": frozenset({"held"}),
    "held": frozenset({"inProgress", "cancelled"}),
    "pending": frozenset({"inProgress", "cancelled"}),
}
"""The changes of state that clients may ask of an order with a plan: suspend, resume, give up."""


class ProductOrderCommands(Commands):
    """The commands of ``productOrder``; see `api.commands.Commands`.

    Args:
        generic: the resource's generic commands.
        catalog: gives the catalogue as it is now.
        unknown_items: what becomes of an order with an item that it does not know.
    """

    def __init__(
        self, generic: Commands, catalog: Callable[[], Catalog], unknown_items: UnknownItems
    ) -> None:
        super().__init__(generic.resource, generic.schema, generic.store, generic.clock)
        self._catalog = catalog
        self._reject_unknown = unknown_items is UnknownItems.REJECT

    def examine(self, before: JsonObject | None, body: JsonObject) -> None:
        """Holds the ordered characteristics against the catalogue."""
        super().examine(before, body)
        if before is None or before.get("productOrderItem") != body.get("productOrderItem"):
            check_values(ordered_values(body, self._catalog()))

    def prepare(self, draft: Draft) -> None:
        """Acknowledges a new order, or rejects one that fails the business check."""
        now = self.clock.now()
        draft.body["state"] = "acknowledged"
        draft.body["orderDate"] = format_date(now)
        for item in item_bodies(draft):
            item["state"] = "acknowledged"
        problems = find_problems(read_items(draft.body), self._catalog())
        reasons = [*problems.faults, *(problems.unknown if self._reject_unknown else ())]
        if reasons:
            set_items(draft, lambda _: "rejected")
            move(draft, "rejected", now)
            add_note(draft, f"Rejected: {'; '.join(reasons)}.", now)

    def revise(self, before: Document, draft: Draft) -> None:
        """Lets a client change what it may; raises Conflict for the rest."""
        process = before.process or {}
        old, new = str(before.body.data.get("state")), draft.state
        if before.body.data.get("productOrderItem") != draft.body.get("productOrderItem"):
            self._revise_items(process, old, draft)
        if old == new:
            return
        PRODUCT_ORDER.check(old, new)
        if "cancel" in process:
            raise Conflict(
                "state: the order's cancellation is under way",
                "Wait until its CancelProductOrder has ended.",
            )
        if "plan" in process:
            self._ask(old, new, draft)
        elif process.get("manual"):
            self._by_hand(old, new, draft)
        else:
            raise Conflict(
                f"state: cannot be set to {new} before the order has been looked at",
                "Wait for its requestedStartDate, patch that, or cancel it: cancelProductOrder.",
            )

    def removable(self, document: Document) -> None:
        """Raises Conflict while work is under way."""
        state = str(document.body.data.get("state"))
        process = document.process or {}
        busy = "plan" in process or "cancel" in process
        if state not in PRODUCT_ORDER.final and busy:
            raise Conflict(
                f"state: cannot be deleted while {state}",
                "Work is under way. Cancel the order, or wait until it has ended.",
            )

    def _revise_items(self, process: JsonObject, state: str, draft: Draft) -> None:
        if state in PRODUCT_ORDER.final:
            raise Conflict(
                f"productOrderItem: cannot be changed, the order is {state}",
                "Order the change anew. Notes and descriptions can still be changed.",
            )
        if "plan" in process or "cancel" in process:
            raise Conflict(
                "productOrderItem: cannot be changed, the order is being carried out",
                "Cancel the order and place a new one, or order the change once it has ended.",
            )
        if faults := item_faults(read_items(draft.body)):
            raise Conflict(f"productOrderItem: {faults[0]}", "; ".join(faults))
        for item in item_bodies(draft):
            item.setdefault("state", state if state in PRODUCT_ORDER_ITEM.states else "inProgress")
        if state == "acknowledged":
            draft.process.pop("manual", None)  # perhaps the catalogue knows the items now
            draft.due = self.clock.now()

    def _ask(self, old: str, new: str, draft: Draft) -> None:
        if new not in _CLIENTS.get(old, frozenset()):
            allowed = ", ".join(sorted(_CLIENTS.get(old, ()))) or "nothing; it moves by itself"
            raise Conflict(
                f"state: the order's plan decides when it becomes {new}",
                f"From {old} you may set it to: {allowed}.",
            )
        now = self.clock.now()
        number = draft.process.get("asked", 0) + 1
        draft.process |= {"ask": new, "asked": number}
        if new == "cancelled":
            set_items(draft, lambda _: "cancelled")
        move(draft, new, now)
        draft.due = now

    def _by_hand(self, old: str, new: str, draft: Draft) -> None:
        came_from = draft.process.pop("from", None)
        if new == "assessingCancellation":
            draft.process["from"] = old
        elif old == "assessingCancellation" and new not in {came_from, "pendingCancellation"}:
            raise Conflict(
                f"state: the order was {came_from} before its cancellation was assessed",
                f"Set it back to {came_from}, or on to pendingCancellation.",
            )
        # version 4 has no partial item, and nobody says which ones were not delivered
        item_state = "failed" if new == "partial" else new
        set_items(draft, lambda _: item_state)
        move(draft, new, self.clock.now())
