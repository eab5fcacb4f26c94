"""One resource's turn: its events are sent, one after the other, and what fails is recorded."""

from collections.abc import Callable

from api.events.blocks import Blocks
from api.events.contact import Contact
from api.events.endpoint import Ticket
from api.events.lane import Lane
from api.events.lanes import Lanes
from api.events.limits import Limits
from api.events.message import Message
from api.events.outcome import Outcome
from api.events.record import Record, RecordState
from api.events.route import Route

__all__ = ["Turns"]

_SKIPPED = Outcome(False, "not tried: the endpoint is taken for dead", made=False)


class Turns:
    """The turns of one subscription's resources. All of them may raise LostLease.

    Args:
        route: where to.
        contact: is told of each try.
        blocks: the subscription's blocked resources.
        lanes: all its resources.
        limits: ``turn``.
        gone: called when the receiver wants nothing more, ever.
    """

    def __init__(
        self,
        route: Route,
        contact: Contact,
        blocks: Blocks,
        lanes: Lanes,
        limits: Limits,
        gone: Callable[[Outcome], None],
    ) -> None:
        self._route = route
        self._contact = contact
        self._blocks = blocks
        self._lanes = lanes
        self._limits = limits
        self._gone = gone
        self.stopped = False
        """Whether no further try is to be made."""

    async def make(self, lane: Lane, ticket: Ticket) -> bool:
        """Tells whether it wants another turn."""
        if lane.record is None:
            return await self._deliver(lane, ticket)
        return await self._catch_up(lane, lane.record, ticket)

    async def skip(self, lane: Lane, record: Record) -> bool:
        """Lets a try go by: the endpoint is taken for dead."""
        message = await self._route.fetch(record.position)
        if message is not None:
            self._route.noted(message, record.attempts + 1, _SKIPPED)
        await self._again(lane, record, _SKIPPED)
        return False

    async def _deliver(self, lane: Lane, ticket: Ticket) -> bool:
        """Sends what is there, until one fails; tells whether it wants another turn."""
        sent = 0
        while lane.messages and not self.stopped:
            if self._over(sent, ticket):
                return True
            message = lane.messages[0]
            outcome = await self._post(lane, message, ticket, 1)
            if not outcome.delivered:
                if not outcome.gone:
                    await self._block(lane, message, outcome)
                return False
            sent += 1
            self._lanes.sent(lane)
            self._route.changed()
        return False

    async def _catch_up(self, lane: Lane, record: Record, ticket: Ticket) -> bool:
        """Sends from the record on, until the lane is free; tells if it wants another turn."""
        early, lane.early, sent = lane.early, False, 0
        while not self.stopped:
            message = await self._route.fetch(record.position)
            if message is not None:
                if self._over(sent, ticket):
                    await self._blocks.save(record)
                    return True
                outcome = await self._post(lane, message, ticket, record.attempts + 1)
                if not outcome.delivered:
                    if not early or sent:  # what is tried before its time does not count
                        await self._again(lane, record, outcome)
                    return False
                sent += 1
            if not self._lanes.advance(lane, record):
                await self._free(lane, record)
                return bool(lane.messages)
        await self._blocks.save(record)  # stopped on the way: so far it has come
        return False

    def _over(self, sent: int, ticket: Ticket) -> bool:
        """Whether others are to have their turn first, having sent so many."""
        return bool(sent) and (sent >= self._limits.turn or not self._contact.again(ticket))

    async def _post(self, lane: Lane, message: Message, ticket: Ticket, attempt: int) -> Outcome:
        outcome = await self._route.post(message)
        self._route.noted(message, attempt, outcome)
        self._contact.note(ticket, outcome, lane.key)
        if outcome.gone:
            self._gone(outcome)
        return outcome

    async def _block(self, lane: Lane, message: Message, outcome: Outcome) -> None:
        """Records the failure; from then on the record stands for the lane's events."""
        record = Record(lane.key, message.position)
        await self._blocks.failed(record, outcome)
        self._lanes.block(lane, record)

    async def _again(self, lane: Lane, record: Record, outcome: Outcome) -> None:
        """Counts a further failure."""
        if outcome.gone:
            return
        await self._blocks.failed(record, outcome)
        if record.state is RecordState.PARKED:
            self._lanes.park(lane)

    async def _free(self, lane: Lane, record: Record) -> None:
        self._lanes.free(lane)  # what comes while it is removed is open again, and waits its turn
        await self._blocks.remove(record)
