"""A MongoDB for the tests.

``TURNUP_TEST_MONGODB_URL`` names a server to use. Without it, SecantusDB is started, a server of
its own that speaks MongoDB's protocol. Import the fixtures into a ``conftest.py`` to have them.
"""

import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pymongo
import pytest

from tests.patience import PATIENCE

__all__ = ["mongodb_server", "mongodb_url", "serving"]


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """The URL of a server that is started for the block, without a database."""
    port = free_port()
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(command(port, home / "data"), stdout=log, stderr=log, cwd=home)
    try:
        wait_for(port, server)
        yield f"mongodb://127.0.0.1:{port}"
    finally:
        server.kill()  # its data goes anyway
        server.wait(timeout=PATIENCE)


@pytest.fixture(scope="session")
def mongodb_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server, without a database."""
    if given := os.environ.get("TURNUP_TEST_MONGODB_URL"):
        yield given.rstrip("/")
        return
    with serving(tmp_path_factory.mktemp("mongodb")) as url:
        yield url


@pytest.fixture
def mongodb_url(mongodb_server: str) -> Iterator[str]:
    """The URL of a database that nobody else uses; it is dropped in the end."""
    name = f"turnup_test_{uuid.uuid4().hex[:12]}"
    yield f"{mongodb_server}/{name}"
    client: pymongo.MongoClient[dict[str, object]] = pymongo.MongoClient(mongodb_server)
    client.drop_database(name)
    client.close()


def command(port: int, data: Path) -> list[str]:
    options = {"--host": "127.0.0.1", "--port": str(port), "--storage-path": str(data)}
    flat = [part for option in options.items() for part in option]
    quiet = ["--sync-on-commit", "--log-level", "WARNING", "--cache-size", "128M"]
    return [sys.executable, "-m", "secantus", *flat, *quiet]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"the MongoDB server ended with {server.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the MongoDB server does not answer")
