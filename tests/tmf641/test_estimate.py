"""Expected ends of plans, within business hours."""

from api.calendar import Calendar
from tmf641_service_ordering.estimate import expected_end
from tmf641_service_ordering.step import Step, StepState

HOUR = 3600.0
MORNINGS = Calendar(dict.fromkeys(range(7), ((8 * 60, 12 * 60),)))
STEPS = [Step("1", "add", estimate=2 * HOUR), Step("2", "add", ("1",), estimate=3 * HOUR)]


def test_hours() -> None:
    """Only items with a calendar keep to its hours; the rest goes on around the clock."""
    assert expected_end(STEPS, 0.0) == 5 * HOUR
    assert expected_end(STEPS, 0.0, {"2": MORNINGS}) == 11 * HOUR
    assert expected_end(STEPS, 0.0, {"1": MORNINGS, "2": MORNINGS}) == (24 + 9) * HOUR


def test_what_runs() -> None:
    """What runs ends after its hours of work, and never before now."""
    begun = "1970-01-01T11:00:00.000Z"
    running = Step("1", "add", estimate=2 * HOUR, state=StepState.RUNNING, started=begun)
    assert expected_end([running], 11 * HOUR, {"1": MORNINGS}) == (24 + 9) * HOUR
    assert expected_end([running], 90 * HOUR, {"1": MORNINGS}) == 90 * HOUR
