"""Readers that stay: what they get while the log grows."""

import asyncio

import pytest

from api.events.filter import Filter
from api.events.kinds import untyped
from api.events.message import Message
from api.events.stream import StreamLimits, Streams
from api.store.protocol import Store
from tests.events.late import LateStore
from tests.fake_clock import FakeClock
from tests.process.things import Things

PAGE = StreamLimits().page


@pytest.mark.parametrize("backlog", [0, 2 * PAGE])
async def test_what_comes_while_a_reader_catches_up_is_not_passed_over(
    store: Store, clock: FakeClock, things: Things, backlog: int
) -> None:
    """It is told to the others while its own read is under way: it reads on until it has that."""
    late = LateStore(store, PAGE)
    streams = Streams(late, clock, lambda entry: Message(entry, lambda *_: "http://x/"))  # type: ignore[arg-type]
    await things.add("a")
    for number in range(backlog):
        await things.add(f"t{number}")
    end = await store.log_end()

    async def change() -> None:
        await things.put("a", state="done")
        await clock.settle()

    late.meanwhile = change
    stream = await streams.open(Filter("eventType=ThingStateChangeEvent", untyped), end - backlog)
    got: list[int] = []

    async def read() -> None:
        while (messages := await streams.next(stream)) is not None:
            got.extend(each.position for each in messages)

    reading = asyncio.create_task(read())
    await clock.settle()
    await things.put("a", state="undone")
    await clock.advance(20)
    entries = await store.read_log(0, 1000)
    assert got == [each.position for each in entries if each.event.type == "ThingStateChangeEvent"]
    assert len(got) == 2
    await streams.stop()
    await reading
