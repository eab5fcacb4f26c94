"""The commands of service orders: what a client may do with one, and when."""

from collections.abc import Callable, Container, Iterable, Mapping
from types import MappingProxyType

import orjson

from api.catalog.model import Catalog
from api.commands import Accepted, Commands
from api.dates import format_date
from api.draft import Draft
from api.duplicates import refuse_duplicate
from api.errors import ApiError, Conflict
from api.jsontypes import JsonObject
from api.patch import Patch, identical
from api.schema.characteristics import Given
from api.store.document import Document
from tmf641_service_ordering.choices import check_item, check_order
from tmf641_service_ordering.claims import Claims
from tmf641_service_ordering.intake import Go, judge, look_first
from tmf641_service_ordering.inventory import Inventory
from tmf641_service_ordering.items import nested, open_items, placed, services_of, walk
from tmf641_service_ordering.joining import Joining
from tmf641_service_ordering.once import done_under, once
from tmf641_service_ordering.operation import amend
from tmf641_service_ordering.ordered import ordered_values
from tmf641_service_ordering.plan import make_plan
from tmf641_service_ordering.precedence import left, others
from tmf641_service_ordering.progress import give_up, manual, planned, retry, running
from tmf641_service_ordering.states import ITEM, ORDER

__all__ = ["ServiceOrderCommands"]


