"""Who holds a lease: one run of one process, and whether that run is certainly over."""

import os
import socket
from functools import cache
from pathlib import Path

from api.clock import Clock

__all__ = ["dead_owner", "new_owner"]

_STATE, _START = 0, 19
"""Fields of /proc/PID/stat, counted behind the command's name (proc(5))."""

_PARTS = 3
"""Slashes in an owner's name, at least."""

_ENDED = frozenset("ZXx")
"""States of a process that runs no more although it is still listed."""


def new_owner(clock: Clock) -> str:
    """A name for this run: ``host/pid/start of the process/random``."""
    pid = os.getpid()
    return f"{_host()}/{pid}/{_started(pid) or 0}/{clock.new_id()[-12:]}"


def dead_owner(owner: str) -> bool:
    """Whether the process of that name ran on this host and is gone.

    So what a killed process held goes on at once when it is started again. Of other hosts (and
    other containers, whose process numbers mean nothing here) nothing is known: False.
    """
    host, pid, started, _ = owner.rsplit("/", 3) if owner.count("/") >= _PARTS else ("",) * 4
    if host != _host() or not pid.isdecimal():
        return False
    return _started(int(pid)) != started


@cache
def _host() -> str:
    """Host, boot and process namespace: within them a pid and its start mean one process."""
    boot = _text("/proc/sys/kernel/random/boot_id")[:8]
    try:
        namespace = Path("/proc/self/ns/pid").readlink().name.strip("pid:[]")
    except OSError:
        namespace = ""
    return f"{socket.gethostname()}.{boot}.{namespace}"


def _started(pid: int) -> str | None:
    """When a running process was started, in ticks since boot; None when there is no such one.

    Where there is no /proc, "0" for every process that exists.
    """
    stat = _text(f"/proc/{pid}/stat")
    if stat:
        fields = stat.rpartition(")")[2].split()
        return None if fields[_STATE] in _ENDED else fields[_START]
    if Path("/proc/self/stat").exists():
        return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except OSError:
        return "0"
    return "0"


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
