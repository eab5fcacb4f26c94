"""Events that come back to the server that sent them: somebody registered it with itself.

A callback with this server's own address is refused at registration; behind another name or a
proxy the way home is found only when an event has gone it. Each says where it stands in the log of
its sender, and no two events have one id: what stands there in our own log is ours.
"""

from api.errors import Gone
from api.events.parcel import POSITION
from api.store.protocol import Store

__all__ = ["Loops"]

_DIGITS = 18


class Loops:
    """Looks out for them.

    Args:
        store: with the log.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    async def check(self, position: str | None, event_id: str) -> None:
        """Raises Gone for an event of our own: that reply ends the subscription that sent it.

        Args:
            position: the header `POSITION` as it came.
            event_id: of the event.
        """
        if not position or not event_id or len(position) > _DIGITS:
            return
        if not (position.isascii() and position.isdecimal() and int(position) > 0):
            return
        entries = await self._store.read_log(int(position) - 1, 1)
        if any(each.event.id == event_id for each in entries):
            raise Gone(
                f"this event is of this server itself ({POSITION})",
                "The subscription that sent it here is ended: a server needs none to itself.",
            )
