"""A network that is not there: takes as long, and fails as often, as one asks it to.

What it shall do comes from the specification's ``options`` in the catalogue, or, stronger, from
characteristics of the service itself whose name begins with ``simulate.``:

===================  ===================================================================
``latency``          seconds that the work takes (0)
``fail``             true, or the reason: fails for good
``failTimes``        how many of the first tries fail for now (0)
``failOn``           the operations to which the two above apply; all when it is missing:
                     a word or a list of ``create modify suspend resume terminate``
``assign``           characteristics that the network chooses, by name; in a text,
                     ``{id}`` stands for the service's id and ``{number}`` for a number from
                     1 to 254 that is always the same for the same service
===================  ===================================================================

So an order that carries the characteristic ``simulate.fail`` with the value ``"no port free"``
fails with that reason, whatever the catalogue says.
"""

import zlib
from typing import Final

from api.clock import Clock
from api.jsontypes import JsonObject, JsonValue
from tmf640_activation.adapters.base import (
    AdapterFailed,
    AdapterUnavailable,
    Operation,
    Outcome,
    Task,
)
from tmf640_activation.characteristics import values

__all__ = ["Simulator"]

_PREFIX: Final = "simulate."


class Simulator:
    """See the module. Keeps nothing, so it is repeatable.

    Args:
        clock: on which the work takes its time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def carry_out(self, task: Task) -> Outcome:
        """See `Adapter.carry_out`."""
        wanted = _behaviour(task)
        latency = _number(wanted.get("latency"))
        if latency > 0:
            await self._clock.sleep(latency)
        if _applies(wanted.get("failOn"), task.operation):
            _fail(wanted, task)
        if task.operation is not Operation.CREATE:
            return Outcome()
        return Outcome(_assigned(wanted.get("assign"), str(task.service.get("id", ""))))


def _behaviour(task: Task) -> JsonObject:
    """The options, overridden by the service's own characteristics."""
    own = {
        name.removeprefix(_PREFIX): value
        for name, value in values(task.service).items()
        if name.startswith(_PREFIX)
    }
    return {**task.specification.options, **own}


def _fail(wanted: JsonObject, task: Task) -> None:
    fail = wanted.get("fail")
    if fail:
        raise AdapterFailed(fail if isinstance(fail, str) else "the simulator was asked to fail")
    times = _number(wanted.get("failTimes"))
    if task.attempt <= times:
        raise AdapterUnavailable(
            f"the simulator was asked to fail {times:g} times, this was number {task.attempt}"
        )


def _applies(operations: JsonValue, operation: Operation) -> bool:
    if not operations:
        return True
    return operation.value in (operations if isinstance(operations, list) else [operations])


def _number(value: JsonValue) -> float:
    """What clients send as a characteristic may be anything: what is no number counts as 0."""
    try:
        return max(0.0, float(value))
    except (TypeError, ValueError):
        return 0.0


def _assigned(assign: JsonValue, service_id: str) -> JsonObject:
    if not isinstance(assign, dict):
        return {}
    number = zlib.crc32(service_id.encode()) % 254 + 1
    return {
        name: value.replace("{id}", service_id).replace("{number}", str(number))
        if isinstance(value, str)
        else value
        for name, value in assign.items()
    }
