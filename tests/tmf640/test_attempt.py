"""One call of an adapter: what it gives back must be something that can be written down."""

import pytest

from api.catalog.model import ServiceSpecification
from api.jsontypes import JsonValue
from tests.fake_clock import FakeClock
from tmf640_activation.adapters.base import AdapterUnavailable, Operation, Outcome, Task
from tmf640_activation.attempt import Attempts


class Gives:
    """Gives back what it was made with."""

    def __init__(self, outcome: object) -> None:
        self.outcome = outcome

    async def carry_out(self, _task: Task) -> Outcome:
        return self.outcome  # type: ignore[return-value]  # as an adapter without types may


async def run(outcome: object) -> Outcome:
    specification = ServiceSpecification("s", "S", adapter="a")
    task = Task("k", Operation.CREATE, specification, None, {"id": "s"})
    return await Attempts({"a": Gives(outcome)}, FakeClock()).run(task)


@pytest.mark.parametrize(
    "outcome",
    [
        None,
        {"ip": "10.0.0.1"},
        Outcome({"imsi": {1, 2}}),  # type: ignore[dict-item]
        Outcome({"imsi": float("nan")}),
        Outcome({"imsi": 1 << 70}),
        Outcome({1: "a"}),  # type: ignore[dict-item]
        Outcome({"name": "\ud800"}),
        Outcome(None),  # type: ignore[arg-type]
    ],
)
async def test_what_cannot_be_written_down_is_a_broken_adapter(outcome: object) -> None:
    """It is counted and held as any other, and not tried for ever."""
    with pytest.raises(AdapterUnavailable, match="the adapter a broke"):
        await run(outcome)


@pytest.mark.parametrize("values", [{}, {"ip": "10.0.0.1", "ports": [1, {"a": None}]}])
async def test_what_can_be_is_handed_on(values: dict[str, JsonValue]) -> None:
    """As it is."""
    assert await run(Outcome(values)) == Outcome(values)
