"""Starting a server: what hinders it is said in a line."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from api.app import Server
from api.errors import SetupError
from api.settings import Settings
from tests.patience import PATIENCE
from tests.server import serving


def started(
    folder: Path, *options: str, environment: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """A server that is expected not to start."""
    return subprocess.run(
        [sys.executable, "-m", "api", "serve", "--port", "0", *options],
        cwd=folder,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def folder(at: Path) -> None:
    """A folder where the file should be."""
    at.mkdir()


def garbage(at: Path) -> None:
    """A file of something else."""
    at.write_text("no database at all" * 99)


def later(at: Path) -> None:
    """A file that a later version has written."""
    connection = sqlite3.connect(at)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


@pytest.mark.parametrize("make", [folder, garbage, later])
async def test_a_file_that_cannot_be_opened(make: object, tmp_path: Path) -> None:
    """The fault names the file, whatever is wrong with it."""
    file = tmp_path / "some.sqlite"
    make(file)  # type: ignore[operator]
    with pytest.raises(SetupError, match=r"database .*some\.sqlite"):
        async with Server(Settings(database=f"sqlite:///{file}")).running():
            pass


def test_a_database_that_cannot_be_opened(tmp_path: Path) -> None:
    """One line names it, without credentials, and the exit status is that of set-up errors."""
    for database, name in (
        ("sqlite:////nowhere/some.sqlite", "/nowhere/some.sqlite"),
        ("mongodb://me:secret@127.0.0.1:1/orders?appName=x", "mongodb://127.0.0.1:1/orders"),
        ("mongo://me:secret@127.0.0.1/orders", "mongo://127.0.0.1/orders"),
    ):
        told = started(tmp_path, "--database", database)
        assert (told.returncode, told.stderr.count("\n")) == (2, 1), told.stderr
        assert name in told.stderr
        assert "secret" not in told.stderr


def test_every_line_of_the_log_is_json(tmp_path: Path) -> None:
    """With `log_json` the lines of libraries are JSON as well."""
    environment = {"TURNUP_LOG_JSON": "1", "TURNUP_LOG_LEVEL": "info"}
    with serving(tmp_path, environment=environment) as server:
        server.terminate()
    lines = [json.loads(line) for line in (tmp_path / "server.log").read_text().splitlines()]
    (began, *_) = (line for line in lines if line.get("logger") == "uvicorn.error")
    assert began["event"].startswith("Started server process")
    assert {"event", "level", "timestamp"} <= began.keys()


def test_an_adapter_that_the_server_lacks(tmp_path: Path) -> None:
    """It is told at the start, and when the catalogue is read anew, with the catalogue's name."""
    catalog = tmp_path / "acme.yaml"
    catalog.write_text("serviceSpecifications:\n  - {id: port, name: P, type: RFS, adapter: olt}\n")
    with serving(tmp_path, options=["--catalog", str(catalog)]) as server:
        catalog.write_text(catalog.read_text().replace("olt", "onu"))
        server.process.send_signal(signal.SIGHUP)
        until = time.monotonic() + PATIENCE
        while (told := (tmp_path / "server.log").read_text()).count("adapter missing") < 2:
            assert time.monotonic() < until, told
            time.sleep(0.05)
    first, second = (line for line in told.splitlines() if "adapter missing" in line)
    assert ("olt" in first, "onu" in second, str(catalog) in first) == (True, True, True)
