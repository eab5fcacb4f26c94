"""What is special about product orders: the business check, and who may change what and when.

What a process remembers of an order is in ``process``:

- ``plan``: the order is carried by the service order that it names (see `fulfilment`);
- ``manual``: it is left to people, who move it along its lifecycle;
- ``ask``: what a client asked of an order with a plan, still to be passed on;
- ``cancel``: the cancellation that is under way (see `cancellation`);
- ``calledOff``: the cancellation that could not undo all: people solve the rest, and ``reason``:
  why the order was to be cancelled;
- ``amend``: a change of the items that the service order must follow yet, and ``revisions``: all
  that there were (see `amendment`);
- ``givenUp``: whether a client has given the order up: it is cancelled when the work below has
  ended;
- ``late``: the requested date that is told to be at risk, and ``told``: how many milestones and
  how many alerts of the service order are;
- ``from``: the state from which people began to assess a cancellation.
"""

from collections.abc import Callable, Container, Iterable, Mapping

from api.catalog.model import Catalog
from api.commands import Accepted, Commands
from api.dates import format_date
from api.draft import Draft
from api.duplicates import refuse_duplicate
from api.errors import Conflict
from api.jsontypes import JsonObject
from api.patch import Patch, identical
from api.schema.characteristics import Given
from api.settings import Settings, UnknownItems
from api.store.document import Document
from tmf622_product_ordering.amendment import Amendments, intend
from tmf622_product_ordering.choices import check_choice
from tmf622_product_ordering.ending import GIVEN_UP
from tmf622_product_ordering.first_look import found_ahead, is_new, look_first
from tmf622_product_ordering.hand_over import HandOver
from tmf622_product_ordering.items import item_faults, read_items
from tmf622_product_ordering.ordered import ordered_values
from tmf622_product_ordering.plan import STOPPED
from tmf622_product_ordering.problems import find_problems
from tmf622_product_ordering.progress import add_note, item_bodies, move, set_items
from tmf622_product_ordering.states import PRODUCT_ORDER, PRODUCT_ORDER_ITEM

__all__ = ["ProductOrderCommands"]


