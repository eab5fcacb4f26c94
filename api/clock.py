"""All nondeterminism: the clock, new ids, chance, and waiting.

Everything that needs one of these takes a `Clock`, so that tests run on fake time and repeat
exactly. Nothing else in the project calls ``time``, ``uuid4``, ``random`` or ``asyncio.sleep``.
"""

import asyncio
import os
import random
import time
import uuid
from typing import Protocol

__all__ = ["Clock", "SystemClock", "derived_id", "uuid7"]

_NAMESPACE = uuid.UUID("6f1b1e0a-8f0c-5c1c-9d57-7b1d6a0d5e31")


class Clock(Protocol):
    """Time, ids and chance as the rest of the program sees them."""

    def now(self) -> float:
        """The time in seconds since 1970-01-01T00:00:00Z."""
        ...

    def new_id(self) -> str:
        """A new identifier; later ones sort after earlier ones (UUIDv7, RFC 9562)."""
        ...

    def chance(self) -> float:
        """A random number in [0, 1): for jitter, and for a simulator that fails now and then."""
        ...

    def entropy(self, size: int) -> bytes:
        """So many random bytes that nobody can guess: for secrets."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Returns after so many seconds of this clock."""
        ...

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        """Waits for the event, at most so many seconds (None: for ever); tells whether it came."""
        ...


class SystemClock:
    """The machine's own clock and chance."""

    def __init__(self) -> None:
        self._random = random.SystemRandom()
        self._last_id = ""

    def now(self) -> float:
        """See `Clock.now`."""
        return time.time()

    def new_id(self) -> str:
        """See `Clock.new_id`."""
        made = uuid7(time.time_ns() // 1_000_000, os.urandom(10))
        if made <= self._last_id:  # within a millisecond, or the clock was set back (RFC 9562, 6.2)
            made = str(uuid.UUID(int=uuid.UUID(self._last_id).int + 1))
        self._last_id = made
        return made

    def chance(self) -> float:
        """See `Clock.chance`."""
        return self._random.random()

    def entropy(self, size: int) -> bytes:
        """See `Clock.entropy`."""
        return os.urandom(size)

    async def sleep(self, seconds: float) -> None:
        """See `Clock.sleep`."""
        await asyncio.sleep(seconds)

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        """See `Clock.wait`."""
        if event.is_set():
            return True
        # not asyncio.wait_for: in Python 3.11 that swallows a cancellation which comes at the very
        # moment of the event, and whoever waits for the task's end waits for ever
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return event.is_set()
        return True


def uuid7(milliseconds: int, entropy: bytes) -> str:
    """A UUIDv7 of a Unix time in milliseconds and ten random bytes (RFC 9562, 5.7)."""
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | int.from_bytes(entropy)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def derived_id(*parts: str) -> str:
    """The id of a child, from its parent's id and its place there: the same parts, the same id.

    Creating a child twice therefore meets itself instead of doubling (UUIDv5, RFC 9562, 5.5).
    """
    return str(uuid.uuid5(_NAMESPACE, "/".join(parts)))
