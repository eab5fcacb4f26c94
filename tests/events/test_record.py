"""Records of resources that a subscription is behind on, and the terms they are written in."""

import pytest

from api.errors import Stale
from api.events import record as module
from api.events.cursor import Cursor
from api.events.members import Members
from api.events.record import DELIVERIES, Record, Records
from api.events.subscription import SUBSCRIPTIONS
from api.process.leases import LostLease
from api.store.document import Body, Document
from api.store.protocol import Store
from api.tasks import Background
from tests.events.receivers import documents
from tests.fake_clock import FakeClock


def _lanes(records: list[Record]) -> set[str]:
    return {each.lane for each in records}


async def test_what_an_earlier_term_still_writes_meets_another_revision(
    clock: FakeClock, store: Store
) -> None:
    """Changes and removals that were begun before a term fail, also once the key is free again."""
    old = Records(store, clock, "s", since=1)
    record = Record("test/thing/a", 5)
    await old.settle(1)
    await old.save(record)
    new = Records(store, clock, "s", since=1, oldest=1)
    (taken,) = await new.settle(2)
    with pytest.raises(Stale):
        await old.save(record)
    with pytest.raises(Stale):
        await old.drop(record)
    await new.drop(taken)
    await new.save(Record("test/thing/a", 9))
    with pytest.raises(Stale):
        await old.drop(record)
    assert [each.position for each in await new.read()] == [9]


async def test_what_an_earlier_term_adds_does_not_count(clock: FakeClock, store: Store) -> None:
    """A record of a term that is over is not read, and removed at the next take-over."""
    old, new = Records(store, clock, "s", since=1), Records(store, clock, "s", since=1)
    await old.settle(1)
    await new.settle(2)
    await old.save(Record("test/thing/a", 5))
    await new.save(Record("test/thing/a", 7))
    assert [each.position for each in await new.read()] == [7]
    after = Records(store, clock, "s", since=1, oldest=2)
    assert [each.position for each in await after.settle(3)] == [7]
    assert len(await documents(store, DELIVERIES.name)) == 1


async def test_a_term_that_never_began_spoils_nothing(clock: FakeClock, store: Store) -> None:
    """Records of a holder that died while it took over count, as do those it did not come to."""
    old = Records(store, clock, "s", since=1)
    await old.settle(1)
    await old.save(Record("test/thing/a", 5))
    await old.save(Record("test/thing/b", 6))
    (first, _) = await Records(store, clock, "s", since=1, oldest=1).read()
    dying = Records(store, clock, "s", since=1, oldest=1)
    dying._term = 2
    await dying.save(first)
    after = Records(store, clock, "s", since=1, oldest=1)
    assert _lanes(await after.settle(3)) == {"test/thing/a", "test/thing/b"}


async def test_none_is_left_out_while_others_go(
    clock: FakeClock, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A term begins page by page; what is removed meanwhile moves the pages, and none is missed."""
    monkeypatch.setattr(module, "_PAGE", 3)
    old = Records(store, clock, "s", since=1)
    for number in range(10):
        await old.save(Record(f"test/thing/{number}", number))
    going = (await old.read())[:2]

    class Removing(Records):
        """Others remove what it has just read, before it writes it."""

        async def _page(self, offset: int) -> list[Document]:
            page = await super()._page(offset)
            while going and not offset:
                await old.drop(going.pop())
            return page

    new = Removing(store, clock, "s", since=1)
    with pytest.raises(Stale):
        await new.settle(2)
    assert _lanes(await new.settle(2)) == {f"test/thing/{number}" for number in range(2, 10)}


async def test_a_later_registration_is_left_alone(clock: FakeClock, store: Store) -> None:
    """Neither clearing nor beginning a term touches the records of the same pair's next one."""
    await Records(store, clock, "s", since=1).save(Record("test/thing/a", 5))
    await Records(store, clock, "s", since=2).save(Record("test/thing/a", 7))
    with pytest.raises(Stale):
        await Records(store, clock, "s", since=1).settle(1)
    await Records(store, clock, "s", since=1).clear()
    assert [each.body.data["since"] for each in await documents(store, DELIVERIES.name)] == [2]


async def test_a_claim_shuts_out_the_holder_before_it_in_the_same_process(
    clock: FakeClock, store: Store
) -> None:
    """Who held the subscription before writes nothing more, though the lease has the same owner."""
    members = Members(store, clock, 10.0, frozenset({"test"}), Background(clock))
    await members.tell(0)
    document = Document("s", Body(data={"id": "s"}), 1, process={"position": 0}, due=0.0)
    await store.insert(SUBSCRIPTIONS.name, document)
    old = Cursor(store, clock, members, document)
    assert await old.claim()
    held = await store.get(SUBSCRIPTIONS.name, "s")
    assert held is not None
    new = Cursor(store, clock, members, held)
    assert await new.claim()
    with pytest.raises(LostLease):
        await old.save(7, {}, follows=True)
    await new.save(3, {}, follows=False)
    assert new.position == 3
