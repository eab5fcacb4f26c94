"""The command: what it tests, how it ends, and what it leaves."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from api.cli import app
from api.conformance.target import known_apis, subjects
from api.errors import SetupError
from tests.patience import PATIENCE
from tests.server import ServerProcess

SERVICES = "/tmf-api/serviceInventory/v4"


def turnup(*arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "api", "conformance", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "COLUMNS": "120"},
    )


def ended(process: "subprocess.Popen[str]", seconds: float = PATIENCE) -> tuple[str, str]:
    """What it said; it is killed where it does not end."""
    try:
        return process.communicate(timeout=seconds)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_server_is_tested_and_left_as_it_was(served: ServerProcess, tmp_path: Path) -> None:
    """Exit status 0, every finding in JSON and HTML, and no service more than before."""
    url = f"{served.url}{SERVICES}"
    page = tmp_path / "report.html"
    process = turnup("--url", url, "--json", "-", "--html", str(page), "--strict")
    out, err = ended(process, 600)
    assert process.returncode == 0, err
    report = json.loads(out)
    assert (report["complete"], report["passed"], report["left"]) == (True, True, [])
    assert [each["api"] for each in report["apis"]] == ["TMF638"]
    assert {each["outcome"] for each in report["findings"]} == {"pass", "n/a"}
    one = next(each for each in report["findings"] if each["rule"] == "TMF630-FILTER-GT")
    (seen,) = (each for each in one["observations"] if each["what"].startswith("found by"))
    assert seen["expected"] == seen["came"] == '["delta","epsilon","gamma"]'
    assert ".gt=" in one["exchanges"][-1]["sent"]["url"]
    assert one["exchanges"][-1]["came"]["status"] == 200
    assert "All rules hold" in err
    text = page.read_text()
    assert "TMF630-FILTER-GT" in text
    assert text.rindex("<details class=pass") < text.index("<details class=n-a"), "worst first"
    assert 'src="' not in text
    assert 'href="' not in text.split("</style>")[0]
    assert httpx.get(f"{url}/service").json() == []
    assert httpx.get(f"{url}/hub").json() == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_cleans_up(served: ServerProcess, how: signal.Signals) -> None:
    """Ctrl-C or a kill ends it with status 2, a report of what was checked, and nothing left."""
    url = f"{served.url}{SERVICES}"
    process = turnup("--url", url)
    until = time.monotonic() + PATIENCE
    while not httpx.get(f"{url}/service").json():
        assert time.monotonic() < until
        time.sleep(0.05)
    process.send_signal(how)
    out, err = ended(process)
    assert process.returncode == 2, err
    assert "Not all rules were checked" in out
    assert httpx.get(f"{url}/service").json() == []


def test_what_cannot_be_run_is_status_2() -> None:
    """A server that does not answer is named, without a stack trace."""
    process = turnup("--url", "http://127.0.0.1:9")
    _, err = ended(process)
    assert process.returncode == 2
    assert "http://127.0.0.1:9 does not answer" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--json", "/nowhere/report.json"], "the report cannot be written"),
        (["--html", "/nowhere/report.html"], "the report cannot be written"),
        (["--markdown", "/"], "the report cannot be written"),
        (["--patience", "-1"], "from 0 up"),
        (["--patience", "nan"], "from 0 up"),
        (["--database", "sqlite:///:memory:"], "give one of them"),
    ],
)
def test_wrong_options_are_refused_first(options: list[str], said: str) -> None:
    """Before anything is sent: the server that is named does not even exist."""
    told = CliRunner().invoke(app, ["conformance", "--url", "http://127.0.0.1:9", *options])
    assert (told.exit_code, said in told.output) == (2, True), told.output


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "no http or https URL"),
        ("127.0.0.1:9", "no http or https URL"),
        ("http://", "no http or https URL"),
        ("http://h:port/v4", "port"),
        ("http://u:secret@127.0.0.1:9/v4", "leave out the user"),
        ("http://127.0.0.1:9/v4?x=1", "leave out what stands behind"),
        ("http://127.0.0.1:9/#v4", "leave out what stands behind"),
    ],
)
def test_wrong_urls_are_refused_first(url: str, said: str) -> None:
    """An unset variable does not test a server of our own, and no password gets into reports."""
    told = CliRunner().invoke(app, ["conformance", "--url", url])
    assert (told.exit_code, said in " ".join(told.output.split())) == (2, True), told.output
    assert "secret" not in told.output


def test_looking_whether_a_report_can_be_written_leaves_nothing(tmp_path: Path) -> None:
    """No empty report is made, and one that is there stays, where the test cannot be run."""
    new, old = tmp_path / "new.json", tmp_path / "old.html"
    old.write_text("before")
    process = turnup("--json", str(new), "--html", str(old), "--url", "http://127.0.0.1:9")
    ended(process)
    assert process.returncode == 2
    assert (new.exists(), old.read_text()) == (False, "before")


def test_finding_what_to_test(served: ServerProcess, tmp_path: Path) -> None:
    """At a root all APIs; at a base that API, by any of its paths; a document wins over both."""
    known = known_apis()
    found = {each.api: each.url for each in subjects(served.url, (), known)}
    assert set(found) == {"TMF622", "TMF638", "TMF640", "TMF641"}
    assert found["TMF638"] == served.url + SERVICES
    alias = f"{served.url}/tmf-api/serviceInventoryManagement/v4"
    (one,) = subjects(alias, (), known)
    assert (one.api, one.url) == ("TMF638", alias)
    paths = {"/thing": {"get": {"responses": {}}}, "/thing/{id}": {"get": {"responses": {}}}}
    document = {"swagger": "2.0", "info": {"title": "TMF999 Things"}, "paths": paths}
    file = tmp_path / "things.json"
    file.write_text(json.dumps({**document, "basePath": "/things/v4/"}))
    (given,) = subjects(served.url, [file], known)
    assert (given.api, given.url) == ("TMF999", f"{served.url}/things/v4")
    assert [each.name for each in given.resources] == ["thing"]
    with pytest.raises(SetupError, match="--spec"):
        subjects(f"{served.url}/health", (), known)
