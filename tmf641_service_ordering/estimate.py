"""When a plan will be done, by what the catalogue says that its steps take. Pure."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from api.calendar import Calendar
from api.dates import parse_date
from api.ordering.schedule import LAST
from tmf641_service_ordering.board import SETTLED
from tmf641_service_ordering.plan import sorted_steps
from tmf641_service_ordering.step import Step, StepState

__all__ = ["expected_end", "next_end"]


_ALWAYS: Final[Mapping[str, Calendar]] = MappingProxyType({})


def expected_end(
    steps: Iterable[Step], now: float, calendars: Mapping[str, Calendar] = _ALWAYS
) -> float:
    """When the last step will be done: the end of the longest way through those that are open.

    ``calendars`` are, by item, the hours in which its steps are worked on; at all where none is.
    """
    known = {step.id: step for step in steps}
    ordered, _ = sorted_steps(known)
    ends: dict[str, float] = {}
    for step in ordered:
        begin = max((ends[other] for other in step.after), default=now)
        if step.item in ends:
            begin = max(begin, ends[step.item])
        ends[step.id] = _end(step, begin, now, calendars.get(step.item_id))
    return max(ends.values(), default=now)


def _end(step: Step, begin: float, now: float, calendar: Calendar | None) -> float:
    if step.state in SETTLED:
        return now
    if step.state is StepState.RUNNING and step.started is not None:
        return max(now, _later(parse_date(step.started), step.estimate, calendar))
    return _later(begin, step.estimate, calendar)


def _later(begin: float, seconds: float, calendar: Calendar | None) -> float:
    end = begin + seconds if calendar is None else calendar.later(begin, seconds)
    return min(end, LAST)


def next_end(steps: Iterable[Step], now: float) -> float | None:
    """When the first of the running steps should be done; None where none runs."""
    ends = [
        parse_date(step.started) + step.estimate
        for step in steps
        if step.state is StepState.RUNNING and step.started is not None
    ]
    return max(now, min(ends)) if ends else None
