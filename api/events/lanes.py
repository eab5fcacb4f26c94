"""The resources whose events one subscription is still to get, and how much of them is in memory.

Pure: what is to be done next, and when, is up to the courier.
"""

from collections.abc import Iterable

from api.events.lane import Lane
from api.events.limits import Limits
from api.events.message import Message
from api.events.record import Record, RecordState

__all__ = ["Lanes"]


class Lanes:
    """The lanes of one subscription.

    Args:
        limits: ``buffer``, ``blocked`` and ``held``.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lanes: dict[str, Lane] = {}
        self._open: dict[int, None] = {}
        self._held = 0
        self.waiting = 0
        """Resources that wait for another try."""
        self.parked = 0
        """Resources that are not tried any more."""

    # -- how much there is

    @property
    def open(self) -> int:
        """Events held in memory."""
        return len(self._open)

    @property
    def full(self) -> bool:
        """Whether there is room for no more for now."""
        limits = self._limits
        return (
            self.open >= limits.buffer
            or self.waiting >= limits.blocked
            or self._held >= limits.held
        )

    @property
    def crowded(self) -> bool:
        """Whether a page of the log should not be read now: part of it might not fit."""
        return self.full or 2 * self.open > self._limits.buffer

    @property
    def next(self) -> float | None:
        """When the next blocked resource is tried, at the latest; None: there is none."""
        records = [lane.record for lane in self.blocked]
        return min((each.due for each in records if each and each.due), default=None)

    def low_water(self, read: int) -> int:
        """The position up to which every event is delivered or recorded, having read so far."""
        return next(iter(self._open)) - 1 if self._open else read

    # -- one and all

    @property
    def blocked(self) -> list[Lane]:
        """Those that wait for another try."""
        return [lane for lane in self._lanes.values() if lane.waits]

    @property
    def resting(self) -> list[Lane]:
        """Those of them that are not being tried."""
        return [lane for lane in self.blocked if not lane.active]

    def get(self, key: str) -> Lane | None:
        """The lane of a resource."""
        return self._lanes.get(key)

    def put_last(self, lane: Lane) -> None:
        """From now on it is the last of all."""
        self._lanes[lane.key] = self._lanes.pop(lane.key)

    def tidy(self, lane: Lane) -> None:
        """Forgets it, if there is nothing to remember."""
        if lane.idle:
            self._lanes.pop(lane.key, None)

    # -- what comes

    def restore(self, records: Iterable[Record]) -> None:
        """Takes over the records of an earlier run."""
        for record in records:
            self._lanes[record.lane] = Lane(record.lane, record=record)
            self._count(record)

    def hold(self, key: str, position: int) -> None:
        """Takes an event of a resource that an earlier run left behind a record."""
        lane = self._lanes[key]
        # before the record's position all is delivered
        if lane.record is not None and position > lane.record.position:
            lane.held.append(position)
            self._held += 1

    def take(self, message: Message) -> Lane | None:
        """Takes the next event; gives its lane if it is to be sent now."""
        lane = self._lanes.get(message.lane)
        if lane is None:
            lane = self._lanes[message.lane] = Lane(message.lane)
        if lane.parked:
            return None  # it is behind the record's position: whoever unparks reads it from there
        if lane.record is not None:
            self.hold(lane.key, message.position)
            return None
        self._open[message.position] = None
        lane.messages.append(message)
        return lane

    # -- what becomes of it

    def sent(self, lane: Lane) -> None:
        """Its first event is delivered."""
        del self._open[lane.messages.popleft().position]

    def block(self, lane: Lane, record: Record) -> None:
        """From now on the record stands for its events; it is stored already."""
        lane.record = record
        for each in lane.messages:
            del self._open[each.position]
        self._count(record)
        if record.state is RecordState.WAITING:
            lane.held.extend(each.position for each in list(lane.messages)[1:])
            self._held += len(lane.held)
        lane.messages.clear()

    def advance(self, lane: Lane, record: Record) -> bool:
        """Sets the record to the next event behind it; False: there is none."""
        if not lane.held:
            return False
        record.position = lane.held.popleft()
        record.attempts = 0
        self._held -= 1
        return True

    def park(self, lane: Lane) -> None:
        """It is not tried any more."""
        self.waiting -= 1
        self.parked += 1
        self._held -= len(lane.held)
        lane.held.clear()

    def free(self, lane: Lane) -> None:
        """It is not blocked any more."""
        self.waiting -= 1
        lane.record = None

    def _count(self, record: Record) -> None:
        if record.state is RecordState.WAITING:
            self.waiting += 1
        else:
            self.parked += 1