class ServiceOrderCommands(Commands):
    """The commands of ``serviceOrder``; see `api.commands.Commands`.

    Args:
        generic: the resource's generic commands.
        catalog: gives the catalogue as it is now.
        claims: on services, which an order joins at its creation and by amendments.
        inventory: tells of the services that an amendment brings into an order.
        reject_unknown: whether an order that the catalogue does not know is rejected.
        refuse_duplicates: whether an order that the same parties have placed already is refused.
    """

    def __init__(
        self,
        generic: Commands,
        catalog: Callable[[], Catalog],
        claims: Claims,
        inventory: Inventory,
        *,
        reject_unknown: bool = False,
        refuse_duplicates: bool = False,
    ) -> None:
        super().__init__(generic.resource, generic.schema, generic.store, generic.clock)
        self._catalog = catalog
        self._joining = Joining(self, claims)
        self._inventory = inventory
        self._reject_unknown = reject_unknown
        self._refuse_duplicates = refuse_duplicates

    def described(self, before: JsonObject | None, body: JsonObject) -> Iterable[Given]:
        """See `Commands.described`; of the items, where they are not as they were."""
        items = body.get("serviceOrderItem")
        same = before is not None and identical(before["serviceOrderItem"], items)
        return () if same else ordered_values(items, self._catalog())

    def prepare(self, draft: Draft) -> None:
        """Acknowledges an order. What is wrong with it as business, its process finds out."""
        now = self.clock.now()
        draft.body["state"] = "acknowledged"
        draft.body["orderDate"] = format_date(now)
        draft.body.pop("expectedCompletionDate", None)  # not the client's at creation
        _acknowledge(draft.body["serviceOrderItem"])
        draft.due = now

    async def admit(self, draft: Draft) -> None:
        """Refuses a duplicate where the settings say so."""
        if self._refuse_duplicates:
            await refuse_duplicate(draft.body, self.store, self.resource.collection)

    async def insert(self, draft: Draft, *, once: bool = False) -> Document:
        """See `Commands.insert`; the order joins the queues of the services that it changes.

        Not one that is to begin later or after another order: it must keep nobody waiting.
        """
        services = services_of(draft.body)
        if services and not any(others(draft.body)) and self._begins_now(draft):
            # known before it is done, so that it is given back whatever happens
            draft.process["claims"] = services
        document = await super().insert(draft, once=once)
        await self._joining.enter(document)
        return document

    def _begins_now(self, draft: Draft) -> bool:
        verdict = judge(
            draft.body, draft.id, self._catalog(), self.clock.now(), reject_unknown=True
        )
        return isinstance(verdict, Go)

    async def patch(
        self,
        id_: str,
        changes: Patch | JsonObject,
        *,
        if_match: Container[str] | None = None,
        key: str | None = None,
        internal: bool = False,
    ) -> Document | Accepted:
        """See `Commands.patch`; claims the services that an amendment brings into the order."""
        patch = changes if isinstance(changes, Patch) else Patch(changes)
        before = await self.get(id_)
        if done_under(before.process, key):
            return before
        draft = Draft.of(before)
        fresh: list[str] = []
        if self._joining.possible(before):
            self.apply_patch(before, draft, patch)
            fresh = self._joining.fresh(before, draft)
        if not fresh:
            return await super().patch(id_, patch, if_match=if_match, key=key, internal=internal)
        # what refuses the patch anyway does so before anything is claimed
        if not internal:
            self.examine(before.body.data, draft.body)
        self.revise(before, draft)
        claimed = await self._joining.join(id_, fresh, if_match)
        try:
            known = await self.look_ahead(before, draft)
            # the claim was written in between: nobody else may have written after it
            unchanged = None if if_match is None else (claimed.tag,)
            edit = self.patching(patch, unchanged, key=key, internal=internal, known=known)
            return await self.update(id_, edit)
        except ApiError:
            await self._joining.leave(id_, fresh)
            raise

    def patching(
        self,
        patch: Patch,
        if_match: Container[str] | None = None,
        *,
        key: str | None = None,
        internal: bool = False,
        known: Mapping[str, JsonObject] = MappingProxyType({}),
    ) -> Callable[[Document, Draft], None]:
        """See `Commands.patching`; done once per key."""
        edit = super().patching(patch, if_match, key=key, internal=internal, known=known)
        return once(edit, key)

    async def look_ahead(self, before: Document, draft: Draft) -> Mapping[str, JsonObject]:
        """The services in the inventory that an amendment brings into the order."""
        if not self._joining.possible(before):
            return {}
        seen = await self._inventory.read(self._joining.fresh(before, draft))
        return {id_: each.service for id_, each in seen.items() if each.service is not None}

    def revise(self, before: Document, draft: Draft) -> None:
        """Refuses what the plan or the order's end forbids, and takes the items along."""
        old = before.body.data
        moved = draft.state != old["state"]  # by the client: what its items bring about comes later
        if not identical(draft.body["serviceOrderItem"], old["serviceOrderItem"]):
            self._change_items(before, draft)
        if moved:
            self._move(before, draft)
        looked_at = ("state", "requestedStartDate", "serviceOrderItem", "orderRelationship")
        if not all(identical(draft.body.get(name), old.get(name)) for name in looked_at):
            draft.due = self.clock.now()

    def _change_items(self, before: Document, draft: Draft) -> None:
        # a copy: the client's patch may be applied again, where somebody comes between
        draft.body = orjson.loads(orjson.dumps(draft.body))
        if planned(before.process):
            amend(before, draft, self._catalog(), format_date(self.clock.now()))
            return
        _check_items(before, draft)
        old = {item["id"]: item for item in walk(before.body.data["serviceOrderItem"])}
        for path, item in placed(draft.body["serviceOrderItem"]):
            state = old.get(item["id"], {}).get("state", "acknowledged")
            if item.setdefault("state", state) != state:
                self._look_first(before, draft)
                check_item(item, state, f"{path}.state", by_people=manual(draft.process))

    def _look_first(self, before: Document, draft: Draft) -> None:
        if not manual(draft.process):
            now, reject = self.clock.now(), self._reject_unknown
            look_first(before, draft, self._catalog(), now, reject_unknown=reject)

    def _move(self, before: Document, draft: Draft) -> None:
        was = str(before.body.data["state"])
        self._look_first(before, draft)
        check_order(was, draft.state, draft.process)
        if manual(draft.process):
            draft.process.pop("from", None)
            if draft.state == "assessingCancellation":
                draft.process["from"] = was
            self._follow(draft)
        elif planned(draft.process):
            self._steer(was, draft)
        elif draft.state == "cancelled":
            for item in open_items(draft.body["serviceOrderItem"]):
                item["state"] = "cancelled"
        self._date(draft)

    def _steer(self, was: str, draft: Draft) -> None:
        """What a client's change of an order's state means for its plan."""
        if draft.state == "held":
            draft.process["suspended"] = True
            return
        draft.process.pop("suspended", None)
        if draft.state == "cancelled":
            give_up(draft, format_date(self.clock.now()))
        elif (was, draft.state) == ("held", "inProgress"):
            retry(draft)

    def _follow(self, draft: Draft) -> None:
        """Open items of an order that is left to people go where the order goes.

        Of an order that is done in part, those that nobody has called completed have failed.
        """
        for item in open_items(draft.body["serviceOrderItem"]):
            state = draft.state
            if state == "partial" and not nested(item):
                state = "failed"
            if ITEM.allows(str(item["state"]), state):
                item["state"] = state

    def _date(self, draft: Draft) -> None:
        now = format_date(self.clock.now())
        if draft.state == "inProgress":
            draft.body.setdefault("startDate", now)
        elif draft.state == "cancelled":
            draft.body.setdefault("cancellationDate", now)
        if draft.state in ORDER.final:
            draft.body["completionDate"] = now

    def removable(self, document: Document) -> None:
        """An order can be deleted before it is begun and after all of it is over."""
        super().removable(document)
        if left(document.process):
            raise Conflict(
                "other orders wait for this one, or it is still giving back what it claimed",
                "Cancel the order first, or try again in a moment.",
            )
        if not manual(document.process) and running(document.process):
            raise Conflict(
                "items of the order are still under way",
                "Wait until they have ended, then delete the order.",
            )


def _acknowledge(items: list[JsonObject]) -> None:
    for item in walk(items):
        item["state"] = "acknowledged"
        item.pop("errorMessage", None)


def _check_items(before: Document, draft: Draft) -> None:
    """Raises Conflict for an order at its end, and where a new order of these items is rejected."""
    if before.body.data["state"] in ORDER.final:
        raise Conflict(
            "serviceOrderItem: cannot be changed any more",
            "The order is at its end: leave serviceOrderItem out, or send it as it "
            "is. Order further changes by a new service order.",
        )
    items = draft.body["serviceOrderItem"]
    known = make_plan(before.body.data["serviceOrderItem"], before.id).problems
    problems = [each for each in make_plan(items, before.id).problems if each not in known]
    if problems:
        named = "; ".join(map(str, problems))
        raise Conflict(f"serviceOrderItem: {problems[0]}", f"Mend serviceOrderItem: {named}.")
