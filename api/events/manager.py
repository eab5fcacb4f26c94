"""What can be done with a subscription: pause, resume, replay, unpark, test, and see how it does.

All of it works in any process: what is wanted is written into the subscription's document, and
whichever process delivers the subscription sees to it, within a second.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from api.clock import Clock
from api.dates import format_date
from api.errors import Conflict, Stale
from api.events.command import Command, CommandKind
from api.events.health import health_of
from api.events.journal import AttemptOutcome, entry_of, read_journal, told
from api.events.limits import Limits
from api.events.log import EventLog
from api.events.member import told_positions
from api.events.message import Href, Message
from api.events.outcome import Outcome
from api.events.record import Record, Records, RecordState
from api.events.subscription import ACTIVE, ENDED, PAUSED, SUBSCRIPTIONS, Subscription
from api.events.subscriptions import Subscriptions
from api.jsontypes import JsonObject
from api.store.document import Body, Document, LogEntry, NewEvent
from api.store.protocol import Store

__all__ = ["TEST_EVENT", "Manager", "Replay"]

TEST_EVENT = "HubTestEvent"
"""The type of the event that a test sends."""

_TRIES = 10
_MOST_COMMANDS = 100
"""Commands that may wait in a subscription: it is paused, or nobody delivers it."""

Post = Callable[[Message, Subscription], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Replay:
    """From where events are sent again: a position, or a time (seconds since 1970).

    Attributes:
        position: of the first one.
        time: of the first one, where no position is given.
        lane: of this resource only, ``api/resource/id``; None: of all.
    """

    position: int | None = None
    time: float | None = None
    lane: str | None = None


class Manager:
    """Manages the subscriptions of all APIs.

    Args:
        store: where they are kept.
        clock: time and ids.
        subscriptions: finds them.
        href: of resources.
        post: sends one event to a subscription, now.
        changed: told of the id of a subscription of which something is wanted.
        limits: ``journal_count`` and ``journal_age``.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        subscriptions: Subscriptions,
        href: Href,
        post: Post,
        changed: Callable[[str], Awaitable[None]],
        limits: Limits,
    ) -> None:
        self._store = store
        self._clock = clock
        self._subscriptions = subscriptions
        self._href = href
        self._post = post
        self._changed = changed
        self._limits = limits
        self._log = EventLog(store)
        self._testing: set[str] = set()

    async def told(self, documents: Sequence[Document]) -> list[JsonObject]:
        """Subscriptions with their health, as they are told."""
        end = await self._log.end() if documents else 0
        told = await told_positions(self._store) if documents else {}
        now = self._clock.now()
        return [{**each.body.data, "health": health_of(each, end, told, now)} for each in documents]

    async def pause(self, api: str, id_: str) -> Document:
        """Has nothing delivered until `resume`. Raises NotFound, Conflict."""

        def paused(process: JsonObject) -> JsonObject:
            return {**process, "state": PAUSED}

        return await self._change(api, id_, paused)

    async def resume(self, api: str, id_: str) -> Document:
        """Goes on from where it was paused. Raises NotFound, Conflict."""

        def resumed(process: JsonObject) -> JsonObject:
            return {name: value for name, value in process.items() if name != "state"}

        return await self._change(api, id_, resumed)

    async def replay(self, api: str, id_: str, wanted: Replay) -> JsonObject:
        """Has events delivered again: the same events, with the same ids, in the log's order.

        Raises NotFound, Conflict where it begins past the end too, Gone where the events are not
        kept any more.
        """
        await self._subscriptions.get(api, id_)
        position = wanted.position
        if position is None:
            time = wanted.time
            oldest = await self._log.oldest()
            position = oldest if time is None else max(oldest, await self._log.before(time) + 1)
        end = await self._log.end()
        if position > end + 1:
            raise Conflict(
                f"fromPosition: {position} is past the end of the log",
                f"Its last event has the position {end}.",
            )
        if wanted.position is not None:
            await self._log.check(position - 1)
        command = Command(CommandKind.REPLAY, wanted.lane, position)
        await self._command(api, id_, command)
        return {"fromPosition": position, "toPosition": max(end, position - 1)}

    async def unpark(self, api: str, id_: str, lane: str | None) -> int:
        """Has parked resources tried again, all or one; says how many.

        Raises NotFound, Conflict.
        """
        parked = [each for each in await self._parked(api, id_) if lane in (None, each.lane)]
        if parked:
            await self._command(api, id_, Command(CommandKind.UNPARK, lane))
        return len(parked)

    async def parked(self, api: str, id_: str) -> list[JsonObject]:
        """What is parked. Raises NotFound."""
        return [_told(each) for each in await self._parked(api, id_)]

    async def deliveries(
        self, api: str, id_: str, outcome: AttemptOutcome | None
    ) -> list[JsonObject]:
        """The delivery log, newest first. Raises NotFound."""
        await self._subscriptions.get(api, id_)
        since = self._clock.now() - self._limits.journal_age
        return await read_journal(
            self._store, id_, count=self._limits.journal_count, since=since, outcome=outcome
        )

    async def test(self, api: str, id_: str) -> JsonObject:
        """Sends an event that is in no log, and tells what came of it.

        Raises NotFound, Conflict.
        """
        document = await self._subscriptions.get(api, id_)
        _check_not_ended(document)
        subscription = self._subscriptions.read(document)
        if id_ in self._testing:
            raise Conflict("this subscription is being tested", "Wait for that test's reply.")
        self._testing.add(id_)
        try:
            message = self._test_event(document, subscription)
            outcome = await self._post(message, subscription)
        finally:
            self._testing.discard(id_)
        return told(entry_of(message, 1, outcome, self._clock.now(), reply_always=True))

    def _test_event(self, document: Document, subscription: Subscription) -> Message:
        event = NewEvent(
            id=self._clock.new_id(),
            type=TEST_EVENT,
            api=subscription.api,
            resource="hub",
            resource_id=document.id,
            time=format_date(self._clock.now()),
            envelope={"title": "Test of a subscription"},
        )
        return Message(LogEntry(0, 0, event, Body(data=document.body.data)), self._href)

    async def _parked(self, api: str, id_: str) -> list[Record]:
        document = await self._subscriptions.get(api, id_)
        settled = int((document.process or {}).get("settled", 0))
        records = Records(self._store, self._clock, id_, document.created, settled)
        found = [each for each in await records.read() if each.state is RecordState.PARKED]
        return sorted(found, key=lambda record: record.position)

    async def _command(self, api: str, id_: str, command: Command) -> None:
        def commanded(process: JsonObject) -> JsonObject:
            commands = process.get("commands", [])
            if len(commands) >= _MOST_COMMANDS:
                raise Conflict(
                    f"{len(commands)} commands wait in this subscription",
                    "Resume it, or wait until a worker has seen to them.",
                )
            return {**process, "commands": [*commands, command.stored()]}

        await self._change(api, id_, commanded)

    async def _change(
        self, api: str, id_: str, change: Callable[[JsonObject], JsonObject]
    ) -> Document:
        for _ in range(_TRIES):
            before = await self._subscriptions.get(api, id_)
            _check_not_ended(before)
            process = change(before.process or {})
            if process == before.process:
                return before
            # due at once: so that whoever delivers it, or is to, finds it at the next look
            idle = process.get("state", ACTIVE) != ACTIVE and before.lease is None
            due = None if idle else self._clock.now()
            after = replace(before, rev=before.rev + 1, process=process, due=due)
            try:
                await self._store.replace(SUBSCRIPTIONS.name, after)
            except Stale:
                continue  # its position was written meanwhile
            await self._changed(id_)
            return after
        raise Stale(f"subscription {id_}")


def _check_not_ended(document: Document) -> None:
    if (document.process or {}).get("state") == ENDED:
        raise Conflict(
            "this subscription has ended: its receiver answered 410",
            "Register it again if its receiver is to have events after all.",
        )


def _told(record: Record) -> JsonObject:
    _, name, id_ = record.lane.split("/", 2)
    return {
        "resource": {"name": name, "id": id_},
        "position": record.position,
        "attempts": record.attempts,
        "detail": record.detail,
    }
