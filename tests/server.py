"""A server of its own process, as a user starts it, for tests and for CI."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue

from tests.patience import PATIENCE

__all__ = ["ServerProcess", "serving"]

_HERE = Path(__file__).parent.parent
"""Where the code is that is started, whichever copy of it is installed."""

_READY = re.compile(r"ready at (http://\S+)")


class ServerProcess:
    """A running server.

    Args:
        folder: its working directory, where its database is.
        database: as the setting; by default a file in the folder.
        options: further ones of ``turnup serve``.
        environment: further variables; those of ours that begin with ``TURNUP_`` do not count.
    """

    def __init__(
        self,
        folder: Path,
        *,
        database: str | None = None,
        options: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        own = {name: value for name, value in os.environ.items() if not name.startswith("TURNUP_")}
        self._log = (folder / "server.log").open("ab")
        self._lines: Queue[str] = Queue()
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "api", "serve", "--port", "0"),
                *("--database", database or f"sqlite:///{folder / 'turnup.sqlite'}"),
                *options,
            ],
            cwd=folder,
            env={**own, "PYTHONPATH": str(_HERE), **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.url = self._ready()

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as lines:
            for line in lines:
                self._lines.put(line)
        self._lines.put("")

    def _ready(self) -> str:
        while True:
            try:
                line = self._lines.get(timeout=PATIENCE)
            except Empty:
                line = ""
            if found := _READY.search(line):
                return found[1]
            if not line:
                self.kill()
                log = Path(self._log.name).read_text()
                raise RuntimeError(f"the server did not get ready:\n{log}")

    def terminate(self) -> int:
        """Ends it as an operator does; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self._wait()

    def kill(self) -> None:
        """Ends it as a power cut does."""
        self.process.kill()
        self._wait()

    def _wait(self) -> int:
        try:
            return self.process.wait(PATIENCE)
        finally:
            self._reader.join(PATIENCE)
            self._log.close()


@contextmanager
def serving(folder: Path, **kwargs: object) -> Iterator[ServerProcess]:
    """A server that is ended in the end, however the block is left."""
    server = ServerProcess(folder, **kwargs)  # type: ignore[arg-type]
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.terminate()
