"""Steps as a process remembers them."""

from api.catalog.handling import OnFailure, PointOfNoReturn
from tmf641_service_ordering.step import Kind, Step, StepState


def test_json() -> None:
    """What is as by default takes no room; everything else comes back as it was."""
    assert Step("1", "add").to_json() == {"id": "1", "action": "add"}
    step = Step(
        "undo 1",
        "add",
        after=("2",),
        item="1",
        kind=Kind.UNDO,
        state=StepState.RUNNING,
        attempts=2,
        point_of_no_return=PointOfNoReturn.STARTED,
        on_failure=OnFailure.FAIL,
        before={"id": "s"},
    )
    assert Step.of_json(step.to_json()) == step
    assert (step.item_id, Step("1", "add").item_id) == ("1", "1")
