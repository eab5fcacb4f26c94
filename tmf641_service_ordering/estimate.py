"""When the steps of a plan are done, by what the catalogue says that they take. Pure."""

from collections.abc import Iterable, Mapping
from typing import Final

from api.calendar import Calendar
from api.dates import parse_date
from api.ordering.schedule import Schedule, Task, schedule
from tmf641_service_ordering.board import SETTLED
from tmf641_service_ordering.step import Step, StepState

__all__ = ["next_end", "scheduled"]

_BEGUN: Final = frozenset({StepState.RUNNING, StepState.HELD})


def scheduled(steps: Iterable[Step], calendars: Mapping[str, Calendar], begin: float) -> Schedule:
    """When each step begins and ends; those to come not before a time.

    ``calendars`` are those of the catalogue, by id: a step with one is worked on in its hours.
    """
    return schedule([_task(step, calendars, begin) for step in steps], begin)


def _task(step: Step, calendars: Mapping[str, Calendar], begin: float) -> Task:
    started = parse_date(step.started) if step.started else None
    ended = parse_date(step.ended) if step.ended else None
    if step.state in SETTLED:
        ended = begin if ended is None else ended
    else:
        ended = None
        started = started if step.state in _BEGUN else None
    after = (*step.after, step.item) if step.item else step.after
    calendar = calendars.get(step.calendar) if step.calendar else None
    return Task(step.id, after, step.estimate, started, ended, calendar)


def next_end(steps: Iterable[Step], times: Schedule) -> float | None:
    """When the first of the running steps should be done; None where none runs."""
    running = [step.id for step in steps if step.state is StepState.RUNNING]
    return min((times.slots[id_].end for id_ in running), default=None)
