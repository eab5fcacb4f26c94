"""The events of one resource on their way to one subscription."""

from collections import deque
from dataclasses import dataclass, field

from api.events.message import Message
from api.events.record import Record, RecordState

__all__ = ["Lane"]


@dataclass(slots=True)
class Lane:
    """One resource's events, in order. Either it runs freely, or it has a record and is blocked.

    Attributes:
        key: the resource: ``api/resource/id``.
        messages: still to be sent; empty while it is blocked.
        record: says that it is blocked; durable, so that its events count as taken care of.
        held: positions of the wanted events behind the record's; of a parked one nothing is held.
        active: whether it waits for its turn or is being delivered.
        paused: whether it waits for a timer, having met an error of our own.
        early: whether it is tried before its time: if that fails, it does not count.
    """

    key: str
    messages: deque[Message] = field(default_factory=deque)
    record: Record | None = None
    held: deque[int] = field(default_factory=deque)
    active: bool = False
    paused: bool = False
    early: bool = False

    @property
    def parked(self) -> bool:
        """Whether it is not tried any more."""
        return self.record is not None and self.record.state is RecordState.PARKED

    @property
    def waits(self) -> bool:
        """Whether it is blocked and will be tried again."""
        return self.record is not None and self.record.state is RecordState.WAITING

    @property
    def idle(self) -> bool:
        """Whether there is nothing to remember of it."""
        return self.record is None and not self.messages
