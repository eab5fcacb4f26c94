"""What an item needs, given what it orders and the service that there is. Pure."""

from enum import Enum, auto
from typing import Final

__all__ = ["IN_NETWORK", "Way", "way"]

IN_NETWORK: Final = frozenset({"inactive", "active"})
"""The states in which the network carries a service."""


class Way(Enum):
    """How an item is carried out."""

    NOTHING = auto()
    """It is as it shall be."""
    WRITE_DOWN = auto()
    """A new service for the inventory only."""
    SET_UP = auto()
    """A new service: reserve it in the inventory, set it up in the network, record it."""
    AMEND = auto()
    """Change a service that only the inventory has."""
    CHANGE = auto()
    """Change a service in the network, then in the inventory."""
    TAKE_DOWN = auto()
    """Terminate a service in the network, then in the inventory."""
    REMOVE = auto()
    """Remove a service that never was in the network from the inventory."""
    MISSING = auto()
    """The service to change or end does not exist."""


def way(action: str, ordered: str | None, present: str | None) -> Way:
    """The way of an item.

    ``ordered`` is the state that the item asks for (None: what goes without saying), ``present``
    the state in the inventory (None: no such service).
    """
    if action == "add":
        # nothing is created as terminated: the inventory says so itself, and the item fails by it
        return Way.SET_UP if ordered is None or ordered in IN_NETWORK else Way.WRITE_DOWN
    if action not in ("modify", "delete"):
        return Way.NOTHING
    if present is None:
        return Way.MISSING
    if action == "delete":
        return _end(present)
    return Way.CHANGE if present in IN_NETWORK or ordered in IN_NETWORK else Way.AMEND


def _end(present: str) -> Way:
    if present == "terminated":
        return Way.NOTHING
    return Way.TAKE_DOWN if present in IN_NETWORK else Way.REMOVE
