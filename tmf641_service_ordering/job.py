"""A step of an order to be carried on now, with all that this takes."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.clock import derived_id
from api.jsontypes import JsonObject
from tmf641_service_ordering.bodies import Link
from tmf641_service_ordering.items import action, service_id
from tmf641_service_ordering.step import Step

__all__ = ["ItemJob"]


@dataclass(frozen=True, slots=True)
class ItemJob:
    """A step that runs.

    Attributes:
        order_id: of its order.
        item: as it stands in the order; of one that was dropped, what is known of it.
        step: the step.
        links: the services of the items it depends on.
        carried: of a step that takes an item back, the one that carried it.
        unwinding: whether the order is being taken back, so that nobody waits for a retry.
    """

    order_id: str
    item: JsonObject
    step: Step
    links: Sequence[Link] = ()
    carried: Step | None = None
    unwinding: bool = False

    @property
    def service(self) -> str:
        """The id of the item's service; of a new one, the id that it will have."""
        if action(self.item) == "add":
            return derived_id(self.order_id, str(self.item["id"]))
        return service_id(self.item) or ""

    @property
    def ordered(self) -> str | None:
        """The state that is ordered."""
        state = self.item["service"].get("state")
        return str(state) if state else None

    @property
    def again(self) -> bool:
        """Whether there were attempts before this one."""
        return self.step.earlier + self.step.attempts > 1

    @property
    def activation_key(self) -> str:
        """The key of the service's creation in the network, of this attempt."""
        run = self.step.earlier + self.step.attempts
        if self.carried is not None:
            return f"{self.service}#undo {self.carried.earlier} {run}"
        return self.service if run == 1 else f"{self.service}#{run}"

    def key(self, what: str) -> str:
        """The key of a call that is made for this attempt at the item."""
        run = self.step.earlier + self.step.attempts
        if self.carried is not None:
            what = f"{what} {self.carried.earlier}"
        return derived_id(self.order_id, str(self.item["id"]), what, str(run))
