"""Expected ends of plans, within business hours."""

from dataclasses import replace

from api.calendar import Calendar
from api.catalog.model import ServiceSpecification
from tests.fakes import catalog_of
from tmf641_service_ordering.estimate import next_end, scheduled
from tmf641_service_ordering.plan import make_plan
from tmf641_service_ordering.planning import detailed
from tmf641_service_ordering.step import Kind, Step, StepState

HOUR = 3600.0
MORNINGS = {"m": Calendar(dict.fromkeys(range(7), ((8 * 60, 12 * 60),)))}


def end(*steps: Step, now: float = 0.0) -> float | None:
    return scheduled(steps, MORNINGS, now).end


def two(one: str | None, other: str | None) -> tuple[Step, Step]:
    return (
        Step("1", "add", estimate=2 * HOUR, calendar=one),
        Step("2", "add", ("1",), estimate=3 * HOUR, calendar=other),
    )


def test_hours() -> None:
    """Only steps with a calendar keep to its hours; the rest goes on around the clock."""
    assert end(*two(None, None)) == 5 * HOUR
    assert end(*two(None, "m")) == 11 * HOUR
    assert end(*two("m", "m")) == (24 + 9) * HOUR


def test_what_runs() -> None:
    """What runs ends after its hours of work, and never before now."""
    begun = "1970-01-01T11:00:00.000Z"
    step = Step("1", "add", estimate=2 * HOUR, state=StepState.RUNNING, started=begun, calendar="m")
    assert end(step, now=11 * HOUR) == (24 + 9) * HOUR
    assert end(step, now=90 * HOUR) == 90 * HOUR
    assert next_end([step], scheduled([step], MORNINGS, 11 * HOUR)) == (24 + 9) * HOUR


def test_what_is_taken_back() -> None:
    """An undo begins when what it undoes has come to an end."""
    begun = "1970-01-01T00:00:00.000Z"
    carry = Step("1", "add", estimate=2 * HOUR, state=StepState.RUNNING, started=begun)
    undo = Step("undo 1", "add", item="1", kind=Kind.UNDO, estimate=HOUR)
    assert end(undo, carry) == 3 * HOUR


def test_the_calendar_of_what_is_there() -> None:
    """A change that does not name the service's specification keeps to its hours all the same."""
    catalog = replace(catalog_of(ServiceSpecification("x", "X", calendar="m")), calendars=MORNINGS)
    items = [{"id": "1", "action": "modify", "service": {"id": "s"}}]
    services = {"s": {"id": "s", "serviceSpecification": {"id": "x"}}}
    (step,) = detailed(make_plan(items), items, services, catalog).steps
    assert step.calendar == "m"
