"""CPU time that tests may judge by: the least of several, beside something else in the same run.

What a thing takes depends on the machine, on what else it does, and on how much the tests before
have left for the garbage collector. How it grows, and how it compares, does not.
"""

import gc
import time
from collections.abc import Callable
from typing import Final

__all__ = ["growth", "slowness"]

_TIMES: Final = 5
_NOMINAL: Final = 0.02
"""Seconds that ``_work`` takes on the machine that limits are given for."""


def growth(small: Callable[[], object], large: Callable[[], object]) -> float:
    """How many times the CPU of the small one the large one takes, called in turns."""
    costs = [(_cost(small), _cost(large)) for _ in range(_TIMES)]
    least_small, least_large = (min(each) for each in zip(*costs, strict=True))
    return least_large / least_small


def slowness() -> float:
    """How many times slower than the machine that limits are given for this one is now; 1 or more.

    Where a limit is in seconds of CPU, it is to be multiplied by this.
    """
    return max(1.0, min(_cost(_work) for _ in range(_TIMES)) / _NOMINAL)


def _work() -> int:
    """What a request is made of: calls, dicts, strings."""
    words = {str(number): number for number in range(20_000)}
    return sum(map(words.__getitem__, sorted(words, key=str.swapcase)))


def _cost(call: Callable[[], object]) -> float:
    """Seconds of this thread's CPU that it takes, without a share of the collector's."""
    collected = gc.isenabled()
    gc.disable()
    try:
        start = time.thread_time()  # noqa: TID251
        call()
        return time.thread_time() - start  # noqa: TID251
    finally:
        if collected:
            gc.enable()
