"""What every part of a running server is given; made in one place (`api.app`)."""

from collections.abc import Callable
from dataclasses import dataclass

from api.catalog.model import Catalog
from api.client import Client
from api.clock import Clock
from api.commands import Commands
from api.settings import Settings
from api.store.protocol import Store

__all__ = ["Deps"]


@dataclass(frozen=True, slots=True)
class Deps:
    """Dependencies.

    Attributes:
        settings: as the operator set them.
        clock: time, ids and chance.
        store: documents and the event log.
        catalog: gives the catalogue as it is now.
        client: gives the client of a declared API, e.g. ``client("tmf641")``. Only to be called
            once the server is wired: in a controller or command, not while wiring.
        commands: gives the generic commands of a declared resource of the same API, e.g.
            ``commands("tmf640", "monitor")``; usable while wiring.
    """

    settings: Settings
    clock: Clock
    store: Store
    catalog: Callable[[], Catalog]
    client: Callable[[str], Client]
    commands: Callable[[str, str], Commands]
