"""When the steps of a plan are done: estimates, and the critical path. Pure.

A step that has ended counts as it went. One that runs ends after its time, but not before now; one
that waits begins when all that it waits for is done, and not before now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

from api.calendar import Calendar

__all__ = ["LAST", "Schedule", "Slot", "Task", "schedule"]

LAST = 253_402_300_799.0
"""The last second that a date can tell; nothing is estimated to be later."""


@dataclass(frozen=True, slots=True)
class Task:
    """One step.

    Attributes:
        id: of the step.
        after: ids of those that must be done before.
        duration: seconds of work.
        started: when it began; None: it waits.
        ended: when it was done; None: it is not.
        calendar: the hours in which it is worked on; None: always.
    """

    id: str
    after: tuple[str, ...] = ()
    duration: float = 0.0
    started: float | None = None
    ended: float | None = None
    calendar: Calendar | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """When a step begins and ends, as it was or as it is expected."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Schedule:
    """When everything is done.

    Attributes:
        slots: by step.
        end: when all is done; None where there are no steps.
        critical: the steps that decide that, in order: each ends last of those the next waits for.
    """

    slots: Mapping[str, Slot]
    end: float | None
    critical: tuple[str, ...] = ()


def schedule(tasks: Sequence[Task], now: float) -> Schedule:
    """The schedule of steps without a circle. What they wait for and is not there is no matter."""
    known = {task.id: task for task in tasks}
    order = TopologicalSorter(
        {task.id: [other for other in task.after if other in known] for task in tasks}
    ).static_order()
    slots: dict[str, Slot] = {}
    depth: dict[str, int] = {}
    last: dict[str, str] = {}
    for id_ in order:
        before = [other for other in known[id_].after if other in slots]
        slots[id_] = _slot(known[id_], max((slots[b].end for b in before), default=now), now)
        depth[id_] = 1 + max((depth[b] for b in before), default=0)
        if before:
            last[id_] = max(before, key=lambda b: (slots[b].end, depth[b]))
    if not slots:
        return Schedule({}, None)
    final = max(slots, key=lambda each: (slots[each].end, depth[each]))
    return Schedule(slots, slots[final].end, _way(final, last))


def _slot(task: Task, ready: float, now: float) -> Slot:
    if task.ended is not None:
        return Slot(task.ended if task.started is None else task.started, task.ended)
    if task.started is not None:
        return Slot(task.started, max(now, _later(task, task.started)))
    start = max(now, ready)
    if task.calendar is not None:
        start = task.calendar.opening(start)
    return Slot(min(start, LAST), _later(task, start))


def _later(task: Task, start: float) -> float:
    if task.calendar is None:
        return min(start + task.duration, LAST)
    return min(task.calendar.later(start, task.duration), LAST)


def _way(final: str, last: Mapping[str, str]) -> tuple[str, ...]:
    way = [final]
    while way[-1] in last:
        way.append(last[way[-1]])
    return tuple(reversed(way))