class ProductOrderCommands(Commands):
    """The commands of ``productOrder``; see `api.commands.Commands`.

    Args:
        generic: the resource's generic commands.
        catalog: gives the catalogue as it is now.
        settings: what becomes of an order with an unknown item, and of a duplicate.
        amendments: hold a change of a running order against its service order.
        hand: tells what a new order comes to.
    """

    def __init__(
        self,
        generic: Commands,
        catalog: Callable[[], Catalog],
        settings: Settings,
        amendments: Amendments,
        hand: HandOver,
    ) -> None:
        super().__init__(generic.resource, generic.schema, generic.store, generic.clock)
        self._catalog = catalog
        self._reject_unknown = settings.unknown_items is UnknownItems.REJECT
        self._refuse_duplicates = settings.refuse_duplicates
        self._amendments = amendments
        self._hand = hand

    def described(self, before: JsonObject | None, body: JsonObject) -> Iterable[Given]:
        """See `Commands.described`; of the items, where they are not as they were."""
        items = body.get("productOrderItem")
        same = before is not None and identical(before.get("productOrderItem"), items)
        return () if same else ordered_values(items, self._catalog())

    def prepare(self, draft: Draft) -> None:
        """Acknowledges a new order, or rejects one that fails the business check."""
        now = self.clock.now()
        draft.body["state"] = "acknowledged"
        draft.body["orderDate"] = format_date(now)
        draft.body.pop("expectedCompletionDate", None)  # not the client's at creation
        for item in item_bodies(draft):
            item["state"] = "acknowledged"
        problems = find_problems(read_items(draft.body), self._catalog())
        reasons = [*problems.faults, *(problems.unknown if self._reject_unknown else ())]
        if reasons:
            set_items(draft, lambda _: "rejected")
            move(draft, "rejected", now)
            add_note(draft, f"Rejected: {'; '.join(reasons)}.", now)

    async def admit(self, draft: Draft) -> None:
        """Refuses a duplicate where the settings say so."""
        if self._refuse_duplicates:
            await refuse_duplicate(draft.body, self.store, self.resource.collection)

    async def patch(
        self,
        id_: str,
        changes: Patch | JsonObject,
        *,
        if_match: Container[str] | None = None,
        key: str | None = None,
        internal: bool = False,
    ) -> Document | Accepted:
        """See `Commands.patch`; a change of a running order is held against its service order."""
        patch = changes if isinstance(changes, Patch) else Patch(changes)
        before = await self.get(id_)
        self.check_revision(before, if_match)
        known: Mapping[str, JsonObject] = {}
        draft = Draft.of(before)
        if "plan" in (before.process or {}):
            self.apply_patch(before, draft, patch)
            if not internal:
                self.examine(before.body.data, draft.body)
            self.revise(before, draft)
            if draft.process.get("amend") != (before.process or {}).get("amend"):
                await self._amendments.check(draft.body, draft.process)
        elif is_new(before):
            self.apply_patch(before, draft, patch)
            known = await self.look_ahead(before, draft)
        edit = self.patching(patch, if_match, key=key, internal=internal, known=known)
        return await self.update(id_, edit)

    async def look_ahead(self, before: Document, draft: Draft) -> Mapping[str, JsonObject]:
        """What a new order comes to, where a client asks for its state before its process looks."""
        order = before.body.data
        if not is_new(before) or draft.state == order.get("state"):
            return {}
        plan, _ = await self._hand.decompose(order, self._catalog())
        return found_ahead(order, plan)

    def revise(self, before: Document, draft: Draft) -> None:
        """Lets a client change what it may; raises Conflict for the rest."""
        old, new = str(before.body.data.get("state")), draft.state
        items = draft.body.get("productOrderItem")
        if not identical(before.body.data.get("productOrderItem"), items):
            self._revise_items(before, old, draft)
        if old == new:
            return
        now = self.clock.now()
        look_first(before, draft, now)
        check_choice(before.body.data, new, draft.process, now)
        if "plan" in draft.process:
            self._ask(new, draft)
        else:
            self._by_hand(old, new, draft)

    def removable(self, document: Document) -> None:
        """Raises Conflict while work is under way."""
        super().removable(document)
        state = str(document.body.data.get("state"))
        process = document.process or {}
        busy = "plan" in process or "cancel" in process
        if state not in PRODUCT_ORDER.final and busy:
            raise Conflict(
                f"state: cannot be deleted while {state}",
                "Work is under way. Cancel the order, or wait until it has ended.",
            )

    def _revise_items(self, before: Document, state: str, draft: Draft) -> None:
        process = before.process or {}
        if state in PRODUCT_ORDER.final:
            raise Conflict(
                f"productOrderItem: cannot be changed, the order is {state}",
                "Order the change anew. Notes and descriptions can still be changed.",
            )
        if "cancel" in process or "calledOff" in process:
            raise Conflict(
                "productOrderItem: cannot be changed, the order is being cancelled",
                "Wait for the cancellation's end, then place a new order.",
            )
        if "givenUp" in process:
            raise Conflict(
                "productOrderItem: cannot be changed, the order is given up",
                "Wait for its end, then place a new order.",
            )
        if faults := item_faults(read_items(draft.body)):
            named = "; ".join(faults)
            raise Conflict(f"productOrderItem: {faults[0]}", f"Mend productOrderItem: {named}.")
        if "plan" in process:
            for item in item_bodies(draft):
                item.setdefault("state", "acknowledged")
            intend(before.body.data, draft, format_date(self.clock.now()))
            draft.due = self.clock.now()
            return
        for item in item_bodies(draft):
            item.setdefault("state", state if state in PRODUCT_ORDER_ITEM.states else "inProgress")
        if state == draft.state == "acknowledged":
            draft.process.pop("manual", None)  # perhaps the catalogue knows the items now
            draft.due = self.clock.now()

    def _ask(self, new: str, draft: Draft) -> None:
        now = self.clock.now()
        number = draft.process.get("asked", 0) + 1
        draft.process |= {"ask": new, "asked": number}
        if new == "cancelled":
            _give_up(draft, now)
        else:
            move(draft, new, now)
        draft.due = now

    def _by_hand(self, old: str, new: str, draft: Draft) -> None:
        draft.process.pop("from", None)
        if new == "assessingCancellation":
            draft.process["from"] = old
        # version 4 has no partial item, and nobody says which ones were not delivered
        item_state = "failed" if new == "partial" else new
        set_items(draft, lambda _: item_state)
        move(draft, new, self.clock.now())


def _give_up(draft: Draft, now: float) -> None:
    """The order is in progress until the work below has ended, and cancelled then."""
    if "givenUp" not in draft.process:
        add_note(draft, GIVEN_UP, now)
    draft.process["givenUp"] = True
    set_items(draft, lambda item: "inProgress" if item["state"] in STOPPED else item["state"])
    move(draft, "inProgress", now)
