"""A bound on how many deliveries are under way to many endpoints together."""

from typing import Protocol

__all__ = ["Gate"]


class _Waiter(Protocol):
    def go(self) -> None:
        """Uses the room that there is now."""


class Gate:
    """Lets so many through at once; whoever found it full is told when there is room.

    Args:
        size: how many.
    """

    def __init__(self, size: int) -> None:
        self._room = size
        self._waiting: dict[_Waiter, None] = {}

    def enter(self, waiter: _Waiter) -> bool:
        """Takes a place, if there is one."""
        if self._room <= 0:
            self._waiting[waiter] = None
            return False
        self._room -= 1
        self._waiting.pop(waiter, None)
        return True

    def leave(self) -> None:
        """Gives a place back: to those who wait, in turn."""
        self._room += 1
        while self._room > 0 and self._waiting:
            waiter = next(iter(self._waiting))
            del self._waiting[waiter]
            waiter.go()
