"""What was acknowledged is there after the process was killed."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from api.clock import SystemClock
from api.store import open_store
from tests.store.things import COLLECTIONS, logged

WRITER = """
import asyncio, sys
from api.clock import SystemClock
from api.store import open_store
from tests.store.things import COLLECTIONS, doc, event

async def main():
    store = open_store(sys.argv[1], SystemClock())
    await store.open(COLLECTIONS)

    async def client(name):
        for n in range(10**9):
            id_ = f"{name}-{n}"
            await store.insert("thing", doc(id_, state="a"), [event(name, f"event-{id_}")])
            print(f"{name}-{n}", flush=True)

    await asyncio.gather(*(client(f"{sys.argv[2]}{n}") for n in range(8)))

asyncio.run(main())
"""
ROOT = Path(__file__).parents[2]


def writer(url: str, name: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", WRITER, url, name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def killed(process: "subprocess.Popen[str]", after: int) -> list[str]:
    """Lets it write so many documents, kills it, and says which ones it had acknowledged."""
    assert process.stdout is not None
    with process:
        first = [process.stdout.readline().strip() for _ in range(after)]
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read()
    # the last line may have been cut off by the kill
    return [*first, *(line for line in rest.split("\n")[:-1])]


@pytest.mark.parametrize("after", [1, 300])
def test_a_killed_writer_loses_nothing_that_it_acknowledged(after: int, tmp_path: Path) -> None:
    """Every acknowledged document is there, each with its event; log and totals are whole."""
    url = f"sqlite:///{tmp_path / 'turnup.db'}"
    acknowledged = killed(writer(url, "w"), after)
    assert len(acknowledged) >= after
    asyncio.run(_check(url, acknowledged))


@pytest.mark.slow
def test_a_killed_writer_loses_nothing_on_mongodb(mongodb_url: str) -> None:
    """The same there: events that were still in their documents get into the log later.

    Slow, because the killed relay's lease has to run out first.
    """
    acknowledged = killed(writer(mongodb_url, "w"), 60)
    asyncio.run(_check(mongodb_url, acknowledged))


def test_two_processes_share_a_file(tmp_path: Path) -> None:
    """Positions stay without gaps, and neither waits for ever."""
    url = f"sqlite:///{tmp_path / 'turnup.db'}"
    both = [writer(url, "a"), writer(url, "b")]
    acknowledged = [id_ for one in both for id_ in killed(one, 100)]
    asyncio.run(_check(url, acknowledged))


async def _check(url: str, acknowledged: list[str]) -> None:
    store = open_store(url, SystemClock())
    await store.open(COLLECTIONS)
    try:
        for id_ in acknowledged:
            assert await store.get("thing", id_) is not None
        total = (await store.page("thing", limit=1)).total
        log = await logged(store, total)
        assert [one.position for one in log] == list(range(1, total + 1))
        assert {one.snapshot.data["id"] for one in log} >= set(acknowledged)
        assert len(await store.find("thing", limit=100_000)) == total
    finally:
        await store.close()
