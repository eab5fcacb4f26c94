"""The pages about events and their log: the tests that they name are there, the calls work."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from api.clock import SystemClock
from api.errors import Gone
from api.events.log import EventLog
from api.store import open_store
from tests.patience import PATIENCE
from tests.server import ServerProcess
from tests.store.things import COLLECTIONS, doc, event

ROOT = Path(__file__).resolve().parents[2]
EVENTS = (ROOT / "docs" / "events.md").read_text()
PAGE = (ROOT / "docs" / "event-log.md").read_text()


def test_every_test_that_the_pages_name_is_there() -> None:
    """A guarantee whose test is gone is none."""
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", EVENTS + PAGE)
    assert len(named) > 10
    for file, name in named:
        text = (ROOT / file).read_text()
        assert not name or f"def {name}(" in text, f"{file}::{name}"


def test_every_guarantee_names_a_test() -> None:
    """No row of the table is a mere promise."""
    table = EVENTS.partition("| guarantee | proved by |")[2].partition("\n\n")[0]
    rows = table.strip().splitlines()[1:]
    assert len(rows) > 8
    for row in rows:
        assert "`tests/" in row.rstrip("| ").rpartition("|")[2], row


def test_the_calls_of_the_page_work(served: ServerProcess) -> None:
    """Each finds the event that the first one made."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    calls = "\n".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL))
    (stream,) = re.findall(r"^curl -sN .*$", calls, re.MULTILINE)
    script = calls.replace("http://127.0.0.1:8080", served.url)
    # the stream does not end by itself: curl's time limit is its status 28
    script = "set -e\n" + script.replace(stream, f"{stream} || test $? = 28").replace(
        "\ncurl", "\necho\ncurl"
    )
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr
    lists = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    assert [len(each) for each in lists] == [1, 1, 1]
    assert lists[1][0]["event"]["service"]["name"] == "line 1"
    lines = done.stdout.splitlines()
    assert "id: 1" in lines
    assert "event: ServiceCreateEvent" in lines
    events = f"{served.url}/tmf-api/eventManagement/v4/event"
    assert httpx.get(events).json() == lists[0]


async def test_the_error_of_the_page_is_the_real_one() -> None:
    """Where events are gone, a reader finds what the page shows, but for the figures."""
    (block,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    shown = json.loads(block)
    store = open_store("sqlite:///:memory:", SystemClock())
    await store.open(COLLECTIONS)
    for number in range(40):
        await store.insert("thing", doc(f"{number}"), [event(f"{number}")])
    await store.prune_log(30, 100)
    with pytest.raises(Gone) as raised:
        await EventLog(store).read(17, 10)
    await store.close()
    body = raised.value.body()
    body["message"] = body["message"].replace("31", "4711").replace("30", "4710")
    assert body == shown
