"""What makes the addresses in events: hrefs, and those within bodies."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from api.addresses import completed
from api.store.document import Body, LogEntry

__all__ = ["Hrefs"]


@dataclass(frozen=True, slots=True)
class Hrefs:
    """Addresses that begin with one origin; an `api.events.message.Href`.

    Attributes:
        origin: without a trailing slash.
        bases: the base path by API.
        addresses: the attributes that hold addresses (`Resource.addresses`), by API and resource.
    """

    origin: str
    bases: Mapping[str, str]
    addresses: Mapping[tuple[str, str], Collection[str]]

    def __call__(self, api: str, resource: str, id_: str) -> str:
        """The href of a resource."""
        return f"{self.origin}{self.bases.get(api, '')}/{resource}/{id_}"

    def complete(self, entry: LogEntry) -> LogEntry:
        """The entry with whole addresses in its snapshot."""
        paths = self.addresses.get((entry.event.api, entry.event.resource))
        if not paths:
            return entry
        body = completed(entry.snapshot.data, paths, self.origin)
        return replace(entry, snapshot=Body(data=body))
