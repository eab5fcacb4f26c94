"""A server of our own to test: in a process of its own, on a fresh store, on loopback."""

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from api.errors import SetupError

__all__ = ["own_server"]

_READY: Final = re.compile(r"ready at (http://\S+)")
_GRACE: Final = 20
"""Seconds that it gets to stop."""


@contextmanager
def own_server(database: str | None = None) -> Iterator[str]:
    """The URL of a running server; it is ended, and its files are removed, in the end.

    Args:
        database: as in the setting; by default a new SQLite file.

    Raises:
        SetupError: it did not start; with what it said.
    """
    with tempfile.TemporaryDirectory(prefix="turnup-conformance-") as name:
        folder = Path(name)
        log = folder / "server.log"
        with log.open("wb") as errors:
            process = _started(folder, database or f"sqlite:///{folder / 'turnup.sqlite'}", errors)
        try:
            yield _url(process, log)
        finally:
            _end(process)


def _started(folder: Path, database: str, errors: IO[bytes]) -> "subprocess.Popen[str]":
    # what is tested is the server as it is by default: settings of this machine do not count
    own = {name: value for name, value in os.environ.items() if not name.startswith("TURNUP_")}
    command = [sys.executable, "-m", "api", "serve", "--port", "0", "--database", database]
    # long, so that a slow machine answers 201 all the same
    command += ["--activation-wait", "20"]
    return subprocess.Popen(  # noqa: S603 - our own program
        command,
        cwd=folder,
        env=own,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        start_new_session=True,  # Ctrl-C ends it after the clean-up, not before
    )


def _url(process: "subprocess.Popen[str]", log: Path) -> str:
    assert process.stdout  # noqa: S101 - it is a pipe
    for line in process.stdout:
        if found := _READY.search(line):
            return found[1]
    raise SetupError(f"the server did not start: {log.read_text()[-2000:].strip()}")


def _end(process: "subprocess.Popen[str]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(_GRACE)
    if process.stdout:
        process.stdout.close()
