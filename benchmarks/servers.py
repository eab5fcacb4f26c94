"""Servers under measurement, each in a process of its own on a free loopback port."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = [
    "Running",
    "await_port",
    "cpu_seconds",
    "floor",
    "free_port",
    "memory_mb",
    "mongodb",
    "started",
    "tmf_mock",
    "turnup",
]

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Running:
    """A server that takes requests."""

    name: str
    port: int
    pid: int


def cpu_seconds(pid: int) -> float:
    """CPU time that a process has used so far, in seconds: user and system, all threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def memory_mb(pid: int) -> float:
    """Resident memory of a process, in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _server(
    name: str, command: list[str], port: int, environment: Mapping[str, str] | None = None
) -> Iterator[Running]:
    process = subprocess.Popen(
        command, env={**os.environ, **(environment or {})}, stdout=subprocess.DEVNULL
    )
    try:
        await_port(process, port)
        yield Running(name, port, process.pid)
    finally:
        process.terminate()
        process.wait(20)


def await_port(process: subprocess.Popen[bytes], port: int) -> None:
    """Returns once the process listens. Raises RuntimeError where it does not."""
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{process.args!r} does not listen")


@contextmanager
def turnup(database: str, *, worker: bool = False) -> Iterator[Running]:
    """Our own server; without its worker orders are only taken."""
    port = free_port()
    command = [sys.executable, "-m", "api", "serve", "--port", str(port), "--database", database]
    with _server("turnup", command, port, {"TURNUP_WORKER": str(worker)}) as running:
        yield running


def started(database: str) -> tuple[float, float, float]:
    """Seconds until our own server says that it is ready; its CPU time and its memory then."""
    command = [sys.executable, "-m", "api", "serve", "--port", "0", "--database", database]
    began = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            if not any(b"ready at" in line for line in process.stdout):
                raise RuntimeError("the server did not start")
            return time.monotonic() - began, cpu_seconds(process.pid), memory_mb(process.pid)
        finally:
            process.terminate()


@contextmanager
def floor(database: str) -> Iterator[Running]:
    """The bare application of `benchmarks.floor`."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "benchmarks.floor:app", "--port", str(port)]
    command += ["--no-access-log", "--log-level", "warning"]
    with _server("floor", command, port, {"FLOOR_DATABASE": database}) as running:
        yield running


@contextmanager
def tmf_mock(folder: Path) -> Iterator[Running]:
    """The in-memory server of the PyPI package tmf-mock, in an environment of its own."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "tmf-mock"]
        subprocess.run(install, check=True)
    port = free_port()
    command = [str(python), "-m", "uvicorn", "tmf_mock._app:app", "--port", str(port)]
    command += ["--no-access-log", "--log-level", "warning"]
    with _server("tmf-mock", command, port, {"TMF_MOCK_SEED": "0"}) as running:
        yield running


@contextmanager
def mongodb(folder: Path) -> Iterator[str]:
    """A MongoDB wire server; gives its URL. ``TURNUP_TEST_MONGODB_URL`` names one that runs."""
    given = os.environ.get("TURNUP_TEST_MONGODB_URL")
    if given:
        yield given
        return
    port = free_port()
    command = [str(Path(sys.executable).parent / "secantusd-py"), "--port", str(port)]
    command += ["--storage-path", str(folder), "--sync-on-commit"]
    with _server("mongodb", command, port):
        yield f"mongodb://127.0.0.1:{port}"
