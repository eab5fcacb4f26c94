"""What a subscription's manager wants of whoever delivers it: replay, unpark.

Commands are put into the subscription's document. Its holder, whichever process that is, stops,
does what they say to the subscription's position and records, and goes on from there. Doing one
twice does no more than doing it once, so a crash in between does no harm.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from api.events.record import Record, Records, RecordState
from api.jsontypes import JsonObject

__all__ = ["Command", "CommandKind", "obey"]


class CommandKind(StrEnum):
    """What is to be done."""

    REPLAY = "replay"
    UNPARK = "unpark"


@dataclass(frozen=True, slots=True)
class Command:
    """A command.

    Attributes:
        kind: what is to be done.
        lane: for this resource only, ``api/resource/id``; None: for all.
        position: of a replay: of the first event that is to be sent again.
    """

    kind: CommandKind
    lane: str | None = None
    position: int = 1

    @classmethod
    def of(cls, data: JsonObject) -> "Command":
        """As it was stored."""
        return cls(CommandKind(data["kind"]), data.get("lane"), int(data["position"]))

    def stored(self) -> JsonObject:
        """As it is stored."""
        return {"kind": self.kind.value, "lane": self.lane, "position": self.position}


First = Callable[[str, int, int], Awaitable[int | None]]
"""Gives the position of a resource's first wanted event between two positions, both included."""


async def obey(
    command: Command,
    position: int,
    known: dict[str, Record],
    records: Records,
    first: First,
    now: float,
) -> int:
    """Does what a command says; gives the position up to which events then are taken care of.

    ``known`` are the subscription's records by resource, and are so afterwards.
    """
    if command.kind is CommandKind.UNPARK:
        for record in known.values():
            if record.state is RecordState.PARKED and command.lane in (None, record.lane):
                await _begin_anew(record, record.position, records, now)
        return position
    if command.lane is None:
        for record in list(known.values()):
            if record.position >= command.position:
                await records.drop(record)  # its events come again anyway
                del known[record.lane]
        return min(position, command.position - 1)
    start = await first(command.lane, command.position, position)
    if start is not None:
        record = known.setdefault(command.lane, Record(command.lane, start))
        await _begin_anew(record, min(record.position, start), records, now)
    return position


async def _begin_anew(record: Record, position: int, records: Records, now: float) -> None:
    record.position, record.attempts = position, 0
    record.state, record.due = RecordState.WAITING, now
    await records.save(record)
