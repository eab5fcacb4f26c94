"""One call of an adapter: within its time, and with every way to fail made one of two."""

import asyncio
import json
from collections.abc import Mapping

import orjson
import structlog

from api.clock import Clock
from tmf640_activation.adapters.base import (
    Adapter,
    AdapterError,
    AdapterFailed,
    AdapterUnavailable,
    Outcome,
    Task,
)

__all__ = ["Attempts"]

_log = structlog.get_logger(__name__)


class Attempts:
    """Calls adapters.

    Args:
        adapters: by name.
        clock: on which their time is measured.
    """

    def __init__(self, adapters: Mapping[str, Adapter], clock: Clock) -> None:
        self._adapters = adapters
        self._clock = clock

    async def run(self, task: Task) -> Outcome:
        """Has the task carried out by its specification's adapter.

        Raises AdapterFailed, AdapterUnavailable; the latter also where the time is up, and where
        the adapter breaks: a bug in it may well be mended before the last try.
        """
        name = task.specification.adapter
        adapter = self._adapters.get(name)
        if adapter is None:
            known = ", ".join(sorted(self._adapters))
            raise AdapterFailed(f"there is no adapter {name!r}; the catalogue may name: {known}")
        try:
            return _usable(await self._in_time(adapter, task))
        except AdapterError:
            raise
        except Exception as error:
            _log.exception("adapter_broke", adapter=name, operation=task.operation, key=task.key)
            raise AdapterUnavailable(f"the adapter {name} broke: {type(error).__name__}") from error

    async def _in_time(self, adapter: Adapter, task: Task) -> Outcome:
        done = asyncio.Event()
        running = asyncio.ensure_future(adapter.carry_out(task))
        running.add_done_callback(lambda _: done.set())
        try:
            if await self._clock.wait(done, task.handling.timeout):
                return running.result()
        finally:
            if running.cancel():
                await asyncio.gather(running, return_exceptions=True)
        raise AdapterUnavailable(f"no answer within {task.handling.timeout:g} s")


def _usable(outcome: object) -> Outcome:
    """What an adapter gave back, if it can be written down; raises TypeError or ValueError."""
    if not isinstance(outcome, Outcome):
        raise TypeError(f"carry_out gave {type(outcome).__name__}, not an Outcome")
    values = dict(outcome.characteristics)
    orjson.dumps(values)  # names are text, numbers have 64 bits …
    json.dumps(values, allow_nan=False)  # … and are some
    return outcome
