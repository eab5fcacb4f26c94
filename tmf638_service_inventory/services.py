"""What is special about services in the inventory: the dates that follow from their state."""

from collections.abc import Callable, Iterable

from api.catalog.model import Catalog
from api.commands import Commands
from api.dates import format_date
from api.draft import Draft
from api.jsontypes import JsonObject
from api.schema.characteristics import Given, service_values
from api.store.document import Document

__all__ = ["ServiceCommands"]


class ServiceCommands(Commands):
    """The commands of ``service``; see `api.commands.Commands`.

    Args:
        generic: the resource's generic commands.
        catalog: gives the catalogue as it is now.
    """

    def __init__(self, generic: Commands, catalog: Callable[[], Catalog]) -> None:
        super().__init__(generic.resource, generic.schema, generic.store, generic.clock)
        self._catalog = catalog

    def described(self, before: JsonObject | None, body: JsonObject) -> Iterable[Given]:
        """See `Commands.described`; of the service itself."""
        return service_values(before, body, self._catalog())

    def prepare(self, draft: Draft) -> None:
        """Checks the state of a new service and dates it."""
        super().prepare(draft)
        now = format_date(self.clock.now())
        draft.body.setdefault("serviceDate", now)
        _date({}, draft.body, now)

    def revise(self, before: Document, draft: Draft) -> None:
        """Dates a change of state."""
        _date(before.body.data, draft.body, format_date(self.clock.now()))


def _date(before: JsonObject, body: JsonObject, now: str) -> None:
    """A service that comes into operation has a start, one that ends an end, one that returns none.

    A date that the client gives together with the state is the client's.
    """
    state = body.get("state")
    if state == before.get("state"):
        return
    if state == "active":
        body.setdefault("startDate", now)
    if state == "terminated" and body.get("endDate") == before.get("endDate"):
        body["endDate"] = now
    if before.get("state") == "terminated" and body.get("endDate") == before.get("endDate"):
        body.pop("endDate", None)
