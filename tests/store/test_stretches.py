"""The counted stretches of keys, while several processes write and cut them."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from api.query.tree import EVERYTHING, Node, Op, Sort
from api.store.document import Document
from api.store.sqlite import SqliteStore, plan, reader, stretches
from api.store.sqlite.stretches import END, START, Spreads
from tests.store.things import COLLECTIONS, doc, is_

SMALL = {"SIZE": 8, "LARGE": 16, "MANY": 8}
"""So that some hundred documents are treated as a million are."""

ROOT = Path(__file__).parents[2]
KEPT = 60
"""Documents that the neighbour does not take away."""

NEIGHBOUR = """
import asyncio, random, sys
from tests.store.test_stretches import KEPT, lists, shortened, thing
from tests.store.things import COLLECTIONS
from api.store.sqlite import SqliteStore

async def main():
    store = SqliteStore(sys.argv[1])
    await store.open(COLLECTIONS)
    chance, count = random.Random(1), KEPT
    for turn in range(10**9):
        for _ in range(chance.randrange(40)):
            await store.insert("thing", thing(count, *'abpqt'))
            count += 1
        while count > KEPT and chance.random() < 0.95:
            count -= 1
            await store.delete("thing", await store.get("thing", str(count)))
        for query, sort, _ in lists():
            await store.page("thing", query, sort=sort, offset=20)
        print(turn, flush=True)

with shortened():
    asyncio.run(main())
"""


@contextmanager
def shortened() -> Iterator[None]:
    """Has a few documents treated as long lists are."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (plan, reader, stretches):
            for name, value in SMALL.items():
                if hasattr(module, name):
                    patch.setattr(module, name, value)
        yield


def thing(number: int, *parties: str, rev: int = 1) -> Document:
    odd = "odd" if number % 2 else "even"
    party = [{"id": name} for name in (odd, *parties)]
    return doc(str(number), number, size=number, state=odd, party=party, rev=rev)


def lists() -> list[tuple[Node, tuple[Sort, ...], Any]]:
    """Lists, and which numbers are on them when they are so long."""
    size = ("size",)
    return [
        (EVERYTHING, (), range),
        (EVERYTHING, (Sort(size),), range),
        (EVERYTHING, (Sort(size, descending=True),), lambda length: range(length)[::-1]),
        (is_("state", "odd"), (), lambda length: range(1, 2 * length, 2)),
        (is_("party.id", "even"), (), lambda length: range(0, 2 * length, 2)),
        (is_("size", 9, Op.GT), (Sort(size),), lambda length: range(10, 10 + length)),
        (is_("size", KEPT // 2, Op.LT), (Sort(size),), range),
    ]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """A file with the things that stay."""
    with shortened():
        made = SqliteStore(str(tmp_path / "turnup.db"))
        await made.open(COLLECTIONS)
        await asyncio.gather(*(made.insert("thing", thing(number)) for number in range(KEPT)))
        yield made
        await made.close()


@contextmanager
def neighbour(path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that adds, takes away and lists, until it is killed in the middle of it."""
    command = [sys.executable, "-c", NEIGHBOUR, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout
            assert process.stdout.readline()
            yield process
        finally:
            process.kill()


async def check_pages(store: SqliteStore) -> None:
    """Each list has, where it is deep, just what belongs there, and is as long as it says."""
    for query, sort, members in lists():
        whole = (await store.page("thing", query, sort=sort, limit=0)).total
        for offset in (whole // 2, max(whole - 3, 0)):
            page = await store.page("thing", query, sort=sort, offset=offset, limit=3)
            found = [int(each.id) for each in page.documents]
            there = list(members(page.total)[offset : offset + 3])
            assert found == there, (query, sort, offset, page.total)


def check_counts(store: SqliteStore) -> int:
    """Every counted stretch has as many keys as it says; how many stretches there are."""
    table, count = store._tables["thing"], 0
    rows = store._reading().rows
    spreads = Spreads(rows)
    for path in (-1, *range(len(table.declared))):
        spread = spreads.of(table, path)
        starts = [one[1:] for one in spread._starts]
        for start, end in zip(starts, [*starts[1:], END], strict=bool(starts)):
            told = rows(
                f"SELECT entries, least, greatest FROM {table.count} WHERE path = ?"
                " AND value = ? AND created = ? AND doc = ?",
                (path, *start),
            )[0]
            truth = rows(table.stretches.tally, (path, *start, *end, -1))[0]
            assert told in (truth, (None, None, None)), (path, start)
            count += 1
        if spread.counted:
            every = rows(table.stretches.tally, (path, *START, *END, -1))[0]
            assert [spread.count(START, END, column) for column in range(3)] == list(every)
    return count


async def change(store: SqliteStore, turn: int) -> None:
    """Changes things that nobody else does: their keys come in many places."""
    for number in range(turn % 7, KEPT, 7):
        found = await store.get("thing", str(number))
        assert found
        parties = [name for name in "abcpqrst" if (ord(name) + turn) % 3]
        await store.replace("thing", thing(number, *parties, rev=found.rev + 1))


async def test_counts_are_right_while_another_process_writes(
    store: SqliteStore, tmp_path: Path
) -> None:
    """Both cut, count, write and page; no list is ever wrong, and in the end all counts are true.

    The other process is killed at whatever it does; what it counted is true all the same.
    """
    with neighbour(tmp_path / "turnup.db"):
        for turn in range(12):
            await asyncio.gather(change(store, turn), check_pages(store))
    await check_pages(store)
    assert check_counts(store) > 20
