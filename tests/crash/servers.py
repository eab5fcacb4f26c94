"""Servers that are killed and started again, and calls that are repeated until one answers."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

__all__ = ["ROOT", "Server", "insist", "serving"]

ROOT = Path(__file__).resolve().parents[2]


class Server:
    """A server in a process of its own that can be killed and started again on its port.

    Args:
        database: as the setting.
        environment: further settings, as variables.
    """

    def __init__(self, database: str, environment: Mapping[str, str] | None = None) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.database = database
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {**os.environ, **(environment or {})}
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "api", "serve", "--port", str(self.port)]
        command += ["--database", self.database]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=self._environment
        )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if " ready at " in line:
                return
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def send(self, which: signal.Signals) -> None:
        """One that does not end it."""
        assert self._process is not None
        os.kill(self._process.pid, which)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            os.kill(self._process.pid, how)
            self._process.wait(20)
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None


@contextmanager
def serving(database: str, environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    server = Server(database, environment)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def insist(call: Callable[[], httpx.Response]) -> httpx.Response:
    """Repeats a call until a server answers it."""
    deadline = time.monotonic() + 60
    while True:
        try:
            answer = call()
        except httpx.TransportError:
            assert time.monotonic() < deadline, "no server for a minute"
            time.sleep(0.05)
        else:
            return answer
